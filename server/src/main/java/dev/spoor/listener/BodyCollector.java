package dev.spoor.listener;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import dev.spoor.model.Bytes;
import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// Copies a request body out of the pooled buffers into one array, once, within a limit of its own
/// and the budget of all bodies. Runs on the event loop of the request.
final class BodyCollector implements Subscriber<HttpObject> {

  private static final int FIRST_CAPACITY = 16 << 10;

  /// Room that is made for a body before any of it has come. More would let requests that announce
  /// much and bring nothing keep everybody else out.
  private static final int MOST_IN_ADVANCE = 64 << 10;

  private final CompletableFuture<Bytes> whole = new CompletableFuture<>();
  private final BodyRoom room;
  private final long limit;
  private final long announced;

  private @Nullable Subscription subscription;
  private byte[] array = {};
  private int length;

  /// @param announced `content-length`, or -1
  BodyCollector(BodyRoom room, long limit, long announced) {
    this.room = room;
    this.limit = limit;
    this.announced = announced;
    if (announced > limit) {
      whole.completeExceptionally(tooLarge());
    } else if (announced > 0) {
      grow((int) Math.min(announced, MOST_IN_ADVANCE));
    }
  }

  /// Completes with the body, or fails with a [ServiceException]: TOO_LARGE over the limit,
  /// RESOURCE_EXHAUSTED over the budget, TIMEOUT when it took too long, CANCELED when the client
  /// went away.
  CompletableFuture<Bytes> whole() {
    return whole;
  }

  /// Of the body, and of what becomes of it.
  BodyRoom room() {
    return room;
  }

  /// Gives the room back, when the body is no longer held.
  void release() {
    room.release();
  }

  @Override
  public void onSubscribe(Subscription s) {
    subscription = s;
    if (whole.isDone()) {
      s.cancel();
    } else {
      s.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(HttpObject object) {
    if (!(object instanceof HttpData data)) {
      return;
    }
    try (data) {
      if (whole.isDone()) {
        return;
      }
      int more = data.length();
      if ((long) length + more > limit) {
        refuse(tooLarge());
      } else if (length + more <= array.length || grow(length + more)) {
        ByteBuf buffer = data.byteBuf();
        buffer.getBytes(buffer.readerIndex(), array, length, more);
        length += more;
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(
        new ServiceException(ErrorKind.CANCELED, "the request ended before its body", failure));
  }

  @Override
  public void onComplete() {
    whole.complete(Bytes.of(array, 0, length));
  }

  private boolean grow(int needed) {
    long doubled = Math.max(FIRST_CAPACITY, array.length * 2L);
    long most = announced > 0 ? announced : limit;
    int capacity = array.length == 0 ? needed : (int) Math.max(needed, Math.min(most, doubled));
    if (!room.take(capacity - array.length)) {
      refuse(
          new ServiceException(
              ErrorKind.RESOURCE_EXHAUSTED, "memory pressure: too many bytes of requests at once"));
      return false;
    }
    array = Arrays.copyOf(array, capacity);
    return true;
  }

  /// Fails with TIMEOUT, unless it is done. On the event loop, as all of this.
  void tooLate(Duration most) {
    if (!whole.isDone()) {
      refuse(
          new ServiceException(
              ErrorKind.TIMEOUT,
              "the body did not come within %s (read_timeout)"
                  .formatted(Durations.formatGo(most))));
    }
  }

  private void refuse(ServiceException refusal) {
    whole.completeExceptionally(refusal);
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private ServiceException tooLarge() {
    return new ServiceException(
        ErrorKind.TOO_LARGE, "the request is larger than the limit of %d bytes".formatted(limit));
  }
}
