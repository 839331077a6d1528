package dev.spoor.traceql.metrics;

import dev.spoor.traceql.ValueText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// A finished series.
///
/// @param labels in order
/// @param samples one for each interval, NaN where there is none; not changed any more
/// @param exemplars ascending in time
public record TimeSeries(List<Label> labels, double[] samples, List<Exemplar> exemplars) {

  /// Fewer labels first, then by keys, then by the text of the values.
  public static final Comparator<TimeSeries> ORDER =
      Comparator.comparingInt((TimeSeries series) -> series.labels.size())
          .thenComparing(series -> keys(series.labels))
          .thenComparing(series -> values(series.labels));

  public TimeSeries {
    labels = List.copyOf(labels);
    exemplars = List.copyOf(exemplars);
  }

  boolean isEmpty() {
    return Arrays.stream(samples).allMatch(Double::isNaN);
  }

  TimeSeries with(double[] otherSamples) {
    return new TimeSeries(labels, otherSamples, exemplars);
  }

  private static String keys(List<Label> labels) {
    return labels.stream().map(Label::key).collect(Collectors.joining("\n"));
  }

  static String values(List<Label> labels) {
    return labels.stream()
        .map(label -> ValueText.plain(label.value()))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeSeries that
        && labels.equals(that.labels)
        && Arrays.equals(samples, that.samples)
        && exemplars.equals(that.exemplars);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return labels + " " + Arrays.toString(samples);
  }
}
