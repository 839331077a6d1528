package dev.spoor.listener;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Certificates and key as read from their files at one moment, proven to belong together.
///
/// @param clientTrust who may vouch for clients; empty when their certificates are not verified
/// @param fingerprint of all that was read; another one means that a file has changed
/// @param clientCaFingerprint of the client CA alone; empty without one
record TlsMaterial(
    PrivateKey key,
    List<X509Certificate> chain,
    Optional<X509ExtendedTrustManager> clientTrust,
    String certificateKey,
    String fingerprint,
    String clientCaFingerprint) {

  private static final Duration SOON = Duration.ofDays(7);

  static TlsMaterial read(TlsSettings settings) throws TlsConfigException {
    byte[] certificate = settings.certificate().read();
    byte[] key = settings.key().read();
    Optional<PemSource> clientCa =
        settings.clients().verified() ? settings.clientCa() : Optional.empty();
    byte[] ca = clientCa.isPresent() ? clientCa.get().read() : new byte[0];
    List<X509Certificate> chain = certificates(settings.certificate(), certificate);
    PrivateKey privateKey = privateKey(settings.key(), key);
    requireMatch(settings, privateKey, chain.getFirst());
    return new TlsMaterial(
        privateKey,
        chain,
        clientCa.isPresent()
            ? Optional.of(trust(clientCa.get(), certificates(clientCa.get(), ca)))
            : Optional.empty(),
        settings.certificate().key(),
        fingerprint(certificate, key, ca),
        ca.length == 0 ? "" : fingerprint(ca));
  }

  /// What works, but not for long, or not yet.
  List<String> validityWarnings(Instant now) {
    List<String> warnings = new ArrayList<>();
    X509Certificate leaf = chain.getFirst();
    Instant end = leaf.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      warnings.add(certificateKey + ": the certificate expired at " + end + ": clients refuse it");
    } else if (end.isBefore(now.plus(SOON))) {
      warnings.add(certificateKey + ": the certificate expires soon, at " + end);
    }
    if (leaf.getNotBefore().toInstant().isAfter(now)) {
      warnings.add(
          certificateKey
              + ": the certificate is not valid before "
              + leaf.getNotBefore().toInstant());
    }
    return warnings;
  }

  Instant expiry() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  private static List<X509Certificate> certificates(PemSource source, byte[] pem)
      throws TlsConfigException {
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      List<X509Certificate> certificates = new ArrayList<>();
      found.forEach(certificate -> certificates.add((X509Certificate) certificate));
      if (certificates.isEmpty()) {
        throw source.problem("holds no certificate in PEM", new CertificateException("none"));
      }
      return List.copyOf(certificates);
    } catch (CertificateException broken) {
      throw source.problem("holds no readable certificate in PEM: " + broken.getMessage(), broken);
    }
  }

  private static PrivateKey privateKey(PemSource source, byte[] pem) throws TlsConfigException {
    try {
      return PrivateKeyPem.parse(pem);
    } catch (GeneralSecurityException unusable) {
      throw source.problem(String.valueOf(unusable.getMessage()), unusable);
    }
  }

  private static void requireMatch(TlsSettings settings, PrivateKey key, X509Certificate leaf)
      throws TlsConfigException {
    boolean match;
    try {
      match = key.getAlgorithm().equals(leaf.getPublicKey().getAlgorithm()) && signs(key, leaf);
    } catch (GeneralSecurityException unfit) {
      throw settings.key().problem("cannot be used for TLS: " + unfit.getMessage(), unfit);
    }
    if (!match) {
      throw settings
          .key()
          .problem(
              "does not belong to the certificate of " + settings.certificate(),
              new GeneralSecurityException("key and certificate differ"));
    }
  }

  private static boolean signs(PrivateKey key, X509Certificate leaf)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] probe = "spoor".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(probe);
    byte[] signed = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(leaf.getPublicKey());
    verifier.update(probe);
    return verifier.verify(signed);
  }

  private static X509ExtendedTrustManager trust(PemSource source, List<X509Certificate> authorities)
      throws TlsConfigException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        trusted.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(trusted);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("this JDK has no trust manager for PKIX");
    } catch (GeneralSecurityException | IOException unusable) {
      throw source.problem("cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  private static String fingerprint(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update((byte) 0);
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK has no SHA-256", impossible);
    }
  }

  /// Without the key.
  @Override
  public String toString() {
    return "certificate of " + chain.getFirst().getSubjectX500Principal();
  }
}
