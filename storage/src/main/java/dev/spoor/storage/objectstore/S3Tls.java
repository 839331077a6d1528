package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spoor.platform.config.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.jspecify.annotations.Nullable;

/// TLS towards the store, where the configuration asks for more than what the JDK does by itself.
final class S3Tls {

  private static final String KEYS = "storage.trace.s3.";
  private static final char[] NO_PASSWORD = new char[0];
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private S3Tls() {}

  /// @return null when the JDK's own way will do
  static @Nullable TlsSocketStrategy of(S3Config config) throws IOException {
    if (isPlain(config)) {
      return null;
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(config), trust(config), null);
      return strategy(config, context);
    } catch (GeneralSecurityException unusable) {
      throw new IOException(KEYS + "tls_*: " + unusable.getMessage(), unusable);
    }
  }

  private static boolean isPlain(S3Config config) {
    return config.tlsCertPath().isEmpty()
        && config.tlsKeyPath().isEmpty()
        && config.tlsCaPath().isEmpty()
        && config.tlsServerName().isEmpty()
        && !config.tlsInsecureSkipVerify()
        && config.tlsCipherSuites().isEmpty()
        && !config.tlsMinVersion().equals("VersionTLS13");
  }

  private static TlsSocketStrategy strategy(S3Config config, SSLContext context) {
    @Nullable HostnameVerifier any =
        config.tlsInsecureSkipVerify() ? (host, session) -> true : null;
    DefaultClientTlsStrategy strategy =
        new DefaultClientTlsStrategy(
            context,
            protocols(config.tlsMinVersion()),
            config.tlsCipherSuites().isEmpty()
                ? null
                : config.tlsCipherSuites().strip().split("\\s*,\\s*"),
            SSLBufferMode.STATIC,
            any == null ? HostnameVerificationPolicy.BUILTIN : HostnameVerificationPolicy.CLIENT,
            any);
    String name = config.tlsServerName();
    return name.isEmpty()
        ? strategy
        : (socket, target, port, attachment, http) ->
            strategy.upgrade(socket, name, port, attachment, http);
  }

  private static String[] protocols(String least) {
    return switch (least) {
      case "", "VersionTLS10", "VersionTLS11", "VersionTLS12" ->
          new String[] {"TLSv1.3", "TLSv1.2"};
      case "VersionTLS13" -> new String[] {"TLSv1.3"};
      default ->
          throw new InvalidValueException(
              KEYS + "tls_min_version", "must be VersionTLS12 or VersionTLS13, not " + least);
    };
  }

  private static KeyManager @Nullable [] keys(S3Config config)
      throws IOException, GeneralSecurityException {
    if (config.tlsCertPath().isEmpty() && config.tlsKeyPath().isEmpty()) {
      return null;
    }
    if (config.tlsCertPath().isEmpty() || config.tlsKeyPath().isEmpty()) {
      throw new InvalidValueException(KEYS + "tls_cert_path", "and tls_key_path belong together");
    }
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    Certificate[] chain = certificates(config.tlsCertPath()).toArray(new Certificate[0]);
    own.setKeyEntry("own", privateKey(config.tlsKeyPath()), NO_PASSWORD, chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(own, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager @Nullable [] trust(S3Config config)
      throws IOException, GeneralSecurityException {
    if (config.tlsInsecureSkipVerify()) {
      return new TrustManager[] {new TrustsAll()};
    }
    if (config.tlsCaPath().isEmpty()) {
      return null;
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates(config.tlsCaPath())) {
      trusted.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> certificates(String path)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(Path.of(path))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException(path + " holds no certificate");
      }
      return found;
    }
  }

  private static PrivateKey privateKey(String path) throws IOException, GeneralSecurityException {
    Matcher pem = PRIVATE_KEY.matcher(Files.readString(Path.of(path), US_ASCII));
    if (!pem.find()) {
      throw new IOException(path + " holds no 'BEGIN PRIVATE KEY' (PKCS #8, unencrypted)");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException ofAnotherKind) {
        // The next algorithm may know it.
      }
    }
    return KeyFactory.getInstance("EdDSA").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /// For `tls_insecure_skip_verify`.
  private static final class TrustsAll implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
