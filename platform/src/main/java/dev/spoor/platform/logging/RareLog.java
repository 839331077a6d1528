package dev.spoor.platform.logging;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// A log that a flood of bad input can't fill: one warning in ten seconds, which says how many were
/// left out. Safe for many threads.
public final class RareLog {

  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final Logger log;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final LongAdder leftOut = new LongAdder();

  public RareLog(Logger log) {
    this(log, System::nanoTime);
  }

  RareLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  public void warn(String text) {
    warn(() -> text);
  }

  /// @param text made only when it is logged
  public void warn(Supplier<String> text) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE_NANOS)) {
      leftOut.increment();
      return;
    }
    long others = leftOut.sumThenReset();
    if (others == 0) {
      log.warn("{}", text.get());
    } else {
      log.warn("{} (and {} more like this before)", text.get(), others);
    }
  }
}
