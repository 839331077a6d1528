package dev.spoor.listener;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `tls` section of a receiver, with the keys of the OpenTelemetry collector.
///
/// @param certPem PEM text; excludes `certFile`
/// @param keyPem PEM text; excludes `keyFile`
/// @param clientCaFile who signs client certificates; when given, a client needs one
/// @param clientCaPem PEM text; excludes `clientCaFile`
/// @param minVersion `1.0` to `1.3`; empty, `1.0` and `1.1` mean 1.2, below which nothing is
///   offered
/// @param maxVersion `1.2` or `1.3`; empty for 1.3
/// @param cipherSuites for TLS 1.2, by their IANA names; empty for the safe ones
/// @param reloadInterval how often files are looked at for changes; zero for once a minute
/// @param clientCaFileReload has no effect: `clientCaFile` is looked at with the others
public record TlsServerConfig(
    String certFile,
    String keyFile,
    String certPem,
    @Secret String keyPem,
    String clientCaFile,
    String clientCaPem,
    String minVersion,
    String maxVersion,
    List<String> cipherSuites,
    Duration reloadInterval,
    boolean clientCaFileReload) {

  public static final TlsServerConfig DEFAULTS =
      new TlsServerConfig("", "", "", "", "", "", "", "", List.of(), Duration.ZERO, false);

  public TlsServerConfig {
    cipherSuites = List.copyOf(cipherSuites);
    require(certFile.isEmpty() || certPem.isEmpty(), "cert_pem", "excludes cert_file");
    require(keyFile.isEmpty() || keyPem.isEmpty(), "key_pem", "excludes key_file");
    require(clientCaFile.isEmpty() || clientCaPem.isEmpty(), "client_ca_pem", "excludes the file");
    require(
        (certFile + certPem).isEmpty() == (keyFile + keyPem).isEmpty(),
        "cert_file",
        "and key_file are needed together");
    require(minVersion.matches("|1\\.[0-3]"), "min_version", "must be 1.0, 1.1, 1.2 or 1.3");
    require(
        maxVersion.matches("|1\\.[23]"), "max_version", "must be 1.2 or 1.3: older is not offered");
    require(
        !(minVersion.equals("1.3") && maxVersion.equals("1.2")),
        "min_version",
        "must not be above max_version");
    require(!reloadInterval.isNegative(), "reload_interval", "must not be negative");
  }

  /// What a port needs of it.
  ///
  /// @param section the path of this section, for messages
  public TlsSettings settings(String section) {
    Optional<PemSource> clientCa =
        (clientCaFile + clientCaPem).isEmpty()
            ? Optional.empty()
            : Optional.of(PemSource.of(section, "client_ca_file", clientCaFile, clientCaPem));
    return new TlsSettings(
        PemSource.of(section, "cert_file", certFile, certPem),
        PemSource.of(section, "key_file", keyFile, keyPem),
        clientCa,
        clientCa.isPresent() ? ClientCertificates.REQUIRED : ClientCertificates.NOT_ASKED,
        TlsSettings.versions(minVersion, maxVersion),
        section + ".cipher_suites",
        cipherSuites,
        reloadInterval);
  }
}
