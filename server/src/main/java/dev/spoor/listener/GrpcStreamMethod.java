package dev.spoor.listener;

/// Answers server-streaming gRPC calls, each on a virtual thread of its own: it may block.
@FunctionalInterface
public interface GrpcStreamMethod {

  /// Sends messages to `stream` and returns how the call ends.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException to end with the code of its kind and its
  ///   message; anything else is INTERNAL and is logged
  /// @throws InterruptedException when the client went away or its deadline has passed
  GrpcEnd call(GrpcCall call, GrpcStream stream) throws Exception;
}
