package dev.spoor.app;

import static dev.spoor.testclient.TempoMessages.field;
import static dev.spoor.testclient.TempoMessages.without;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.testclient.RawGrpc;
import dev.spoor.testclient.TempoMessages;
import io.grpc.Status;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The queries over gRPC, of spans of which some are in a stored block and some are live.
@Timeout(300)
class StreamingQuerierTest {

  private static final String SERVICE = "/tempopb.StreamingQuerier/";
  private static final String TENANT = "acme";

  private static final String CONFIG =
      """
      multitenancy_enabled: true
      server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}
      distributor:
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
      ingester: {complete_block_timeout: 1ms}
      storage:
        trace: {backend: local, local: {path: "%s/blocks"}, wal: {path: "%s/wal"}}
      """;

  /// Two minutes ago, on a whole minute.
  private static final long BASE = Instant.now().getEpochSecond() / 60 * 60 - 120;

  private static final long NANOS = 1_000_000_000L;
  private static final String WINDOW = "&start=%d&end=%d".formatted(BASE, BASE + 120);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path folder;

  private static final GatedDisk DISK = new GatedDisk();

  /// How often traces were put where they are asked for.
  private static int places;

  private static Spoor spoor;

  @BeforeAll
  static void start() throws Exception {
    Path config = Files.writeString(folder.resolve("c.yaml"), CONFIG.formatted(folder, folder));
    if (!(new CommandLine(_ -> null).parse("-config.file=" + config)
        instanceof Command.Run(LoadedConfig loaded))) {
      throw new IOException("the configuration is not accepted");
    }
    spoor = new Spoor(loaded, DISK.disk(), InstantSource.system());
    spoor.start();
    storedAndLive("cart");
  }

  @AfterAll
  static void stop() {
    DISK.open();
    spoor.close();
  }

  @Test
  void eachMethodAnswersAsItsHttpTwinDoesOnBothPorts() throws Exception {
    for (int port : List.of(spoor.grpcPort(), spoor.queryPort())) {
      for (Twin twin : twins()) {
        DynamicMessage message = onlyMessage(port, twin);

        DynamicMessage expected = TempoMessages.parseJson(twin.response, http(twin.path));
        assertThat(without(message, "metrics"))
            .as(twin.method)
            .isEqualTo(without(expected, "metrics"))
            .isNotEqualTo(without(expected, "metrics").getDefaultInstanceForType());
        DynamicMessage metrics = (DynamicMessage) field(message, "metrics");
        assertThat(field(metrics, "completedJobs")).isEqualTo(field(metrics, "totalJobs"));
      }
    }
  }

  @Test
  void anAnswerWithoutTracesIsOneMessage() throws Exception {
    Twin nothing = search("{ name = \"no such name\" }");

    DynamicMessage message = onlyMessage(spoor.grpcPort(), nothing);
    assertThat(services(message)).isEmpty();
  }

  @Test
  void whatIsFoundArrivesWhileTheRestIsStillSearched() throws Exception {
    storedAndLive("pay");
    DISK.close();
    try (RawGrpc client = client(spoor.grpcPort())) {
      Twin twin = search("{ resource.service.name =~ \"pay-.*\" }");
      RawGrpc.Call call = client.call(SERVICE + "Search", twin.request);
      DynamicMessage first = TempoMessages.parse("SearchResponse", call.next());
      DISK.open();
      List<DynamicMessage> rest = parsed("SearchResponse", call.all());

      assertThat(services(first)).containsExactly("pay-live");
      assertThat(jobsDone(first)).isLessThan(jobs(first));
      assertThat(rest.stream().flatMap(each -> services(each).stream()))
          .containsExactly("pay-stored");
      assertThat(jobsDone(rest.getLast())).isEqualTo(jobs(rest.getLast()));
      assertThat(call.status().isOk()).isTrue();
      assertThat(call.trailer("spoor-cost")).contains("blocks=").contains("jobsDone=");
    } finally {
      DISK.open();
    }
  }

  @Test
  void theNewestTracesAreSentOnceNothingNewerCanCome() throws Exception {
    storedAndLive("ship");
    DISK.close();
    try (RawGrpc client = client(spoor.grpcPort())) {
      Twin twin = search("{ resource.service.name =~ \"ship-.*\" } with (most_recent=true)");
      RawGrpc.Call call = client.call(SERVICE + "Search", twin.request);
      DynamicMessage first = TempoMessages.parse("SearchResponse", call.next());
      DISK.open();
      List<DynamicMessage> rest = parsed("SearchResponse", call.all());

      // The live one starts after the end of the block that is still to be read.
      assertThat(services(first)).containsExactly("ship-live");
      assertThat(rest.stream().flatMap(each -> services(each).stream()))
          .containsExactly("ship-stored");
    } finally {
      DISK.open();
    }
  }

