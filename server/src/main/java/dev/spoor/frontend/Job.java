package dev.spoor.frontend;

import java.io.IOException;

/// A piece of the work of a query.
///
/// @param name what it looks into, for messages
record Job(String name, Work work) {

  /// Does it, on a thread of the pool.
  interface Work {

    /// @throws IOException naming what can't be read: the answer is then partial
    void run(JobRun run) throws IOException;
  }
}
