package dev.spoor.listener;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of request bodies may be in memory at once, over all ports. Bodies that do not
/// fit are refused, retryable; so a flood of large requests costs bounded memory. Safe for many
/// threads.
public final class BodyBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public BodyBudget(long limitBytes) {
    this.limit = limitBytes;
  }

  /// Takes room for `bytes` more, unless that would pass the limit.
  boolean take(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  public long usedBytes() {
    return used.get();
  }
}
