package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks again while the first request is still on its way, and takes the answer that comes first.
final class Hedge implements AutoCloseable {

  private final Duration after;
  private final int most;
  private final RequestObserver observer;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("hedged-get-", 0).factory());

  /// @param after zero for never
  /// @param most requests in all
  Hedge(Duration after, int most, RequestObserver observer) {
    this.after = after;
    this.most = most;
    this.observer = observer;
  }

  interface Call<T> {
    T run() throws IOException;
  }

  /// When all of them fail, the failure is the one of the last.
  <T> T first(Call<T> call) throws IOException {
    return after.isZero() || most < 2 ? call.run() : race(call);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private <T> T race(Call<T> call) throws IOException {
    CompletionService<T> answers = new ExecutorCompletionService<>(threads);
    List<Future<T>> running = new ArrayList<>();
    try {
      int failed = 0;
      running.add(answers.submit(call::run));
      while (true) {
        @Nullable Future<T> ended = next(answers, running.size() < most);
        if (ended == null) {
          observer.hedged();
          running.add(answers.submit(call::run));
          continue;
        }
        try {
          return ended.get();
        } catch (ExecutionException failure) {
          failed++;
          if (failed == running.size()) {
            throw rethrown(failure);
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the object store");
    } finally {
      running.forEach(future -> future.cancel(true));
    }
  }

  private <T> @Nullable Future<T> next(CompletionService<T> answers, boolean mayAskAgain)
      throws InterruptedException {
    return mayAskAgain ? answers.poll(after.toNanos(), TimeUnit.NANOSECONDS) : answers.take();
  }

  private static IOException rethrown(ExecutionException failure) {
    return switch (failure.getCause()) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      case null, default -> new IOException(failure);
    };
  }
}
