package dev.spoor.listener;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The framing of gRPC: five bytes before each message, and what headers and trailers say.
///
/// See the [protocol](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
final class GrpcFrames {

  static final int PREFIX = 5;

  private static final int MOST_TIMEOUT_DIGITS = 8;

  private GrpcFrames() {}

  /// The call whose body is exactly one message.
  static GrpcCall call(HttpRequest request, BodyCollector collected) {
    Bytes body = collected.whole().join();
    if (body.length() < PREFIX || body.length() - PREFIX != messageLength(body)) {
      throw new ServiceException(
          ErrorKind.INTERNAL,
          "the request is not one whole gRPC message: %d bytes".formatted(body.length()));
    }
    Bytes message = Bytes.of(body.array(), body.offset() + PREFIX, body.length() - PREFIX);
    Map<String, String> metadata = Requests.headers(request.headers());
    String encoding = metadata.getOrDefault("grpc-encoding", "identity");
    return new GrpcCall(message, body.at(0) != 0, encoding, metadata, collected.room());
  }

  private static long messageLength(Bytes frame) {
    return ((frame.at(1) & 0xFFL) << 24)
        | ((frame.at(2) & 0xFFL) << 16)
        | ((frame.at(3) & 0xFFL) << 8)
        | (frame.at(4) & 0xFFL);
  }

  /// An uncompressed message with its prefix.
  static HttpData frame(Bytes message) {
    int length = message.length();
    byte[] frame = new byte[PREFIX + length];
    frame[1] = (byte) (length >>> 24);
    frame[2] = (byte) (length >>> 16);
    frame[3] = (byte) (length >>> 8);
    frame[4] = (byte) length;
    System.arraycopy(message.array(), message.offset(), frame, PREFIX, length);
    return HttpData.wrap(frame);
  }

  /// `grpc-timeout`: up to eight digits and a unit; empty when there is none.
  ///
  /// @throws ServiceException INVALID when it is something else
  static Optional<Duration> timeout(HttpHeaders head) {
    String text = head.get("grpc-timeout");
    if (text == null) {
      return Optional.empty();
    }
    int digits = text.length() - 1;
    boolean isNumber =
        digits > 0
            && digits <= MOST_TIMEOUT_DIGITS
            && text.substring(0, digits).chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw badTimeout(text);
    }
    long number = Long.parseLong(text.substring(0, digits));
    return Optional.of(
        switch (text.charAt(digits)) {
          case 'H' -> Duration.ofHours(number);
          case 'M' -> Duration.ofMinutes(number);
          case 'S' -> Duration.ofSeconds(number);
          case 'm' -> Duration.ofMillis(number);
          case 'u' -> Duration.ofNanos(number * 1000);
          case 'n' -> Duration.ofNanos(number);
          default -> throw badTimeout(text);
        });
  }

  private static ServiceException badTimeout(String text) {
    return new ServiceException(
        ErrorKind.INVALID, "invalid grpc-timeout: '%s' is no timeout".formatted(text));
  }

  /// As `grpc-message` has to be: printable ASCII but `%`, the rest percent-encoded.
  static String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append("%%%02X".formatted(b & 0xFF));
      }
    }
    return encoded.toString();
  }
}
