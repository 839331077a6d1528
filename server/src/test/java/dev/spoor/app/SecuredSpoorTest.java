package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.testkit.tls.TestAuthority;
import dev.spoor.testkit.tls.TestAuthority.Signed;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The whole program with TLS on every port and identities for everything, used by real senders.
class SecuredSpoorTest {

  private static final String SENDER = "sender-token-6f1c0a9e5b";
  private static final String GRAFANA = "grafana-token-77aa31c04d";
  private static final String OPERATOR = "operator-token-0be2d9481f";
  private static final String WRONG = "guessed-token-1234567890";

  private static final String CONFIG =
      """
      multitenancy_enabled: true
      server:
        http_listen_address: 127.0.0.1
        http_listen_port: 0
        grpc_listen_address: 127.0.0.1
        grpc_listen_port: 0
        http_tls_config: {cert_file: @/server.pem, key_file: @/server.key,
          client_ca_file: @/ca.pem, client_auth_type: VerifyClientCertIfGiven}
        grpc_tls_config: {cert_file: @/server.pem, key_file: @/server.key}
      distributor:
        receivers:
          otlp:
            protocols:
              grpc:
                endpoint: 127.0.0.1:0
                tls: {cert_file: @/server.pem, key_file: @/server.key, client_ca_file: @/ca.pem}
              http:
                endpoint: 127.0.0.1:0
                tls: {cert_file: @/server.pem, key_file: @/server.key}
                cors: {allowed_origins: ["https://shop.example"], allowed_headers: [authorization]}
          jaeger:
            protocols:
              grpc: {endpoint: 127.0.0.1:0, tls: {cert_file: @/server.pem, key_file: @/server.key}}
              thrift_http:
                endpoint: 127.0.0.1:0
                tls: {cert_file: @/server.pem, key_file: @/server.key}
          zipkin:
            endpoint: 127.0.0.1:0
            tls: {cert_file: @/server.pem, key_file: @/server.key}
      storage:
        trace: {backend: local, local: {path: @/blocks}, wal: {path: @/wal}}
      access:
        enabled: true
        tokens:
          - {name: sender, token_file: @/sender.token, tenants: [acme], verbs: [write]}
          - {name: grafana, token: %s, tenants: [acme], verbs: [read]}
          - {name: operator, token: %s, tenants: ["*"], verbs: [admin]}
        certificates:
          - {name: gateway, san: "spiffe://prod/gateway", tenants: [acme], verbs: [write]}
      """
          .formatted(GRAFANA, OPERATOR);

  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final Signed GATEWAY = OURS.sign("gateway", "spiffe://prod/gateway");
  private static final Signed STRANGER = OURS.sign("stranger", "spiffe://prod/stranger");

  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  @TempDir private static Path folder;
  private static Spoor spoor;

