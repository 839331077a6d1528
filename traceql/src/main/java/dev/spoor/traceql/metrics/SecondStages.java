package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.SecondStage;
import dev.spoor.traceql.values.Comparisons;
import dev.spoor.traceql.values.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// What is done to finished series: keep the largest or smallest, or those beyond a threshold.
final class SecondStages {

  private SecondStages() {}

  static List<TimeSeries> apply(
      List<SecondStage> stages, List<TimeSeries> series, Intervals intervals) {
    List<TimeSeries> result = series;
    for (SecondStage stage : stages) {
      result =
          switch (stage) {
            case SecondStage.Top(long limit) -> extremes(result, limit, true, intervals);
            case SecondStage.Bottom(long limit) -> extremes(result, limit, false, intervals);
            case SecondStage.Threshold(ComparisonOperator operator, Value threshold) ->
                beyond(result, operator, seconds(threshold));
          };
    }
    return result;
  }

  /// Of equals, the largest prefer the label that comes first in the alphabet, the smallest the
  /// last.
  private static List<TimeSeries> extremes(
      List<TimeSeries> series, long limit, boolean largest, Intervals intervals) {
    if (limit >= series.size()) {
      return series;
    }
    List<double[]> kept = new ArrayList<>();
    for (int s = 0; s < series.size(); s++) {
      double[] samples = new double[intervals.count()];
      Arrays.fill(samples, Double.NaN);
      kept.add(samples);
    }
    List<String> texts = series.stream().map(each -> TimeSeries.values(each.labels())).toList();
    for (int i = 0; i < intervals.count(); i++) {
      int interval = i;
      Comparator<Integer> order =
          Comparator.comparingDouble((Integer s) -> series.get(s).samples()[interval])
              .thenComparing(texts::get, Comparator.reverseOrder());
      List<Integer> present = new ArrayList<>();
      for (int s = 0; s < series.size(); s++) {
        if (!Double.isNaN(series.get(s).samples()[i])) {
          present.add(s);
        }
      }
      present.sort(largest ? order.reversed() : order);
      for (int s : present.subList(0, (int) Math.min(limit, present.size()))) {
        kept.get(s)[i] = series.get(s).samples()[i];
      }
    }
    List<TimeSeries> result = new ArrayList<>();
    for (int s = 0; s < kept.size(); s++) {
      result.add(series.get(s).with(kept.get(s)));
    }
    return result.stream().filter(each -> !each.isEmpty()).toList();
  }

  private static List<TimeSeries> beyond(
      List<TimeSeries> series, ComparisonOperator operator, double threshold) {
    List<TimeSeries> result = new ArrayList<>();
    for (TimeSeries each : series) {
      double[] samples = each.samples().clone();
      for (int i = 0; i < samples.length; i++) {
        if (Double.isNaN(samples[i]) || !Comparisons.doubles(operator, samples[i], threshold)) {
          samples[i] = Double.NaN;
        }
      }
      List<Exemplar> exemplars =
          each.exemplars().stream()
              .filter(exemplar -> Comparisons.doubles(operator, exemplar.value(), threshold))
              .toList();
      result.add(new TimeSeries(each.labels(), samples, exemplars));
    }
    return result.stream().filter(each -> !each.isEmpty()).toList();
  }

  private static double seconds(Value threshold) {
    return threshold instanceof Value.Duration(long nanos)
        ? nanos / 1e9
        : Numbers.toDouble(threshold);
  }
}
