package dev.spoor.receiver;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.listener.GrpcLimits;
import dev.spoor.listener.PortRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What receivers over gRPC have in common, beside endpoint and TLS: keys of the OpenTelemetry
/// collector's gRPC server.
///
/// @param maxRecvMsgSizeMib 0 for gRPC's own limit of 4
/// @param maxConcurrentStreams of one connection; 0 for no limit
/// @param auth see [Extension]
/// @param middlewares see [Extension]
public record GrpcServerConfig(
    int maxRecvMsgSizeMib,
    int maxConcurrentStreams,
    Keepalive keepalive,
    Optional<Extension.Auth> auth,
    List<Extension> middlewares) {

  public static final GrpcServerConfig DEFAULTS =
      new GrpcServerConfig(0, 0, Keepalive.DEFAULTS, Optional.empty(), List.of());

  public GrpcServerConfig {
    middlewares = List.copyOf(middlewares);
    require(
        maxRecvMsgSizeMib >= 0 && maxRecvMsgSizeMib < 2048,
        "max_recv_msg_size_mib",
        "must be 0 to 2047");
    require(maxConcurrentStreams >= 0, "max_concurrent_streams", "must not be negative");
    Extension.requireNone(auth, middlewares);
  }

  /// `keepalive`.
  public record Keepalive(ServerParameters serverParameters) {

    public static final Keepalive DEFAULTS = new Keepalive(ServerParameters.DEFAULTS);
  }

  /// `keepalive.server_parameters`.
  ///
  /// @param maxConnectionIdle a connection without calls is closed after this; zero for two minutes
  /// @param maxConnectionAge a connection is closed after this, once its calls are answered, so
  ///   that clients look up their servers anew; zero for never
  /// @param time how often a silent connection is asked whether it is still there; zero for never
  public record ServerParameters(
      Duration maxConnectionIdle, Duration maxConnectionAge, Duration time) {

    private static final Duration LEAST = Duration.ofSeconds(1);

    public static final ServerParameters DEFAULTS =
        new ServerParameters(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    public ServerParameters {
      require(!maxConnectionIdle.isNegative(), "max_connection_idle", "must not be negative");
      require(isPossible(maxConnectionAge), "max_connection_age", "must be 0, or at least 1s");
      require(isPossible(time), "time", "must be 0, or at least 1s");
    }

    private static boolean isPossible(Duration duration) {
      return duration.isZero() || duration.compareTo(LEAST) >= 0;
    }
  }

  /// The largest message in bytes.
  int maxMessageBytes() {
    return (maxRecvMsgSizeMib == 0 ? 4 : maxRecvMsgSizeMib) << 20;
  }

  GrpcLimits limits() {
    return new GrpcLimits(maxConcurrentStreams, 0);
  }

  PortRules rules() {
    ServerParameters parameters = keepalive.serverParameters();
    return new PortRules(
        parameters.maxConnectionIdle(),
        parameters.maxConnectionAge(),
        parameters.time(),
        Duration.ZERO,
        Duration.ZERO,
        true,
        Set.of(),
        Map.of());
  }
}
