package dev.spoor.traceql.fetch;

import java.util.concurrent.atomic.AtomicLong;

/// What all queries of a process may hold in memory together. Safe for many threads.
public final class QueryMemory {

  private final long maxBytes;
  private final AtomicLong held = new AtomicLong();

  /// @param maxBytes 0 for any number
  public QueryMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// 0 for any number.
  public long maxBytes() {
    return maxBytes;
  }

  /// Bytes held now.
  public long heldBytes() {
    return held.get();
  }

  /// @return false when there is not so much left; then nothing was taken
  boolean take(long bytes) {
    long all = held.addAndGet(bytes);
    if (maxBytes > 0 && all > maxBytes) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }
}
