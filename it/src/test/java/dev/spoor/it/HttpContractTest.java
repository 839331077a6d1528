package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.spoor.model.TraceId;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedOutputStream;
import tools.jackson.databind.JsonNode;

/// What clients see on the wire: status codes, content types, texts.
class HttpContractTest {

  private static final TraceId ID = TraceId.parse("00c0ffee12345678a1b2c3d4e5f60718");
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final int MIB = 1 << 20;

  @TempDir private static Path folder;
  private static LocalSpoor spoor;
  private static SpoorClient client;

  @BeforeAll
  static void start() throws Exception {
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("overrides.defaults.global.max_bytes_per_trace", "2000000");
    spoor = LocalSpoor.start(settings, folder);
    client = spoor.client();
    assertThat(client.push(Traces.export(ID, 5)).statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    spoor.close();
  }

  // ---- 1-4: traces by id

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c0ffee12345678a1b2c3d4e5f60718",
        "0c0ffee12345678a1b2c3d4e5f60718",
        "00c0ffee12345678a1b2c3d4e5f60718",
        "00C0FFEE12345678A1B2C3D4E5F60718"
      })
  void everyFormOfAnIdFindsTheTrace(String form) throws Exception {
    assertThat(client.get("/api/traces/" + form).statusCode()).isEqualTo(200);
    assertThat(client.json("/api/v2/traces/" + form).get("trace").isEmpty()).isFalse();
  }

  @Test
  void aShortIdFindsTheTraceOf64Bits() throws Exception {
    TraceId shortId = new TraceId(0, 0x0123456789abcdefL);
    assertThat(client.push(Traces.export(shortId, 1)).statusCode()).isEqualTo(200);

    for (String form : List.of("0123456789abcdef", "123456789abcdef", shortId.toString())) {
      assertThat(client.get("/api/traces/" + form).statusCode()).as(form).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"000c0ffee12345678a1b2c3d4e5f60718", "xyz"})
  void whatIsNoIdIsRefused(String form) throws Exception {
    for (String version : List.of("/api/traces/", "/api/v2/traces/")) {
      HttpResponse<byte[]> answer = client.get(version + form);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(contentType(answer)).isEqualTo("text/plain; charset=utf-8");
    }
  }

  @Test
  void traceBodiesHaveTheirOwnKeysAndPrintIdsAsBase64() throws Exception {
    JsonNode v1 = client.json("/api/traces/" + ID).get("batches");
    JsonNode v2 = client.json("/api/v2/traces/" + ID).get("trace").get("resourceSpans");

    for (JsonNode batches : List.of(v1, v2)) {
      JsonNode root = batches.get(0).get("scopeSpans").get(0).get("spans").get(0);
      assertThat(root.get("traceId").asString())
          .isEqualTo(Base64.getEncoder().encodeToString(Traces.bytes(ID).toByteArray()));
      assertThat(root.get("spanId").asString()).isEqualTo("AAAAAAAAAAE=");
      assertThat(root.get("kind").asString()).isEqualTo("SPAN_KIND_SERVER");
      assertThat(root.get("startTimeUnixNano").isString()).isTrue();
      JsonNode number = root.get("attributes").get(0);
      assertThat(number.toString())
          .isEqualTo("{\"key\":\"number\",\"value\":{\"intValue\":\"0\"}}");
    }
  }

  @Test
  void aTraceThatIsNotThereIs404InVersion1AndEmptyInVersion2() throws Exception {
    HttpResponse<byte[]> v1 = client.get("/api/traces/abc");
    assertThat(v1.statusCode()).isEqualTo(404);
    assertThat(v1.body()).isEmpty();

    JsonNode v2 = client.json("/api/v2/traces/abc");
    assertThat(v2.get("trace").isEmpty()).isTrue();
    assertThat(v2.get("metrics")).isNotNull();
  }

  @Test
  void anOversizedTraceIsTakenAndItsExcessIsNamed() throws Exception {
    TraceId large = new TraceId(5, 5);
    List<Span> spans =
        Stream.iterate(0, number -> number + 1)
            .limit(40)
            .map(number -> Traces.span(large, number, nowNanos()).toBuilder())
            .map(span ->
                span.addAttributes(Traces.attribute("filler", Traces.text("x".repeat(100_000))))
                    .build())
            .toList();
    HttpResponse<byte[]> answer = client.push(Traces.request(spans).toByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    ExportTraceServiceResponse response = ExportTraceServiceResponse.parseFrom(answer.body());
    assertThat(response.getPartialSuccess().getRejectedSpans()).isPositive();
    assertThat(response.getPartialSuccess().getErrorMessage()).contains("TRACE_TOO_LARGE");
    assertThat(client.find(large).orElseThrow())
        .hasSize(40 - (int) response.getPartialSuccess().getRejectedSpans());
  }

  @ParameterizedTest
  @ValueSource(strings = {"start=abc", "start=20&end=10", "mode=sideways"})
  void badParametersOfALookUpAreRefused(String parameters) throws Exception {
    assertThat(client.get("/api/traces/" + ID + "?" + parameters).statusCode()).isEqualTo(400);
  }

  @Test
  void thereAreNoOtherTemposToAsk() throws Exception {
    assertThat(client.get("/api/traces/" + ID + "?mode=external").statusCode()).isEqualTo(404);
    assertThat(client.json("/api/v2/traces/" + ID + "?mode=external").get("trace").isEmpty())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/traces/00c0ffee12345678a1b2c3d4e5f60718",
        "/api/search?q=%7B%7D",
        "/api/v2/search/tags",
        "/api/v2/search/tag/.number/values",
        "/api/metrics/query_range?q=%7B%7D%7Crate()",
        "/api/echo",
        "/ready"
      })
  void headIsGetWithoutBodyAndOptionsSaysWhatThereIs(String path) throws Exception {
    HttpResponse<byte[]> got = client.get(path);
    HttpResponse<byte[]> head = client.send("HEAD", path);
    HttpResponse<byte[]> options = client.send("OPTIONS", path);

    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(contentType(head)).isEqualTo(contentType(got));
    assertThat(head.body()).isEmpty();
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("allow").orElseThrow()).contains("GET", "HEAD");
  }

  @Test
  void blocksThatWereNeverFinishedCanBeAskedFor() throws Exception {
    JsonNode told = client.json("/compactor/orphans");
    assertThat(told.get("dryRun").asBoolean()).isTrue();
    assertThat(told.get("minAge").asString()).isEqualTo("24h0m0s");
    assertThat(told.get("orphans").isEmpty()).isTrue();

    Eventually.holds(
        "it has the lease",
        () -> client.send("POST", "/compactor/orphans?dry_run=false").statusCode() == 200);
    assertThat(client.send("POST", "/compactor/orphans?dry_run=maybe").statusCode()).isEqualTo(400);
    assertThat(client.get("/compactor/orphans?tenant=..").statusCode()).isEqualTo(400);
  }

  // ---- 5-7: search

  @Test
  void aSearchAnswersInTheFormThatGrafanaReads() throws Exception {
    JsonNode found = search("{ name = \"checkout\" && span.trace = \"" + ID + "\" }");
    JsonNode trace = found.get("traces").get(0);
    assertThat(trace.get("traceID").asString()).isEqualTo("c0ffee12345678a1b2c3d4e5f60718");
    assertThat(trace.get("rootServiceName").asString()).isEqualTo("shop");
    assertThat(trace.get("rootTraceName").asString()).isEqualTo("checkout");
    assertThat(trace.get("durationMs").asInt()).isEqualTo(250);
    assertThat(trace.get("spanSet")).isEqualTo(trace.get("spanSets").get(0));
    assertThat(trace.get("spanSet").get("spans").get(0).get("spanID").asString())
        .isEqualTo("0000000000000001");
    assertThat(trace.get("serviceStats").get("shop").toString())
        .isEqualTo("{\"spanCount\":5,\"errorCount\":1}");

    JsonNode nothing = search("{ name = \"nowhere\" }");
    assertThat(nothing.get("traces").isArray()).isTrue();
    assertThat(nothing.get("traces").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          q=%7B%7D&tags=a%3Db             | can't specify tags and q
          limit=0                         | must be a positive number
          limit=x                         | limit
          limit=300000                    | limit 300000 exceeds max limit 262144
          q=%7B%7D&spss=101               | spans per span set exceeds 100. received 101
          start=1                         | only one of start and end provided: must provide both or neither
          start=10&end=10                 | http parameter start must be before end. received start=10 end=10
          start=1000000&end=1608400       | range specified by start and end exceeds 168h0m0s
          q=%7B                           | invalid TraceQL query:
          tags=a%3Db%20a%3Dc              | twice
          tags=a%3Db&minDuration=2s&maxDuration=1s | must be greater than minDuration
          """)
  void aBadSearchIsRefusedWithAReason(String parameters, String reason) throws Exception {
    HttpResponse<byte[]> answer = client.get("/api/search?" + parameters);
    assertThat(answer.statusCode()).as(SpoorClient.text(answer)).isEqualTo(400);
    assertThat(SpoorClient.text(answer)).contains(reason);
    assertThat(contentType(answer)).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void withoutAWindowTheLastQuarterOfAnHourIsSearched() throws Exception {
    TraceId old = new TraceId(6, 1);
    TraceId fresh = new TraceId(6, 2);
    long twentyMinutes = TimeUnit.MINUTES.toNanos(20);
    client.push(Traces.request(Traces.spansOf(old, 1, nowNanos() - twentyMinutes)).toByteArray());
    client.push(Traces.request(Traces.spansOf(fresh, 1, nowNanos())).toByteArray());

    String query = SpoorClient.encoded("{ span.trace =~ \"0000000000000006.*\" }");
    JsonNode traces = client.json("/api/search?q=" + query).get("traces");
    assertThat(traces.size()).isEqualTo(1);
    assertThat(traces.get(0).get("traceID").asString()).isEqualTo("60000000000000002");
    assertThat(client.json("/api/search?since=1h&q=" + query).get("traces").size()).isEqualTo(2);
  }

  @Test
  void queriesTakeAnyMethodAndCompressWhenAsked() throws Exception {
    assertThat(client.send("POST", "/api/search?q=%7B%7D").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> zipped = client.get("/api/traces/" + ID, "accept-encoding", "gzip");
    assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
    HttpResponse<byte[]> unknown = client.get("/api/nothing");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(SpoorClient.text(unknown).strip()).isEqualTo("404 page not found");
  }

  @Test
  void grafanaFindsOutWithWhomItTalks() throws Exception {
    assertThat(client.text("/api/echo")).isEqualTo("echo\n");
    JsonNode build = client.json("/api/status/buildinfo");
    assertThat(build.get("version").asString()).matches("2\\.\\d+\\.\\d+");
  }

  // ---- 12: OTLP over HTTP

  @Test
  void anotherMethodThanPostIs405() throws Exception {
    var answer =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(java.net.URI.create(client.otlpHttp()))
                    .version(java.net.http.HttpClient.Version.HTTP_1_1)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.body()).contains("POST");
  }

  @Test
  void anUnknownContentTypeIs415AndNamesBothThatAreKnown() throws Exception {
    HttpResponse<byte[]> answer = client.push(Traces.export(ID, 1), "content-type", "text/plain");
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(SpoorClient.text(answer)).contains(PROTOBUF).contains(JSON);
  }

  @Test
  void aSuccessIsAnsweredInTheEncodingOfTheRequest() throws Exception {
    HttpResponse<byte[]> protobuf =
        client.push(Traces.export(ID, 5), "content-type", PROTOBUF + "; charset=utf-8");
    assertThat(protobuf.statusCode()).isEqualTo(200);
    assertThat(contentType(protobuf)).isEqualTo(PROTOBUF);
    assertThat(protobuf.body()).isEmpty();

    HttpResponse<byte[]> json =
        client.push(JSON_EXPORT.getBytes(StandardCharsets.UTF_8), "content-type", JSON);
    assertThat(json.statusCode()).isEqualTo(200);
    assertThat(contentType(json)).isEqualTo(JSON);
    assertThat(SpoorClient.text(json)).isEqualTo("{\"partialSuccess\":{}}");
    assertThat(client.get("/api/traces/77c0ffee12345678a1b2c3d4e5f60718").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void everyContentEncodingIsUnderstood(String encoding, Compressor compressor, long low)
      throws Exception {
    TraceId id = new TraceId(8, low);
    byte[] body = compressor.compress(Traces.export(id, 3));
    HttpResponse<byte[]> answer =
        client.push(body, "content-type", PROTOBUF, "content-encoding", encoding);
    assertThat(answer.statusCode()).as(SpoorClient.text(answer)).isEqualTo(200);
    assertThat(client.find(id).orElseThrow()).hasSize(3);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> encodings() {
    return Stream.of(
        encoding("gzip", body -> through(GZIPOutputStream::new, body), 1),
        encoding("zstd", Zstd::compress, 2),
        encoding("zlib", body -> through(DeflaterOutputStream::new, body), 3),
        encoding("deflate", body -> through(DeflaterOutputStream::new, body), 4),
        encoding("snappy", Snappy::compress, 5),
        encoding("snappy", body -> through(SnappyFramedOutputStream::new, body), 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "deflate", "snappy", "lz4", "brotli"})
  void aBodyThatIsNotWhatItsEncodingSaysIs400(String encoding) throws Exception {
    HttpResponse<byte[]> answer =
        client.push(new byte[] {1, 2, 3, 4, 5}, "content-type", JSON, "content-encoding", encoding);
    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode status = SpoorClient.json(answer.body());
    assertThat(status.get("code").asInt()).isEqualTo(3);
    assertThat(status.get("message").asString()).isNotEmpty();
  }

  @Test
  void whatCannotBeDecodedIs400WithAStatusInTheEncodingOfTheRequest() throws Exception {
    HttpResponse<byte[]> protobuf = client.push(new byte[] {10, 127, 1});
    assertThat(protobuf.statusCode()).isEqualTo(400);
    assertThat(contentType(protobuf)).isEqualTo(PROTOBUF);
    assertThat(protobuf.body()).startsWith(8, 3);

    HttpResponse<byte[]> json =
        client.push("{\"resourceSpans\":7}".getBytes(StandardCharsets.UTF_8), "content-type", JSON);
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(SpoorClient.json(json.body()).get("code").asInt()).isEqualTo(3);
  }

  @Test
  void aBodyOver20MiBIs400CompressedOrNot() throws Exception {
    byte[] large = new byte[20 * MIB + 1];
    assertThat(client.push(large).statusCode()).isEqualTo(400);
    byte[] bomb = through(GZIPOutputStream::new, large);
    assertThat(client.push(bomb, "content-type", PROTOBUF, "content-encoding", "gzip").statusCode())
        .isEqualTo(400);
  }

  @Test
  void refusedSpansAreCountedAndTheReasonIsNamed() throws Exception {
    TraceId id = new TraceId(9, 9);
    Span good = Traces.span(id, 0, nowNanos());
    Span bad = good.toBuilder().setSpanId(ByteString.EMPTY).build();
    HttpResponse<byte[]> answer =
        client.push(Traces.request(List.of(good, bad, bad)).toByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    ExportTraceServiceResponse response = ExportTraceServiceResponse.parseFrom(answer.body());
    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(2);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .startsWith("2 spans: ")
        .contains("span id");
    assertThat(client.find(id).orElseThrow()).hasSize(1);
  }

  @Test
  void overTheRateLimitIs429AndSaysWhenToComeBack(@TempDir Path own) throws Exception {
    byte[] large = Traces.export(ID, 50);
    Settings settings =
        Settings.in(own)
            .with("overrides.defaults.ingestion.rate_limit_bytes", "1")
            .with(
                "overrides.defaults.ingestion.burst_size_bytes",
                Integer.toString(large.length + 100))
            .with("distributor.retry_after_on_resource_exhausted", "7s");
    try (LocalSpoor limited = LocalSpoor.start(settings, own)) {
      assertThat(limited.client().push(large).statusCode()).isEqualTo(200);

      HttpResponse<byte[]> http = limited.client().push(large);
      assertThat(http.statusCode()).isEqualTo(429);
      assertThat(http.headers().firstValue("retry-after")).contains("7");
      SpoorClient.GrpcAnswer grpc = limited.client().pushGrpc(large);
      assertThat(grpc.code()).isEqualTo(8);
      assertThat(grpc.message()).startsWith("RATE_LIMITED: ");
      assertThat(new String(grpc.details(), StandardCharsets.ISO_8859_1))
          .contains("google.rpc.RetryInfo");
      assertThat(limited.client().metric("tempo_discarded_spans_total")).contains(100.0);
    }
  }

  // ---- 13: OTLP over gRPC

  @Test
  void aTraceIdOf15BytesIsRefusedSinglyOverGrpc() throws Exception {
    TraceId id = new TraceId(10, 1);
    Span good = Traces.span(id, 0, nowNanos());
    Span bad = good.toBuilder().setTraceId(ByteString.copyFrom(new byte[15])).build();
    SpoorClient.GrpcAnswer answer =
        client.pushGrpc(Traces.request(List.of(good, bad)).toByteArray());

    assertThat(answer.code()).isZero();
    assertThat(
            ExportTraceServiceResponse.parseFrom(answer.body())
                .getPartialSuccess()
                .getRejectedSpans())
        .isEqualTo(1);
    assertThat(client.find(id).orElseThrow()).hasSize(1);
  }

  @Test
  void aMessageOver4MiBIsResourceExhausted() {
    assertThat(client.pushGrpc(new byte[4 * MIB + 1]).code()).isEqualTo(8);
  }

  @Test
  void malformedMessagesAreInvalid() {
    assertThat(client.pushGrpc(new byte[] {10, 127, 1}).code()).isEqualTo(3);
  }

  @Test
  void otherMethodsAreUnimplemented() {
    String metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    assertThat(client.callGrpc(metrics, new byte[0], false, Map.of()).code()).isEqualTo(12);
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void grpcTakesCompressedMessages(String encoding, Compressor compressor, long low)
      throws Exception {
    TraceId id = new TraceId(11, low);
    byte[] message = compressor.compress(Traces.export(id, 2));
    assertThat(
            client
                .callGrpc(SpoorClient.EXPORT, message, true, Map.of("grpc-encoding", encoding))
                .code())
        .isZero();
    assertThat(client.find(id).orElseThrow()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "grpc gzip", "http", "http gzip"})
  void theOpenTelemetrySdkIsUnderstood(String transport) throws Exception {
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter(transport)))
            .build()) {
      Tracer tracer = provider.get("sdk");
      var span = tracer.spanBuilder("by sdk").setAttribute("transport", transport).startSpan();
      span.end();
      assertThat(provider.forceFlush().join(3, TimeUnit.MINUTES).isSuccess()).isTrue();

      TraceId id = TraceId.parse(span.getSpanContext().getTraceId());
      assertThat(client.find(id).orElseThrow()).hasSize(1);
      assertThat(client.search("{ span.transport = \"" + transport + "\" }", 5))
          .containsExactly(id);
    }
  }

  // ---- helpers

  private static final String JSON_EXPORT =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
       "scopeSpans":[{"scope":{"name":"demo"},"spans":[{"traceId":"77c0ffee12345678a1b2c3d4e5f60718",
       "spanId":"1122334455667788","name":"add-item","kind":2,"startTimeUnixNano":"1760000000000000000",
       "endTimeUnixNano":"1760000000250000000","status":{"code":2,"message":"sold out"}}]}]}]}
      """;

  private interface Compressor {
    byte[] compress(byte[] body) throws IOException;
  }

  private interface Wrapper {
    OutputStream around(OutputStream out) throws IOException;
  }

  private static org.junit.jupiter.params.provider.Arguments encoding(
      String name, Compressor compressor, long low) {
    return org.junit.jupiter.params.provider.Arguments.of(name, compressor, low);
  }

  private static byte[] through(Wrapper wrapper, byte[] body) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = wrapper.around(compressed)) {
      out.write(body);
    }
    return compressed.toByteArray();
  }

  private static SpanExporter exporter(String transport) {
    String compression = transport.endsWith("gzip") ? "gzip" : "none";
    return transport.startsWith("grpc")
        ? OtlpGrpcSpanExporter.builder()
            .setEndpoint(client.otlpGrpc())
            .setCompression(compression)
            .setTimeout(3, TimeUnit.MINUTES)
            .build()
        : OtlpHttpSpanExporter.builder()
            .setEndpoint(client.otlpHttp())
            .setCompression(compression)
            .setTimeout(3, TimeUnit.MINUTES)
            .build();
  }

  private static JsonNode search(String traceQl) throws Exception {
    return client.json("/api/search?q=" + SpoorClient.encoded(traceQl));
  }

  private static String contentType(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("content-type").orElse("");
  }

  private static long nowNanos() {
    return System.currentTimeMillis() * 1_000_000;
  }
}
