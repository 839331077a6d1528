package dev.spoor.receiver;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.listener.Binding;
import dev.spoor.listener.CorsConfig;
import dev.spoor.listener.Datagrams;
import dev.spoor.listener.TlsServerConfig;
import dev.spoor.platform.config.Inline;
import java.util.Optional;

/// The `distributor.receivers` section: what senders may speak, with the keys of the OpenTelemetry
/// collector's receivers.
///
/// When no receiver is named, OTLP over gRPC and HTTP, and Jaeger over gRPC and Thrift over HTTP,
/// are served on localhost. (Tempo then leaves out OTLP over HTTP.)
public record ReceiversConfig(
    Optional<Otlp> otlp, Optional<Jaeger> jaeger, Optional<Zipkin> zipkin) {

  private static final long USUAL_BODY_BYTES = 20L << 20;
  private static final int USUAL_QUEUE = 1000;
  private static final int USUAL_PACKET_BYTES = 65_000;
  private static final int LARGEST_PACKET_BYTES = 65_535;

  private static final String OTLP = "distributor.receivers.otlp.protocols.";
  private static final String JAEGER = "distributor.receivers.jaeger.protocols.";

  public static final ReceiversConfig DEFAULTS =
      new ReceiversConfig(Optional.empty(), Optional.empty(), Optional.empty());

  public ReceiversConfig {
    require(
        otlp.isEmpty() || otlp.get().servesSomething(),
        "distributor.receivers.otlp.protocols",
        "must name grpc or http");
    require(
        jaeger.isEmpty() || jaeger.get().servesSomething(),
        "distributor.receivers.jaeger.protocols",
        "must name grpc, thrift_http, thrift_compact or thrift_binary");
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

  /// Jaeger's collector over gRPC; empty when it is not served.
  public Optional<JaegerGrpc> jaegerGrpc() {
    return namesNone()
        ? Optional.of(JaegerGrpc.DEFAULTS)
        : jaeger.flatMap(receiver -> receiver.protocols().grpc());
  }

  /// Jaeger's Thrift over HTTP; empty when it is not served.
  public Optional<JaegerThriftHttp> jaegerThriftHttp() {
    return namesNone()
        ? Optional.of(JaegerThriftHttp.DEFAULTS)
        : jaeger.flatMap(receiver -> receiver.protocols().thriftHttp());
  }

  /// Jaeger's compact Thrift over UDP; empty when it is not served.
  public Optional<JaegerThriftCompact> jaegerThriftCompact() {
    return jaeger.flatMap(receiver -> receiver.protocols().thriftCompact());
  }

  /// Jaeger's binary Thrift over UDP; empty when it is not served.
  public Optional<JaegerThriftBinary> jaegerThriftBinary() {
    return jaeger.flatMap(receiver -> receiver.protocols().thriftBinary());
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
  public record OtlpGrpc(
      String endpoint, @Inline GrpcServerConfig server, Optional<TlsServerConfig> tls) {

    public static final OtlpGrpc DEFAULTS =
        new OtlpGrpc("localhost:4317", GrpcServerConfig.DEFAULTS, Optional.empty());

    public OtlpGrpc {
      requireEndpoint(endpoint);
    }

    /// Where it listens.
    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings(OTLP + "grpc.tls")))
          .with(server.limits())
          .with(server.rules());
    }

    /// The largest message in bytes.
    public int maxMessageBytes() {
      return server.maxMessageBytes();
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
      @Inline HttpServerConfig server,
      Optional<CorsConfig> cors,
      Optional<TlsServerConfig> tls) {

    public static final OtlpHttp DEFAULTS =
        new OtlpHttp(
            "localhost:4318",
            0,
            "/v1/traces",
            HttpServerConfig.DEFAULTS,
            Optional.empty(),
            Optional.empty());

    public OtlpHttp {
      requireEndpoint(endpoint);
      requireBodySize(maxRequestBodySize);
      require(tracesUrlPath.startsWith("/"), "traces_url_path", "must begin with a slash");
    }

    /// Where it listens.
    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings(OTLP + "http.tls")))
          .withCors(cors)
          .with(server.rules());
    }

    /// The largest body in bytes.
    public long maxBodyBytes() {
      return maxRequestBodySize <= 0 ? USUAL_BODY_BYTES : maxRequestBodySize;
    }
  }

  /// `receivers.jaeger`. The presence of a protocol's key turns it on.
  public record Jaeger(JaegerProtocols protocols) {

    public static final Jaeger DEFAULTS = new Jaeger(JaegerProtocols.DEFAULTS);

    /// Whether a protocol is on; a receiver without one receives nothing.
    public boolean servesSomething() {
      return protocols.grpc().isPresent()
          || protocols.thriftHttp().isPresent()
          || protocols.thriftCompact().isPresent()
          || protocols.thriftBinary().isPresent();
    }
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
  ///
  /// @param endpoint host:port; without a host all addresses
  public record JaegerGrpc(
      String endpoint, @Inline GrpcServerConfig server, Optional<TlsServerConfig> tls) {

    public static final JaegerGrpc DEFAULTS =
        new JaegerGrpc("localhost:14250", GrpcServerConfig.DEFAULTS, Optional.empty());

    public JaegerGrpc {
      requireEndpoint(endpoint);
    }

    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings(JAEGER + "grpc.tls")))
          .with(server.limits())
          .with(server.rules());
    }

    /// The largest message in bytes.
    public int maxMessageBytes() {
      return server.maxMessageBytes();
    }
  }

  /// Jaeger's Thrift over HTTP.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param maxRequestBodySize bytes, of the body as sent and as decompressed; 0 for 20 MiB
  public record JaegerThriftHttp(
      String endpoint,
      long maxRequestBodySize,
      @Inline HttpServerConfig server,
      Optional<CorsConfig> cors,
      Optional<TlsServerConfig> tls) {

    public static final JaegerThriftHttp DEFAULTS =
        new JaegerThriftHttp(
            "localhost:14268", 0, HttpServerConfig.DEFAULTS, Optional.empty(), Optional.empty());

    public JaegerThriftHttp {
      requireEndpoint(endpoint);
      requireBodySize(maxRequestBodySize);
    }

    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings(JAEGER + "thrift_http.tls")))
          .withCors(cors)
          .with(server.rules());
    }

    /// The largest body in bytes.
    public long maxBodyBytes() {
      return maxRequestBodySize <= 0 ? USUAL_BODY_BYTES : maxRequestBodySize;
    }
  }

  /// Jaeger's binary Thrift over UDP.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param queueSize how many datagrams may wait to be stored
  /// @param maxPacketSize bytes of the largest datagram
  /// @param socketBufferSize bytes that the system holds; 0 for its own choice
  public record JaegerThriftBinary(
      String endpoint, int queueSize, int maxPacketSize, int socketBufferSize) {

    public static final JaegerThriftBinary DEFAULTS =
        new JaegerThriftBinary("localhost:6832", USUAL_QUEUE, USUAL_PACKET_BYTES, 0);

    public JaegerThriftBinary {
      requireEndpoint(endpoint);
      requireDatagrams(queueSize, maxPacketSize, socketBufferSize);
    }

    public Datagrams.Limits limits() {
      return new Datagrams.Limits(queueSize, maxPacketSize, socketBufferSize);
    }
  }

  /// Jaeger's compact Thrift over UDP.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param queueSize how many datagrams may wait to be stored
  /// @param maxPacketSize bytes of the largest datagram
  /// @param socketBufferSize bytes that the system holds; 0 for its own choice
  public record JaegerThriftCompact(
      String endpoint, int queueSize, int maxPacketSize, int socketBufferSize) {

    public static final JaegerThriftCompact DEFAULTS =
        new JaegerThriftCompact("localhost:6831", USUAL_QUEUE, USUAL_PACKET_BYTES, 0);

    public JaegerThriftCompact {
      requireEndpoint(endpoint);
      requireDatagrams(queueSize, maxPacketSize, socketBufferSize);
    }

    public Datagrams.Limits limits() {
      return new Datagrams.Limits(queueSize, maxPacketSize, socketBufferSize);
    }
  }

  /// `receivers.zipkin`.
  ///
  /// @param endpoint host:port; without a host all addresses
  /// @param parseStringTags whether values of tags that look like a number, or like true and false,
  ///   are stored as such
  /// @param maxRequestBodySize bytes, of the body as sent and as decompressed; 0 for 20 MiB
  public record Zipkin(
      String endpoint,
      boolean parseStringTags,
      long maxRequestBodySize,
      @Inline HttpServerConfig server,
      Optional<CorsConfig> cors,
      Optional<TlsServerConfig> tls) {

    public static final Zipkin DEFAULTS =
        new Zipkin(
            "localhost:9411",
            false,
            0,
            HttpServerConfig.DEFAULTS,
            Optional.empty(),
            Optional.empty());

    public Zipkin {
      requireEndpoint(endpoint);
      requireBodySize(maxRequestBodySize);
    }

    public Binding binding() {
      return Binding.at(endpoint)
          .with(tls.map(some -> some.settings("distributor.receivers.zipkin.tls")))
          .withCors(cors)
          .with(server.rules());
    }

    /// The largest body in bytes.
    public long maxBodyBytes() {
      return maxRequestBodySize <= 0 ? USUAL_BODY_BYTES : maxRequestBodySize;
    }
  }

  private static void requireBodySize(long bytes) {
    require(bytes <= Integer.MAX_VALUE, "max_request_body_size", "must be below 2 GiB");
  }

  private static void requireDatagrams(int queueSize, int maxPacketSize, int socketBufferSize) {
    require(queueSize > 0, "queue_size", "must be at least 1");
    require(
        maxPacketSize > 0 && maxPacketSize <= LARGEST_PACKET_BYTES,
        "max_packet_size",
        "must be 1 to 65535");
    require(socketBufferSize >= 0, "socket_buffer_size", "must not be negative");
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
