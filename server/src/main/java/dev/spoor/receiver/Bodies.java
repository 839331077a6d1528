package dev.spoor.receiver;

import dev.spoor.listener.BodyRoom;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.compress.BodyDecoder;
import dev.spoor.wire.compress.Compression;
import dev.spoor.wire.compress.NoRoomException;
import java.io.IOException;
import java.util.Locale;

/// What receivers over HTTP and gRPC do alike with the bodies they get.
final class Bodies {

  private Bodies() {}

  /// @param encoding the header's value; `identity` for a plain body
  /// @param unknown what kind of failure it is when we don't know the compression
  /// @param room of the request
  /// @throws ServiceException also RESOURCE_EXHAUSTED, when there is no room now for what it
  ///   becomes
  static Bytes decompressed(
      String encoding, Bytes body, long maxBytes, ErrorKind unknown, BodyRoom room)
      throws IOException {
    if (encoding.equalsIgnoreCase("identity")) {
      return body;
    }
    Compression compression =
        Compression.ofHeader(encoding)
            .orElseThrow(
                () -> new ServiceException(unknown, "unsupported compression: " + encoding));
    try {
      return BodyDecoder.decode(compression, body, (int) maxBytes, room::take);
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
