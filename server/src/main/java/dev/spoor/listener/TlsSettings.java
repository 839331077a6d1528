package dev.spoor.listener;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a port needs for TLS, whichever section of the configuration said so.
///
/// @param clientCa who signs client certificates
/// @param versions as the JDK names them, such as `TLSv1.3`
/// @param suitesKey the full path of the key of `suites`
/// @param suites for TLS 1.2; those of 1.3 are always offered; empty for the safe ones
/// @param reloadInterval how often files are looked at; zero for [#USUAL_RELOAD_INTERVAL]
public record TlsSettings(
    PemSource certificate,
    PemSource key,
    Optional<PemSource> clientCa,
    ClientCertificates clients,
    List<String> versions,
    String suitesKey,
    List<String> suites,
    Duration reloadInterval) {

  public static final Duration USUAL_RELOAD_INTERVAL = Duration.ofMinutes(1);

  public TlsSettings {
    versions = List.copyOf(versions);
    suites = List.copyOf(suites);
    reloadInterval = reloadInterval.isZero() ? USUAL_RELOAD_INTERVAL : reloadInterval;
  }

  /// Whether certificates of clients are verified, and so may be identities.
  public boolean verifiesClients() {
    return clients.verified();
  }

  /// Reads everything once, as the start of the port will.
  ///
  /// @return what works, but not for long, or not yet
  /// @throws TlsConfigException naming the key and the file of what can't be used
  public List<String> check(Instant now) throws TlsConfigException {
    CipherSuites.of(this);
    return TlsMaterial.read(this).validityWarnings(now);
  }

  /// The versions between two, each `1.0` to `1.3` or empty. None below 1.2 is ever offered.
  static List<String> versions(String min, String max) {
    if (min.equals("1.3")) {
      return List.of("TLSv1.3");
    }
    return max.equals("1.2") ? List.of("TLSv1.2") : List.of("TLSv1.3", "TLSv1.2");
  }
}
