package dev.spoor.frontend;

import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;

/// One piece of work of a search, opened when its turn comes.
///
/// @param name for messages
/// @param newestNanos no trace in it starts later; nanoseconds since the epoch
record SearchSource(String name, long newestNanos, Opener opener) {

  /// Opens what is to be searched.
  interface Opener {
    SpanSource open() throws IOException;
  }
}
