package dev.spoor.receiver;

import dev.spoor.listener.Response;
import dev.spoor.platform.errors.ErrorKind;
import java.time.Duration;
import java.util.Optional;

/// How Jaeger's and Zipkin's receivers answer over HTTP.
final class HttpAnswers {

  private static final int LONGEST_HEADER = 1000;

  private HttpAnswers() {}

  /// @param refused which spans were not stored, and why; empty when all were
  static Response accepted(String refused) {
    Response accepted = Response.of(202);
    return refused.isEmpty() ? accepted : accepted.with("spoor-partial", line(refused));
  }

  /// The answer, with when to come back.
  static Response after(Optional<Duration> delay, Response refused) {
    return delay
        .map(after -> refused.with("retry-after", Long.toString(Math.max(1, after.toSeconds()))))
        .orElse(refused);
  }

  /// 400 is not sent again, 500 may be; so a limit that was hit is a 500, as it is in Tempo.
  static int statusOf(ErrorKind kind) {
    return switch (kind) {
      case INVALID, UNIMPLEMENTED, NOT_FOUND -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case TOO_LARGE -> 413;
      case CANCELED -> 499;
      case RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, TIMEOUT, API_TIMEOUT -> 500;
    };
  }

  /// On one line, in ASCII.
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.chars()
        .limit(LONGEST_HEADER)
        .forEach(c -> line.append(c >= ' ' && c <= '~' ? (char) c : ' '));
    return line.toString();
  }
}
