package dev.spoor.listener;

import dev.spoor.model.Bytes;
import java.util.Map;
import java.util.Optional;

/// A unary gRPC call whose message has arrived.
///
/// @param message still compressed when `compressed`
/// @param compressed the flag of the frame
/// @param encoding `grpc-encoding`, such as `gzip`; `identity` when the sender named none
/// @param metadata lower-case names; of a repeated one the first
/// @param room for what the message is decompressed to
public record GrpcCall(
    Bytes message,
    boolean compressed,
    String encoding,
    Map<String, String> metadata,
    BodyRoom room) {

  public Optional<String> metadata(String lowerCaseName) {
    return Optional.ofNullable(metadata.get(lowerCaseName));
  }
}
