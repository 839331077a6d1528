package dev.spoor.ingester;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of live spans may be in memory: past the soft bound batches are cut early, past
/// the hard one pushes are refused. Safe for many threads.
///
/// Where there are several tenants, each may have as much as is still free, and no more: one that
/// floods is refused at half of the hard bound, and finds others with room; of n that do so each
/// has an (n + 1)th.
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

  /// What one tenant has of it.
  final class Share {

    private final boolean isOneOfSeveral;
    private final AtomicLong own = new AtomicLong();

    /// @param isOneOfSeveral whether there are other tenants, for whom something is to be left
    Share(boolean isOneOfSeveral) {
      this.isOneOfSeveral = isOneOfSeveral;
    }

    /// As [MemoryBudget#reserve], within the share of this tenant.
    boolean reserve(long bytes) {
      if (!hasRoom() || !MemoryBudget.this.reserve(bytes)) {
        return false;
      }
      own.addAndGet(bytes);
      return true;
    }

    /// Whether pushes of this tenant are taken at all.
    boolean hasRoom() {
      return !isExhausted() && !(isOneOfSeveral && own.get() > hardBytes - used.get());
    }

    void add(long bytes) {
      own.addAndGet(bytes);
      MemoryBudget.this.add(bytes);
    }

    void remove(long bytes) {
      add(-bytes);
    }

    long bytes() {
      return own.get();
    }
  }

  /// Takes room for a push, unless it is more than there is. Below the soft bound any push is
  /// taken, however large: its columns are cut while they are made.
  boolean reserve(long bytes) {
    long before = used.getAndAdd(bytes);
    if (before <= softBytes || before + bytes <= hardBytes) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
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
