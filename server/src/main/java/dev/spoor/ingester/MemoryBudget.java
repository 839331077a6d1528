package dev.spoor.ingester;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of live spans may be in memory: past the soft bound batches are cut early, past
/// the hard one pushes are refused. Safe for many threads.
final class MemoryBudget {

  private final long softBytes;
  private final long hardBytes;
  private final AtomicLong used = new AtomicLong();

  MemoryBudget(long softBytes, long hardBytes) {
    this.softBytes = softBytes;
    this.hardBytes = hardBytes;
  }

  /// A fifth of the heap, and at most 256 MiB, for live spans before they are cut early; two fifths
  /// at all.
  static MemoryBudget ofHeap(long heapBytes) {
    return new MemoryBudget(Math.min(heapBytes / 5, 256L << 20), heapBytes * 2 / 5);
  }

  void add(long bytes) {
    used.addAndGet(bytes);
  }

  void remove(long bytes) {
    used.addAndGet(-bytes);
  }

  long usedBytes() {
    return used.get();
  }

  boolean isTight() {
    return used.get() > softBytes;
  }

  boolean isExhausted() {
    return used.get() > hardBytes;
  }

  long hardBytes() {
    return hardBytes;
  }
}
