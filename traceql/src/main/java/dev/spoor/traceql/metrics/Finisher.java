package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes finished series of what was accumulated for one operand.
final class Finisher {

  private final MetricsOperand operand;
  private final Intervals intervals;

  Finisher(MetricsOperand operand, Intervals intervals) {
    this.operand = operand;
    this.intervals = intervals;
  }

  List<TimeSeries> finish(List<PartialSeries> partials) {
    List<TimeSeries> finished =
        switch (operand.metric()) {
          case Metric.Count count -> counts(partials, count);
          case Metric.Over _ -> measures(partials);
          case Metric.Histogram _ -> histogram(partials);
          case Metric.Quantile quantile -> quantiles(partials, quantile.quantiles());
          case Metric.Compare compare -> compared(partials, compare.top());
        };
    return finished.stream().map(this::withExemplars).sorted(TimeSeries.ORDER).toList();
  }

  private List<TimeSeries> counts(List<PartialSeries> partials, Metric.Count count) {
    if (partials.isEmpty() && count.by().isEmpty()) {
      return List.of(new TimeSeries(named(List.of()), new double[intervals.count()], List.of()));
    }
    double divisor = count.perSecond() ? intervals.stepSeconds() : 1;
    List<TimeSeries> finished = new ArrayList<>();
    for (PartialSeries partial : partials) {
      double[] samples = samples(partial);
      for (int i = 0; i < samples.length; i++) {
        samples[i] /= divisor;
      }
      finished.add(new TimeSeries(named(partial.labels()), samples, partial.exemplars()));
    }
    return finished;
  }

  private List<TimeSeries> measures(List<PartialSeries> partials) {
    return partials.stream()
        .map(partial ->
            new TimeSeries(named(partial.labels()), samples(partial), partial.exemplars()))
        .filter(series -> !series.isEmpty())
        .toList();
  }

  private List<TimeSeries> histogram(List<PartialSeries> partials) {
    return partials.stream()
        .map(partial ->
            new TimeSeries(
                with(partial.labels(), Label.BUCKET, bound(partial)),
                samples(partial),
                partial.exemplars()))
        .toList();
  }

  private List<TimeSeries> quantiles(List<PartialSeries> partials, List<Double> quantiles) {
    Map<List<Label>, List<PartialSeries>> groups = new LinkedHashMap<>();
    for (PartialSeries partial : partials) {
      groups.computeIfAbsent(partial.labels(), _ -> new ArrayList<>()).add(partial);
    }
    List<TimeSeries> finished = new ArrayList<>();
    groups.forEach((labels, buckets) -> finished.addAll(quantiles(labels, buckets, quantiles)));
    return finished;
  }

  private List<TimeSeries> quantiles(
      List<Label> labels, List<PartialSeries> buckets, List<Double> quantiles) {
    List<PartialSeries> ascending =
        buckets.stream().sorted(Comparator.comparingDouble(Finisher::bound)).toList();
    double[] bounds = ascending.stream().mapToDouble(Finisher::bound).toArray();
    double[][] counts =
        ascending.stream().map(bucket -> bucket.columns()[0]).toArray(double[][]::new);
    List<List<Exemplar>> exemplars = exemplars(ascending, bounds, counts, quantiles);
    List<TimeSeries> finished = new ArrayList<>();
    for (int q = 0; q < quantiles.size(); q++) {
      double[] samples = new double[intervals.count()];
      double[] ofInterval = new double[bounds.length];
      for (int i = 0; i < samples.length; i++) {
        for (int b = 0; b < bounds.length; b++) {
          ofInterval[b] = counts[b][i];
        }
        samples[i] = Buckets.quantile(quantiles.get(q), bounds, ofInterval);
      }
      finished.add(
          new TimeSeries(
              with(labels, Label.QUANTILE, quantiles.get(q)), samples, exemplars.get(q)));
    }
    return finished;
  }

  /// An exemplar stands for the quantile that is nearest to it, over all intervals.
  private static List<List<Exemplar>> exemplars(
      List<PartialSeries> buckets, double[] bounds, double[][] counts, List<Double> quantiles) {
    double[] totals = new double[bounds.length];
    for (int b = 0; b < bounds.length; b++) {
      totals[b] = Arrays.stream(counts[b]).sum();
    }
    List<Double> overall =
        quantiles.stream().map(q -> Buckets.quantile(q, bounds, totals)).toList();
    List<List<Exemplar>> nearest = new ArrayList<>();
    quantiles.forEach(_ -> nearest.add(new ArrayList<>()));
    for (PartialSeries bucket : buckets) {
      for (Exemplar exemplar : bucket.exemplars()) {
        int best = 0;
        for (int q = 1; q < overall.size(); q++) {
          if (Math.abs(overall.get(q) - exemplar.value())
              < Math.abs(overall.get(best) - exemplar.value())) {
            best = q;
          }
        }
        nearest.get(best).add(exemplar);
      }
    }
    return nearest;
  }

  /// Of each attribute the values that occur most; and how many spans have it.
  private List<TimeSeries> compared(List<PartialSeries> partials, long top) {
    record Attribute(Value type, String key) {}
    Map<Attribute, List<TimeSeries>> byAttribute = new LinkedHashMap<>();
    for (PartialSeries partial : partials) {
      Attribute attribute =
          new Attribute(partial.labels().getFirst().value(), partial.labels().getLast().key());
      byAttribute
          .computeIfAbsent(attribute, _ -> new ArrayList<>())
          .add(new TimeSeries(partial.labels(), samples(partial), partial.exemplars()));
    }
    Comparator<TimeSeries> mostFirst =
        Comparator.comparingDouble((TimeSeries series) -> -Arrays.stream(series.samples()).sum())
            .thenComparing(TimeSeries.ORDER);
    return byAttribute.values().stream()
        .flatMap(series -> series.stream().sorted(mostFirst).limit(top))
        .toList();
  }

  private double[] samples(PartialSeries partial) {
    double[] samples = new double[intervals.count()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = operand.measure().sample(partial.columns(), i);
    }
    return samples;
  }

  private List<Label> named(List<Label> labels) {
    return operand.by().isEmpty() ? List.of(Label.text(Label.NAME, operand.name())) : labels;
  }

  private static List<Label> with(List<Label> labels, String key, double value) {
    List<Label> more = new ArrayList<>(labels);
    more.add(new Label(key, new Value.Float(value)));
    return more;
  }

  private static double bound(PartialSeries bucket) {
    return bucket.seconds() ? bucket.bucket() / 1e9 : bucket.bucket();
  }

  /// Where spans were only counted, an exemplar takes the height of the series.
  private TimeSeries withExemplars(TimeSeries series) {
    List<Exemplar> kept = new ArrayList<>();
    for (Exemplar exemplar : series.exemplars()) {
      int interval = intervals.indexOf(exemplar.timeNanos());
      double sample = interval < 0 ? Double.NaN : series.samples()[interval];
      if (!Double.isNaN(sample)) {
        kept.add(Double.isNaN(exemplar.value()) ? exemplar.with(sample) : exemplar);
      }
    }
    kept.sort(Comparator.comparingLong(Exemplar::timeNanos));
    return new TimeSeries(series.labels(), series.samples(), kept);
  }

  static List<TimeSeries> sorted(Collection<TimeSeries> series) {
    return series.stream().sorted(TimeSeries.ORDER).toList();
  }
}
