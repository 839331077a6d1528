package dev.spoor.storage.columns;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Cuts one large trace, whose spans come piece by piece, into parts of bounded size.
///
/// A span that came already (same span id and kind) is left out. What it holds in memory is the
/// part that grows, and some 12 to 24 bytes for each span that it has seen. One thread at a time;
/// used for one trace.
public final class TraceSplitter {

  private final int maxSpans;
  private final long maxBytes;
  private final Parts parts;
  private final LargeSpanSet seen = new LargeSpanSet();

  private @Nullable SpanCopier part;
  private double bytes;
  private int fullParts;
  private long repeated;

  /// Takes the parts that are full.
  public interface Parts {
    /// @param number of the part, from 0
    /// @param part what it is copied from; nobody else uses it any more
    void take(int number, SpanCopier part) throws IOException;
  }

  /// @param maxSpans of a part
  /// @param maxBytes of a part in memory, about
  public TraceSplitter(int maxSpans, long maxBytes, Parts parts) {
    this.maxSpans = maxSpans;
    this.maxBytes = maxBytes;
    this.parts = parts;
  }

  /// Adds the spans that a batch has of the trace.
  public void add(SpanColumns batch, int trace) throws IOException {
    double bytesPerSpan = (double) batch.memoryBytes() / Math.max(1, batch.spanCount());
    int end = batch.firstSpans[trace + 1];
    int first = batch.firstSpans[trace];
    for (int span = first; span < end; span++) {
      if (!seen.add(batch.spanIds[span], batch.kinds[span])) {
        addRange(batch, trace, first, span);
        first = span + 1;
        repeated++;
      } else if (spansWith(span + 1 - first) >= maxSpans
          || bytes + (span + 1 - first) * bytesPerSpan >= maxBytes) {
        addRange(batch, trace, first, span + 1);
        first = span + 1;
        endPart();
      }
    }
    addRange(batch, trace, first, end);
  }

  private long spansWith(int more) {
    return (part == null ? 0 : part.spanCount()) + (long) more;
  }

  private void addRange(SpanColumns batch, int trace, int first, int end) {
    if (first == end) {
      return;
    }
    if (part == null) {
      part = new SpanCopier();
    }
    part.addRange(batch, trace, first, end);
    bytes += (double) batch.memoryBytes() / Math.max(1, batch.spanCount()) * (end - first);
  }

  private void endPart() throws IOException {
    if (part != null) {
      SpanCopier full = part;
      part = null;
      bytes = 0;
      parts.take(fullParts++, full);
    }
  }

  /// What is left when all was added, less than a full part; null when nothing is.
  public @Nullable SpanColumns rest() {
    return part == null ? null : part.build();
  }

  /// Parts that were full.
  public int fullParts() {
    return fullParts;
  }

  /// Spans left out because they were there already.
  public long repeatedSpans() {
    return repeated;
  }
}
