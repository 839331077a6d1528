package dev.spoor.api;

import dev.spoor.listener.GrpcCall;
import dev.spoor.listener.GrpcEnd;
import dev.spoor.listener.GrpcReply;
import dev.spoor.listener.GrpcStream;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.platform.threads.Ticks;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The gRPC service `grpc.health.v1.Health`. The name of a service in a request makes no
/// difference: what `/ready` says is true for all of them.
public final class HealthService {

  static final String SERVICE = "/grpc.health.v1.Health/";

  private static final int MAX_REQUEST_BYTES = 64 << 10;

  /// Of the enum `HealthCheckResponse.ServingStatus`.
  private static final int SERVING = 1;

  private static final int NOT_SERVING = 2;

  private final BooleanSupplier ready;
  private final BooleanSupplier stopping;
  private final Ticks ticks;

  /// @param ready must not block
  /// @param stopping whether those who watch should go somewhere else
  /// @param ticks when to look again for those who watch
  public HealthService(BooleanSupplier ready, BooleanSupplier stopping, Ticks ticks) {
    this.ready = ready;
    this.stopping = stopping;
    this.ticks = ticks;
  }

  /// Adds the service to a port.
  public void serve(HttpListener listener) {
    listener.grpc(
        Purpose.READY,
        SERVICE + "Check",
        MAX_REQUEST_BYTES,
        call -> CompletableFuture.completedFuture(GrpcReply.ok(message(status()).toArray())));
    listener.grpcStream(Purpose.READY, SERVICE + "Watch", MAX_REQUEST_BYTES, this::watch);
  }

  private GrpcEnd watch(GrpcCall call, GrpcStream stream) throws InterruptedException {
    int told = 0;
    while (true) {
      int status = status();
      if (status != told) {
        stream.send(message(status));
        told = status;
      }
      if (stopping.getAsBoolean()) {
        return GrpcEnd.error(GrpcReply.UNAVAILABLE, "the server is stopping");
      }
      ticks.awaitNext();
    }
  }

  private int status() {
    return ready.getAsBoolean() && !stopping.getAsBoolean() ? SERVING : NOT_SERVING;
  }

  private static Bytes message(int status) {
    ProtoWriter writer = new ProtoWriter();
    writer.uint32UnlessZero(1, status);
    return writer.finish();
  }
}
