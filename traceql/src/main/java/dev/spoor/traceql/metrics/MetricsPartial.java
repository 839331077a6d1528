package dev.spoor.traceql.metrics;

import java.util.List;

/// What one or more sources gave for a metrics query; to be merged, or sent to where it is merged.
///
/// @param operands the series in the making of each operand of the query; most queries have one
/// @param truncated whether there were more series than the limit allows
public record MetricsPartial(List<List<PartialSeries>> operands, boolean truncated) {
  public MetricsPartial {
    operands = operands.stream().map(List::copyOf).toList();
  }
}
