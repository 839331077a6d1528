package dev.spoor.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brave.Tracing;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.testkit.tls.TestAuthority;
import dev.spoor.testkit.tls.TestAuthority.Signed;
import io.jaegertracing.internal.JaegerSpan;
import io.jaegertracing.internal.JaegerTracer;
import io.jaegertracing.internal.reporters.RemoteReporter;
import io.jaegertracing.internal.samplers.ConstSampler;
import io.jaegertracing.thrift.internal.senders.HttpSender;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/// The senders' own libraries speak TLS to a whole Spoor. Every receiver wants a certificate, lets
/// nobody in without, and knows by it whose spans they are; and what was sent is found through
/// encrypted ports.
class EncryptedSendersTest {

  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final String NAME = "spiffe://prod/sender";
  private static final Signed SENDER = OURS.sign("sender", NAME);

  /// Says that it is the sender, but not by our authority.
  private static final Signed STRANGER = new TestAuthority("others").sign("sender", NAME);

  private static final String READER = "reader-token-52c0f7a1d9";
  private static final String READER_OF_OTHERS = "reader-token-88e14b3f60";

  /// None, and a stranger's.
  private static final List<Signed> WITHOUT_OURS = Arrays.asList(null, STRANGER);

  @TempDir static Path folder;

  private static LocalSpoor spoor;
  private static HttpClient https;

  @BeforeAll
  static void start() throws Exception {
    Signed server = OURS.sign("server", "localhost");
    Files.writeString(folder.resolve("server.pem"), server.certificatePem());
    Files.writeString(folder.resolve("server.key"), server.keyPem());
    Files.writeString(folder.resolve("ca.pem"), OURS.certificatePem());
    String receivers = "distributor.receivers.";
    Settings settings =
        Settings.in(folder)
            .with(receivers + "jaeger.protocols.grpc.endpoint", "127.0.0.1:0")
            .with(receivers + "jaeger.protocols.thrift_http.endpoint", "127.0.0.1:0")
            .with(receivers + "zipkin.endpoint", "127.0.0.1:0")
            .with("multitenancy_enabled", "true")
            .with("access.enabled", "true")
            .with(
                "access.certificates",
                "[{name: sender, san: \"%s\", tenants: [acme], verbs: [write]}]".formatted(NAME))
            .with(
                "access.tokens",
                "[{name: reader, token: %s, tenants: [acme], verbs: [read]},".formatted(READER)
                    + " {name: others, token: %s, tenants: [other], verbs: [read]}]"
                        .formatted(READER_OF_OTHERS));
    settings = certified(settings, "server.http_tls_config");
    settings = certified(settings, "server.grpc_tls_config");
    for (String mutual :
        new String[] {
          "otlp.protocols.grpc",
          "otlp.protocols.http",
          "jaeger.protocols.grpc",
          "jaeger.protocols.thrift_http",
          "zipkin"
        }) {
      settings =
          certified(settings, receivers + mutual + ".tls")
              .with(receivers + mutual + ".tls.client_ca_file", file("ca.pem"));
    }
    spoor = LocalSpoor.start(settings, folder);
    https = HttpClient.newBuilder().sslContext(OURS.client(null)).build();
  }

  @AfterAll
  static void stop() {
    https.close();
    spoor.close();
  }

  @Test
  void theSdkIsHeardOverGrpcWithItsCertificate() throws Exception {
    assertFound(sent("otlp-grpc-mtls", grpc(SENDER)), "otlp-grpc-mtls");
  }

  @Test
  void theSdkIsHeardOverHttpWithItsCertificate() throws Exception {
    assertFound(sent("otlp-http-mtls", http(SENDER)), "otlp-http-mtls");
  }

  @Test
  void theSdkIsNotHeardWithACertificateOfOthers() throws Exception {
    assertThat(sent("stranger", grpc(STRANGER))).isEmpty();
    assertThat(sent("stranger", http(STRANGER))).isEmpty();
    assertThat(search("stranger")).doesNotContain("traceID");
  }

