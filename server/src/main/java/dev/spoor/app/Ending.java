package dev.spoor.app;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the process ends: in order at the first signal, at once at the second.
///
/// An orderly end is a success, by whatever signal it was asked for, also during the start. The JVM
/// on its own would give 143 after SIGTERM, which systemd and others take for a failure. It ends by
/// `System.exit`, so that others get their turn too, such as a recording that is dumped at the end.
final class Ending {

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private static final int FAILED = 1;
  private static final int SIGNALLED = 128;

  private final AutoCloseable running;
  private final AtomicBoolean begun = new AtomicBoolean();

  /// @param running may be closed twice, and while it starts
  Ending(AutoCloseable running) {
    this.running = running;
  }

  /// Waits for signals, and for an end that somebody else begins.
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "shutdown"));
    Signals.onTermination(this::signalled);
  }

  /// The start failed.
  ///
  /// @return false when that is only because an end was asked for meanwhile, which then goes on
  boolean failed() {
    return begun.compareAndSet(false, true);
  }

  private void signalled(int number) {
    if (!begun.compareAndSet(false, true)) {
      log.warn("a second signal: ending at once; the next start replays the log");
      Runtime.getRuntime().halt(SIGNALLED + number);
      return;
    }
    Thread.ofPlatform().name("stop").start(() -> System.exit(close() ? 0 : FAILED));
  }

  /// @return whether it went well
  private boolean close() {
    try {
      running.close();
      return true;
    } catch (Exception | Error failure) {
      log.error("stopping failed; the next start replays the log", failure);
      return false;
    }
  }
}
