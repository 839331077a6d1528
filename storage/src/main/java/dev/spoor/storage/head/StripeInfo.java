package dev.spoor.storage.head;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;

/// Where a stripe stands in its file, and what it holds.
///
/// @param offset of its first byte in the file
/// @param length in bytes
/// @param headLength bytes at its start that say where its sections are
/// @param first smallest trace id
/// @param last greatest trace id
/// @param startNanos earliest start of a trace, nanoseconds since the epoch, unsigned; 0 when a
///   trace has no span with a start
/// @param endNanos latest end of a trace, unsigned
public record StripeInfo(
    long offset,
    int length,
    int headLength,
    TraceId first,
    TraceId last,
    int spans,
    int traces,
    long startNanos,
    long endNanos) {

  static StripeInfo of(long offset, int length, int headLength, SpanColumns spans) {
    TimeBounds bounds = new TimeBounds();
    for (int trace = 0; trace < spans.traceCount(); trace++) {
      bounds.add(spans.traceStartNanos(trace), spans.traceEndNanos(trace));
    }
    int last = spans.traceCount() - 1;
    return new StripeInfo(
        offset,
        length,
        headLength,
        new TraceId(spans.traceIdHigh(0), spans.traceIdLow(0)),
        new TraceId(spans.traceIdHigh(last), spans.traceIdLow(last)),
        spans.spanCount(),
        spans.traceCount(),
        bounds.start(),
        bounds.end());
  }
}
