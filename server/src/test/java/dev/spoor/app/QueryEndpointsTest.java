package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names, values and metrics, of the same spans wherever they are.
class QueryEndpointsTest {

  private static final String CONFIG =
      """
      server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}
      distributor:
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
      storage:
        trace: {backend: local, local: {path: "%s/blocks"}, wal: {path: "%s/%s"}}
      """;

  /// Two minutes ago, on a whole minute.
  private static final long BASE = Instant.now().getEpochSecond() / 60 * 60 - 120;

  private static final String WINDOW = "start=%d&end=%d".formatted(BASE, BASE + 120);

  private static final String CART =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}},
        {"key":"k8s.pod.name","value":{"stringValue":"cart-1"}}]},
       "scopeSpans":[{"scope":{"name":"lib","version":"1.0","attributes":[{"key":"lang","value":{"stringValue":"java"}}]},
        "spans":[{"traceId":"00c0ffee12345678a1b2c3d4e5f60718","spanId":"1122334455667788","name":"POST /items",
         "kind":2,"startTimeUnixNano":"@10.000","endTimeUnixNano":"@10.250","status":{"code":2},
         "attributes":[{"key":"http.status_code","value":{"intValue":"500"}},
          {"key":"db.system","value":{"stringValue":"pg"}},
          {"key":"retry","value":{"boolValue":true}},
          {"key":"ratio","value":{"doubleValue":0.5}},
          {"key":"flags","value":{"arrayValue":{"values":[{"stringValue":"x"},{"stringValue":"y"}]}}}],
         "events":[{"timeUnixNano":"@10.100","name":"exception",
          "attributes":[{"key":"exception.type","value":{"stringValue":"Boom"}}]}],
         "links":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
          "attributes":[{"key":"why","value":{"stringValue":"retry"}}]}]}]}]}]}
      """;

  /// The same trace as the first, and another one.
  private static final String CHECKOUT =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},
       "scopeSpans":[{"spans":[
        {"traceId":"00c0ffee12345678a1b2c3d4e5f60718","spanId":"1122334455667789","parentSpanId":"1122334455667788",
         "name":"pay","kind":3,"startTimeUnixNano":"@10.050","endTimeUnixNano":"@10.150",
         "attributes":[{"key":"http.status_code","value":{"intValue":"200"}}]},
        {"traceId":"b1b2c3d4e5f607180000000000000001","spanId":"2122334455667788","name":"list",
         "kind":2,"startTimeUnixNano":"@75.000","endTimeUnixNano":"@77.000",
         "attributes":[{"key":"a/b","value":{"stringValue":"v/1"}},
          {"key":"my key","value":{"stringValue":"50%25"}},
          {"key":"http.status_code","value":{"stringValue":"200"}}]}]}]}]}
      """;

  private static final String INTRINSICS =
      """
      "duration","event:name","event:timeSinceStart","instrumentation:name","instrumentation:version",\
      "kind","link:spanID","link:traceID","name","rootName","rootServiceName","span:duration","span:id",\
      "span:kind","span:name","span:parentID","span:status","span:statusMessage","status","statusMessage",\
      "trace:duration","trace:id","trace:rootName","trace:rootService","traceDuration"\
      """;

  private static final Pattern TIME = Pattern.compile("@(\\d+)\\.(\\d{3})");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @TempDir private static Path sharedFolder;

  /// Has both pushes.
  private static Spoor shared;

  @BeforeAll
  static void start() throws Exception {
    shared = started(sharedFolder, "wal");
    push(shared, CART);
    push(shared, CHECKOUT);
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @Test
  void answersAreTheSameBeforeAndAfterAFlush() throws Exception {
    check("live", shared, expected());
    flush(shared);
    check("flushed", shared, expected());
  }

  @Test
  void answersAreTheSameWhenSpansAreInSeveralPlaces() throws Exception {
    try (Spoor spoor = started(folder, "wal-1")) {
      push(spoor, CART);
      flush(spoor);
    }
    try (Spoor spoor = started(folder, "wal-2")) {
      push(spoor, CHECKOUT);
      check("a trace in the store and live", spoor, expected());
      push(spoor, CART);
      check("a span in the store and live", spoor, expected());
      flush(spoor);
      check("a span in the store and in a local block", spoor, expected());
    }
    try (Spoor spoor = started(folder, "wal-3")) {
      check("a span in two stored blocks", spoor, expected());
    }
  }

  /// Stored blocks tell names from their dictionaries, which know no time: there may be more.
  @Test
  void namesOfARangeOfTimeAreThere() throws Exception {
    String path = "/api/v2/search/tags?scope=span&start=%d&end=%d".formatted(BASE + 60, BASE + 120);

    assertThat(body(shared, path)).contains("\"a/b\"", "\"http.status_code\"", "\"my key\"");
  }

  @Test
  void aSummaryCountsTheServerSpansOfAGroup() throws Exception {
    String path = "/api/metrics/summary?" + WINDOW;

    assertThat(
            body(
                shared,
                path
                    + "&q={}&groupBy=resource.service.name,span.http.status_code"
                        .replace("{}", "%7B%7D")))
        .isEqualTo(
            """
            {"summaries":[{"spanCount":"1","errorSpanCount":"1",\
            "series":[{"key":"resource.service.name","value":{"type":5,"s":"cart"}},\
            {"key":"span.http.status_code","value":{"type":3,"n":"500"}}],\
            "p99":"268435456","p95":"268435456","p90":"268435456","p50":"268435456"},\
            {"spanCount":"1","series":[{"key":"resource.service.name","value":{"type":5,"s":"checkout"}},\
            {"key":"span.http.status_code","value":{"type":5,"s":"200"}}],\
            "p99":"2147483648","p95":"2147483648","p90":"2147483648","p50":"2147483648"}]}\
            """);
    assertThat(body(shared, path + "&groupBy=span.retry&limit=1").split("\"spanCount\""))
        .hasSize(2);
    assertThat(body(shared, path + "&groupBy=span.retry"))
        .contains(
            "{\"spanCount\":\"1\",\"errorSpanCount\":\"1\",\"series\":[{\"key\":\"span.retry\",\"value\":{\"type\":6,\"b\":true}}]");
    assertThat(body(shared, path + "&groupBy=status&q=" + encoded("{ status = unset }")))
        .contains("\"value\":{\"type\":8,\"status\":2}");
    assertThat(body(shared, path + "&groupBy=span.nowhere"))
        .startsWith(
            "{\"summaries\":[{\"spanCount\":\"2\",\"errorSpanCount\":\"1\",\"series\":[{\"key\":\"span.nowhere\",\"value\":{}}]");
    for (String wrong :
        java.util.List.of(
            "",
            "&groupBy=a.b.c",
            "&groupBy=name,name,name,name,name,name",
            "&groupBy=name&q=" + encoded("{} | rate()"),
            "&groupBy=name&q=" + encoded("{} && {}"),
            "&groupBy=name&q=" + encoded("{ broken"))) {
      assertThat(get(shared, path + wrong, "").statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  void answersComeInOtherForms() throws Exception {
    String values = "/api/v2/search/tag/resource.service.name/values?" + WINDOW;

    HttpResponse<byte[]> llm = get(shared, values, "application/vnd.grafana.llm");
    assertThat(llm.headers().firstValue("content-type"))
        .contains("application/vnd.grafana.llm+json");
    assertThat(text(llm))
        .startsWith("{\"tagValues\":{\"string\":[\"cart\",\"checkout\"]},\"metrics\":{");

    HttpResponse<byte[]> protobuf = get(shared, values, "application/protobuf");
    assertThat(protobuf.headers().firstValue("content-type")).contains("application/protobuf");
    assertThat(text(protobuf)).contains("string").contains("cart");

    HttpResponse<byte[]> metrics = get(shared, range("{} | rate()", 60), "application/protobuf");
    assertThat(metrics.headers().firstValue("content-type")).contains("application/json");
    assertThat(metrics.headers().firstValue("spoor-cost")).isPresent();
    assertThat(text(get(shared, "/metrics", "")))
        .contains("op=\"metadata\",result=\"completed\"", "op=\"metrics\",result=\"completed\"");
  }

  @Test
  void limitsCutSilentlyAndPartialSeriesSaySo() throws Exception {
    assertThat(body(shared, "/api/search/tag/service.name/values?limit=1&" + WINDOW))
        .matches("\\{\"tagValues\":\\[\"(cart|checkout)\"],.*");
    assertThat(body(shared, range("{} | rate() by (resource.service.name)", 60) + "&maxSeries=1"))
        .contains(
            "\"status\":\"PARTIAL\",\"message\":\"Response exceeds maximum series limit of 1, ");
  }

  @Test
  void exemplarsNameATrace() throws Exception {
    assertThat(body(shared, range("{ status = error } | rate()", 60)))
        .contains(
            "\"exemplars\":[{\"labels\":[{\"key\":\"trace:id\",\"value\":{\"stringValue\":\"c0ffee12345678a1b2c3d4e5f60718\"}}",
            "\"timestampMs\":\"%d000\"}]".formatted(BASE + 10));
    assertThat(body(shared, instant("{ status = error } | rate()"))).doesNotContain("exemplars");
  }

  @Test
  void whatIsWrongIsToldAsWritten() throws Exception {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("/api/v2/search/tags?scope=galaxy", "invalid scope: galaxy");
    refused.put("/api/search/tags?start=5", "error parsing date range: only one of start and end");
    refused.put(
        "/api/search/tags?start=1&end=1000000",
        "range specified by start and end exceeds 168h0m0s");
    refused.put("/api/v2/search/tag/nonsense/values", "please provide a valid tagName: nonsense");
    refused.put("/api/metrics/query_range?q=%7B%7D", "compiling query: not a metrics query");
    refused.put("/api/metrics/query_range?q=%7B", "parse error at line 1");
    refused.put("/api/metrics/query?q=%7B", "compiling query: parse error at line 1");
    refused.put(
        "/api/metrics/query_range?since=4h&q=" + encoded("{} | rate()"),
        "metrics query time range exceeds the maximum allowed duration of 3h0m0s");
    refused.put(
        "/api/metrics/query_range?since=3h&step=0.1&q=" + encoded("{} | rate()"),
        "step of 100ms is too small, minimum step for given range is 1.08s");
    refused.put(
        "/api/metrics/query?start=9&end=9&q=" + encoded("{} | rate()"),
        "end must be greater than start");
    for (Map.Entry<String, String> each : refused.entrySet()) {
      HttpResponse<byte[]> answer = get(shared, each.getKey(), "");
      assertThat(answer.statusCode()).as(each.getKey()).isEqualTo(400);
      assertThat(text(answer)).as(each.getKey()).startsWith(each.getValue());
    }
  }

  private static Map<String, String> expected() {
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put(
        "/api/search/tags?scope=span&" + WINDOW,
        """
        {"tagNames":["a/b","db.system","flags","http.status_code","my key","ratio","retry"],\
        """);
    answers.put(
        "/api/search/tags?" + WINDOW,
        """
        {"tagNames":["a/b","db.system","exception.type","flags","http.status_code","k8s.pod.name","lang",\
        "my key","ratio","retry","service.name","why"],\
        """);
    answers.put(
        "/api/v2/search/tags?limit=5000&" + WINDOW,
        """
        {"scopes":[{"name":"resource","tags":["k8s.pod.name","service.name"]},\
        {"name":"span","tags":["a/b","db.system","flags","http.status_code","my key","ratio","retry"]},\
        {"name":"event","tags":["exception.type"]},{"name":"link","tags":["why"]},\
        {"name":"instrumentation","tags":["lang"]},{"name":"intrinsic","tags":[%s]}],\
        """
            .formatted(INTRINSICS));
    answers.put(
        "/api/v2/search/tags?scope=resource&" + WINDOW,
        "{\"scopes\":[{\"name\":\"resource\",\"tags\":[\"k8s.pod.name\",\"service.name\"]}],");
    answers.put(
        "/api/v2/search/tags?scope=span&q=" + encoded("{ name = \"pay\" && .x = ") + "&" + WINDOW,
        "{\"scopes\":[{\"name\":\"span\",\"tags\":[\"http.status_code\"]}],");
    answers.put(
        "/api/v2/search/tags?scope=resource&q=" + encoded("{ name = \"pay\" }") + "&" + WINDOW,
        "{\"scopes\":[{\"name\":\"resource\",\"tags\":[\"service.name\"]}],");
    addValues(answers);
    addMetrics(answers);
    return answers;
  }

  private static void addValues(Map<String, String> answers) {
    answers.put(v1("service.name"), "{\"tagValues\":[\"cart\",\"checkout\"],");
    answers.put(v1("http.status_code"), "{\"tagValues\":[\"200\",\"500\"],");
    answers.put(v1("name"), "{\"tagValues\":[\"POST /items\",\"list\",\"pay\"],");
    answers.put(v1("status.code"), "{\"tagValues\":[\"unset\",\"ok\",\"error\"],");
    answers.put(v1("error"), "{\"tagValues\":[\"true\"],");
    answers.put(v1("a/b"), "{\"tagValues\":[\"v/1\"],");
    answers.put(v1("a%2Fb"), "{\"tagValues\":[\"v/1\"],");
    answers.put(v1("no/such/values"), "{\"tagValues\":[],");
    answers.put(
        v2("resource.service.name"),
        """
        {"tagValues":[{"type":"string","value":"cart"},{"type":"string","value":"checkout"}],\
        """);
    answers.put(
        v2("resource.service.name") + "&q=" + encoded("{ span.http.status_code = 200 }"),
        "{\"tagValues\":[{\"type\":\"string\",\"value\":\"checkout\"}],");
    answers.put(
        v2("resource.service.name") + "&q=" + encoded("{ resource.service.name = \"other\" }"),
        "{\"tagValues\":[{\"type\":\"string\",\"value\":\"other\"}],");
    answers.put(
        v2(".http.status_code"),
        """
        {"tagValues":[{"type":"int","value":"200"},{"type":"string","value":"200"},{"type":"int","value":"500"}],\
        """);
    answers.put(v2("span.retry"), "{\"tagValues\":[{\"type\":\"bool\",\"value\":\"true\"}],");
    answers.put(v2("span.ratio"), "{\"tagValues\":[{\"type\":\"float\",\"value\":\"0.5\"}],");
    answers.put(
        v2("span.flags"),
        """
        {"tagValues":[{"type":"string","value":"x"},{"type":"string","value":"y"}],\
        """);
    answers.put(v2("span.a/b"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"v/1\"}],");
    answers.put(
        v2("span.%22my%20key%22"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"50%25\"}],");
    answers.put(
        v2("event.exception.type"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"Boom\"}],");
    answers.put(v2("link.why"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"retry\"}],");
    answers.put(
        v2("instrumentation.lang"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"java\"}],");
    answers.put(
        v2("event:name"), "{\"tagValues\":[{\"type\":\"string\",\"value\":\"exception\"}],");
    answers.put(
        v2("rootName"),
        """
        {"tagValues":[{"type":"string","value":"POST /items"},{"type":"string","value":"list"}],\
        """);
    answers.put(
        v2("status"),
        """
        {"tagValues":[{"type":"keyword","value":"ok"},{"type":"keyword","value":"error"},\
        {"type":"keyword","value":"unset"}],\
        """);
    answers.put(v2("span:duration"), "{\"tagValues\":[],");
    answers.put(v2("trace:id"), "{\"tagValues\":[],");
  }

  private static void addMetrics(Map<String, String> answers) {
    answers.put(
        range("{} | count_over_time()", 60) + "&exemplars=1",
        series(name("count_over_time") + samples(2, 1)));
    answers.put(
        range("{ status = error } | rate() by (resource.service.name) with (exemplars=false)", 60),
        series(label("resource.service.name", "cart") + samples(1 / 60.0, 0)));
    answers.put(
        instant("{} | count_over_time() by (resource.service.name)"),
        series(
            label("resource.service.name", "cart")
                + ",\"value\":1},{"
                + label("resource.service.name", "checkout")
                + ",\"value\":2}"));
    answers.put(
        instant("{} | sum_over_time(duration)"),
        series(name("sum_over_time") + ",\"value\":2.35}"));
    answers.put(
        instant("{} >> {} | count_over_time()"), series(name("count_over_time") + ",\"value\":1}"));
    answers.put(
        instant("{ name = \"none\" } | count_over_time()"), series(name("count_over_time") + "}"));
    answers.put(
        instant("{ resource.service.name = \"cart\" } | compare({ status = error }, 10)"),
        "{\"series\":[{\"labels\":[{\"key\":\"__meta_type\",\"value\":{\"stringValue\":\"selection\"}},");
  }

  private static String v1(String name) {
    return "/api/search/tag/%s/values?%s".formatted(name, WINDOW);
  }

  private static String v2(String name) {
    return "/api/v2/search/tag/%s/values?%s".formatted(name, WINDOW);
  }

  private static String range(String query, int step) {
    return "/api/metrics/query_range?q=%s&step=%d&%s".formatted(encoded(query), step, WINDOW);
  }

  private static String instant(String query) {
    return "/api/metrics/query?q=%s&%s".formatted(encoded(query), WINDOW);
  }

  private static String series(String series) {
    return "{\"series\":[{" + series;
  }

  private static String name(String function) {
    return label("__name__", function);
  }

  private static String label(String key, String value) {
    return "\"labels\":[{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}]".formatted(key, value);
  }

  /// Samples of the empty minute before the base, and of the two minutes after it.
  private static String samples(double... values) {
    StringBuilder text =
        new StringBuilder(",\"samples\":[{\"timestampMs\":\"%d000\"}".formatted(BASE));
    for (int i = 0; i < 2; i++) {
      text.append(",{\"timestampMs\":\"%d000\"".formatted(BASE + 60 * (i + 1)));
      if (values[i] != 0) {
        text.append(",\"value\":").append(plain(values[i]));
      }
      text.append('}');
    }
    return text.append(']').toString();
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static void check(String where, Spoor spoor, Map<String, String> expected)
      throws Exception {
    for (Map.Entry<String, String> each : expected.entrySet()) {
      assertThat(body(spoor, each.getKey()))
          .as(where + ": " + each.getKey())
          .startsWith(each.getValue());
    }
  }

  private static Spoor started(Path folder, String wal) throws Exception {
    Path config = folder.resolve(wal + ".yaml");
    Files.writeString(config, CONFIG.formatted(folder, folder, wal));
    if (!(new CommandLine(_ -> null).parse("-config.file=" + config)
        instanceof Command.Run(LoadedConfig loaded))) {
      throw new IOException("the configuration is not accepted");
    }
    Spoor spoor = Spoor.of(loaded);
    spoor.start();
    return spoor;
  }

  private static void push(Spoor spoor, String spans) throws Exception {
    URI uri =
        URI.create("http://127.0.0.1:%d/v1/traces".formatted(spoor.receiverPort("otlp-http")));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(timed(spans)))
            .build();
    HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// A time stands in the text as `@` and seconds after the base, with three digits after the
  /// point.
  private static String timed(String spans) {
    return TIME.matcher(spans)
        .replaceAll(time -> (BASE + Long.parseLong(time.group(1))) + time.group(2) + "000000");
  }

  /// Until the store has it: a process that is closed before brings nothing more there.
  private static void flush(Spoor spoor) throws Exception {
    assertThat(get(spoor, "/flush?wait=true&timeout=1m", "").statusCode()).isLessThan(300);
  }

  private static String body(Spoor spoor, String path) throws Exception {
    HttpResponse<byte[]> answer = get(spoor, path, "");
    assertThat(answer.statusCode()).as(path + ": " + text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("spoor-partial")).as(path).isEmpty();
    return text(answer);
  }

  private static HttpResponse<byte[]> get(Spoor spoor, String path, String accept)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + spoor.queryPort() + path));
    if (!accept.isEmpty()) {
      request.header("Accept", accept);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
