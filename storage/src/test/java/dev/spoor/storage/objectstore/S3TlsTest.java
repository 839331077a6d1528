package dev.spoor.storage.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.spoor.platform.config.InvalidValueException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The `tls_*` keys of the `s3` section, against a server with a certificate of its own making.
class S3TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final S3Limits LIMITS =
      new S3Limits(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          1,
          10);

  @TempDir private static Path folder;
  private static HttpsServer server;
  private static HttpsServer strictServer;
  private static Path certificate;
  private static Path key;

  /// The keys under test; everything else is the same for all.
  private record Tls(
      String cert,
      String key,
      String ca,
      String name,
      boolean skipVerify,
      String suites,
      String min) {

    static final Tls NONE = new Tls("", "", "", "", false, "", "VersionTLS12");

    Tls ca(Path file) {
      return new Tls(cert, key, file.toString(), name, skipVerify, suites, min);
    }

    Tls name(String value) {
      return new Tls(cert, key, ca, value, skipVerify, suites, min);
    }

    Tls unverified() {
      return new Tls(cert, key, ca, name, true, suites, min);
    }

    Tls own(Path certFile, Path keyFile) {
      return new Tls(certFile.toString(), keyFile.toString(), ca, name, skipVerify, suites, min);
    }

    Tls suites(String value) {
      return new Tls(cert, key, ca, name, skipVerify, value, min);
    }

    Tls min(String value) {
      return new Tls(cert, key, ca, name, skipVerify, suites, value);
    }
  }

  @BeforeAll
  static void startServers() throws Exception {
    KeyStore keys = newKeys();
    certificate = pem("CERTIFICATE", keys.getCertificate("own").getEncoded(), "ca.pem");
    key = pem("PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded(), "key.pem");
    server = serve(keys, false);
    strictServer = serve(keys, true);
  }

  @AfterAll
  static void stopServers() {
    server.stop(0);
    strictServer.stop(0);
  }

  @Test
  void aStrangersCertificateIsNotTrusted() throws Exception {
    try (ObjectStore store = open(server, Tls.NONE)) {
      assertThatThrownBy(() -> store.head("a/b"))
          .isInstanceOf(StoreUnreachableException.class)
          .hasMessageContaining("TLS failed");
    }
  }

  @Test
  void theConfiguredAuthorityIsTrustedForTheNameOfTheCertificate() throws Exception {
    try (ObjectStore store = open(server, Tls.NONE.ca(certificate).name("store.test"))) {
      assertThat(store.head("a/b").etag()).isEqualTo("\"tag\"");
    }
  }

  @Test
  void anotherNameIsRefused() throws Exception {
    try (ObjectStore store = open(server, Tls.NONE.ca(certificate).name("other.test"))) {
      assertThatThrownBy(() -> store.head("a/b")).isInstanceOf(StoreUnreachableException.class);
    }
    try (ObjectStore store = open(server, Tls.NONE.ca(certificate))) {
      assertThatThrownBy(() -> store.head("a/b")).isInstanceOf(StoreUnreachableException.class);
    }
  }

  @Test
  void verificationCanBeTurnedOff() throws Exception {
    try (ObjectStore store = open(server, Tls.NONE.unverified())) {
      assertThat(store.head("a/b").etag()).isEqualTo("\"tag\"");
    }
  }

  @Test
  void ourOwnCertificateIsShownToAServerThatWantsOne() throws Exception {
    Tls known = Tls.NONE.ca(certificate).name("store.test");
    try (ObjectStore store = open(strictServer, known)) {
      assertThatThrownBy(() -> store.head("a/b")).isInstanceOf(StoreUnreachableException.class);
    }
    try (ObjectStore store = open(strictServer, known.own(certificate, key))) {
      assertThat(store.head("a/b").etag()).isEqualTo("\"tag\"");
    }
  }

  @Test
  void versionAndSuitesAreKept() throws Exception {
    Tls known = Tls.NONE.ca(certificate).name("store.test");
    try (ObjectStore store = open(server, known.min("VersionTLS13"))) {
      assertThat(store.head("a/b").etag()).isEqualTo("\"tag\"");
    }
    try (ObjectStore store =
        open(server, known.suites("TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384"))) {
      assertThat(store.head("a/b").etag()).isEqualTo("\"tag\"");
    }
    assertThatThrownBy(() -> open(server, known.min("VersionTLS14")))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.tls_min_version");
  }

  @Test
  void unusableFilesAreNamed() throws Exception {
    Path noKey = Files.writeString(folder.resolve("no.pem"), "hello");
    assertThatThrownBy(() -> open(server, Tls.NONE.own(certificate, noKey)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(noKey.toString());
    assertThatThrownBy(() -> open(server, Tls.NONE.ca(folder.resolve("missing.pem"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing.pem");
    assertThatThrownBy(() -> open(server, Tls.NONE.own(certificate, Path.of(""))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.tls_cert_path");
  }

  private static ObjectStore open(HttpsServer server, Tls tls) throws IOException {
    String endpoint = "127.0.0.1:" + server.getAddress().getPort();
    S3Config plain = S3Configs.at(endpoint, "traces").build();
    S3Config config =
        new S3Config(
            plain.bucket(),
            plain.prefix(),
            plain.endpoint(),
            plain.region(),
            plain.accessKey(),
            plain.secretKey(),
            plain.sessionToken(),
            false,
            true,
            0,
            0,
            plain.hedgeRequestsAt(),
            plain.hedgeRequestsUpTo(),
            plain.listBlocksConcurrency(),
            plain.tags(),
            plain.storageClass(),
            plain.metadata(),
            plain.sse(),
            plain.enableDualStack(),
            tls.cert(),
            tls.key(),
            tls.ca(),
            tls.name(),
            tls.skipVerify(),
            tls.suites(),
            tls.min());
    return S3ObjectStore.open(config, LIMITS, RequestObserver.NONE);
  }

  private static HttpsServer serve(KeyStore keys, boolean needsClient) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", keys.getCertificate("own"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(needsClient);
            parameters.setSSLParameters(wanted);
          }
        });
    https.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("ETag", "\"tag\"");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    https.start();
    return https;
  }

  private static KeyStore newKeys() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "own",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=store.test",
                    "-ext",
                    "SAN=dns:store.test",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    new String(PASSWORD),
                    "-keystore",
                    file.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static Path pem(String kind, byte[] der, String name) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(der);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }
}
