package dev.spoor.it;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Talks to one Spoor as senders and Grafana do. Safe for many threads.
final class SpoorClient {

  static final String EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private static final String TENANT = "x-scope-orgid";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ClientFactory GRPC =
      ClientFactory.builder().useHttp2Preface(true).workerGroup(2).build();

  private final int queryPort;
  private final int otlpHttpPort;
  private final int otlpGrpcPort;
  private final String tenant;
  private final WebClient grpc;

  SpoorClient(int queryPort, int otlpHttpPort, int otlpGrpcPort) {
    this(queryPort, otlpHttpPort, otlpGrpcPort, "");
  }

  /// @param tenant whose data it sends and asks for; empty to say nothing of that
  private SpoorClient(int queryPort, int otlpHttpPort, int otlpGrpcPort, String tenant) {
    this.tenant = tenant;
    this.queryPort = queryPort;
    this.otlpHttpPort = otlpHttpPort;
    this.otlpGrpcPort = otlpGrpcPort;
    this.grpc =
        WebClient.builder("h2c://127.0.0.1:" + otlpGrpcPort)
            .factory(GRPC)
            .responseTimeout(PATIENCE)
            .maxResponseLength(0)
            .build();
  }

  /// The same, in the name of a tenant, or of several (`a|b`).
  SpoorClient as(String other) {
    return new SpoorClient(queryPort, otlpHttpPort, otlpGrpcPort, other);
  }

  private HttpRequest.Builder named(HttpRequest.Builder request) {
    return tenant.isEmpty() ? request : request.header(TENANT, tenant);
  }

  String otlpHttp() {
    return "http://127.0.0.1:%d/v1/traces".formatted(otlpHttpPort);
  }

  String otlpGrpc() {
    return "http://127.0.0.1:" + otlpGrpcPort;
  }

  // ---- to send

  /// An export over HTTP as protobuf.
  HttpResponse<byte[]> push(byte[] body) throws IOException, InterruptedException {
    return push(body, "content-type", "application/x-protobuf");
  }

  /// @param headers names and values in turn
  HttpResponse<byte[]> push(byte[] body, String... headers)
      throws IOException, InterruptedException {
    return HTTP.send(
        named(HttpRequest.newBuilder(URI.create(otlpHttp())))
            .timeout(PATIENCE)
            .headers(headers)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /// What came back from a gRPC call.
  ///
  /// @param details `grpc-status-details-bin`, decoded; empty when there was none
  record GrpcAnswer(int code, String message, byte[] body, byte[] details) {}

  /// An export over gRPC, uncompressed.
  GrpcAnswer pushGrpc(byte[] message) {
    return callGrpc(EXPORT, message, false, Map.of());
  }

  /// @param headers for example `grpc-encoding`
  GrpcAnswer callGrpc(
      String path, byte[] message, boolean compressed, Map<String, String> headers) {
    AggregatedHttpResponse answer = exchange(path, message, compressed, headers);
    byte[] body = answer.content().array();
    return new GrpcAnswer(
        codeOf(answer),
        answer.headers().get("grpc-message", ""),
        body.length < 5 ? new byte[0] : Arrays.copyOfRange(body, 5, body.length),
        Base64.getDecoder().decode(answer.headers().get("grpc-status-details-bin", "")));
  }

  /// What came back from a gRPC call that is answered by a stream, until its end.
  record GrpcStream(int code, String message, List<byte[]> messages) {}

  GrpcStream streamGrpc(String path, byte[] message) {
    AggregatedHttpResponse answer = exchange(path, message, false, Map.of());
    List<byte[]> messages = new ArrayList<>();
    ByteBuffer frames = ByteBuffer.wrap(answer.content().array());
    while (frames.hasRemaining()) {
      frames.get(); // not compressed
      byte[] each = new byte[frames.getInt()];
      frames.get(each);
      messages.add(each);
    }
    return new GrpcStream(codeOf(answer), answer.headers().get("grpc-message", ""), messages);
  }

  private AggregatedHttpResponse exchange(
      String path, byte[] message, boolean compressed, Map<String, String> headers) {
    ByteBuffer frame = ByteBuffer.allocate(5 + message.length);
    frame.put((byte) (compressed ? 1 : 0)).putInt(message.length).put(message);
    RequestHeadersBuilder head =
        RequestHeaders.builder(HttpMethod.POST, path)
            .set("content-type", "application/grpc")
            .set("te", "trailers");
    headers.forEach(head::set);
    if (!tenant.isEmpty()) {
      head.set(TENANT, tenant);
    }
    return grpc.execute(head.build(), HttpData.wrap(frame.array())).aggregate().join();
  }

  private static int codeOf(AggregatedHttpResponse answer) {
    String code = answer.trailers().get("grpc-status");
    return Integer.parseInt(code == null ? answer.headers().get("grpc-status", "-1") : code);
  }

  // ---- to ask

  HttpResponse<byte[]> get(String pathAndQuery, String... headers)
      throws IOException, InterruptedException {
    return send("GET", pathAndQuery, headers);
  }

  HttpResponse<byte[]> send(String method, String pathAndQuery, String... headers)
      throws IOException, InterruptedException {
    return send(method, pathAndQuery, new byte[0], headers);
  }

  HttpResponse<byte[]> send(String method, String pathAndQuery, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        named(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + queryPort + pathAndQuery)))
            .timeout(PATIENCE)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }

