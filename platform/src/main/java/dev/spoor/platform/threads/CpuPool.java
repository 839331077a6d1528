package dev.spoor.platform.threads;

import dev.spoor.platform.lifecycle.Component;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Threads for long computing: as many as there are processors, so that queries share them and the
/// threads that take pushes still get their turn.
public final class CpuPool implements Component {

  private final int size;
  private final ExecutorService executor;

  public CpuPool(String name, int size) {
    this.size = size;
    this.executor = Executors.newFixedThreadPool(size, Threads.named(name + "-"));
  }

  /// How many computations run at once.
  public int size() {
    return size;
  }

  /// Runs a computation when a thread is free. Cancelling with interruption stops it at its next
  /// check of the interrupt flag.
  public <T> Future<T> submit(Callable<T> computation) {
    return executor.submit(computation);
  }

  @Override
  public void start() {}

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
