package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.metrics.Metrics;
import dev.spoor.testkit.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A port over TLS, asked by the JDK's clients.
class TlsListenerTest {

  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final TestAuthority THEIRS = new TestAuthority("theirs");
  private static final TestAuthority.Signed SERVER = OURS.sign("server", "localhost");
  private static final TestAuthority.Signed CLIENT =
      OURS.sign("gateway", "gateway.prod", "spiffe://prod/gateway");

  @TempDir private Path folder;

  private final Metrics metrics = new Metrics();
  private final ListenerParts parts =
      new ListenerParts(
          new BodyBudget(1 << 20),
          new ListenerMetrics(metrics),
          new TlsMetrics(metrics),
          (purpose, caller) -> Optional.of(who(caller)));

  /// Longer than every test, where it is not the subject.
  private Duration interval = Duration.ofHours(1);

  private Path certificate = Path.of("");
  private Path key = Path.of("");
  private Path clientCa = Path.of("");

  @BeforeEach
  void writeFiles() throws Exception {
    certificate = Files.writeString(folder.resolve("server.pem"), SERVER.certificatePem());
    key = Files.writeString(folder.resolve("server.key"), SERVER.keyPem());
    clientCa = Files.writeString(folder.resolve("clients.pem"), OURS.certificatePem());
  }

