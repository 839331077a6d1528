package dev.spoor.listener;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a [StreamedBody]: one piece is in memory, and the next one is made when the client has
/// taken it. A client that is waited for longer than a minute in all, before it has taken 4 MiB
/// more, is given up: what is sent may hold much memory, which others wait for.
///
/// A failure after the head has gone out ends the connection, or the stream of HTTP/2, before the
/// body is complete; so nobody takes a part of it for all.
final class SentBody extends OutputStream {

  private static final Logger log = LoggerFactory.getLogger(SentBody.class);

  private static final int PIECE = 64 << 10;

  /// So many bytes have to be taken within so much time of waiting.
  private static final int STRETCH = 4 << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpResponseWriter response = HttpResponse.streaming();
  private final byte[] piece = new byte[PIECE];
  private final Watch watch;
  private int size;
  private long sent;

  /// Bytes of the current stretch.
  private int ofStretch;

  /// Of the patience, for the current stretch.
  private long nanosLeft = PATIENCE.toNanos();

  private SentBody(Watch watch) {
    this.watch = watch;
  }

  /// How slow clients are found out.
  ///
  /// @param nanos a monotonic clock
  /// @param givenUp runs when a client was too slow
  record Watch(LongSupplier nanos, Runnable givenUp) {}

  /// Begins to send.
  ///
  /// @param compressed whether with gzip
  /// @param threads where the body is made
  /// @param path for the log
  /// @param ended is told how many bytes were sent
  static HttpResponse begin(
      ResponseHeaders head,
      StreamedBody body,
      boolean compressed,
      ExecutorService threads,
      String path,
      LongConsumer ended,
      Watch watch) {
    SentBody sending = new SentBody(watch);
    try {
      threads.execute(() -> sending.send(head, body, compressed, path, ended));
    } catch (RejectedExecutionException closing) {
      body.close();
      ended.accept(0);
      throw closing;
    }
    return sending.response;
  }

  private void send(
      ResponseHeaders head,
      StreamedBody body,
      boolean compressed,
      String path,
      LongConsumer ended) {
    try (body) {
      if (response.tryWrite(head)) {
        write(body, compressed);
        response.close();
      }
    } catch (SlowException slow) {
      watch.givenUp.run();
      log.warn("{}: the answer is given up after {} bytes: {}", path, sent, slow.getMessage());
      response.abort(slow);
    } catch (GoneException gone) {
      response.abort(gone);
    } catch (Throwable failure) { // an Error too: the client would wait for the rest
      log.error("{}: the answer could not be made to its end", path, failure);
      response.close(failure);
    } finally {
      ended.accept(sent);
    }
  }

  private void write(StreamedBody body, boolean compressed) throws IOException {
    if (compressed) {
      Compressing gzip = new Compressing(this);
      try {
        body.writeTo(gzip);
        gzip.finish();
      } finally {
        gzip.release();
      }
    } else {
      body.writeTo(this);
    }
    flush();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    int from = offset;
    while (from < offset + length) {
      if (size == PIECE) {
        flush();
      }
      int count = Math.min(PIECE - size, offset + length - from);
      System.arraycopy(source, from, piece, size, count);
      size += count;
      from += count;
    }
  }

  @Override
  public void flush() throws IOException {
    if (size == 0) {
      return;
    }
    awaitRoom();
    if (!response.tryWrite(HttpData.copyOf(piece, 0, size))) {
      throw new GoneException("the client went away");
    }
    sent += size;
    ofStretch += size;
    size = 0;
    if (ofStretch >= STRETCH) {
      ofStretch = 0;
      nanosLeft = PATIENCE.toNanos();
    }
  }

  private void awaitRoom() throws GoneException {
    long begin = watch.nanos.getAsLong();
    try {
      response.whenConsumed().get(nanosLeft, TimeUnit.NANOSECONDS);
    } catch (ExecutionException gone) {
      throw new GoneException("the client went away");
    } catch (TimeoutException slow) {
      throw new SlowException();
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw new GoneException("the process ends");
    }
    nanosLeft -= watch.nanos.getAsLong() - begin;
    if (nanosLeft <= 0) {
      throw new SlowException();
    }
  }

  /// Lets go of its memory outside of the heap, whatever became of the body.
  private static final class Compressing extends GZIPOutputStream {

    Compressing(OutputStream to) throws IOException {
      super(to, PIECE);
    }

    void release() {
      def.end();
    }
  }

  /// Nobody is there to take the rest.
  private static class GoneException extends IOException {
    GoneException(String why) {
      super(why);
    }
  }

  private static final class SlowException extends GoneException {
    SlowException() {
      super("the client took less than %d bytes in %d s".formatted(STRETCH, PATIENCE.toSeconds()));
    }
  }
}
