package dev.spoor.listener;

import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;

/// What gRPC clients of a port may take.
///
/// @param maxStreams calls of one connection that are answered at the same time; others wait with
///   the client. 0 for any number
/// @param maxSendBytes of a message to a client; 0 for any size
public record GrpcLimits(int maxStreams, int maxSendBytes) {

  public static final GrpcLimits NONE = new GrpcLimits(0, 0);

  /// The reply, when it may be sent.
  ///
  /// @throws ServiceException RESOURCE_EXHAUSTED when it is too large
  GrpcReply sendable(GrpcReply reply) {
    requireSendable(reply.body().length);
    return reply;
  }

  void requireSendable(int bytes) {
    if (maxSendBytes > 0 && bytes > maxSendBytes) {
      throw new ServiceException(
          ErrorKind.RESOURCE_EXHAUSTED,
          "trying to send message larger than max (%d vs. %d)".formatted(bytes, maxSendBytes));
    }
  }
}
