package dev.spoor.receiver;

import dev.spoor.listener.BodyRoom;
import dev.spoor.listener.GrpcCall;
import dev.spoor.listener.Request;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.compress.BodyDecoder;
import dev.spoor.wire.compress.Compression;
import dev.spoor.wire.compress.NoRoomException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/// The body of a push as it was sent.
///
/// @param compression empty for a plain body
/// @param maxBytes of which it may not be more when it is decompressed
/// @param room of the request
record PushBody(Optional<Compression> compression, Bytes sent, long maxBytes, BodyRoom room) {

  /// @throws ServiceException INVALID when it is not known how the body is compressed
  static PushBody of(Request request, long maxBytes) {
    String encoding = request.header("content-encoding").orElse("identity");
    return new PushBody(
        compression(encoding, ErrorKind.INVALID), request.body(), maxBytes, request.room());
  }

  /// @throws ServiceException UNIMPLEMENTED when it is not known how the message is compressed
  static PushBody of(GrpcCall call, long maxBytes) {
    String encoding = call.compressed() ? call.encoding() : "identity";
    return new PushBody(
        compression(encoding, ErrorKind.UNIMPLEMENTED), call.message(), maxBytes, call.room());
  }

  private static Optional<Compression> compression(String encoding, ErrorKind unknown) {
    if (encoding.equalsIgnoreCase("identity")) {
      return Optional.empty();
    }
    return Optional.of(
        Compression.ofHeader(encoding)
            .orElseThrow(
                () -> new ServiceException(unknown, "unsupported compression: " + encoding)));
  }

  boolean isCompressed() {
    return compression.isPresent();
  }

  /// How many bytes it seems to hold.
  long claimedBytes() {
    return compression.map(how -> BodyDecoder.claimedBytes(how, sent)).orElse((long) sent.length());
  }

  /// The body, decompressed.
  ///
  /// @throws IOException when it is damaged, or larger than `maxBytes`
  /// @throws ServiceException RESOURCE_EXHAUSTED, when there is no room now for what it becomes
  Bytes plain() throws IOException {
    return plain(maxBytes);
  }

  /// As the other one, as long as it is not larger than `most`.
  Bytes plain(long most) throws IOException {
    if (compression.isEmpty()) {
      return sent;
    }
    try {
      return BodyDecoder.decode(
          compression.get(), sent, (int) Math.min(most, maxBytes), room::take);
    } catch (NoRoomException full) {
      throw new ServiceException(
          ErrorKind.RESOURCE_EXHAUSTED,
          "memory pressure: too many bytes of requests at once",
          full);
    }
  }

  /// A `Content-Type` without its parameters, in lower case.
  static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    return (parameters < 0 ? contentType : contentType.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