  @Test
  void aCallThatIsCancelledLetsItsThreadsGo() throws Exception {
    storedAndLive("mail");
    DISK.close();
    try (RawGrpc client = client(spoor.grpcPort())) {
      byte[] request = search("{ resource.service.name =~ \"mail-.*\" }").request;
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        RawGrpc.Call call = client.call(SERVICE + "Search", request);
        call.next();
        call.cancel();
      }
      // Were they still held, nobody would be there for this one.
      assertThat(client.call(SERVICE + "Search", request).next()).isNotEmpty();
    } finally {
      DISK.open();
    }
  }

  @Test
  void whatIsWrongIsSaidInTheWordsOfHttp() throws Exception {
    long day = 86_400;
    refused(search("{ broken").withPath("/api/search?q=" + encoded("{ broken") + WINDOW));
    refused(
        new Twin(
            "Search",
            TempoMessages.bytes("SearchRequest", Map.of("Query", "{}", "start", (int) BASE)),
            "",
            "/api/search?q=%7B%7D&start=" + BASE));
    refused(
        new Twin(
            "Search",
            TempoMessages.bytes(
                "SearchRequest",
                Map.of("Query", "{}", "start", (int) (BASE - 8 * day), "end", (int) BASE)),
            "",
            "/api/search?q=%7B%7D&start=" + (BASE - 8 * day) + "&end=" + BASE));
    refused(
        new Twin(
            "Search",
            TempoMessages.bytes("SearchRequest", Map.of("Query", "{}", "SpansPerSpanSet", 101)),
            "",
            "/api/search?q=%7B%7D&spss=101"));
    refused(
        new Twin(
            "SearchTags",
            TempoMessages.bytes("SearchTagsRequest", Map.of("scope", "nowhere")),
            "",
            "/api/search/tags?scope=nowhere"));
    refused(
        new Twin(
            "SearchTagValuesV2",
            TempoMessages.bytes("SearchTagValuesRequest", Map.of("tagName", "no.scope")),
            "",
            "/api/v2/search/tag/no.scope/values"));
    refused(
        new Twin(
            "MetricsQueryRange",
            TempoMessages.bytes(
                "QueryRangeRequest",
                Map.of("query", "{} | rate()", "start", (BASE - day) * NANOS, "end", BASE * NANOS)),
            "",
            "/api/metrics/query_range?q="
                + encoded("{} | rate()")
                + "&start="
                + (BASE - day)
                + "&end="
                + BASE));
    refused(
        new Twin(
            "MetricsQueryInstant",
            TempoMessages.bytes("QueryInstantRequest", Map.of("query", "{}")),
            "",
            "/api/metrics/query?q=%7B%7D"));
  }

  @Test
  void aRequestThatIsNoMessageOrUnknownIsRefused() throws Exception {
    try (RawGrpc client = client(spoor.grpcPort())) {
      assertThat(code(client.call(SERVICE + "Search", new byte[] {0x42, 9, 1})))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(code(client.call(SERVICE + "Serach", new byte[0])))
          .isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void tenantsAreKeptApart() throws Exception {
    try (RawGrpc nobody = new RawGrpc(spoor.grpcPort());
        RawGrpc invalid = new RawGrpc(spoor.grpcPort()).with("x-scope-orgid", "a/b");
        RawGrpc other = new RawGrpc(spoor.grpcPort()).with("x-scope-orgid", "other")) {
      Status status = nobody.call(SERVICE + "Search", search("{}").request).status();
      assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
      assertThat(status.getDescription()).isEqualTo("no org id");
      assertThat(code(invalid.call(SERVICE + "Search", search("{}").request)))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      List<byte[]> found = other.call(SERVICE + "Search", search("{}").request).all();
      assertThat(found).hasSize(1);
      assertThat(services(TempoMessages.parse("SearchResponse", found.getFirst()))).isEmpty();
    }
  }

  @Test
  void aCompressedRequestIsUnderstood() throws Exception {
    try (RawGrpc client = client(spoor.grpcPort()).compressing("gzip")) {
      List<byte[]> answer = client.call(SERVICE + "Search", search("{}").request).all();

      assertThat(services(TempoMessages.parse("SearchResponse", answer.getFirst())))
          .contains("cart-live", "cart-stored");
    }
  }

  @Test
  void tagsOfASearchAreQuotedWhateverIsInThem() throws Exception {
    byte[] request =
        TempoMessages.bytes(
            "SearchRequest",
            Map.of(
                "start",
                (int) BASE,
                "end",
                (int) BASE + 120,
                "Tags",
                List.of(tag("quoted", "say \"a=b\" \\ c"), tag("service.name", "cart-live"))));
    try (RawGrpc client = client(spoor.grpcPort())) {
      List<byte[]> answer = client.call(SERVICE + "Search", request).all();

      assertThat(services(TempoMessages.parse("SearchResponse", answer.getFirst())))
          .containsExactly("cart-live");
    }
  }

  @Test
  void thePortForGrpcSaysWhetherItServes() throws Exception {
    byte[] serving = TempoMessages.bytes("HealthCheckResponse", Map.of("status", 1));
    byte[] request = TempoMessages.bytes("HealthCheckRequest", Map.of("service", "tempo"));
    try (RawGrpc client = new RawGrpc(spoor.grpcPort())) {
      assertThat(client.call("/grpc.health.v1.Health/Check", request).all())
          .containsExactly(serving);
      RawGrpc.Call watch = client.call("/grpc.health.v1.Health/Watch", request);
      assertThat(watch.next()).isEqualTo(serving);
      watch.cancel();
    }
  }

  // ---- what is asked

  private record Twin(String method, byte[] request, String response, String path) {
    Twin withPath(String other) {
      return new Twin(method, request, response, other);
    }
  }

  private static List<Twin> twins() {
    Map<String, Object> times = Map.of("start", (int) BASE, "end", (int) BASE + 120);
    return List.of(
        search("{ span.number > 50 } | select(name)"),
        new Twin(
            "SearchTags",
            TempoMessages.bytes("SearchTagsRequest", with(times, "scope", "span")),
            "SearchTagsResponse",
            "/api/search/tags?scope=span" + WINDOW),
        new Twin(
            "SearchTagsV2",
            TempoMessages.bytes("SearchTagsRequest", times),
            "SearchTagsV2Response",
            "/api/v2/search/tags?" + WINDOW),
        new Twin(
            "SearchTagValues",
            TempoMessages.bytes("SearchTagValuesRequest", with(times, "tagName", "service.name")),
            "SearchTagValuesResponse",
            "/api/search/tag/service.name/values?" + WINDOW),
        new Twin(
            "SearchTagValuesV2",
            TempoMessages.bytes(
                "SearchTagValuesRequest",
                with(with(times, "tagName", "span.number"), "query", "{ name = \"GET /items\" }")),
            "SearchTagValuesV2Response",
            "/api/v2/search/tag/span.number/values?q="
                + encoded("{ name = \"GET /items\" }")
                + WINDOW),
        range("{} | quantile_over_time(duration, .9) by (resource.service.name)"),
        new Twin(
            "MetricsQueryInstant",
            TempoMessages.bytes(
                "QueryInstantRequest",
                Map.of(
                    "query",
                    "{} | count_over_time() by (name)",
                    "start",
                    BASE * NANOS,
                    "end",
                    (BASE + 120) * NANOS)),
            "QueryInstantResponse",
            "/api/metrics/query?q=" + encoded("{} | count_over_time() by (name)") + WINDOW));
  }

  private static Twin search(String query) {
    return new Twin(
        "Search",
        TempoMessages.bytes(
            "SearchRequest",
            Map.of(
                "Query",
                query,
                "start",
                (int) BASE,
                "end",
                (int) BASE + 120,
                "Limit",
                50,
                "SpansPerSpanSet",
                2)),
        "SearchResponse",
        "/api/search?limit=50&spss=2&q=" + encoded(query) + WINDOW);
  }

  private static Twin range(String query) {
    return new Twin(
        "MetricsQueryRange",
        TempoMessages.bytes(
            "QueryRangeRequest",
            Map.of(
                "query",
                query,
                "start",
                BASE * NANOS,
                "end",
                (BASE + 120) * NANOS,
                "step",
                30 * NANOS,
                "exemplars",
                5)),
        "QueryRangeResponse",
        "/api/metrics/query_range?step=30&exemplars=5&q=" + encoded(query) + WINDOW);
  }

  private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
    Map<String, Object> more = new java.util.HashMap<>(fields);
    more.put(name, value);
    return more;
  }

  private static DynamicMessage tag(String key, String value) throws Exception {
    DynamicMessage request =
        TempoMessages.parseJson(
            "SearchRequest", "{\"Tags\":{\"%s\":%s}}".formatted(key, quoted(value)));
    return (DynamicMessage) ((List<?>) field(request, "Tags")).getFirst();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  // ---- how it is asked

  private static RawGrpc client(int port) {
    return new RawGrpc(port).with("x-scope-orgid", TENANT);
  }

  private static List<DynamicMessage> call(int port, Twin twin) throws Exception {
    try (RawGrpc client = client(port)) {
      RawGrpc.Call call = client.call(SERVICE + twin.method, twin.request);
      List<byte[]> messages = call.all();
      assertThat(call.status().isOk()).as("%s: %s", twin.method, call.status()).isTrue();
      return parsed(twin.response, messages);
    }
  }

  /// The answer in one message. A query that takes its time tells how far it is, but not before the
  /// pause is over; then it is asked again, since that says nothing about the answer.
  private static DynamicMessage onlyMessage(int port, Twin twin) throws Exception {
    List<DynamicMessage> messages = timely(port, twin);
    for (int again = 0; again < 20 && messages.size() > 1; again++) {
      messages = timely(port, twin);
    }
    assertThat(messages).as(twin.method).hasSize(1);
    return messages.getFirst();
  }

  /// Its messages: one, and no more than one for each pause that it took.
  private static List<DynamicMessage> timely(int port, Twin twin) throws Exception {
    long begin = System.nanoTime();
    List<DynamicMessage> messages = call(port, twin);
    long pauses = Duration.ofNanos(System.nanoTime() - begin).dividedBy(Spoor.STREAM_PAUSE);
    assertThat(messages).as(twin.method).hasSizeBetween(1, (int) (1 + pauses));
    return messages;
  }

  private static List<DynamicMessage> parsed(String type, List<byte[]> messages) throws Exception {
    List<DynamicMessage> parsed = new ArrayList<>();
    for (byte[] message : messages) {
      parsed.add(TempoMessages.parse(type, message));
    }
    return parsed;
  }

  private static void refused(Twin twin) throws Exception {
    HttpResponse<String> answer = get(twin.path);
    assertThat(answer.statusCode()).as(twin.path).isEqualTo(400);
    try (RawGrpc client = client(spoor.grpcPort())) {
      Status status = client.call(SERVICE + twin.method, twin.request).status();
      assertThat(status.getCode()).as(twin.path).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(status.getDescription()).isEqualTo(answer.body());
    }
  }

  private static Status.Code code(RawGrpc.Call call) {
    return call.status().getCode();
  }

  private static List<String> services(DynamicMessage answer) {
    return ((List<?>) field(answer, "traces"))
        .stream().map(trace -> (String) field((DynamicMessage) trace, "rootServiceName")).toList();
  }

  private static int jobs(DynamicMessage answer) {
    return (Integer) field((DynamicMessage) field(answer, "metrics"), "totalJobs");
  }

  private static int jobsDone(DynamicMessage answer) {
    return (Integer) field((DynamicMessage) field(answer, "metrics"), "completedJobs");
  }

  private static String http(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isLessThan(300);
    return answer.body();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + spoor.queryPort() + path))
            .header("X-Scope-OrgID", TENANT)
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // ---- what is there

  /// One trace in a block that nobody has looked into yet, and one that is live and newer than
  /// everything before it.
  private static void storedAndLive(String service) throws Exception {
    places++;
    push("c0ffee%026d".formatted(places), service + "-stored", "POST /items", places);
    http("/flush?wait=true");
    awaitNoLocalBlock();
    push("c0ffef%026d".formatted(places), service + "-live", "GET /items", 60 + places);
  }

  private static void push(String traceId, String service, String name, int second)
      throws Exception {
    String body =
        """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"%s"}}]},
         "scopeSpans":[{"spans":[{"traceId":"%s","spanId":"11223344556677%02d","name":"%s","kind":2,
          "startTimeUnixNano":"%d","endTimeUnixNano":"%d",
          "attributes":[{"key":"number","value":{"intValue":"%d"}},
           {"key":"quoted","value":{"stringValue":"say \\"a=b\\" \\\\ c"}}]}]}]}]}
        """
            .formatted(
                service,
                traceId,
                second,
                name,
                (BASE + second) * NANOS,
                (BASE + second) * NANOS + NANOS / 4,
                second);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/v1/traces".formatted(spoor.receiverPort("otlp-http"))))
            .header("Content-Type", "application/json")
            .header("X-Scope-OrgID", TENANT)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  /// From then on the block is read from the store.
  private static void awaitNoLocalBlock() throws Exception {
    while (metric("tempo_ingester_blocks_cleared_total")
        < metric("tempo_ingester_blocks_flushed_total")) {
      Thread.sleep(20);
    }
  }

  private static double metric(String name) throws Exception {
    return http("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /// The real disk, but blocks of the store can be made to wait.
  private static final class GatedDisk {

    private volatile CountDownLatch gate = new CountDownLatch(0);

    void close() {
      gate = new CountDownLatch(1);
    }

    void open() {
      gate.countDown();
    }

    Disk disk() {
      RealDisk real = new RealDisk();
      return (Disk)
          Proxy.newProxyInstance(
              Disk.class.getClassLoader(),
              new Class<?>[] {Disk.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("open")
                    && arguments[0].toString().contains("/blocks/")
                    && arguments[0].toString().endsWith("data.parquet")) {
                  pass();
                }
                try {
                  return method.invoke(real, arguments);
                } catch (InvocationTargetException failure) {
                  throw failure.getCause();
                }
              });
    }

    private void pass() throws IOException {
      try {
        gate.await();
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted at the gate");
      }
    }
  }
}