  /// A GET whose body is read by the caller.
  HttpResponse<InputStream> open(String pathAndQuery) throws IOException, InterruptedException {
    return HTTP.send(
        named(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + queryPort + pathAndQuery)))
            .timeout(PATIENCE)
            .build(),
        BodyHandlers.ofInputStream());
  }

  String text(String pathAndQuery) throws IOException, InterruptedException {
    return text(get(pathAndQuery));
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /// The JSON of a 200.
  JsonNode json(String pathAndQuery) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(pathAndQuery);
    if (answer.statusCode() != 200) {
      throw new IOException("%s: %d %s".formatted(pathAndQuery, answer.statusCode(), text(answer)));
    }
    return JSON.readTree(answer.body());
  }

  static JsonNode json(byte[] body) {
    return JSON.readTree(body);
  }

  /// The spans of a trace; empty when it is not found.
  Optional<List<Span>> find(TraceId id) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get("/api/traces/" + id, "accept", "application/protobuf");
    return switch (answer.statusCode()) {
      case 200 -> Optional.of(spansOf(answer.body()));
      case 404 -> Optional.empty();
      default ->
          throw new IOException("trace %s: %d %s".formatted(id, answer.statusCode(), text(answer)));
    };
  }

  static List<Span> spansOf(byte[] trace) throws IOException {
    List<Span> spans = new ArrayList<>();
    for (ResourceSpans resource : TracesData.parseFrom(trace).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        spans.addAll(scope.getSpansList());
      }
    }
    return spans;
  }

  /// The ids of traces that a query finds, among those of the last days.
  List<TraceId> search(String traceQl, int limit) throws IOException, InterruptedException {
    long now = System.currentTimeMillis() / 1000;
    JsonNode answer =
        json(
            "/api/search?q=%s&limit=%d&start=%d&end=%d"
                .formatted(encoded(traceQl), limit, now - 100_000, now + 100_000));
    List<TraceId> ids = new ArrayList<>();
    answer.get("traces").forEach(trace -> ids.add(TraceId.parse(trace.get("traceID").asString())));
    return ids;
  }

  static String encoded(String parameter) {
    return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
  }

  /// Asks until everything that it took is in the store. An attempt that was under way when the
  /// cause of failures went away may still fail, and the next one by itself is in half a minute; so
  /// it is asked again, upon which it tries at once.
  void flush() throws Exception {
    Eventually.holds(
        "everything is in the store",
        () -> send("POST", "/flush?wait=true&timeout=1s").statusCode() == 204);
  }

  boolean isReady() throws IOException, InterruptedException {
    return get("/ready").statusCode() == 200;
  }

  /// The sum over all series of a metric; empty when it is not exposed.
  Optional<Double> metric(String name) throws IOException, InterruptedException {
    return text("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum);
  }
}
