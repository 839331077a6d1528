package dev.spoor.app;

import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Warns when collections of the heap hold the process up; operators look for `slow GC`.
///
/// Once a second it looks how long collections took since the last look. Half a second or more is
/// worth a line, but not more than one in ten seconds. Those that were asked for to keep the
/// process small ([HeapTrimmer]) hold it up as well, but tell nothing about how full the heap is.
final class GcWatch implements Component {

  private static final Logger log = LoggerFactory.getLogger(GcWatch.class);

  private static final long TICK_MILLIS = 1_000;
  private static final long SLOW_MILLIS = 500;
  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final Thread watch = Threads.forever("gc-watch", this::round);
  private final Supplier<Sample> samples;
  private final LongSupplier nanos;
  private final Consumer<String> warning;

  // Used by the watching thread alone.

  private Sample last;
  private long notBefore;

  /// What there was until now.
  ///
  /// @param collections so far
  /// @param millis that they took
  /// @param askedMillis of those that this process asked for, about
  /// @param usedBytes of the heap
  /// @param maxBytes of the heap
  record Sample(long collections, long millis, long askedMillis, long usedBytes, long maxBytes) {}

  GcWatch(Supplier<Sample> samples, LongSupplier nanos, Consumer<String> warning) {
    this.samples = samples;
    this.nanos = nanos;
    this.warning = warning;
    this.last = samples.get();
    this.notBefore = nanos.getAsLong();
  }

  /// @param askedMillis what collections took that this process asked for
  static GcWatch ofThisProcess(LongSupplier askedMillis) {
    List<GarbageCollectorMXBean> stopping =
        ManagementFactory.getGarbageCollectorMXBeans().stream().filter(GcWatch::stops).toList();
    return new GcWatch(
        () -> sampleOf(stopping, askedMillis.getAsLong()), System::nanoTime, log::warn);
  }

  /// What works beside the program is no reason to warn.
  private static boolean stops(GarbageCollectorMXBean collector) {
    return !collector.getName().contains("Cycles") && !collector.getName().contains("Concurrent");
  }

  private static Sample sampleOf(List<GarbageCollectorMXBean> collectors, long askedMillis) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new Sample(
        collectors.stream().mapToLong(each -> Math.max(0, each.getCollectionCount())).sum(),
        collectors.stream().mapToLong(each -> Math.max(0, each.getCollectionTime())).sum(),
        askedMillis,
        heap.getUsed(),
        heap.getMax());
  }

  @Override
  public void start() {
    watch.start();
  }

  @Override
  public void close() {
    Threads.stop(watch);
  }

  private void round() throws InterruptedException {
    Thread.sleep(TICK_MILLIS);
    look();
  }

  /// Warns, when there is reason to.
  void look() {
    Sample now = samples.get();
    long millis = now.millis() - last.millis();
    long asked = Math.min(millis, now.askedMillis() - last.askedMillis());
    long collections = now.collections() - last.collections();
    last = now;
    long time = nanos.getAsLong();
    if (millis < SLOW_MILLIS || time - notBefore < 0) {
      return;
    }
    notBefore = time + PAUSE_NANOS;
    boolean isPressure = millis - asked >= SLOW_MILLIS;
    warning.accept(
        "slow GC: %d collections took %d ms within a second or so; %d of %d MiB of the heap are in use: %s"
            .formatted(
                collections,
                millis,
                now.usedBytes() >> 20,
                now.maxBytes() >> 20,
                isPressure
                    ? "memory pressure, or a slow machine"
                    : "%d ms of it to keep the process small".formatted(asked)));
  }
}
