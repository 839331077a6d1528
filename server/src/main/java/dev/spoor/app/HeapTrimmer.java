package dev.spoor.app;

import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Has the heap collected before it has grown to its maximum.
///
/// The serial collector lets the old generation grow to the end before it collects it once, however
/// little of it is in use; and the memory it took for that stays with the process. So this asks for
/// a collection when the old generation has reached five sixteenths of the heap, or twice what was
/// left after the last one, whichever is more. Between two there are at least ten times as long as
/// one takes.
///
/// While blocks are merged it collects earlier: at a quarter of the heap, or a tenth of it above
/// what was left, and after three times as long as one takes. Merging makes much that dies a little
/// too late for the young generation. Earliest is between two parts of large traces, at a fifth.
///
/// Pushes and queries stand still meanwhile. So nothing is done early once a collection has taken
/// longer than 200 ms, as on a large heap with much in it, until one is short again.
///
/// With another collector, which knows better, it does nothing.
final class HeapTrimmer implements Component {

  private static final String OLD_OF_SERIAL = "Tenured Gen";
  private static final long TICK_MILLIS = 25;
  private static final int PAUSES = 10;
  private static final int PAUSES_OF_MERGES = 3;
  private static final int PAUSES_AT_REST = 2;
  private static final long LONGEST_EARLY_NANOS = 200_000_000L;

  private final Thread trimmer = Threads.forever("heap-trimmer", this::round);
  private final boolean wanted;
  private final LongSupplier used;
  private final LongSupplier nanos;
  private final Runnable collection;
  private final BooleanSupplier merging;
  private final long maxHeap;

  /// What all collections of this took. Written under the lock of this, which is held while one
  /// goes on; read without.
  private volatile long tookAll;

  // Guarded by this.

  /// Of the old generation, after the last collection.
  private long left;

  /// When the last collection ended, and how long it took.
  private long last;

  private long took;

  /// @param merging whether blocks are being merged
  /// @param used bytes of the old generation; empty when there is none
  /// @param maxHeap bytes
  HeapTrimmer(
      BooleanSupplier merging,
      Optional<LongSupplier> used,
      long maxHeap,
      LongSupplier nanos,
      Runnable collection) {
    this.merging = merging;
    this.wanted = used.isPresent();
    this.used = used.orElse(() -> 0);
    this.nanos = nanos;
    this.collection = collection;
    this.maxHeap = maxHeap;
    this.last = nanos.getAsLong();
  }

  static HeapTrimmer ofThisProcess(BooleanSupplier merging) {
    Optional<LongSupplier> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals(OLD_OF_SERIAL))
            .findFirst()
            .map(HeapTrimmer::usedOf);
    return new HeapTrimmer(
        merging, old, Runtime.getRuntime().maxMemory(), System::nanoTime, System::gc);
  }

  private static LongSupplier usedOf(MemoryPoolMXBean pool) {
    return () -> pool.getUsage().getUsed();
  }

  @Override
  public void start() {
    if (wanted) {
      trimmer.start();
    }
  }

  @Override
  public void close() {
    if (wanted) {
      Threads.stop(trimmer);
    }
  }

  private void round() throws InterruptedException {
    Thread.sleep(TICK_MILLIS);
    look();
  }

  /// Collects, when it is time.
  synchronized void look() {
    if (merging.getAsBoolean() && isShort()) {
      collectAbove(Math.max(maxHeap / 4, left + maxHeap / 10), PAUSES_OF_MERGES);
    } else {
      collectAbove(Math.max(maxHeap / 16 * 5, 2 * left), PAUSES);
    }
  }

  /// Collects a little earlier, since much of what was in use a moment ago no longer is.
  synchronized void atRest() {
    if (wanted && isShort()) {
      collectAbove(Math.max(maxHeap / 5, left + maxHeap / 20), PAUSES_AT_REST);
    }
  }

  /// What collections of this have taken so far, in milliseconds.
  long tookMillis() {
    return tookAll / 1_000_000;
  }

  private boolean isShort() {
    return took <= LONGEST_EARLY_NANOS;
  }

  private void collectAbove(long mark, int pauses) {
    long begin = nanos.getAsLong();
    if (used.getAsLong() < mark || begin - last < pauses * took) {
      return;
    }
    collection.run();
    last = nanos.getAsLong();
    took = last - begin;
    tookAll += took;
    left = used.getAsLong();
  }
}
