package dev.spoor.listener;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ServiceException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server-streaming gRPC call while it is answered: its messages, its deadline, its end.
///
/// The method runs on a thread of its own, which is interrupted when the client goes away or its
/// deadline passes. Messages are written by that thread alone.
final class StreamingCall implements GrpcStream {

  private static final Logger log = LoggerFactory.getLogger(StreamingCall.class);

  private final String path;
  private final GrpcLimits limits;
  private final HttpResponseWriter response = HttpResponse.streaming();
  private boolean hasHead;
  private long sentBytes;

  /// Set before the thread is interrupted for it.
  private volatile boolean deadlinePassed;

  /// Guarded by this, as is whether it was to be interrupted before it began.
  private @Nullable Thread runner;

  private boolean isInterrupted;

  StreamingCall(String path, GrpcLimits limits) {
    this.path = path;
    this.limits = limits;
  }

  HttpResponse response() {
    return response;
  }

  /// What to do when the call has ended, one way or the other.
  interface Ended {
    void with(int code, long sentBytes);
  }

  /// Runs the method.
  ///
  /// @param timeout of the client
  /// @param clock where its end is waited for
  void start(
      GrpcStreamMethod method,
      GrpcCall call,
      Optional<Duration> timeout,
      ScheduledExecutorService clock,
      ExecutorService threads,
      Ended ended) {
    Optional<ScheduledFuture<?>> deadline =
        timeout.map(wait -> clock.schedule(this::late, wait.toNanos(), TimeUnit.NANOSECONDS));
    response
        .whenComplete()
        .whenComplete((nothing, failure) -> {
          deadline.ifPresent(late -> late.cancel(false));
          if (failure != null) {
            interrupt();
          }
        });
    threads.execute(() -> {
      begin();
      finish(end(method, call), ended);
    });
  }

  /// Ends a call whose method never ran.
  void refuse(GrpcEnd end, Ended ended) {
    finish(end, ended);
  }

  private void late() {
    deadlinePassed = true;
    interrupt();
  }

  private synchronized void begin() {
    runner = Thread.currentThread();
    if (isInterrupted) {
      runner.interrupt();
    }
  }

  private synchronized void interrupt() {
    isInterrupted = true;
    if (runner != null) {
      runner.interrupt();
    }
  }

  private GrpcEnd end(GrpcStreamMethod method, GrpcCall call) {
    try {
      return method.call(call, this);
    } catch (Throwable failure) {
      return endOf(failure);
    }
  }

  GrpcEnd endOf(Throwable failure) {
    if (failure instanceof InterruptedException) {
      return deadlinePassed
          ? GrpcEnd.error(GrpcReply.DEADLINE_EXCEEDED, "the deadline of the client has passed")
          : GrpcEnd.error(GrpcReply.CANCELLED, "the client went away");
    }
    if (failure instanceof ServiceException known) {
      return GrpcEnd.error(Replies.codeOf(known.kind()), String.valueOf(known.getMessage()));
    }
    log.error("{} failed", path, failure);
    return GrpcEnd.error(GrpcReply.INTERNAL, failure.toString());
  }

  private void finish(GrpcEnd end, Ended ended) {
    HttpHeadersBuilder last = hasHead ? HttpHeaders.builder() : head().toBuilder();
    last.endOfStream(true);
    last.set(Replies.GRPC_STATUS, Integer.toString(end.code()));
    if (end.code() != GrpcReply.OK) {
      last.set(Replies.GRPC_MESSAGE, GrpcFrames.percentEncoded(end.message()));
    }
    end.trailers().forEach(last::set);
    // Nobody may be there to read it any more, which is why the call ended.
    if (response.tryWrite(last.build())) {
      response.close();
    }
    ended.with(end.code(), sentBytes);
  }

  @Override
  public void awaitRoom() throws InterruptedException {
    try {
      response.whenConsumed().get();
    } catch (ExecutionException gone) {
      throw wentAway(gone);
    }
  }

  @Override
  public void send(Bytes message) throws InterruptedException {
    limits.requireSendable(message.length());
    awaitRoom();
    if (!hasHead) {
      hasHead = true;
      if (!response.tryWrite(head())) {
        throw wentAway(null);
      }
    }
    if (!response.tryWrite(GrpcFrames.frame(message))) {
      throw wentAway(null);
    }
    sentBytes += message.length();
  }

  private static ResponseHeaders head() {
    return ResponseHeaders.of(
        HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto");
  }

  private static InterruptedException wentAway(@Nullable Throwable cause) {
    InterruptedException gone = new InterruptedException("the client went away");
    gone.initCause(cause);
    return gone;
  }
}
