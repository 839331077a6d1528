package dev.spoor.testclient;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A gRPC client, without TLS, whose messages are bytes.
public final class RawGrpc implements AutoCloseable {

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
          }
        }
      };

  private final ManagedChannel channel;
  private final Metadata metadata = new Metadata();
  private Optional<String> compression = Optional.empty();

  public RawGrpc(int port) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /// What all calls from now on carry.
  public RawGrpc with(String key, String value) {
    metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    return this;
  }

  public RawGrpc compressing(String encoding) {
    compression = Optional.of(encoding);
    return this;
  }

  public Call call(String method, byte[] request) {
    return new Call(method, request, CallOptions.DEFAULT).reading();
  }

  public Call call(String method, String request) {
    return call(method, request.getBytes(StandardCharsets.UTF_8));
  }

  public Call call(String method, String request, Duration deadline) {
    return new Call(
            method,
            request.getBytes(StandardCharsets.UTF_8),
            CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS))
        .reading();
  }

  /// Takes no message before it is asked for one.
  public Call callWithoutReading(String method, String request) {
    return new Call(method, request.getBytes(StandardCharsets.UTF_8), CallOptions.DEFAULT);
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(10, TimeUnit.SECONDS);
  }

  /// A call whose answer is on its way.
  public final class Call extends ClientCall.Listener<byte[]> {

    private static final byte[] END = {};

    private final ClientCall<byte[], byte[]> call;
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private final CompletableFuture<Metadata> trailers = new CompletableFuture<>();

    private Call(String method, byte[] request, CallOptions options) {
      MethodDescriptor<byte[], byte[]> descriptor =
          MethodDescriptor.newBuilder(BYTES, BYTES)
              .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(method.substring(1))
              .build();
      CallOptions all = compression.map(options::withCompression).orElse(options);
      call = channel.newCall(descriptor, all);
      Metadata head = new Metadata();
      head.merge(metadata);
      call.start(this, head);
      call.setMessageCompression(compression.isPresent());
      call.sendMessage(request);
      call.halfClose();
    }

    private Call reading() {
      call.request(1 << 20);
      return this;
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status end, Metadata last) {
      trailers.complete(last);
      status.complete(end);
      messages.add(END);
    }

    /// The next message; fails when there is none any more.
    public byte[] next() throws InterruptedException {
      byte[] message = messages.take();
      if (message == END) {
        messages.add(END);
        throw new NoSuchElementException("the call has ended: " + status.join());
      }
      return message;
    }

    /// All messages that are still to come.
    public List<byte[]> all() throws InterruptedException {
      reading();
      List<byte[]> all = new ArrayList<>();
      byte[] message = messages.take();
      while (message != END) {
        all.add(message);
        message = messages.take();
      }
      return all;
    }

    /// How it ended, once it has.
    public Status status() {
      return status.join();
    }

    /// The details of a failure, in protobuf.
    public byte[] details() {
      return trailers
          .join()
          .get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
    }

    public String trailer(String name) {
      return trailers.join().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    public void cancel() {
      call.cancel("enough", null);
    }
  }
}
