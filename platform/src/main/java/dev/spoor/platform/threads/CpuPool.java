package dev.spoor.platform.threads;

import dev.spoor.platform.lifecycle.Component;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Threads for long computing: as many compute at once as there are processors, so that queries
/// share them and the threads that take pushes still get their turn.
///
/// There may be more threads than that. One that waits for something outside of the process, such
/// as an object store, says so ([#waiting]), and another one computes meanwhile. That bounds the
/// computing, and by the number of threads the requests that are on their way at once.
public final class CpuPool implements Component {

  private static final ThreadLocal<@Nullable Turn> TURN = new ThreadLocal<>();

  private final int threads;
  private final Semaphore processors;
  private final ExecutorService executor;

  /// @param size threads, and computations at once
  public CpuPool(String name, int size) {
    this(name, size, size);
  }

  /// @param processors computations at once
  /// @param threads computations that have begun, those that wait for something included
  public CpuPool(String name, int processors, int threads) {
    if (threads < processors) {
      throw new IllegalArgumentException(threads + " threads for " + processors + " processors");
    }
    this.threads = threads;
    this.processors = new Semaphore(processors, true);
    this.executor = Executors.newFixedThreadPool(threads, Threads.named(name + "-"));
  }

  /// How many computations may have begun at once.
  public int size() {
    return threads;
  }

  /// Runs a computation when a thread is free. Cancelling with interruption stops it at its next
  /// check of the interrupt flag.
  public <T> Future<T> submit(Callable<T> computation) {
    return executor.submit(() -> inTurn(computation));
  }

  private <T> T inTurn(Callable<T> computation) throws Exception {
    Turn turn = new Turn(processors);
    turn.take();
    TURN.set(turn);
    try {
      return computation.call();
    } finally {
      TURN.remove();
      turn.giveBack();
    }
  }

  /// Something that is waited for.
  public interface Wait<T> {
    T run() throws IOException;
  }

  /// Waits without keeping others from computing, when this thread is one of a pool. Works on any
  /// other thread too.
  ///
  /// @throws InterruptedIOException when interrupted before it may go on computing
  public static <T> T waiting(Wait<T> wait) throws IOException {
    Turn turn = TURN.get();
    if (turn == null || !turn.held) {
      return wait.run();
    }
    turn.giveBack();
    T result;
    try {
      result = wait.run();
    } catch (IOException | RuntimeException failure) {
      turn.takeUnlessInterrupted();
      throw failure;
    }
    if (!turn.takeUnlessInterrupted()) {
      throw new InterruptedIOException("interrupted before a processor was free");
    }
    return result;
  }

  @Override
  public void start() {}

  @Override
  public void close() {
    executor.shutdownNow();
  }

  /// The right of one thread to compute.
  private static final class Turn {

    private final Semaphore processors;
    private boolean held;

    Turn(Semaphore processors) {
      this.processors = processors;
    }

    void take() throws InterruptedException {
      processors.acquire();
      held = true;
    }

    /// False when interrupted meanwhile; the thread stays interrupted.
    boolean takeUnlessInterrupted() {
      try {
        take();
        return true;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    void giveBack() {
      if (held) {
        held = false;
        processors.release();
      }
    }
  }
}
