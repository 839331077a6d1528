package dev.spoor.storage.columns;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Spans in trace-id order, one batch after the other: what a block is merged from.
///
/// The traces of a batch come after all traces of the batches before it (unsigned bytes), so no
/// trace is in two batches of one cursor, unless [#goesOn] says so. Other cursors may have more
/// spans of the same trace. One thread at a time.
public interface SpanColumnsCursor extends Closeable {

  /// The next batch, or `null` at the end, and from then on. A batch may be empty.
  ///
  /// @throws IOException naming the file or object that could not be read
  @Nullable SpanColumns next() throws IOException;

  /// Whether the last trace of the batch that [#next] gave last goes on in the next batch. Only
  /// cursors over very large traces do that, and only a reader that asks here may be given one.
  default boolean goesOn() {
    return false;
  }

  /// Gives back what the cursor holds. May be called twice.
  @Override
  void close() throws IOException;

  /// A cursor over one batch that is already in memory.
  static SpanColumnsCursor of(SpanColumns batch) {
    return new SpanColumnsCursor() {

      private @Nullable SpanColumns rest = batch;

      @Override
      public @Nullable SpanColumns next() {
        SpanColumns next = rest;
        rest = null;
        return next;
      }

      @Override
      public void close() {
        rest = null;
      }
    };
  }
}
