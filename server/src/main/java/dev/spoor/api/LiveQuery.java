package dev.spoor.api;

import dev.spoor.contract.Progress;
import dev.spoor.listener.GrpcStream;
import dev.spoor.model.Bytes;
import dev.spoor.wire.query.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A query that shows what it has found so far while it runs.
///
/// The query runs on a thread of its own. The calling thread waits until some of it is done, the
/// pause is over and the client has taken the last message; only then it asks how far the query is.
/// So a client that reads slowly gets fewer messages, and nothing piles up for it.
final class LiveQuery<A extends Answer> implements Progress<A> {

  private final Duration pause;

  /// Of the last that was told, or null when it was looked at. Guarded by this, as is `ended`.
  private @Nullable Supplier<A> latest;

  private boolean ended;

  /// @param pause between messages, and before the first one
  LiveQuery(Duration pause) {
    this.pause = pause;
  }

  /// What is to be answered.
  interface Query<A extends Answer> {
    Answered<A> run(Progress<A> progress) throws Exception;
  }

  /// Runs a query, sends what it finds, and returns its answer once that is sent as well.
  ///
  /// @throws InterruptedException when nobody waits for it any more; the query is interrupted too
  Answered<A> run(Query<A> query, StreamedMessages<A, ?> messages, GrpcStream stream)
      throws Exception {
    FutureTask<Answered<A>> answer =
        new FutureTask<>(() -> query.run(this)) {
          @Override
          protected void done() {
            end();
          }
        };
    Thread.ofVirtual().name("streamed-query").start(answer);
    try {
      Supplier<A> soFar = next();
      while (soFar != null) {
        stream.awaitRoom();
        send(messages.of(soFar.get()), stream);
        soFar = next();
      }
      Answered<A> whole = answer.get();
      send(messages.last(whole.body()), stream);
      return whole;
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception known ? known : failure;
    } finally {
      answer.cancel(true);
    }
  }

  private static void send(List<Bytes> messages, GrpcStream stream) throws InterruptedException {
    for (Bytes message : messages) {
      stream.send(message);
    }
  }

  @Override
  public synchronized void advanced(Supplier<A> soFar) {
    latest = soFar;
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /// Waits for the pause to be over and for something new; null when the query has ended.
  private synchronized @Nullable Supplier<A> next() throws InterruptedException {
    long begin = System.nanoTime();
    while (!ended) {
      long left = pause.toNanos() - (System.nanoTime() - begin);
      if (latest != null && left <= 0) {
        Supplier<A> found = latest;
        latest = null;
        return found;
      }
      if (latest == null) {
        wait();
      } else {
        wait(Math.ceilDiv(left, 1_000_000L));
      }
    }
    return null;
  }
}