  @BeforeAll
  static void start() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    LOG.start();
    root.addAppender(LOG);
    ((Logger) LoggerFactory.getLogger("dev.spoor")).setLevel(Level.DEBUG);
    Signed server = OURS.sign("server", "localhost");
    Files.writeString(folder.resolve("server.pem"), server.certificatePem());
    Files.writeString(folder.resolve("server.key"), server.keyPem());
    Files.writeString(folder.resolve("ca.pem"), OURS.certificatePem());
    Files.writeString(folder.resolve("sender.token"), SENDER + "\n");
    Path file =
        Files.writeString(folder.resolve("tempo.yaml"), CONFIG.replace("@", folder.toString()));
    Command command = new CommandLine(name -> null).parse("-config.file=" + file);
    assertThat(command).as(command.toString()).isInstanceOf(Command.Run.class);
    spoor = Spoor.of(((Command.Run) command).loaded());
    spoor.start();
  }

  @AfterAll
  static void stop() {
    spoor.close();
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(LOG);
    ((Logger) LoggerFactory.getLogger("dev.spoor")).setLevel(null);
  }

  @Test
  void aSenderWithACertificateWritesOverGrpcWithoutNamingItsTenant() throws Exception {
    SpanData span = span();
    assertThat(sentByGrpc(span, GATEWAY)).isTrue();

    HttpResponse<String> found = get("/api/traces/" + span.getTraceId(), GRAFANA, Map.of());
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).contains("secured");
  }

  @Test
  void aSenderWithATokenWritesOverHttp() throws Exception {
    SpanData span = span();
    assertThat(sentByHttp(span, SENDER)).isTrue();

    assertThat(get("/api/traces/" + span.getTraceId(), GRAFANA, Map.of()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void sendersThatNobodyKnowsGetNothingIn() throws Exception {
    SpanData span = span();
    assertThat(sentByGrpc(span, STRANGER)).as("a certificate of nobody").isFalse();
    assertThat(sentByGrpc(span, null)).as("no certificate").isFalse();
    assertThat(sentByHttp(span, WRONG)).as("a wrong token").isFalse();
    assertThat(sentByHttp(span, GRAFANA)).as("a token that may only read").isFalse();

    assertThat(get("/api/traces/" + span.getTraceId(), GRAFANA, Map.of()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aTenantThatIsNotTheirsIsClosedToThem() throws Exception {
    String search = "/api/search?q=%7B%7D";
    assertThat(get(search, GRAFANA, Map.of("x-scope-orgid", "acme")).statusCode()).isEqualTo(200);
    HttpResponse<String> other = get(search, GRAFANA, Map.of("x-scope-orgid", "other"));
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(other.body()).isEqualTo("grafana may do nothing for tenant \"other\"\n");
  }

  @Test
  void everyRouteOfTheQueryPortAsksForItsVerb() throws Exception {
    HttpListener port = spoor.ports().getFirst();
    for (Map.Entry<String, Purpose> route : port.purposes().entrySet()) {
      String path = samplePath(route.getKey());
      Map<String, Boolean> passes = new LinkedHashMap<>();
      passes.put("", route.getValue() == Purpose.READY || route.getValue() == Purpose.METRICS);
      passes.put(WRONG, passes.get(""));
      passes.put(
          SENDER,
          switch (route.getValue()) {
            case READ, ADMIN, LIMITS, PROCESS, STATUS -> false;
            case WRITE, READY, METRICS -> true;
          });
      passes.put(
          GRAFANA,
          switch (route.getValue()) {
            case WRITE, ADMIN, PROCESS, STATUS -> false;
            case READ, LIMITS, READY, METRICS -> true;
          });
      passes.put(
          OPERATOR,
          switch (route.getValue()) {
            case WRITE, READ, LIMITS -> false;
            case ADMIN, PROCESS, STATUS, READY, METRICS -> true;
          });
      for (Map.Entry<String, Boolean> each : passes.entrySet()) {
        if (each.getValue() && path.startsWith("/shutdown")) {
          path = "/shutdown?status";
        }
        int status = get(path, each.getKey(), Map.of("x-scope-orgid", "acme")).statusCode();
        assertThat(status != 401 && status != 403)
            .as("%s with %s: %d", route.getKey(), each.getKey(), status)
            .isEqualTo(each.getValue());
      }
    }
  }

  /// A new route fails here until somebody has decided who may use it.
  @Test
  void whatReadersMayUseIsOnThisList() {
    for (HttpListener port : spoor.ports()) {
      Map<String, Purpose> forReaders = new LinkedHashMap<>(port.purposes());
      forReaders.values().removeIf(purpose -> purpose != Purpose.READ);

      assertThat(forReaders.keySet())
          .as(port.name())
          .allMatch(route ->
              route.matches(
                  "[*A-Za-z]+ (regex:\\^\\\\Q)?/(api/(traces|v2/traces|search|v2/search|metrics|echo"
                      + "|status/buildinfo)\\b.*|tempopb[.]StreamingQuerier/.*)"));
    }
  }

  @Test
  void whatIsNotForReadersIsOnThisList() {
    Map<String, Purpose> special = new LinkedHashMap<>(spoor.ports().getFirst().purposes());
    special.values().removeIf(purpose -> purpose == Purpose.READ);

    assertThat(special)
        .containsEntry("GET /ready", Purpose.READY)
        .containsEntry("GET /metrics", Purpose.METRICS)
        .containsEntry("GET /status", Purpose.STATUS)
        .containsEntry("GET /status/{page}", Purpose.STATUS)
        .containsEntry("* /flush", Purpose.PROCESS)
        .containsEntry("* /shutdown", Purpose.PROCESS)
        .containsEntry("GET /compactor/orphans", Purpose.PROCESS)
        .containsEntry("POST /compactor/orphans", Purpose.PROCESS)
        .doesNotContainValue(Purpose.WRITE);
    for (HttpListener port : spoor.ports()) {
      if (!List.of("http", "grpc").contains(port.name())) {
        assertThat(port.purposes().values()).as(port.name()).containsOnly(Purpose.WRITE);
      }
    }
  }

  @Test
  void noPortAnswersSomebodyUnknown() throws Exception {
    assertThat(spoor.ports())
        .extracting(HttpListener::name)
        .contains("http", "grpc", "otlp-grpc", "otlp-http", "jaeger-grpc", "jaeger-http", "zipkin");
    for (HttpListener port : spoor.ports()) {
      assertThat(port.isEncrypted()).as(port.name()).isTrue();
      HttpResponse<String> answer = send(port.port(), "/nowhere", WRONG, Map.of(), GATEWAY);
      assertThat(answer.statusCode()).as(port.name()).isEqualTo(401);
      assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
    }
  }

  @Test
  void aRefusalOfOtlpIsOneThatItsClientsUnderstand() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(OURS.client(null)).build()) {
      URI uri =
          URI.create("https://127.0.0.1:%d/v1/traces".formatted(spoor.receiverPort("otlp-http")));
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("content-type", "application/json")
              .header("origin", "https://shop.example")
              .POST(BodyPublishers.ofString("{}"))
              .build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).contains("\"code\":16", "no credentials");
      assertThat(answer.headers().firstValue("access-control-allow-origin"))
          .contains("https://shop.example");
    }
  }

  @Test
  void noTokenIsInTheLogOrOnAPage() throws Exception {
    get("/api/search?q=%7B%7D", WRONG, Map.of());
    get("/flush", GRAFANA, Map.of());
    sentByHttp(span(), SENDER);
    // Mistakes of clients that make a server complain of what it got.
    raw(
        true,
        "GET /ready HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + WRONG + "\u0001\r\n\r\n");
    raw(true, "GET /ready HTTP/1.1\r\nhost: x\r\nauthorization Bearer " + WRONG + "\r\n\r\n");
    raw(true, "authorization: Bearer " + WRONG + "\r\n\r\n");
    raw(false, "GET /ready HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + WRONG + "\r\n\r\n");
    raw(false, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nauthorization: Bearer " + WRONG + "\r\n\r\n");
    String pages =
        get("/status", OPERATOR, Map.of()).body()
            + get("/status/config", OPERATOR, Map.of()).body()
            + get("/status/config?mode=diff", OPERATOR, Map.of()).body()
            + get("/metrics", "", Map.of()).body();
    StringBuilder log = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(LOG.list)) {
      log.append(event.getFormattedMessage()).append('\n');
      if (event.getThrowableProxy() != null) {
        log.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
      }
    }
    String hex = HexFormat.of().formatHex(WRONG.getBytes(StandardCharsets.US_ASCII));

    assertThat(pages).contains("name: grafana", "token: '********'", "spoor_access_refused_total");
    assertThat(pages).doesNotContain(SENDER, GRAFANA, OPERATOR, WRONG);
    assertThat(log.toString()).contains("not let in");
    assertThat(log.toString()).doesNotContain(SENDER, GRAFANA, OPERATOR, WRONG);
    assertThat(log.toString()).doesNotContain("PRIVATE KEY", hex);
  }

  /// Sends bytes to the query port, and waits until it has answered or hung up.
  private static void raw(boolean encrypted, String text) throws Exception {
    SocketFactory sockets =
        encrypted ? OURS.client(null).getSocketFactory() : SocketFactory.getDefault();
    try (Socket socket = sockets.createSocket("127.0.0.1", spoor.queryPort())) {
      socket.setSoTimeout(180_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      int first = socket.getInputStream().read();
      assertThat(first).as("an answer, or the end").isBetween(-1, 255);
    }
  }

  /// A path that a route is for.
  private static String samplePath(String route) {
    String path = route.substring(route.indexOf(' ') + 1);
    return path.startsWith("regex:")
        ? "/api/search/tag/x/values"
        : path.replace("{page}", "version").replaceAll("\\{[a-z]+}", "1");
  }

  private static HttpResponse<String> get(String path, String token, Map<String, String> headers)
      throws Exception {
    return send(spoor.queryPort(), path, token, headers, null);
  }

  private static HttpResponse<String> send(
      int port, String path, String token, Map<String, String> headers, @Nullable Signed own)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newBuilder().sslContext(OURS.client(own)).build()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static boolean sentByGrpc(SpanData span, @Nullable Signed own) throws Exception {
    OtlpGrpcSpanExporterBuilder builder =
        OtlpGrpcSpanExporter.builder()
            .setEndpoint("https://localhost:" + spoor.receiverPort("otlp-grpc"))
            .setTrustedCertificates(OURS.certificatePem().getBytes(StandardCharsets.US_ASCII));
    if (own != null) {
      builder.setClientTls(
          own.keyPem().getBytes(StandardCharsets.US_ASCII),
          own.certificatePem().getBytes(StandardCharsets.US_ASCII));
    }
    return sent(builder.setTimeout(3, TimeUnit.MINUTES).setRetryPolicy(null).build(), span);
  }

  private static boolean sentByHttp(SpanData span, String token) throws Exception {
    OtlpHttpSpanExporterBuilder builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(
                "https://localhost:%d/v1/traces".formatted(spoor.receiverPort("otlp-http")))
            .setTrustedCertificates(OURS.certificatePem().getBytes(StandardCharsets.US_ASCII))
            .addHeader("authorization", "Bearer " + token);
    return sent(builder.setTimeout(3, TimeUnit.MINUTES).setRetryPolicy(null).build(), span);
  }

  private static boolean sent(SpanExporter exporter, SpanData span) {
    try (exporter) {
      return exporter.export(List.of(span)).join(3, TimeUnit.MINUTES).isSuccess();
    }
  }

  private static SpanData span() {
    // Without a processor nothing would be recorded.
    SpanProcessor recording = SimpleSpanProcessor.create(SpanExporter.composite());
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(recording).build()) {
      Span span = provider.get("test").spanBuilder("secured").startSpan();
      span.end();
      return ((ReadableSpan) span).toSpanData();
    }
  }
}
