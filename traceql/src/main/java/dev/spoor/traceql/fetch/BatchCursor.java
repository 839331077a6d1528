package dev.spoor.traceql.fetch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The batches of one fetch. One thread at a time.
public interface BatchCursor extends AutoCloseable {

  /// The next batch, or null when there are no more. A batch is valid until the next call.
  ///
  /// @throws IOException naming what can't be read; the cursor is then at its end
  @Nullable SpanBatch next() throws IOException;

  /// What the fetch cost so far.
  FetchCost cost();

  /// May be called twice; never throws.
  @Override
  void close();
}
