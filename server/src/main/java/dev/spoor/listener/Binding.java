package dev.spoor.listener;

import java.net.InetSocketAddress;
import java.util.Optional;

/// Where a port listens, and what it asks of those who connect. Every receiver makes one of its
/// configuration:
///
/// ```java
/// Binding.at(zipkin.endpoint())
///     .with(zipkin.tls().map(tls -> tls.settings("distributor.receivers.zipkin.tls")))
///     .withCors(zipkin.cors())
/// ```
///
/// @param address port 0 takes a free one
/// @param tls empty for plain
/// @param cors empty when web pages may not send
public record Binding(
    InetSocketAddress address,
    Optional<TlsSettings> tls,
    Optional<CorsConfig> cors,
    GrpcLimits grpc,
    PortRules rules) {

  /// Plain, and without CORS.
  public static Binding at(InetSocketAddress address) {
    return new Binding(
        address, Optional.empty(), Optional.empty(), GrpcLimits.NONE, PortRules.NONE);
  }

  /// @param host empty for all addresses
  public static Binding at(String host, int port) {
    return at(host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
  }

  /// @param endpoint `host:port`, or `:port` for all addresses
  public static Binding at(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    return at(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
  }

  public Binding with(Optional<TlsSettings> settings) {
    return new Binding(address, settings, cors, grpc, rules);
  }

  public Binding withCors(Optional<CorsConfig> config) {
    return new Binding(
        address, tls, config.filter(some -> !some.allowedOrigins().isEmpty()), grpc, rules);
  }

  public Binding with(GrpcLimits limits) {
    return new Binding(address, tls, cors, limits, rules);
  }

  public Binding with(PortRules changed) {
    return new Binding(address, tls, cors, grpc, changed);
  }
}
