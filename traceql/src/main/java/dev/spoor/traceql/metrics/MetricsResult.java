package dev.spoor.traceql.metrics;

import java.util.List;

/// The answer to a metrics query.
///
/// @param series in the order in which they are shown
/// @param truncated whether series are missing because there were too many
public record MetricsResult(Intervals intervals, List<TimeSeries> series, boolean truncated) {
  public MetricsResult {
    series = List.copyOf(series);
  }
}
