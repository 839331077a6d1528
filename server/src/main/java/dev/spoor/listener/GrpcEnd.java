package dev.spoor.listener;

import java.util.Map;

/// How a server-streaming gRPC call ends.
///
/// @param code one of those in [GrpcReply]
/// @param message the error text; empty for OK
/// @param trailers further trailing metadata; names in lower case, values in printable ASCII
public record GrpcEnd(int code, String message, Map<String, String> trailers) {

  public static final GrpcEnd OK = new GrpcEnd(GrpcReply.OK, "", Map.of());

  public GrpcEnd {
    trailers = Map.copyOf(trailers);
  }

  public static GrpcEnd error(int code, String message) {
    return new GrpcEnd(code, message, Map.of());
  }
}
