package dev.spoor.listener;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates of one port, exchanged for new ones while it runs.
///
/// A handshake takes whatever is current; connections that are there stay. What can't be used does
/// not replace what can: it is said in the log, once for each state of the files, and counted.
///
/// When the client CA changes, certificates of open connections and of resumed sessions are
/// verified again, since a handshake may have been long ago.
final class ReloadingTls {

  private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);

  private static final String PEER = "dev.spoor.peer";

  private final String listener;
  private final TlsSettings settings;
  private final TlsMetrics metrics;
  private final InstantSource clock;

  /// Written by the constructor and by `reload`, which one thread calls.
  private volatile Current current;

  /// What was said of the last failed reload; its thread alone reads and writes it.
  private String lastComplaint = "";

  /// @param generation counts what was taken, from 0
  /// @param clientCaGeneration counts the client CAs
  /// @param before for handshakes that began with it; null at first
  private record Current(
      int generation, int clientCaGeneration, TlsMaterial material, @Nullable TlsMaterial before) {}

  /// What was found out about a client, remembered in its session.
  ///
  /// @param peer null when it has no certificate that is trusted
  private record Verified(int clientCaGeneration, @Nullable PeerCertificate peer) {}

  ReloadingTls(String listener, TlsSettings settings, TlsMetrics metrics, InstantSource clock)
      throws TlsConfigException {
    this.listener = listener;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    TlsMaterial first = TlsMaterial.read(settings);
    this.current = new Current(0, 0, first, null);
    metrics.started(listener, first.expiry());
    warn(first);
  }

  TlsSettings settings() {
    return settings;
  }

  /// Takes the files as they are now, if they have changed and can be used.
  void reload() {
    TlsMaterial next;
    try {
      next = TlsMaterial.read(settings);
    } catch (TlsConfigException unusable) {
      metrics.failed(listener);
      String complaint = String.valueOf(unusable.getMessage());
      if (!complaint.equals(lastComplaint)) {
        lastComplaint = complaint;
        log.error("{}: new certificates can't be used, the old ones stay: {}", listener, complaint);
      }
      return;
    }
    lastComplaint = "";
    Current old = current;
    if (next.fingerprint().equals(old.material().fingerprint())) {
      return;
    }
    boolean sameCa = next.clientCaFingerprint().equals(old.material().clientCaFingerprint());
    current =
        new Current(
            old.generation() + 1,
            old.clientCaGeneration() + (sameCa ? 0 : 1),
            next,
            old.material());
    metrics.reloaded(listener, next.expiry());
    log.info("{}: new certificates taken, valid until {}", listener, next.expiry());
    warn(next);
  }

  private void warn(TlsMaterial material) {
    for (String warning : material.validityWarnings(clock.instant())) {
      log.warn("{}: {}", listener, warning);
    }
  }

  /// The verified certificate of a client; null when it has none, or has it from somebody who is
  /// trusted no more.
  @Nullable PeerCertificate peer(@Nullable SSLSession session) {
    if (session == null || !settings.clients().verified()) {
      return null;
    }
    Current now = current;
    if (session.getValue(PEER) instanceof Verified known
        && known.clientCaGeneration() == now.clientCaGeneration()) {
      return known.peer();
    }
    PeerCertificate shown = PeerCertificate.of(session);
    boolean trusted =
        shown != null && (now.clientCaGeneration() == 0 || isTrusted(shown, now.material()));
    PeerCertificate peer = trusted ? shown : null;
    session.putValue(PEER, new Verified(now.clientCaGeneration(), peer));
    return peer;
  }

  /// Whether a client had to show a certificate to be here, but its certificate is trusted no more.
  boolean isDistrusted(@Nullable PeerCertificate peer) {
    return peer == null && settings.clients() == ClientCertificates.REQUIRED;
  }

  private static boolean isTrusted(PeerCertificate peer, TlsMaterial material) {
    try {
      material
          .clientTrust()
          .orElseThrow()
          .checkClientTrusted(peer.chain().toArray(new X509Certificate[0]), "UNKNOWN");
      return true;
    } catch (CertificateException distrusted) {
      return false;
    }
  }

  KeyManagerFactory keyManagers() {
    return new Factory(new Keys());
  }

  X509ExtendedTrustManager trustManager() {
    return new Trust();
  }

  /// Offers the current key under the name of its generation, and the one before it to handshakes
  /// that have already chosen.
  private final class Keys extends X509ExtendedKeyManager {

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      Current now = current;
      return now.material().key().getAlgorithm().equals(keyType)
          ? Integer.toString(now.generation())
          : null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      TlsMaterial material = of(alias);
      return material == null ? null : material.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      TlsMaterial material = of(alias);
      return material == null ? null : material.key();
    }

    private @Nullable TlsMaterial of(String alias) {
      Current now = current;
      if (alias.equals(Integer.toString(now.generation()))) {
        return now.material();
      }
      return alias.equals(Integer.toString(now.generation() - 1)) ? now.before() : null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      String alias = chooseEngineServerAlias(keyType, issuers, null);
      return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }

  /// Asks the current client CA; without one takes every certificate, which then is no identity.
  private final class Trust extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      if (settings.clients().verified()) {
        current.material().clientTrust().orElseThrow().checkClientTrusted(chain, type, engine);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (settings.clients().verified()) {
        current.material().clientTrust().orElseThrow().checkClientTrusted(chain, type);
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return current
          .material()
          .clientTrust()
          .map(X509ExtendedTrustManager::getAcceptedIssuers)
          .orElseGet(() -> new X509Certificate[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("a port trusts no servers");
    }
  }

  /// The JDK's way to hand over a key manager.
  private static final class Factory extends KeyManagerFactory {

    Factory(X509ExtendedKeyManager keys) {
      super(
          new KeyManagerFactorySpi() {
            @Override
            protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

            @Override
            protected void engineInit(ManagerFactoryParameters parameters) {}

            @Override
            protected KeyManager[] engineGetKeyManagers() {
              return List.of(keys).toArray(new KeyManager[0]);
            }
          },
          new Provider("spoor", "1", "certificates that can be exchanged") {
            private static final long serialVersionUID = 1L;
          },
          "spoor");
    }
  }
}
