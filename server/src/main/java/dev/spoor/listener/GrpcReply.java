package dev.spoor.listener;

/// The answer to a unary gRPC call.
///
/// @param code gRPC status code, 0 is OK
/// @param message the error text; for OK what was left out and why, for the trailer
///   `spoor-partial`, and empty when nothing was
/// @param body the response message; empty unless OK
/// @param statusDetails a serialized `google.rpc.Status` for `grpc-status-details-bin`; empty for
///   none
public record GrpcReply(int code, String message, byte[] body, byte[] statusDetails) {

  private static final byte[] NOTHING = {};

  public static final int OK = 0;
  public static final int CANCELLED = 1;
  public static final int UNKNOWN = 2;
  public static final int INVALID_ARGUMENT = 3;
  public static final int DEADLINE_EXCEEDED = 4;
  public static final int NOT_FOUND = 5;
  public static final int PERMISSION_DENIED = 7;
  public static final int RESOURCE_EXHAUSTED = 8;
  public static final int UNIMPLEMENTED = 12;
  public static final int INTERNAL = 13;
  public static final int UNAVAILABLE = 14;
  public static final int UNAUTHENTICATED = 16;

  public static GrpcReply ok(byte[] body) {
    return new GrpcReply(OK, "", body, NOTHING);
  }

  /// An answer that says that only a part was done.
  ///
  /// @param leftOut on one line, in ASCII
  public static GrpcReply partly(byte[] body, String leftOut) {
    return new GrpcReply(OK, leftOut, body, NOTHING);
  }

  public static GrpcReply error(int code, String message) {
    return new GrpcReply(code, message, NOTHING, NOTHING);
  }

  public static GrpcReply error(int code, String message, byte[] statusDetails) {
    return new GrpcReply(code, message, NOTHING, statusDetails);
  }
}
