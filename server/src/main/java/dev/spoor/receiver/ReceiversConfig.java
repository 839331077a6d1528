package dev.spoor.receiver;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.listener.Binding;
import dev.spoor.listener.CorsConfig;
import dev.spoor.listener.TlsServerConfig;
import dev.spoor.platform.config.NoEffectYet;
import java.util.Optional;

/// The `distributor.receivers` section: what senders may speak, with the keys of the OpenTelemetry
/// collector's receivers.
///
/// When no receiver is named, OTLP over gRPC and over HTTP are served on localhost. (Tempo then
/// serves OTLP over gRPC and two of Jaeger's protocols.)
public record ReceiversConfig(
    Optional<Otlp> otlp,
    @NoEffectYet("with the Jaeger receiver") Optional<Jaeger> jaeger,
    @NoEffectYet("with the Zipkin receiver") Optional<Zipkin> zipkin) {

  private static final String OTLP = "distributor.receivers.otlp.protocols.";

  public static final ReceiversConfig DEFAULTS =
      new ReceiversConfig(Optional.empty(), Optional.empty(), Optional.empty());

  public ReceiversConfig {
    require(
        otlp.isEmpty() || otlp.get().servesSomething(),
        "distributor.receivers.otlp.protocols",
        "must name grpc or http");
  }

  /// OTLP over gRPC; empty when it is not served.
  public Optional<OtlpGrpc> otlpGrpc() {
    return namesNone()
        ? Optional.of(OtlpGrpc.DEFAULTS)
        : otlp.flatMap(receiver -> receiver.protocols().grpc());
  }

  /// OTLP over HTTP; empty when it is not served.
  public Optional<OtlpHttp> otlpHttp() {
    return namesNone()
        ? Optional.of(OtlpHttp.DEFAULTS)
        : otlp.flatMap(receiver -> receiver.protocols().http());
  }

  private boolean namesNone() {
    return otlp.isEmpty() && jaeger.isEmpty() && zipkin.isEmpty();
  }

  /// `receivers.otlp`. The presence of a protocol's key turns it on.
  public record Otlp(OtlpProtocols protocols) {

    public static final Otlp DEFAULTS = new Otlp(OtlpProtocols.DEFAULTS);

    /// Whether a protocol is on; a receiver without one receives nothing.
    public boolean servesSomething() {
      return protocols.grpc().isPresent() || protocols.http().isPresent();
    }
  }

  /// `receivers.otlp.protocols`.
  public record OtlpProtocols(Optional<OtlpGrpc> grpc, Optional<OtlpHttp> http) {

    public static final OtlpProtocols DEFAULTS =
        new OtlpProtocols(Optional.empty(), Optional.empty());
  }

  /// `receivers.otlp.protocols.grpc`.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param maxRecvMsgSizeMib 0 for gRPC's own limit of 4
  /// @param maxConcurrentStreams of one connection; 0 for no limit
  public record OtlpGrpc(
      String endpoint,
      int maxRecvMsgSizeMib,
      @NoEffectYet("with the rest of the receivers' settings") int maxConcurrentStreams,
      Optional<TlsServerConfig> tls) {

    public static final OtlpGrpc DEFAULTS = new OtlpGrpc("localhost:4317", 0, 0, Optional.empty());

    public OtlpGrpc {
      requireEndpoint(endpoint);
      require(
          maxRecvMsgSizeMib >= 0 && maxRecvMsgSizeMib < 2048,
          "max_recv_msg_size_mib",
          "must be 0 to 2047");
      require(maxConcurrentStreams >= 0, "max_concurrent_streams", "must not be negative");
    }

    /// Where it listens.
    public Binding binding() {
      return Binding.at(endpoint).with(tls.map(some -> some.settings(OTLP + "grpc.tls")));
    }

    /// The largest message in bytes.
    public int maxMessageBytes() {
      return (maxRecvMsgSizeMib == 0 ? 4 : maxRecvMsgSizeMib) << 20;
    }
  }

  /// `receivers.otlp.protocols.http`.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param maxRequestBodySize bytes, of the body as sent and as decompressed; 0 for 20 MiB
  /// @param tracesUrlPath where traces are posted to
  public record OtlpHttp(
      String endpoint,
      long maxRequestBodySize,
      String tracesUrlPath,
      Optional<CorsConfig> cors,
      Optional<TlsServerConfig> tls) {

    private static final long USUAL_BODY_BYTES = 20L << 20;

    public static final OtlpHttp DEFAULTS =
        new OtlpHttp("localhost:4318", 0, "/v1/traces", Optional.empty(), Optional.empty());

    public OtlpHttp {
      requireEndpoint(endpoint);
      require(
          maxRequestBodySize <= Integer.MAX_VALUE, "max_request_body_size", "must be below 2 GiB");
      require(tracesUrlPath.startsWith("/"), "traces_url_path", "must begin with a slash");
    }

    /// Where it listens.
    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings(OTLP + "http.tls")))
          .withCors(cors);
    }

    /// The largest body in bytes.
    public long maxBodyBytes() {
      return maxRequestBodySize <= 0 ? USUAL_BODY_BYTES : maxRequestBodySize;
    }
  }

  /// `receivers.jaeger`. The presence of a protocol's key turns it on.
  public record Jaeger(JaegerProtocols protocols) {

    public static final Jaeger DEFAULTS = new Jaeger(JaegerProtocols.DEFAULTS);
  }

  /// `receivers.jaeger.protocols`.
  public record JaegerProtocols(
      Optional<JaegerGrpc> grpc,
      Optional<JaegerThriftHttp> thriftHttp,
      Optional<JaegerThriftBinary> thriftBinary,
      Optional<JaegerThriftCompact> thriftCompact) {

    public static final JaegerProtocols DEFAULTS =
        new JaegerProtocols(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// Jaeger's gRPC collector.
  public record JaegerGrpc(String endpoint, Optional<TlsServerConfig> tls) {

    public static final JaegerGrpc DEFAULTS = new JaegerGrpc("localhost:14250", Optional.empty());

    public JaegerGrpc {
      requireEndpoint(endpoint);
    }
  }

  /// Jaeger's Thrift over HTTP.
  public record JaegerThriftHttp(
      String endpoint, Optional<CorsConfig> cors, Optional<TlsServerConfig> tls) {

    public static final JaegerThriftHttp DEFAULTS =
        new JaegerThriftHttp("localhost:14268", Optional.empty(), Optional.empty());

    public JaegerThriftHttp {
      requireEndpoint(endpoint);
    }
  }

  /// Jaeger's binary Thrift over UDP.
  public record JaegerThriftBinary(String endpoint) {

    public static final JaegerThriftBinary DEFAULTS = new JaegerThriftBinary("localhost:6832");

    public JaegerThriftBinary {
      requireEndpoint(endpoint);
    }
  }

  /// Jaeger's compact Thrift over UDP.
  public record JaegerThriftCompact(String endpoint) {

    public static final JaegerThriftCompact DEFAULTS = new JaegerThriftCompact("localhost:6831");

    public JaegerThriftCompact {
      requireEndpoint(endpoint);
    }
  }

  /// `receivers.zipkin`.
  public record Zipkin(String endpoint, Optional<CorsConfig> cors, Optional<TlsServerConfig> tls) {

    public static final Zipkin DEFAULTS =
        new Zipkin("localhost:9411", Optional.empty(), Optional.empty());

    public Zipkin {
      requireEndpoint(endpoint);
    }
  }

  private static void requireEndpoint(String endpoint) {
    require(
        endpoint.matches(".*:[0-9]{1,5}") && portOf(endpoint) <= 65_535,
        "endpoint",
        "must be host:port");
  }

  private static int portOf(String endpoint) {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }
}
