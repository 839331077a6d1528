package dev.spoor.api;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.Label;
import dev.spoor.wire.query.Exemplar;
import dev.spoor.wire.query.KeyValue;
import dev.spoor.wire.query.QueryInstantResponse;
import dev.spoor.wire.query.QueryRangeResponse;
import dev.spoor.wire.query.Sample;
import dev.spoor.wire.query.SearchMetrics;
import dev.spoor.wire.query.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Time series as the API prints them.
final class MetricsAnswers {

  private static final long NANOS_PER_MILLI = 1_000_000L;

  private MetricsAnswers() {}

  /// @param tooMany why series are missing
  static QueryRangeResponse range(MetricsAnswer answer, Optional<String> tooMany) {
    Intervals intervals = answer.result().intervals();
    return new QueryRangeResponse(
        answer.result().series().stream().map(series -> series(series, intervals)).toList(),
        metrics(answer),
        partial(answer, tooMany));
  }

  static QueryInstantResponse instant(MetricsAnswer answer, Optional<String> tooMany) {
    List<QueryInstantResponse.InstantSeries> series = new ArrayList<>();
    for (dev.spoor.traceql.metrics.TimeSeries each : answer.result().series()) {
      if (!Double.isNaN(each.samples()[0])) {
        series.add(
            new QueryInstantResponse.InstantSeries(labels(each.labels()), each.samples()[0]));
      }
    }
    return new QueryInstantResponse(series, metrics(answer), partial(answer, tooMany));
  }

  private static Optional<String> partial(MetricsAnswer answer, Optional<String> tooMany) {
    return tooMany.or(answer::partial);
  }

  private static SearchMetrics metrics(MetricsAnswer answer) {
    return SearchAnswers.metrics(answer.cost(), answer.cost().fetch().spans());
  }

  private static TimeSeries series(
      dev.spoor.traceql.metrics.TimeSeries series, Intervals intervals) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < series.samples().length; i++) {
      if (!Double.isNaN(series.samples()[i])) {
        samples.add(new Sample(intervals.timestamp(i) / NANOS_PER_MILLI, series.samples()[i]));
      }
    }
    List<Exemplar> exemplars =
        series.exemplars().stream()
            .map(exemplar ->
                new Exemplar(
                    labels(exemplar.labels()),
                    exemplar.value(),
                    exemplar.timeNanos() / NANOS_PER_MILLI))
            .toList();
    return new TimeSeries(labels(series.labels()), samples, exemplars);
  }

  private static List<KeyValue> labels(List<Label> labels) {
    return labels.stream()
        .map(label -> new KeyValue(label.key(), SearchAnswers.value(label.value())))
        .toList();
  }
}
