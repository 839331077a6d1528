package dev.spoor.testkit.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Signs certificates for tests: X.509 (RFC 5280), written as DER by hand, with keys on P-256.
public final class TestAuthority {

  private static final AtomicLong SERIAL = new AtomicLong(1);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
  };
  private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1D, 0x13};
  private static final byte[] ALTERNATIVE_NAMES = {0x06, 0x03, 0x55, 0x1D, 0x11};
  private static final byte[] P_256 = {
    0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x03, 0x01, 0x07
  };

  private final X500Principal name;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;

  /// A certificate, and the key to it.
  public record Signed(KeyPair keys, X509Certificate certificate, X509Certificate issuer) {

    public String certificatePem() throws GeneralSecurityException {
      return pem("CERTIFICATE", certificate.getEncoded());
    }

    /// PKCS #8.
    public String keyPem() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /// SEC 1, as `openssl ecparam` writes it.
    public String sec1Pem() {
      byte[] point =
          ((java.security.interfaces.ECPrivateKey) keys.getPrivate()).getS().toByteArray();
      byte[] scalar = new byte[32];
      int from = Math.max(0, point.length - 32);
      System.arraycopy(point, from, scalar, 32 - (point.length - from), point.length - from);
      return pem(
          "EC PRIVATE KEY",
          der(0x30, der(0x02, new byte[] {1}), der(0x04, scalar), der(0xA0, P_256)));
    }
  }

  public TestAuthority(String commonName) {
    this.name = new X500Principal("CN=" + commonName);
    this.certificate =
        sign(
            name,
            keys,
            Instant.now().minus(Duration.ofDays(1)),
            Instant.now().plus(Duration.ofDays(300)),
            der(
                0x30,
                BASIC_CONSTRAINTS,
                new byte[] {1, 1, -1},
                der(0x04, der(0x30, der(1, new byte[] {-1})))));
  }

  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  /// @param names DNS names, and URIs, which have a colon; the address 127.0.0.1 is always there
  public Signed sign(String commonName, String... names) {
    Instant now = Instant.now();
    return sign(commonName, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(90)), names);
  }

  public Signed sign(String commonName, Instant from, Instant to, String... names) {
    List<byte[]> all = new ArrayList<>(List.of(der(0x87, new byte[] {127, 0, 0, 1})));
    for (String text : names) {
      byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
      all.add(der(text.contains(":") ? 0x86 : 0x82, ascii));
    }
    KeyPair own = newKeys();
    X509Certificate signed =
        sign(
            new X500Principal("CN=" + commonName),
            own,
            from,
            to,
            der(0x30, ALTERNATIVE_NAMES, der(0x04, der(0x30, all.toArray(new byte[0][])))));
    return new Signed(own, signed, certificate);
  }

  /// What a client needs that trusts this authority.
  ///
  /// @param own shown to servers that ask; null for none
  public SSLContext client(@Nullable Signed own) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager[] trust = {trustManager()};
    context.init(own == null ? null : keyManagers(own), trust, null);
    return context;
  }

  /// Trusts this authority alone.
  public X509TrustManager trustManager() throws GeneralSecurityException, IOException {
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("ca", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    return (X509TrustManager) trust.getTrustManagers()[0];
  }

  private static KeyManager[] keyManagers(Signed own) throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    X509Certificate[] chain = {own.certificate(), own.issuer()};
    store.setKeyEntry("own", own.keys().getPrivate(), new char[0], chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /// Replaces a file in one step, as tools that renew certificates do.
  public static Path write(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
    return Files.move(
        next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private X509Certificate sign(
      X500Principal subject, KeyPair own, Instant from, Instant to, byte[] extension) {
    try {
      byte[] algorithm = der(0x30, ECDSA_WITH_SHA256);
      byte[] body =
          der(
              0x30,
              der(0xA0, der(0x02, new byte[] {2})),
              der(0x02, BigInteger.valueOf(SERIAL.getAndIncrement()).toByteArray()),
              algorithm,
              name.getEncoded(),
              der(0x30, time(from), time(to)),
              subject.getEncoded(),
              own.getPublic().getEncoded(),
              der(0xA3, der(0x30, extension)));
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(keys.getPrivate());
      signer.update(body);
      byte[] signature = signer.sign();
      byte[] bits = new byte[signature.length + 1];
      System.arraycopy(signature, 0, bits, 1, signature.length);
      byte[] whole = der(0x30, body, algorithm, der(0x03, bits));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(whole));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] time(Instant moment) {
    return der(0x18, TIME.format(moment).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 128) {
      out.write(length);
    } else if (length < 256) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// Text as in a PEM file.
  public static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
