package dev.spoor.platform.threads;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// When a background loop goes round again. A test hands in ticks of its own.
public interface Ticks {

  /// Waits for the next tick.
  void awaitNext() throws InterruptedException;

  /// A tick `period` after the last one was waited for.
  static Ticks every(Duration period) {
    return () -> Thread.sleep(period);
  }

  /// As [#every], up to a tenth longer, so that many processes don't tick together.
  static Ticks everyWithJitter(Duration period) {
    return () ->
        Thread.sleep(
            period.plusNanos(ThreadLocalRandom.current().nextLong(1 + period.toNanos() / 10)));
  }
}
