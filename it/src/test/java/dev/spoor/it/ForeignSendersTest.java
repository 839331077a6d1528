package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import brave.Tracing;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import io.jaegertracing.internal.JaegerSpan;
import io.jaegertracing.internal.JaegerTracer;
import io.jaegertracing.internal.reporters.RemoteReporter;
import io.jaegertracing.internal.samplers.ConstSampler;
import io.jaegertracing.spi.Sender;
import io.jaegertracing.thrift.internal.senders.HttpSender;
import io.jaegertracing.thrift.internal.senders.UdpSender;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentracing.tag.Tags;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import zipkin2.Endpoint;
import zipkin2.codec.SpanBytesEncoder;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/// Jaeger's and Zipkin's own libraries send to a whole Spoor, and what they sent is found by its id
/// and by its attributes.
class ForeignSendersTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String POST_SPANS = "/jaeger.api_v2.CollectorService/PostSpans";

  @TempDir static Path folder;

  private static LocalSpoor spoor;
  private static SpoorClient client;

  @BeforeAll
  static void start() throws Exception {
    String jaeger = "distributor.receivers.jaeger.protocols.";
    spoor =
        LocalSpoor.start(
            Settings.in(folder)
                .with(jaeger + "grpc.endpoint", "127.0.0.1:0")
                .with(jaeger + "thrift_http.endpoint", "127.0.0.1:0")
                .with(jaeger + "thrift_http.max_request_body_size", "100000")
                .with(jaeger + "thrift_compact.endpoint", "127.0.0.1:0")
                .with(jaeger + "thrift_binary.endpoint", "127.0.0.1:0")
                .with("distributor.receivers.zipkin.endpoint", "127.0.0.1:0"),
            folder);
    client = spoor.client();
  }

  @AfterAll
  static void stop() {
    spoor.close();
  }

  @Test
  void jaegersClientIsHeardOverHttp() throws Exception {
    Sender sender =
        new HttpSender.Builder("http://127.0.0.1:%d/api/traces".formatted(port("jaeger-http")))
            .build();

    TraceId id = sendWithJaeger(sender, "jaeger-over-http");

    assertFound(id, "jaeger-over-http");
  }

  @Test
  void jaegersClientIsHeardOverUdp() throws Exception {
    Sender sender = new UdpSender("127.0.0.1", port("jaeger-compact"), 0);

    TraceId id = sendWithJaeger(sender, "jaeger-over-udp");

    Eventually.holds(
        "both spans were stored, which may come in two datagrams",
        () -> client.find(id).orElse(List.of()).size() == 2);
    assertFound(id, "jaeger-over-udp");
  }

  @Test
  void jaegersExporterIsHeardOverGrpc() throws Exception {
    String id =
        JaegerGrpcSender.send(
            Map.of(
                "endpoint",
                "http://127.0.0.1:" + port("jaeger-grpc"),
                "service",
                "jaeger-over-grpc"));

    assertFound(TraceId.parse(id), "jaeger-over-grpc");
  }

  @Test
  void jaegersCollectorApiIsAnsweredOverGrpc() throws Exception {
    TraceId id = new TraceId(14_250, 1);

    SpoorClient.GrpcAnswer answer = grpc(postSpans(id, "shop-over-grpc"));

    assertThat(answer.code()).isZero();
    assertThat(answer.body()).isEmpty();
    assertThat(client.find(id)).isPresent();
    assertThat(client.search("{ resource.service.name = \"shop-over-grpc\" }", 10))
        .containsExactly(id);
  }

  @Test
  void bravesReporterIsHeard() throws Exception {
    URLConnectionSender sender =
        URLConnectionSender.create("http://127.0.0.1:%d/api/v2/spans".formatted(port("zipkin")));
    AsyncZipkinSpanHandler handler =
        AsyncZipkinSpanHandler.newBuilder(sender).closeTimeout(3, TimeUnit.MINUTES).build();
    Tracing tracing =
        Tracing.newBuilder()
            .localServiceName("brave-shop")
            .traceId128Bit(true)
            .addSpanHandler(handler)
            .build();
    brave.Span parent = tracing.tracer().newTrace().name("buy").kind(brave.Span.Kind.SERVER);
    parent.start().tag("http.path", "/buy");
    brave.Span child = tracing.tracer().newChild(parent.context()).name("pay");
    child.kind(brave.Span.Kind.CLIENT).remoteServiceName("bank").start();
    child.error(new IllegalStateException("no money")).finish();
    parent.finish();
    handler.flush();
    handler.close();
    sender.close();
    tracing.close();

    TraceId id = TraceId.parse(parent.context().traceIdString());
    assertThat(client.find(id)).isPresent();
    assertThat(client.find(id).get()).hasSize(2);
    assertThat(
            client.search(
                "{ resource.service.name = \"brave-shop\" && span.http.path = \"/buy\" }", 10))
        .containsExactly(id);
    assertThat(
            client.search(
                "{ span.peer.service = \"bank\" && status = error && kind = client }", 10))
        .containsExactly(id);
  }

  @Test
  void everyFormatOfZipkinIsTaken() throws Exception {
    Map<SpanBytesEncoder, String> contentTypes =
        Map.of(
            SpanBytesEncoder.JSON_V2, "application/json",
            SpanBytesEncoder.PROTO3, "application/x-protobuf",
            SpanBytesEncoder.JSON_V1, "application/json",
            SpanBytesEncoder.THRIFT, "application/x-thrift");
    for (SpanBytesEncoder encoder : contentTypes.keySet()) {
      boolean v1 = encoder == SpanBytesEncoder.JSON_V1 || encoder == SpanBytesEncoder.THRIFT;
      TraceId id = new TraceId(9411, 1 + encoder.ordinal());
      byte[] body = encoder.encodeList(List.of(zipkinSpan(id)));

      HttpResponse<String> answer =
          post("zipkin", v1 ? "/api/v1/spans" : "/api/v2/spans", contentTypes.get(encoder), body);

      assertThat(answer.statusCode()).as(encoder.name()).isEqualTo(202);
      assertThat(answer.body()).isEmpty();
      assertThat(client.find(id)).as(encoder.name()).isPresent();
      assertThat(client.find(id).get().getFirst().getName()).isEqualTo("get");
    }
    assertThat(client.search("{ resource.service.name = \"zipkin-shop\" }", 10)).hasSize(4);
  }

  @Test
  void malformedBodiesAreRefusedByPlaceAndNothingIsStored() throws Exception {
    HttpResponse<String> thrift =
        post("jaeger-http", "/api/traces", "application/x-thrift", new byte[] {12, 0});
    HttpResponse<String> json = post("zipkin", "/api/v2/spans", "application/json", text("[{]"));
    SpoorClient.GrpcAnswer grpc = grpc(new byte[] {10, 5, 1});

    assertThat(thrift.statusCode()).isEqualTo(400);
    assertThat(thrift.body()).contains("malformed thrift at byte 1");
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(json.body()).contains("malformed JSON at line 1, column 3");
    assertThat(grpc.code()).isEqualTo(3);
    assertThat(grpc.message()).contains("malformed protobuf at byte 1");
  }

  @Test
  void whatThePortsDoNotSpeakIsSaid() throws Exception {
    assertThat(post("jaeger-http", "/api/traces", "application/json", text("{}")).statusCode())
        .isEqualTo(400);
    assertThat(post("jaeger-http", "/other", "application/x-thrift", text("")).statusCode())
        .isEqualTo(404);
    assertThat(
            post("jaeger-http", "/api/traces", "application/x-thrift", new byte[200_000])
                .statusCode())
        .isEqualTo(413);
    HttpRequest get =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/".formatted(port("zipkin"))))
            .build();
    assertThat(HTTP.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void refusedSpansAreNamedAndTheOthersStored() throws Exception {
    TraceId id = new TraceId(7, 7);
    String bad = "{\"traceId\": \"%s\", \"id\": \"0\", \"timestamp\": 1000000}".formatted(id);
    String good =
        new String(SpanBytesEncoder.JSON_V2.encode(zipkinSpan(id)), StandardCharsets.UTF_8);

    HttpResponse<String> some =
        post("zipkin", "/", "application/json", text("[%s,%s]".formatted(bad, good)));
    HttpResponse<String> all = post("zipkin", "/", "application/json", text("[" + bad + "]"));

    assertThat(some.statusCode()).isEqualTo(202);
    assertThat(some.headers().firstValue("spoor-partial").orElseThrow())
        .isEqualTo("1 span: span ids must be 64 bit (8 bytes) and not all zero");
    assertThat(client.find(id).orElseThrow()).hasSize(1);
    assertThat(all.statusCode()).isEqualTo(400);
    assertThat(all.body()).contains("span ids must be 64 bit");
  }

  @Test
  void aDatagramThatIsNoneIsCounted() throws Exception {
    String malformed = "spoor_receiver_malformed_requests_total";
    double before = client.metric(malformed).orElse(0.0);
    try (DatagramSocket socket = new DatagramSocket()) {
      byte[] garbage = text("garbage");
      socket.send(
          new DatagramPacket(
              garbage, garbage.length, InetAddress.getByName("127.0.0.1"), port("jaeger-binary")));
    }

    Eventually.holds("it was counted", () -> client.metric(malformed).orElse(0.0) > before);
  }

  private static int port(String receiver) {
    return spoor.receiverPort(receiver);
  }

  /// A server's span with a failed client's span within.
  private static TraceId sendWithJaeger(Sender sender, String service) throws Exception {
    RemoteReporter reporter = new RemoteReporter.Builder().withSender(sender).build();
    try (JaegerTracer tracer =
        new JaegerTracer.Builder(service)
            .withTraceId128Bit()
            .withSampler(new ConstSampler(true))
            .withReporter(reporter)
            .build()) {
      JaegerSpan parent =
          tracer
              .buildSpan("buy")
              .withTag(Tags.SPAN_KIND.getKey(), Tags.SPAN_KIND_SERVER)
              .withTag("items", 3)
              .start();
      JaegerSpan child = tracer.buildSpan("pay").asChildOf(parent).start();
      child.setTag(Tags.ERROR, true);
      child.setTag(Tags.SPAN_KIND.getKey(), Tags.SPAN_KIND_CLIENT);
      child.log(Map.of("event", "retry", "attempt", 2));
      child.finish();
      parent.finish();
      return TraceId.parse(parent.context().getTraceId());
    }
  }

  private static void assertFound(TraceId id, String service) throws Exception {
    List<Span> spans = client.find(id).orElseThrow();
    assertThat(spans).extracting(Span::getName).containsExactlyInAnyOrder("buy", "pay");
    Span child = spans.stream().filter(span -> span.getName().equals("pay")).findFirst().get();
    Span parent = spans.stream().filter(span -> span.getName().equals("buy")).findFirst().get();
    assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
    assertThat(child.getEventsList()).extracting(Span.Event::getName).containsExactly("retry");
    assertThat(
            client.search(
                "{ resource.service.name = \"%s\" && span.items = 3 && kind = server }"
                    .formatted(service),
                10))
        .containsExactly(id);
    assertThat(
            client.search(
                "{ resource.service.name = \"%s\" && name = \"pay\" && status = error }"
                    .formatted(service),
                10))
        .containsExactly(id);
  }

  private static SpoorClient.GrpcAnswer grpc(byte[] message) {
    return spoor.grpcClient("jaeger-grpc").callGrpc(POST_SPANS, message, false, Map.of());
  }

  /// A `PostSpansRequest` with one span that began just now.
  private static byte[] postSpans(TraceId id, String service) {
    ProtoWriter request = new ProtoWriter();
    int batch = request.begin(1);
    int span = request.begin(1);
    request.bytes(1, ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array());
    request.bytes(2, ByteBuffer.allocate(8).putLong(5).array());
    request.string(3, "buy");
    int start = request.begin(6);
    request.varint(1, System.currentTimeMillis() / 1000);
    request.end(start);
    request.end(span);
    int process = request.begin(2);
    request.string(1, service);
    request.end(process);
    request.end(batch);
    return request.toArray();
  }

  private static zipkin2.Span zipkinSpan(TraceId id) {
    return zipkin2.Span.newBuilder()
        .traceId(id.high(), id.low())
        .id(3)
        .name("get")
        .kind(zipkin2.Span.Kind.SERVER)
        .timestamp(System.currentTimeMillis() * 1000)
        .duration(2_000L)
        .localEndpoint(Endpoint.newBuilder().serviceName("zipkin-shop").build())
        .putTag("http.path", "/")
        .build();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> post(
      String receiver, String path, String contentType, byte[] body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port(receiver), path)))
            .header("content-type", contentType)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }
}
