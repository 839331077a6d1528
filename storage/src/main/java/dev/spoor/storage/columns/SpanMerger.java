package dev.spoor.storage.columns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges batches, or cursors over batches, into one cursor: all their spans in ascending order of
/// trace ids, a trace whole in one batch.
///
/// A span that came more than once (same trace id, span id and kind) stays once, the first of the
/// earliest input. After a failure every further call fails, since spans would be missing. A batch
/// of the result ends with the trace that brings it to the wished number of spans; one very large
/// trace makes one very large batch.
public final class SpanMerger implements SpanColumnsCursor {

  /// Spans in a batch of the result, when nothing else is wished.
  public static final int DEFAULT_SPANS = 8_192;

  private final List<SpanColumnsCursor> inputs;
  private final int spansPerBatch;
  private final long bytesPerBatch;
  private final SpanCopier copier = new SpanCopier();
  private @Nullable TraceMerge merge;
  private boolean atEnd;
  private @Nullable IOException failure;

  private SpanMerger(List<SpanColumnsCursor> inputs, int spansPerBatch, long bytesPerBatch) {
    if (spansPerBatch < 1) {
      throw new IllegalArgumentException("spansPerBatch must be at least 1: " + spansPerBatch);
    }
    this.inputs = List.copyOf(inputs);
    this.spansPerBatch = spansPerBatch;
    this.bytesPerBatch = bytesPerBatch;
  }

  public static SpanMerger of(List<SpanColumns> batches) {
    return of(batches, DEFAULT_SPANS);
  }

  public static SpanMerger of(List<SpanColumns> batches, int spansPerBatch) {
    return of(batches, spansPerBatch, Long.MAX_VALUE);
  }

  /// A batch of the result ends also with the trace that brings it to `bytesPerBatch` in memory,
  /// about.
  public static SpanMerger of(List<SpanColumns> batches, int spansPerBatch, long bytesPerBatch) {
    List<SpanColumnsCursor> cursors = new ArrayList<>(batches.size());
    for (SpanColumns batch : batches) {
      cursors.add(SpanColumnsCursor.of(batch));
    }
    return new SpanMerger(cursors, spansPerBatch, bytesPerBatch);
  }

  /// The result owns the cursors: closing it closes them. It holds one batch of each in memory.
  public static SpanMerger ofCursors(List<? extends SpanColumnsCursor> cursors, int spansPerBatch) {
    return new SpanMerger(List.copyOf(cursors), spansPerBatch, Long.MAX_VALUE);
  }

  @Override
  public @Nullable SpanColumns next() throws IOException {
    if (failure != null) {
      throw new IOException("the merge has failed before: " + failure.getMessage(), failure);
    }
    try {
      return atEnd ? null : merged();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private @Nullable SpanColumns merged() throws IOException {
    if (merge == null) {
      merge = new TraceMerge(inputs);
    }
    long bytes = 0;
    while (copier.spanCount() < spansPerBatch && bytes < bytesPerBatch) {
      if (!merge.nextTrace()) {
        atEnd = true;
        break;
      }
      for (int piece = 0; piece < merge.pieces(); piece++) {
        copier.add(merge.batch(piece), merge.trace(piece));
        bytes += merge.bytes(piece);
      }
    }
    return copier.spanCount() == 0 ? null : copier.build();
  }

  /// Spans left out so far because they came more than once.
  public long repeatedSpans() {
    return copier.repeatedSpans();
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (SpanColumnsCursor input : inputs) {
      try {
        input.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
