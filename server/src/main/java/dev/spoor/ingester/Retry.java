package dev.spoor.ingester;

import java.time.Duration;

/// When something that failed is due again. One thread at a time.
final class Retry {

  private final BlockFlusher.Backoff backoff;
  private int failures;
  private long failedAt;

  Retry(BlockFlusher.Backoff backoff) {
    this.backoff = backoff;
  }

  /// @param nanoTime as of [System#nanoTime]
  boolean isDue(long nanoTime) {
    return failures == 0 || nanoTime - failedAt >= backoff.after(failures).toNanos();
  }

  /// It failed once more.
  ///
  /// @return how long it is not due
  Duration failed(long nanoTime) {
    failures++;
    failedAt = nanoTime;
    return backoff.after(failures);
  }

  void succeeded() {
    failures = 0;
  }

  /// Since it last succeeded.
  int failures() {
    return failures;
  }
}
