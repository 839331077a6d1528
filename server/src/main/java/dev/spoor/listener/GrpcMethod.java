package dev.spoor.listener;

import java.util.concurrent.CompletableFuture;

/// Answers unary gRPC calls on the event loop: it must not block.
@FunctionalInterface
public interface GrpcMethod {

  /// A failed future is INTERNAL and is logged.
  CompletableFuture<GrpcReply> call(GrpcCall call);
}