  @Test
  void http2AndHttp11AreSpokenWithTheGivenCertificate() throws Exception {
    try (HttpListener port = started(serverOnly())) {
      HttpResponse<String> two = get(port, OURS.client(null), HttpClient.Version.HTTP_2);
      HttpResponse<String> one = get(port, OURS.client(null), HttpClient.Version.HTTP_1_1);

      assertThat(two.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(one.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(List.of(one.body(), two.body())).containsOnly("nobody");
    }
  }

  @Test
  void nothingIsSaidInPlain() throws Exception {
    try (HttpListener port = started(serverOnly());
        HttpClient client = HttpClient.newHttpClient()) {
      URI plain = URI.create("http://127.0.0.1:" + port.port() + "/who");
      HttpResponse<String> answer = client.send(request(plain), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("this port speaks TLS: use https instead of http");
    }
  }

  @Test
  void whenClientsNeedACertificateOnlyThoseOfTheClientCaGetIn() throws Exception {
    try (HttpListener port = started(mutual())) {
      assertThat(ask(port, OURS.client(CLIENT)))
          .isEqualTo("CN \"gateway\", SAN [127.0.0.1, gateway.prod, spiffe://prod/gateway]");
      assertThatThrownBy(() -> ask(port, OURS.client(null))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(port, OURS.client(THEIRS.sign("gateway", "gateway.prod"))))
          .isInstanceOf(IOException.class);
      Instant now = Instant.now();
      TestAuthority.Signed expired =
          OURS.sign("gateway", now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));
      assertThatThrownBy(() -> ask(port, OURS.client(expired))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCertificateThatNobodyVerifiedIsNoIdentity() throws Exception {
    for (String type : List.of("RequestClientCert", "RequireAnyClientCert")) {
      try (HttpListener port = started(server(type, ""))) {
        assertThat(ask(port, OURS.client(CLIENT))).as(type).isEqualTo("nobody");
      }
    }
    try (HttpListener port = started(server("RequireAnyClientCert", ""))) {
      assertThatThrownBy(() -> ask(port, OURS.client(null))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCertificateMayBeOptionalButNotWrong() throws Exception {
    try (HttpListener port = started(server("VerifyClientCertIfGiven", clientCa.toString()))) {
      assertThat(ask(port, OURS.client(null))).isEqualTo("nobody");
      assertThat(ask(port, OURS.client(CLIENT))).startsWith("CN \"gateway\"");
    }
  }

  @Test
  void aNewCertificateIsTakenWhileThePortIsOpen() throws Exception {
    try (HttpListener port = started(serverOnly())) {
      replaceCertificate(THEIRS.sign("server", "localhost"));
      port.certificates().reload();

      assertThat(ask(port, THEIRS.client(null))).isEqualTo("nobody");
      assertThatThrownBy(() -> ask(port, OURS.client(null)))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(metric("spoor_tls_reloads_total")).isEqualTo(1);
    }
  }

  @Test
  void aBrokenNewCertificateLeavesTheOldOneInUseAndIsCounted() throws Exception {
    try (HttpListener port = started(serverOnly())) {
      TestAuthority.write(certificate, "not a certificate");
      port.certificates().reload();
      TestAuthority.write(certificate, THEIRS.sign("server").certificatePem());
      port.certificates().reload();

      assertThat(ask(port, OURS.client(null))).isEqualTo("nobody");
      assertThat(metric("spoor_tls_reload_failures_total")).isEqualTo(2);
      assertThat(metric("spoor_tls_reloads_total")).isZero();
      assertThat(metric("spoor_tls_certificate_expiry_timestamp_seconds"))
          .isEqualTo(SERVER.certificate().getNotAfter().getTime() / 1000.0);
    }
  }

  @Test
  void filesAreLookedAtByTheClockWithoutAnybodyAsking() throws Exception {
    interval = Duration.ofMillis(50);
    try (HttpListener port = started(serverOnly())) {
      replaceCertificate(THEIRS.sign("server", "localhost"));
      while (metric("spoor_tls_reloads_total") == 0) {
        Thread.onSpinWait();
      }
      assertThat(ask(port, THEIRS.client(null))).isEqualTo("nobody");
    }
  }

  @Test
  void whoseCaIsTakenAwayIsOutAlsoOnAConnectionThatIsOpen() throws Exception {
    try (HttpListener port = started(mutual());
        HttpClient client = client(OURS.client(CLIENT), HttpClient.Version.HTTP_2)) {
      assertThat(client.send(request(uri(port)), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      TestAuthority.write(clientCa, THEIRS.certificatePem());
      port.certificates().reload();

      HttpResponse<String> after = client.send(request(uri(port)), BodyHandlers.ofString());
      assertThat(after.statusCode()).isEqualTo(401);
      assertThat(after.body()).contains("not trusted any more");
    }
  }

  @Test
  void theOldestVersionIsKept() throws Exception {
    TlsServerConfig config = config("1.3", "", List.of());
    try (HttpListener port = started(config.settings("tls"))) {
      assertThat(handshake(port, "TLSv1.3")).startsWith("TLSv1.3");
      assertThatThrownBy(() -> handshake(port, "TLSv1.2")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theNewestVersionAndTheSuitesAreKept() throws Exception {
    TlsServerConfig config = config("", "1.2", List.of("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
    try (HttpListener port = started(config.settings("tls"))) {
      assertThat(handshake(port, "TLSv1.3", "TLSv1.2"))
          .isEqualTo("TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    }
  }

  @Test
  void keysOfEveryUsualKindAreRead() throws Exception {
    Files.writeString(key, SERVER.sec1Pem());
    assertThat(serverOnly().check(Instant.now())).isEmpty();

    byte[] pkcs8 = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    Files.writeString(key, TestAuthority.pem("RSA PRIVATE KEY", pkcs1));
    assertThatThrownBy(() -> serverOnly().check(Instant.now()))
        .as("it is read, but is no key of this certificate")
        .hasMessageContaining("does not belong to the certificate");
  }

  @Test
  void whatCannotBeUsedIsNamedWithoutShowingTheKey() throws Exception {
    Path missing = folder.resolve("missing.pem");
    assertThatThrownBy(() -> new TlsServerConfigBuilder(missing, key).check())
        .isInstanceOf(TlsConfigException.class)
        .hasMessage("tls.cert_file: %s: no such file", missing);
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");
    assertThatThrownBy(() -> new TlsServerConfigBuilder(text, key).check())
        .hasMessageStartingWith("tls.cert_file: %s: holds no".formatted(text));
    assertThatThrownBy(() -> new TlsServerConfigBuilder(certificate, text).check())
        .hasMessageStartingWith("tls.key_file: %s: holds no private key".formatted(text));
    Path broken =
        Files.writeString(folder.resolve("broken.key"), SERVER.keyPem().replace("\nM", "\nX"));
    assertThatThrownBy(() -> new TlsServerConfigBuilder(certificate, broken).check())
        .hasMessage(
            "tls.key_file: %s: holds a private key that is neither EC, RSA nor EdDSA", broken);
    Path other = Files.writeString(folder.resolve("o.key"), THEIRS.sign("x").keyPem());
    assertThatThrownBy(() -> new TlsServerConfigBuilder(certificate, other).check())
        .hasMessageContaining("does not belong to the certificate of tls.cert_file");
    assertThatThrownBy(() -> config("", "", List.of("TLS_NO")).settings("tls").check(Instant.now()))
        .hasMessageStartingWith("tls.cipher_suites: \"TLS_NO\"");
  }

  @Test
  void aCertificateThatIsNotValidNowIsAWarning() throws Exception {
    Instant end = SERVER.certificate().getNotAfter().toInstant();
    Instant begin = SERVER.certificate().getNotBefore().toInstant();

    assertThat(serverOnly().check(end.minus(Duration.ofDays(30)))).isEmpty();
    assertThat(serverOnly().check(end.minus(Duration.ofDays(2))).getFirst())
        .contains("expires soon");
    assertThat(serverOnly().check(end.plusSeconds(1)).getFirst()).contains("expired at");
    assertThat(serverOnly().check(begin.minusSeconds(1)).getFirst()).contains("not valid before");
  }

  private HttpListener started(TlsSettings settings) throws IOException {
    HttpListener port =
        new HttpListener(
            "test", Binding.at("127.0.0.1:0").with(Optional.of(settings)), Purpose.READ, parts);
    port.route(
        "GET",
        "/who",
        "who",
        request -> Response.text(200, request.header("x-scope-orgid").orElse("")));
    port.start();
    return port;
  }

  /// The gate's answer becomes the tenant, which the endpoint says.
  private static String who(Gate.Caller caller) {
    PeerCertificate peer = caller.certificate();
    return peer == null ? "nobody" : peer.toString();
  }

  private TlsSettings serverOnly() {
    return config("", "", List.of()).settings("tls");
  }

  private TlsServerConfig config(String min, String max, List<String> suites) {
    return new TlsServerConfig(
        certificate.toString(), key.toString(), "", "", "", "", min, max, suites, interval, false);
  }

  private TlsSettings mutual() {
    return new TlsServerConfig(
            certificate.toString(),
            key.toString(),
            "",
            "",
            clientCa.toString(),
            "",
            "",
            "",
            List.of(),
            Duration.ofHours(1),
            false)
        .settings("tls");
  }

  private TlsSettings server(String clientAuth, String ca) {
    ServerConfig.TlsConfig tls =
        new ServerConfig.TlsConfig(
            "", "", "", certificate.toString(), key.toString(), clientAuth, ca);
    return tls.settings("server.http_tls_config", "", "").orElseThrow();
  }

  private static final class TlsServerConfigBuilder {

    private final TlsServerConfig config;

    TlsServerConfigBuilder(Path certificate, Path key) {
      config =
          new TlsServerConfig(
              certificate.toString(),
              key.toString(),
              "",
              "",
              "",
              "",
              "",
              "",
              List.of(),
              Duration.ZERO,
              false);
    }

    List<String> check() throws TlsConfigException {
      return config.settings("tls").check(Instant.now());
    }
  }

  private void replaceCertificate(TestAuthority.Signed next) throws Exception {
    TestAuthority.write(key, next.keyPem());
    TestAuthority.write(certificate, next.certificatePem());
  }

  private static HttpClient client(SSLContext context, HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(context).version(version).build();
  }

  private static URI uri(HttpListener port) {
    return URI.create("https://127.0.0.1:" + port.port() + "/who");
  }

  private static HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
  }

  private static HttpResponse<String> get(
      HttpListener port, SSLContext context, HttpClient.Version version) throws Exception {
    try (HttpClient client = client(context, version)) {
      return client.send(request(uri(port)), BodyHandlers.ofString());
    }
  }

  private static String ask(HttpListener port, SSLContext context) throws Exception {
    return get(port, context, HttpClient.Version.HTTP_2).body();
  }

  /// Version and cipher suite that were agreed on.
  private static String handshake(HttpListener port, String... versions) throws Exception {
    try (SSLSocket socket =
        (SSLSocket) OURS.client(null).getSocketFactory().createSocket("127.0.0.1", port.port())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(versions);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite();
    }
  }

  private double metric(String name) {
    String text = new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    @Nullable String line =
        text.lines().filter(each -> each.startsWith(name + "{")).findFirst().orElse(null);
    assertThat(line).as(name).isNotNull();
    return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
  }
}
