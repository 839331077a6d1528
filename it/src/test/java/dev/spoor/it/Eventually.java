package dev.spoor.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.opentest4j.AssertionFailedError;

/// Waits for something that happens in another process or thread, and fails when it never does.
///
/// That it took long proves nothing: the time is for a machine that does much else.
final class Eventually {

  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private Eventually() {}

  static void holds(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionFailedError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      Thread.sleep(20);
    }
  }

  interface Assertion {
    void check() throws Exception;
  }

  /// The same for an assertion, of which the last failure is told.
  static void settles(Assertion assertion) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
        Thread.sleep(20);
      }
    }
  }
}