  @Test
  void jaegersExporterIsHeardOverGrpcWithItsCertificate() throws Exception {
    Map<String, String> how = new HashMap<>();
    how.put("endpoint", url("jaeger-grpc"));
    how.put("service", "jaeger-grpc-mtls");
    how.put("trusted", OURS.certificatePem());
    assertThat(JaegerGrpcSender.send(how)).as("without a certificate").isEmpty();

    how.put("certificate", SENDER.certificatePem());
    how.put("key", SENDER.keyPem());
    assertFound(JaegerGrpcSender.send(how), "jaeger-grpc-mtls");
  }

  @Test
  void jaegersClientIsHeardOverHttpWithItsCertificate() throws Exception {
    assertFound(sentByJaegersClient("jaeger-http-mtls", SENDER), "jaeger-http-mtls");

    for (Signed refused : WITHOUT_OURS) {
      sentByJaegersClient("jaeger-http-refused", refused);
    }
    assertThat(search("jaeger-http-refused")).doesNotContain("traceID");
  }

  @Test
  void bravesReporterIsHeardOverHttpWithItsCertificate() throws Exception {
    assertFound(sentByBrave("brave-mtls", SENDER), "brave-mtls");

    for (Signed refused : WITHOUT_OURS) {
      sentByBrave("brave-refused", refused);
    }
    assertThat(search("brave-refused")).doesNotContain("traceID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"otlp-grpc", "otlp-http", "jaeger-grpc", "jaeger-http", "zipkin"})
  void noReceiverAnswersWhoHasNoCertificateOfOurs(String receiver) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url(receiver) + "/nowhere")).build();
    for (Signed refused : WITHOUT_OURS) {
      try (HttpClient client = HttpClient.newBuilder().sslContext(OURS.client(refused)).build()) {
        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
            .isInstanceOf(IOException.class);
      }
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(OURS.client(SENDER)).build()) {
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isPositive();
    }
  }

  @Test
  void whoDoesNotTrustTheServerAsksNothing() {
    try (HttpClient distrusting = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> distrusting.send(get("/ready"), BodyHandlers.ofString()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void bothPortsForGrpcAnswerOverTls() throws Exception {
    String id = sent("asked-by-grpc", grpc(SENDER));
    try (ClientFactory factory =
        ClientFactory.builder()
            .tlsCustomizer(context -> context.trustManager(trusted()))
            .workerGroup(1)
            .build()) {
      for (int port : new int[] {spoor.grpcPort(), spoor.queryPort()}) {
        AggregatedHttpResponse answer =
            WebClient.builder("h2://127.0.0.1:" + port)
                .factory(factory)
                .build()
                .execute(
                    RequestHeaders.builder(HttpMethod.POST, "/tempopb.StreamingQuerier/Search")
                        .set("content-type", "application/grpc")
                        .set("te", "trailers")
                        .set("authorization", "Bearer " + READER)
                        .build(),
                    HttpData.wrap(searchRequest("asked-by-grpc")))
                .aggregate()
                .join();
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
        assertThat(answer.content().toStringUtf8()).contains(id.replaceFirst("^0+", ""));
      }
    }
  }

  private static java.security.cert.X509Certificate trusted() {
    try {
      return OURS.trustManager().getAcceptedIssuers()[0];
    } catch (java.security.GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// A gRPC message with a search for a service's traces.
  private static byte[] searchRequest(String service) {
    ProtoWriter request = new ProtoWriter();
    request.varint(5, System.currentTimeMillis() / 1000 - 1000);
    request.varint(6, System.currentTimeMillis() / 1000 + 1000);
    request.string(8, query(service));
    byte[] message = request.toArray();
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static SpanExporter grpc(Signed sender) throws Exception {
    return OtlpGrpcSpanExporter.builder()
        .setEndpoint(url("otlp-grpc"))
        .setTrustedCertificates(OURS.certificatePem().getBytes(UTF_8))
        .setClientTls(sender.keyPem().getBytes(UTF_8), sender.certificatePem().getBytes(UTF_8))
        .setTimeout(3, TimeUnit.MINUTES)
        .setRetryPolicy(null)
        .build();
  }

  private static SpanExporter http(Signed sender) throws Exception {
    return OtlpHttpSpanExporter.builder()
        .setEndpoint(url("otlp-http") + "/v1/traces")
        .setTrustedCertificates(OURS.certificatePem().getBytes(UTF_8))
        .setClientTls(sender.keyPem().getBytes(UTF_8), sender.certificatePem().getBytes(UTF_8))
        .setTimeout(3, TimeUnit.MINUTES)
        .setRetryPolicy(null)
        .build();
  }

  /// @return the id of the trace; empty when it was not taken
  private static String sent(String service, SpanExporter exporter) {
    Taken taken = new Taken(exporter);
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
            .addSpanProcessor(SimpleSpanProcessor.create(taken))
            .build()) {
      Span span = provider.get("it").spanBuilder("buy").startSpan();
      span.end();
      return taken.all() ? span.getSpanContext().getTraceId() : "";
    }
  }

  /// @return the id of the trace, whether or not it was taken
  private static String sentByJaegersClient(String service, @Nullable Signed own) throws Exception {
    OkHttpClient trusting =
        new OkHttpClient.Builder()
            .sslSocketFactory(OURS.client(own).getSocketFactory(), OURS.trustManager())
            .build();
    HttpSender sender =
        new HttpSender.Builder(url("jaeger-http") + "/api/traces").withClient(trusting).build();
    try (JaegerTracer tracer =
        new JaegerTracer.Builder(service)
            .withTraceId128Bit()
            .withSampler(new ConstSampler(true))
            .withReporter(new RemoteReporter.Builder().withSender(sender).build())
            .build()) {
      JaegerSpan span = tracer.buildSpan("buy").start();
      span.finish();
      return span.context().getTraceId();
    }
  }

  /// @return the id of the trace, whether or not it was taken
  private static String sentByBrave(String service, @Nullable Signed own) throws Exception {
    SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
    HttpsURLConnection.setDefaultSSLSocketFactory(OURS.client(own).getSocketFactory());
    try (URLConnectionSender sender = URLConnectionSender.create(url("zipkin") + "/api/v2/spans");
        AsyncZipkinSpanHandler handler =
            AsyncZipkinSpanHandler.newBuilder(sender).closeTimeout(3, TimeUnit.MINUTES).build();
        Tracing tracing =
            Tracing.newBuilder()
                .localServiceName(service)
                .traceId128Bit(true)
                .addSpanHandler(handler)
                .build()) {
      brave.Span span = tracing.tracer().newTrace().name("buy").start();
      span.finish();
      handler.flush();
      return span.context().traceIdString();
    } finally {
      HttpsURLConnection.setDefaultSSLSocketFactory(before);
    }
  }

  private static void assertFound(String id, String service) throws Exception {
    assertThat(id).as("it was taken").isNotEmpty();
    HttpResponse<String> trace = https.send(get("/api/traces/" + id), BodyHandlers.ofString());
    assertThat(trace.statusCode()).isEqualTo(200);
    assertThat(trace.body()).contains(service, "buy");
    assertThat(TraceId.parse(id).toString()).endsWith(id);
    assertThat(search(service)).contains(id.replaceFirst("^0+", ""));
    HttpResponse<String> others =
        https.send(get("/api/traces/" + id, READER_OF_OTHERS), BodyHandlers.ofString());
    assertThat(others.statusCode()).as("for another tenant").isEqualTo(404);
  }

  private static String search(String service) throws Exception {
    HttpRequest search = get("/api/search?q=" + SpoorClient.encoded(query(service)));
    return https.send(search, BodyHandlers.ofString()).body();
  }

  private static String query(String service) {
    return "{ resource.service.name = \"%s\" }".formatted(service);
  }

  private static HttpRequest get(String path) {
    return get(path, READER);
  }

  private static HttpRequest get(String path, String token) {
    return HttpRequest.newBuilder(
            URI.create("https://127.0.0.1:%d%s".formatted(spoor.queryPort(), path)))
        .header("authorization", "Bearer " + token)
        .build();
  }

  private static String url(String receiver) {
    return "https://127.0.0.1:" + spoor.receiverPort(receiver);
  }

  private static Settings certified(Settings settings, String section) {
    return settings
        .with(section + ".cert_file", file("server.pem"))
        .with(section + ".key_file", file("server.key"));
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }
}
