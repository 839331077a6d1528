package dev.spoor.app;

import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Has the heap collected before it has grown to its maximum.
///
/// The serial collector lets the old generation grow to the end before it collects it once, however
/// little of it is in use; and the memory it took for that stays with the process. So this asks for
/// a collection when the old generation has reached five sixteenths of the heap, or twice what was
/// left after the last one, whichever is more. Between two there are at least ten times as long as
/// one takes. With another collector, which knows better, it does nothing.
final class HeapTrimmer implements Component {

  private static final String OLD_OF_SERIAL = "Tenured Gen";
  private static final long TICK_MILLIS = 100;
  private static final int PAUSES = 10;

  private final Thread trimmer = Threads.forever("heap-trimmer", this::round);
  private final boolean wanted;
  private final LongSupplier used;
  private final LongSupplier nanos;
  private final Runnable collection;
  private final long least;

  // Used by the trimmer's thread alone.

  private long mark;
  private long notBefore;

  /// @param used bytes of the old generation; empty when there is none
  /// @param maxHeap bytes
  HeapTrimmer(Optional<LongSupplier> used, long maxHeap, LongSupplier nanos, Runnable collection) {
    this.wanted = used.isPresent();
    this.used = used.orElse(() -> 0);
    this.nanos = nanos;
    this.collection = collection;
    this.least = maxHeap / 16 * 5;
    this.mark = least;
    this.notBefore = nanos.getAsLong();
  }

  static HeapTrimmer ofThisProcess() {
    Optional<LongSupplier> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals(OLD_OF_SERIAL))
            .findFirst()
            .map(HeapTrimmer::usedOf);
    return new HeapTrimmer(old, Runtime.getRuntime().maxMemory(), System::nanoTime, System::gc);
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
  void look() {
    long begin = nanos.getAsLong();
    if (used.getAsLong() < mark || begin - notBefore < 0) {
      return;
    }
    collection.run();
    long end = nanos.getAsLong();
    notBefore = end + PAUSES * (end - begin);
    mark = Math.max(least, 2 * used.getAsLong());
  }
}
