package dev.spoor.listener;

import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One UDP port. Its own thread receives, and hands each datagram to a handler.
///
/// So many are handled at a time; what comes while there is no room is dropped, and the handler is
/// told.
public final class Datagrams implements Component {

  private static final Logger log = LoggerFactory.getLogger(Datagrams.class);

  private static final Gate.Caller NOBODY = new Gate.Caller(null, null, null);
  private static final int LONGEST_DATAGRAM = 65_535;
  private static final int SECONDS_TO_END = 5;

  private final String name;
  private final InetSocketAddress address;
  private final Limits limits;
  private final BodyBudget budget;
  private final Gate gate;
  private final Handler handler;
  private final Semaphore room;
  private final Thread receiver;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST_DATAGRAM);
  private @Nullable DatagramChannel channel;

  /// @param queueSize how many datagrams are handled at a time
  /// @param maxPacketBytes larger ones are dropped
  /// @param socketBufferBytes what the system is asked to hold; 0 for its own choice
  public record Limits(int queueSize, int maxPacketBytes, int socketBufferBytes) {}

  /// Why a datagram was not handled.
  public enum Drop {
    QUEUE_FULL,
    TOO_LARGE,
    /// Access is controlled, and a datagram can't say who sent it.
    NOT_ALLOWED
  }

  /// Takes datagrams, on the receiving thread: it must not block.
  public interface Handler {

    /// @return completes when the datagram is no longer held, however that went
    CompletableFuture<?> handle(Bytes datagram);

    void dropped(Drop reason);
  }

  /// @param name for messages, such as `jaeger-compact`
  public Datagrams(
      String name, Binding binding, Limits limits, ListenerParts parts, Handler handler) {
    this.name = name;
    this.address = binding.address();
    this.limits = limits;
    this.budget = parts.budget();
    this.gate = parts.gate();
    this.handler = handler;
    this.room = new Semaphore(limits.queueSize());
    this.receiver = Threads.forever(name, this::receive);
  }

  public String name() {
    return name;
  }

  @Override
  public void start() throws IOException {
    DatagramChannel opened = DatagramChannel.open();
    try {
      if (limits.socketBufferBytes() > 0) {
        opened.setOption(StandardSocketOptions.SO_RCVBUF, limits.socketBufferBytes());
      }
      opened.bind(address);
    } catch (IOException | RuntimeException failure) {
      opened.close();
      throw new IOException(
          "%s cannot listen on %s: %s".formatted(name, address, failure.getMessage()), failure);
    }
    channel = opened;
    receiver.start();
  }

  /// The port that is listened on; only after `start`.
  public int port() {
    try {
      return ((InetSocketAddress) open().getLocalAddress()).getPort();
    } catch (IOException closed) {
      throw new IllegalStateException(name + " does not listen any more", closed);
    }
  }

  private DatagramChannel open() {
    if (channel == null) {
      throw new IllegalStateException(name + " does not listen yet");
    }
    return channel;
  }

  /// Stops receiving, and waits a few seconds for what is being handled.
  @Override
  public void close() {
    Threads.stop(receiver);
    if (channel == null) {
      return;
    }
    try {
      channel.close();
      if (room.tryAcquire(limits.queueSize(), SECONDS_TO_END, TimeUnit.SECONDS)) {
        room.release(limits.queueSize());
      } else {
        log.warn("{} ends while datagrams are being stored", name);
      }
    } catch (IOException failure) {
      log.warn("closing {} failed", name, failure);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive() throws IOException, InterruptedException {
    buffer.clear();
    try {
      open().receive(buffer);
    } catch (ClosedChannelException ended) {
      throw new InterruptedException(name + " is closed");
    }
    buffer.flip();
    int bytes = buffer.remaining();
    if (bytes > limits.maxPacketBytes()) {
      handler.dropped(Drop.TOO_LARGE);
    } else if (!mayPass()) {
      handler.dropped(Drop.NOT_ALLOWED);
    } else if (!room.tryAcquire()) {
      handler.dropped(Drop.QUEUE_FULL);
    } else if (!budget.take(bytes)) {
      room.release();
      handler.dropped(Drop.QUEUE_FULL);
    } else {
      handle(bytes);
    }
  }

  private boolean mayPass() {
    try {
      gate.admit(Purpose.WRITE, NOBODY);
      return true;
    } catch (ServiceException refusal) {
      return false;
    }
  }

  private void handle(int bytes) {
    byte[] datagram = new byte[bytes];
    buffer.get(datagram);
    CompletableFuture<?> handled;
    try {
      handled = handler.handle(Bytes.of(datagram));
    } catch (RuntimeException failure) {
      handled = CompletableFuture.failedFuture(failure);
    }
    handled.whenComplete((_, failure) -> {
      budget.giveBack(bytes);
      room.release();
      if (failure != null) {
        log.error("{}: a datagram of {} bytes was lost", name, bytes, failure);
      }
    });
  }
}
