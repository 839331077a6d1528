package dev.spoor.platform.threads;

import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads with names, that end when they are told to.
public final class Threads {

  private static final Logger log = LoggerFactory.getLogger(Threads.class);

  private Threads() {}

  /// One round of a background loop.
  public interface Round {
    void run() throws Exception;
  }

  /// A daemon thread, not started, that repeats a round until it is interrupted. What a round
  /// throws is logged, and the next round goes on; an `Error` too, since a loop that is silently
  /// gone is worse.
  public static Thread forever(String name, Round round) {
    return Thread.ofPlatform().name(name).daemon().unstarted(() -> repeat(name, round));
  }

  private static void repeat(String name, Round round) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        round.run();
      } catch (InterruptedException ended) {
        return;
      } catch (Throwable failure) {
        log.error("{} failed, going on", name, failure);
        if (!pauseAfterFailure()) {
          return;
        }
      }
    }
  }

  private static boolean pauseAfterFailure() {
    try {
      Thread.sleep(100);
      return true;
    } catch (InterruptedException ended) {
      return false;
    }
  }

  /// Interrupts a thread and waits until it has ended. A thread that was never started is left
  /// alone.
  public static void stop(Thread thread) {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).daemon().factory();
  }
}
