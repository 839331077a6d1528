package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.util.HashMap;
import java.util.Map;

/// How large batches are, and the larger pieces of traces in them: what decides how many of them
/// can be merged without one trace becoming too large. One thread at a time.
public final class PieceSizes {

  /// What is smaller is not remembered: even hundreds of such pieces make no large trace.
  private static final int SMALL_SPANS = 256;

  private static final long SMALL_BYTES = 64 << 10;

  private final Map<TraceId, Piece> large = new HashMap<>();
  private long largestBatch;

  /// A piece of a trace.
  ///
  /// @param bytes in memory, about
  public record Piece(int spans, long bytes) {

    public Piece plus(Piece other) {
      return new Piece(Math.addExact(spans, other.spans), bytes + other.bytes);
    }
  }

  /// Adds a batch, of which only the columns of traces are looked at.
  ///
  /// @param memoryBytes that it takes when it has all columns
  public void add(SpanColumns batch, long memoryBytes) {
    largestBatch = Math.max(largestBatch, memoryBytes);
    int traces = batch.traceCount();
    if (traces == 0) {
      return;
    }
    double bytesPerSpan = (double) memoryBytes / Math.max(1, batch.endSpan(traces - 1));
    for (int trace = 0; trace < traces; trace++) {
      int spans = batch.endSpan(trace) - batch.firstSpan(trace);
      long bytes = (long) (bytesPerSpan * spans);
      if (spans >= SMALL_SPANS || bytes >= SMALL_BYTES) {
        large.merge(
            new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)),
            new Piece(spans, bytes),
            Piece::plus);
      }
    }
  }

  /// The larger pieces, by trace.
  public Map<TraceId, Piece> large() {
    return Map.copyOf(large);
  }

  /// Bytes of the largest batch in memory.
  public long largestBatchBytes() {
    return largestBatch;
  }
}
