package dev.spoor.traceql.metrics;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Adds up what a metrics query asks for. Not thread-safe: one for each job, then merged.
///
/// A span must be added only once: pieces of a trace may come from several sources, copies of a
/// span may not.
public final class MetricsAccumulator {

  private final CompiledMetrics query;
  private final Intervals intervals;
  private final MetricsLimits limits;
  private final List<OperandAccumulator> operands = new ArrayList<>();
  private boolean truncated;

  MetricsAccumulator(CompiledMetrics query, Intervals intervals, MetricsLimits limits) {
    this.query = query;
    this.intervals = intervals;
    this.limits = limits;
    for (MetricsOperand operand : query.operands()) {
      operands.add(new OperandAccumulator(operand, intervals, limits));
    }
  }

  /// Adds the spans of a batch that was fetched for an operand.
  ///
  /// @param operand its place in [CompiledMetrics#operands]
  /// @throws IOException naming what can't be read
  /// @throws TraceQlException when the query has no answer on this data
  public void add(int operand, SpanBatch batch) throws IOException {
    add(operand, batch, new OrdinalSet(batch.traceCount()));
  }

  /// Likewise, without some traces of the batch, such as those that another source has whole.
  ///
  /// @param without the ordinals of traces
  public void add(int operand, SpanBatch batch, OrdinalSet without) throws IOException {
    operands.get(operand).add(batch, without);
  }

  /// Adds what another accumulator of the same query and the same intervals has.
  public void merge(MetricsPartial other) {
    for (int i = 0; i < operands.size(); i++) {
      operands.get(i).merge(other.operands().get(i));
    }
    truncated |= other.truncated();
  }

  /// Whether there are more series than allowed: nothing more has to be read.
  public boolean isTruncated() {
    return truncated || operands.stream().anyMatch(OperandAccumulator::isTruncated);
  }

  /// What there is so far. The numbers are shared, not copied: nothing may be added afterwards.
  public MetricsPartial partial() {
    return new MetricsPartial(
        operands.stream().map(OperandAccumulator::partial).toList(), isTruncated());
  }

  /// Gives back the memory that its numbers took from the budget of the query, when they were
  /// merged into another one or nobody wants them.
  public void release() {
    operands.forEach(OperandAccumulator::release);
  }

  /// The answer: bucket counts become quantiles, second stages and arithmetic are applied.
  public MetricsResult finish() {
    List<List<TimeSeries>> series = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Finisher finisher = new Finisher(query.operands().get(i), intervals);
      series.add(finisher.finish(operands.get(i).partial()));
    }
    List<TimeSeries> combined = Finisher.sorted(query.combine(series, intervals));
    boolean isCut = limits.series() > 0 && combined.size() > limits.series();
    return new MetricsResult(
        intervals, isCut ? combined.subList(0, limits.series()) : combined, isCut || isTruncated());
  }
}
