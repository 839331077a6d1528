package dev.spoor.listener;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.NoEffectYet;
import dev.spoor.platform.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `server` section: ports, their limits, and the log.
///
/// @param httpListenAddress empty for all addresses
/// @param httpListenPort 0 takes a free one
/// @param httpListenConnLimit open connections at a time; 0 for no limit
/// @param grpcListenAddress empty for all addresses
/// @param grpcListenPort 0 takes a free one
/// @param grpcListenConnLimit open connections at a time; 0 for no limit
/// @param tlsCipherSuites for TLS 1.2, names separated by commas; empty for the safe ones
/// @param tlsMinVersion such as `VersionTLS13`; empty and older ones mean `VersionTLS12`
/// @param gracefulShutdownTimeout how long requests in flight may take to end on stop
/// @param httpServerReadTimeout of a whole request; zero for none
/// @param httpServerWriteTimeout of a whole answer; zero for none
/// @param httpServerIdleTimeout of a connection without requests
/// @param grpcServerMaxRecvMsgSize bytes
/// @param grpcServerMaxSendMsgSize bytes
/// @param grpcServerMaxConcurrentStreams of one connection; 0 for no limit
/// @param httpPathPrefix before the path of every page; empty, or begins with a slash
public record ServerConfig(
    String httpListenAddress,
    int httpListenPort,
    @NoEffectYet("with the rest of the server's settings") int httpListenConnLimit,
    String grpcListenAddress,
    int grpcListenPort,
    @NoEffectYet("with the cluster") int grpcListenConnLimit,
    String tlsCipherSuites,
    String tlsMinVersion,
    TlsConfig httpTlsConfig,
    TlsConfig grpcTlsConfig,
    @NoEffectYet("with the rest of the server's settings") Duration gracefulShutdownTimeout,
    @NoEffectYet("with the rest of the server's settings") Duration httpServerReadTimeout,
    @NoEffectYet("with the rest of the server's settings") Duration httpServerWriteTimeout,
    @NoEffectYet("with the rest of the server's settings") Duration httpServerIdleTimeout,
    int grpcServerMaxRecvMsgSize,
    int grpcServerMaxSendMsgSize,
    int grpcServerMaxConcurrentStreams,
    LogFormat logFormat,
    LogLevel logLevel,
    String httpPathPrefix) {

  public static final ServerConfig DEFAULTS =
      new ServerConfig(
          "",
          3200,
          0,
          "",
          9095,
          0,
          "",
          "",
          TlsConfig.DEFAULTS,
          TlsConfig.DEFAULTS,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          16 << 20,
          16 << 20,
          100,
          LogFormat.LOGFMT,
          LogLevel.INFO,
          "");

  public ServerConfig {
    require(isPort(httpListenPort), "http_listen_port", "must be a port, 0 to 65535");
    require(isPort(grpcListenPort), "grpc_listen_port", "must be a port, 0 to 65535");
    require(httpListenConnLimit >= 0, "http_listen_conn_limit", "must not be negative");
    require(grpcListenConnLimit >= 0, "grpc_listen_conn_limit", "must not be negative");
    require(isTlsVersion(tlsMinVersion), "tls_min_version", "must be VersionTLS10 to VersionTLS13");
    require(
        !gracefulShutdownTimeout.isNegative(), "graceful_shutdown_timeout", "must not be negative");
    require(
        !httpServerReadTimeout.isNegative(), "http_server_read_timeout", "must not be negative");
    require(
        !httpServerWriteTimeout.isNegative(), "http_server_write_timeout", "must not be negative");
    require(
        !httpServerIdleTimeout.isNegative(), "http_server_idle_timeout", "must not be negative");
    require(grpcServerMaxRecvMsgSize > 0, "grpc_server_max_recv_msg_size", "must be positive");
    require(grpcServerMaxSendMsgSize > 0, "grpc_server_max_send_msg_size", "must be positive");
    require(
        grpcServerMaxConcurrentStreams >= 0,
        "grpc_server_max_concurrent_streams",
        "must not be negative");
    require(
        httpPathPrefix.isEmpty() || httpPathPrefix.startsWith("/"),
        "http_path_prefix",
        "must begin with a slash");
  }

  /// A copy that serves gRPC on another address.
  public ServerConfig withGrpcListenAddress(String address) {
    return new ServerConfig(
        httpListenAddress,
        httpListenPort,
        httpListenConnLimit,
        address,
        grpcListenPort,
        grpcListenConnLimit,
        tlsCipherSuites,
        tlsMinVersion,
        httpTlsConfig,
        grpcTlsConfig,
        gracefulShutdownTimeout,
        httpServerReadTimeout,
        httpServerWriteTimeout,
        httpServerIdleTimeout,
        grpcServerMaxRecvMsgSize,
        grpcServerMaxSendMsgSize,
        grpcServerMaxConcurrentStreams,
        logFormat,
        logLevel,
        httpPathPrefix);
  }

  /// TLS of the HTTP port; empty for plain.
  public Optional<TlsSettings> httpTls() {
    return httpTlsConfig.settings("server.http_tls_config", tlsMinVersion, tlsCipherSuites);
  }

  /// What clients of the gRPC port may take.
  public GrpcLimits grpcLimits() {
    return new GrpcLimits(grpcServerMaxConcurrentStreams, grpcServerMaxSendMsgSize);
  }

  /// TLS of the gRPC port; empty for plain.
  public Optional<TlsSettings> grpcTls() {
    return grpcTlsConfig.settings("server.grpc_tls_config", tlsMinVersion, tlsCipherSuites);
  }

  private static boolean isPort(int port) {
    return port >= 0 && port <= 65_535;
  }

  private static boolean isTlsVersion(String version) {
    return version.isEmpty() || version.matches("VersionTLS1[0-3]");
  }

  /// How a line of the log is written.
  public enum LogFormat {
    LOGFMT,
    JSON
  }

  /// The least level that is logged.
  public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /// Certificate and key of one port, as files or as PEM text; TLS is on when both are given.
  ///
  /// @param cert PEM text; excludes `certFile`
  /// @param key PEM text; excludes `keyFile`
  /// @param clientCa PEM text of those who sign client certificates; excludes `clientCaFile`
  /// @param clientAuthType one of Go's names, such as `RequireAndVerifyClientCert`; empty for none
  public record TlsConfig(
      String cert,
      @Secret String key,
      String clientCa,
      String certFile,
      String keyFile,
      String clientAuthType,
      String clientCaFile) {

    public static final TlsConfig DEFAULTS = new TlsConfig("", "", "", "", "", "", "");

    public TlsConfig {
      require(cert.isEmpty() || certFile.isEmpty(), "cert", "excludes cert_file");
      require(key.isEmpty() || keyFile.isEmpty(), "key", "excludes key_file");
      require(clientCa.isEmpty() || clientCaFile.isEmpty(), "client_ca", "excludes client_ca_file");
      boolean hasCert = !cert.isEmpty() || !certFile.isEmpty();
      boolean hasKey = !key.isEmpty() || !keyFile.isEmpty();
      require(hasCert == hasKey, "cert_file", "and key_file are needed together");
      require(
          switch (clientAuthType) {
            case "",
                "NoClientCert",
                "RequestClientCert",
                "RequireAnyClientCert",
                "RequireClientCert",
                "VerifyClientCertIfGiven",
                "RequireAndVerifyClientCert" ->
                true;
            default -> false;
          },
          "client_auth_type",
          "must be NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven"
              + " or RequireAndVerifyClientCert");
      boolean hasClientCa = !clientCa.isEmpty() || !clientCaFile.isEmpty();
      ClientCertificates clients = ClientCertificates.named(clientAuthType);
      require(!clients.verified() || hasClientCa, "client_ca_file", "is needed to verify clients");
      require(
          !hasClientCa || clients != ClientCertificates.NOT_ASKED,
          "client_auth_type",
          "is needed with client_ca_file, such as RequireAndVerifyClientCert");
    }

    public boolean isEnabled() {
      return !cert.isEmpty() || !certFile.isEmpty();
    }

    Optional<TlsSettings> settings(String section, String minVersion, String suites) {
      if (!isEnabled()) {
        return Optional.empty();
      }
      Optional<PemSource> authorities =
          (clientCa + clientCaFile).isEmpty()
              ? Optional.empty()
              : Optional.of(PemSource.of(section, "client_ca_file", clientCaFile, clientCa));
      String min = minVersion.isEmpty() ? "" : "1." + minVersion.charAt(minVersion.length() - 1);
      return Optional.of(
          new TlsSettings(
              PemSource.of(section, "cert_file", certFile, cert),
              PemSource.of(section, "key_file", keyFile, key),
              authorities,
              ClientCertificates.named(clientAuthType),
              TlsSettings.versions(min, ""),
              "server.tls_cipher_suites",
              suites.isBlank() ? List.of() : List.of(suites.strip().split("\\s*,\\s*")),
              Duration.ZERO));
    }
  }
}
