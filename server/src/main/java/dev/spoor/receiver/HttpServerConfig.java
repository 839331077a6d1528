package dev.spoor.receiver;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.listener.PortRules;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What receivers over HTTP have in common, beside endpoint, size of bodies, CORS and TLS: keys of
/// the OpenTelemetry collector's HTTP server.
///
/// @param compressionAlgorithms how bodies may be compressed; empty for every way that is known. A
///   plain body is always taken
/// @param responseHeaders that every answer carries
/// @param readTimeout of a request, until its body is there; zero for none
/// @param writeTimeout of a request, until it is answered; zero for none
/// @param idleTimeout of a connection without requests; zero for two minutes
/// @param keepAlivesEnabled whether a connection may carry more than one request
/// @param auth see [Extension]
/// @param middlewares see [Extension]
public record HttpServerConfig(
    List<String> compressionAlgorithms,
    Map<String, String> responseHeaders,
    Duration readTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    boolean keepAlivesEnabled,
    Optional<Extension.Auth> auth,
    List<Extension> middlewares) {

  private static final Set<String> ENCODINGS =
      Set.of("", "gzip", "zstd", "zlib", "deflate", "snappy", "x-snappy-framed", "lz4");

  public static final HttpServerConfig DEFAULTS =
      new HttpServerConfig(
          List.of(),
          Map.of(),
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          true,
          Optional.empty(),
          List.of());

  public HttpServerConfig {
    compressionAlgorithms = List.copyOf(compressionAlgorithms);
    responseHeaders = Map.copyOf(responseHeaders);
    middlewares = List.copyOf(middlewares);
    require(
        ENCODINGS.containsAll(compressionAlgorithms),
        "compression_algorithms",
        "may hold gzip, zstd, zlib, deflate, snappy and lz4");
    require(
        responseHeaders.entrySet().stream()
            .allMatch(header -> isToken(header.getKey()) && isText(header.getValue())),
        "response_headers",
        "must be names and printable values of HTTP headers");
    require(!readTimeout.isNegative(), "read_timeout", "must not be negative");
    require(!writeTimeout.isNegative(), "write_timeout", "must not be negative");
    require(!idleTimeout.isNegative(), "idle_timeout", "must not be negative");
    Extension.requireNone(auth, middlewares);
  }

  PortRules rules() {
    return new PortRules(
        idleTimeout,
        Duration.ZERO,
        Duration.ZERO,
        readTimeout,
        writeTimeout,
        keepAlivesEnabled,
        compressionAlgorithms.stream()
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        responseHeaders.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue)));
  }

  private static boolean isToken(String name) {
    return name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  }

  private static boolean isText(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
