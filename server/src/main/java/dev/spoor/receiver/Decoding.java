package dev.spoor.receiver;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MessageTooLargeException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.wire.compress.BodyTooLargeException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where bodies become pushes: decompressed, converted, decoded, and handed to the log's queue.
///
/// A usual push is a small piece of work, and done at once on the event loop that it came on.
/// Larger ones would keep all others on that loop waiting, whoever sent them. They are done on
/// threads of their own, in turns that are fair between tenants ([CpuPool]): who floods us waits
/// for himself. Of one tenant only so much may wait; more is refused, retryable.
///
/// See `docs/adr/0018-large-bodies-in-turns.md`. Safe for many threads.
public final class Decoding implements Component {

  /// Bytes that are decompressed, or converted, at once: about half a millisecond of work.
  static final int AT_ONCE = 128 << 10;

  /// Bytes of protobuf that are only walked over at once.
  static final int WALKED_AT_ONCE = 1 << 20;

  private static final int MOST_WAITING = 1_000;

  private final CpuPool pool;

  /// Answers of those whose turn has not come.
  private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();

  /// @param processors turns at once
  public Decoding(int processors, DecodingMetrics metrics) {
    this(processors, MOST_WAITING, metrics.queue);
  }

  /// @param mostWaiting bodies of one tenant
  Decoding(int processors, int mostWaiting, CpuPool.Observer observer) {
    pool = new CpuPool("decode", processors, processors, mostWaiting, observer);
  }

  /// What is done with a body.
  @FunctionalInterface
  interface Work<T> {

    /// Does not block.
    ///
    /// @param plain decompressed
    /// @throws IOException when it can't be read
    /// @throws MessageTooLargeException when it becomes too large
    CompletableFuture<T> with(Tenant tenant, Bytes plain) throws IOException;
  }

  /// Has a body decompressed and worked on, now or in the tenant's turn. What becomes of it is told
  /// by the future alone.
  ///
  /// @param isConverted whether the work is more than to walk over protobuf
  /// @param unreadable the answer to a body that can't be read
  <T> CompletableFuture<T> decode(
      Tenant tenant,
      PushBody body,
      boolean isConverted,
      Work<T> work,
      Function<Exception, T> unreadable) {
    int atOnce = isConverted || body.isCompressed() ? AT_ONCE : WALKED_AT_ONCE;
    if (body.claimedBytes() <= atOnce) {
      try {
        Bytes plain = body.plain(atOnce);
        return begun(() -> work.with(tenant, plain), unreadable);
      } catch (BodyTooLargeException larger) {
        if (body.maxBytes() <= atOnce) {
          return CompletableFuture.completedFuture(unreadable.apply(larger));
        } // Its size was not told, or it was a lie.
      } catch (IOException damaged) {
        return CompletableFuture.completedFuture(unreadable.apply(damaged));
      } catch (ServiceException refusal) {
        return CompletableFuture.failedFuture(refusal);
      }
    }
    return inTurn(tenant, () -> begun(() -> work.with(tenant, body.plain()), unreadable));
  }

  private interface Beginning<T> {
    CompletableFuture<T> begin() throws IOException;
  }

  private static <T> CompletableFuture<T> begun(
      Beginning<T> work, Function<Exception, T> unreadable) {
    try {
      return work.begin();
    } catch (IOException | MessageTooLargeException damaged) {
      return CompletableFuture.completedFuture(unreadable.apply(damaged));
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private <T> CompletableFuture<T> inTurn(Tenant tenant, Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    waiting.add(answer);
    try {
      pool.submit(
          tenant.id(),
          () -> {
            waiting.remove(answer);
            work.get().whenComplete((value, failure) -> tell(answer, value, failure));
            return true;
          });
    } catch (ServiceException refusal) {
      waiting.remove(answer);
      answer.completeExceptionally(
          refusal.kind() == ErrorKind.RESOURCE_EXHAUSTED ? full(tenant, refusal) : refusal);
    }
    return answer;
  }

  private static <T> void tell(
      CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable failure) {
    if (failure == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(failure);
    }
  }

  private static ServiceException full(Tenant tenant, ServiceException refusal) {
    return new ServiceException(
        ErrorKind.RESOURCE_EXHAUSTED,
        "too many large requests of tenant %s wait to be decoded".formatted(tenant),
        refusal);
  }

  @Override
  public void start() {
    pool.start();
  }

  /// Gives up what waits. Receivers are closed before.
  @Override
  public void close() {
    pool.close();
    waiting.forEach(answer ->
        answer.completeExceptionally(
            new ServiceException(ErrorKind.UNAVAILABLE, "the process is stopping")));
  }
}
