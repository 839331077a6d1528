package dev.spoor.ingester;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.PieceSizes;
import dev.spoor.storage.columns.PieceSizes.Piece;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How much comes together in one head segment, and in one block: a trace is a stripe there and a
/// row here, both of which are held in memory whole. Of larger traces there are pieces in several
/// head segments and blocks.
///
/// @param traceSpans of one trace
/// @param traceBytes of one trace in memory, about
/// @param openBytes in memory of the stripes that are open while a block is made, one of each head
///   segment
public record MergeLimits(int traceSpans, long traceBytes, long openBytes) {

  public MergeLimits {
    require(traceSpans > 0, "traceSpans", "must be positive");
    require(traceBytes > 0, "traceBytes", "must be positive");
    require(openBytes > 0, "openBytes", "must be positive");
  }

  /// A trace as large as compaction leaves it, and an eighth of the heap.
  static MergeLimits ofHeap(long heapBytes) {
    return new MergeLimits(1 << 16, 16L << 20, heapBytes / 8);
  }

  /// What is known of the size of something that is merged.
  interface Sizes<T> {
    PieceSizes of(T item) throws IOException;
  }

  /// The items at the start of a list that may be merged into one; at least the first.
  <T> List<T> fitting(List<T> items, Sizes<T> sizes) throws IOException {
    Map<TraceId, Piece> traces = new HashMap<>();
    long open = 0;
    int count = 0;
    for (T item : items) {
      PieceSizes more = sizes.of(item);
      open += more.largestBatchBytes();
      more.large().forEach((id, piece) -> traces.merge(id, piece, Piece::plus));
      boolean fits =
          open <= openBytes && more.large().keySet().stream().map(traces::get).allMatch(this::fits);
      if (count > 0 && !fits) {
        break;
      }
      count++;
    }
    return items.subList(0, count);
  }

  private boolean fits(Piece piece) {
    return piece.spans() <= traceSpans && piece.bytes() <= traceBytes;
  }
}
