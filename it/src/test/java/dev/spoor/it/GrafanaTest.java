package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Plays what Grafana's data source for Tempo asks, in the order in which its user makes it ask:
/// "Save & test", the query editor, a search, a trace, a panel; and the same over gRPC, for which
/// it dials the port that it knows.
///
/// Grafana reads searches and instant values strictly: a field that it does not know is an error.
class GrafanaTest {

  private static final TraceId ID = TraceId.parse("00c0ffee12345678a1b2c3d4e5f60718");
  private static final String SHOWN_ID = "c0ffee12345678a1b2c3d4e5f60718";
  private static final int SPANS = 5;

  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/protobuf";
  private static final String SERVICE = "/tempopb.StreamingQuerier/";
  private static final String FAILED = "{ resource.service.name = \"shop\" && status = error }";
  private static final int INVALID_ARGUMENT = 3;

  private static final Set<String> SEARCH_METRICS =
      Set.of(
          "inspectedTraces",
          "inspectedBytes",
          "totalBlocks",
          "completedJobs",
          "totalJobs",
          "totalBlockBytes",
          "inspectedSpans");

  @TempDir private Path folder;

  @Test
  void isAnsweredForSpansJustSentAndForStoredOnes() throws Exception {
    Settings settings =
        Settings.in(folder).keepingTracesLive().with("ingester.complete_block_timeout", "1ms");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.queryPortClient();
      Window window = Window.lastHour();
      send(client, window);
      asksAsGrafanaDoes(client, window);

      assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
      Eventually.holds(
          "only the store has them",
          () -> client.metric("tempo_ingester_blocks_cleared_total").orElse(0.0) > 0);
      asksAsGrafanaDoes(client, window);
    }
  }

  private static void asksAsGrafanaDoes(SpoorClient client, Window window) throws Exception {
    savesAndTests(client);
    offersNames(client, window);
    offersValues(client, window);
    searches(client, window);
    looksForRoots(client, window);
    opensTheTrace(client);
    looksForATraceThatIsNotThere(client);
    drawsAPanel(client, window);
    showsANumber(client, window);
    streamsASearch(client, window);
    streamsAPanel(client, window);
    showsErrorsAsTheyAre(client, window);
  }

  // ---- what it asks

  private static void savesAndTests(SpoorClient client) throws Exception {
    HttpResponse<byte[]> echo = client.get("/api/echo");
    assertIs(echo, PLAIN_TEXT);
    assertThat(SpoorClient.text(echo)).isEqualTo("echo\n");
    HttpResponse<byte[]> ready = client.get("/ready");
    assertIs(ready, PLAIN_TEXT);
    assertThat(SpoorClient.text(ready)).isEqualTo("ready\n");
    HttpResponse<byte[]> build = client.get("/api/status/buildinfo");
    assertIs(build, JSON);
    assertThat(SpoorClient.json(build.body()).get("version").asString())
        .as("streaming from 2.7 on")
        .matches("2\\.([7-9]|\\d\\d)\\.\\d+");
    long now = System.currentTimeMillis() / 1000;
    List<UnknownFieldSet> anything =
        stream(client, "Search", searchRequest("{}", 1, new Window(now - 900, now)));
    assertThat(anything).isNotEmpty();
  }

  private static void offersNames(SpoorClient client, Window window) throws Exception {
    HttpResponse<byte[]> answer = client.get("/api/v2/search/tags?limit=5000&" + window.query());
    assertIs(answer, JSON);
    JsonNode scopes = SpoorClient.json(answer.body()).get("scopes");
    assertThat(names(scopes, "resource")).contains("service.name");
    assertThat(names(scopes, "span")).contains("number", "trace");
    assertThat(names(scopes, "intrinsic")).contains("name", "status", "duration");
  }

  private static void offersValues(SpoorClient client, Window window) throws Exception {
    HttpResponse<byte[]> answer =
        client.get(
            "/api/v2/search/tag/resource.service.name/values?limit=5000&tag=resource.service.name&q="
                + SpoorClient.encoded("{ name = \"checkout\" && span. }")
                + "&"
                + window.query());
    assertIs(answer, JSON);
    JsonNode values = SpoorClient.json(answer.body()).get("tagValues");
    assertThat(values.toString()).isEqualTo("[{\"type\":\"string\",\"value\":\"shop\"}]");

    JsonNode status = client.json("/api/v2/search/tag/status/values?" + window.query());
    assertThat(status.get("tagValues").size()).isEqualTo(3);
    assertThat(status.get("tagValues").get(0).get("type").asString()).isEqualTo("keyword");
  }

  private static void searches(SpoorClient client, Window window) throws Exception {
    HttpResponse<byte[]> answer =
        client.get(
            "/api/search?q=%s&limit=20&spss=3&%s"
                .formatted(SpoorClient.encoded(FAILED), window.query()),
            "accept",
            JSON);
    assertIs(answer, JSON);
    JsonNode found = SpoorClient.json(answer.body());
    assertHasOnly(found, Set.of("traces", "metrics"));
    assertHasOnly(found.get("metrics"), SEARCH_METRICS);
    assertThat(found.get("traces").size()).isEqualTo(1);

    JsonNode trace = found.get("traces").get(0);
    assertHasOnly(
        trace,
        Set.of(
            "traceID",
            "rootServiceName",
            "rootTraceName",
            "startTimeUnixNano",
            "durationMs",
            "spanSet",
            "spanSets",
            "serviceStats"));
    assertThat(trace.get("traceID").asString()).isEqualTo(SHOWN_ID);
    assertThat(trace.get("rootServiceName").asString()).isEqualTo("shop");
    assertThat(trace.get("startTimeUnixNano").isString()).isTrue();
    assertThat(trace.get("durationMs").isIntegralNumber()).isTrue();
    assertThat(trace.get("spanSet")).isEqualTo(trace.get("spanSets").get(0));
    assertHasOnly(trace.get("spanSet"), Set.of("spans", "matched", "attributes"));
    JsonNode span = trace.get("spanSet").get("spans").get(0);
    assertHasOnly(
        span, Set.of("spanID", "name", "startTimeUnixNano", "durationNanos", "attributes"));
    assertThat(span.get("spanID").asString()).isEqualTo("0000000000000001");
    assertThat(attribute(span, "status").get("stringValue").asString()).isEqualTo("error");
    assertThat(trace.get("serviceStats").get("shop").toString())
        .isEqualTo("{\"spanCount\":5,\"errorCount\":1}");
  }

  /// As the app for drilling down does: it needs the places of spans in their tree.
  private static void looksForRoots(SpoorClient client, Window window) throws Exception {
    String query =
        "{ nestedSetParent < 0 } &>> { kind = client } | select(status, resource.service.name, name,"
            + " nestedSetParent, nestedSetLeft, nestedSetRight) with(most_recent=true)";
    JsonNode found =
        client.json(
            "/api/search?q=%s&limit=200&spss=10&%s"
                .formatted(SpoorClient.encoded(query), window.query()));
    JsonNode spans = found.get("traces").get(0).get("spanSet").get("spans");
    assertThat(spans.size()).isEqualTo(SPANS);
    for (JsonNode span : spans) {
      for (String place : List.of("nestedSetLeft", "nestedSetRight", "nestedSetParent")) {
        assertThat(attribute(span, place).get("intValue").isString()).as(place).isTrue();
      }
    }
  }

  private static void opensTheTrace(SpoorClient client) throws Exception {
    HttpResponse<byte[]> answer = client.get("/api/v2/traces/" + SHOWN_ID, "accept", PROTOBUF);
    assertIs(answer, PROTOBUF);
    UnknownFieldSet response = UnknownFieldSet.parseFrom(answer.body());
    assertThat(response.hasField(3)).as("a status, when the trace is partial").isFalse();
    TracesData trace =
        TracesData.parseFrom(response.getField(1).getLengthDelimitedList().getFirst());
    assertThat(SpoorClient.spansOf(trace.toByteArray())).hasSize(SPANS);
    for (ResourceSpans resource : trace.getResourceSpansList()) {
      assertThat(resource.hasResource()).isTrue();
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        assertThat(scope.hasScope()).isTrue();
        assertThat(scope.getSpansList()).allMatch(Span::hasStatus);
      }
    }

    HttpResponse<byte[]> text = client.get("/api/v2/traces/" + SHOWN_ID, "accept", JSON);
    assertIs(text, JSON);
    JsonNode spans = SpoorClient.json(text.body()).get("trace").get("resourceSpans");
    assertThat(spans.get(0).get("scopeSpans").get(0).get("spans").size()).isEqualTo(SPANS);

    HttpResponse<byte[]> older = client.get("/api/traces/" + SHOWN_ID, "accept", PROTOBUF);
    assertIs(older, PROTOBUF);
    assertThat(SpoorClient.spansOf(older.body())).hasSize(SPANS);
  }

  /// An empty trace or a 404 make Grafana say that it was not found.
  private static void looksForATraceThatIsNotThere(SpoorClient client) throws Exception {
    HttpResponse<byte[]> answer = client.get("/api/v2/traces/123", "accept", PROTOBUF);
    assertIs(answer, PROTOBUF);
    for (var trace :
        UnknownFieldSet.parseFrom(answer.body()).getField(1).getLengthDelimitedList()) {
      assertThat(trace.isEmpty()).isTrue();
    }
    assertThat(client.get("/api/traces/123", "accept", PROTOBUF).statusCode()).isEqualTo(404);
  }

  private static void drawsAPanel(SpoorClient client, Window window) throws Exception {
    HttpResponse<byte[]> answer =
        client.get(
            "/api/metrics/query_range?q=%s&%s&step=60&exemplars=100"
                .formatted(
                    SpoorClient.encoded("{ } | count_over_time() by (resource.service.name)"),
                    window.query()),
            "accept",
            JSON);
    assertIs(answer, JSON);
    JsonNode series = SpoorClient.json(answer.body()).get("series");
    assertThat(series.size()).isEqualTo(1);
    JsonNode label = series.get(0).get("labels").get(0);
    assertThat(label.toString())
        .isEqualTo("{\"key\":\"resource.service.name\",\"value\":{\"stringValue\":\"shop\"}}");
    double spans = 0;
    for (JsonNode sample : series.get(0).get("samples")) {
      assertThat(sample.get("timestampMs").isString()).isTrue();
      spans += sample.path("value").asDouble(0);
    }
    assertThat(spans).isEqualTo(SPANS);
    JsonNode exemplar = series.get(0).get("exemplars").get(0);
    assertThat(exemplar.get("timestampMs").isString()).isTrue();
    assertThat(exemplar.get("labels").toString())
        .contains("{\"key\":\"trace:id\",\"value\":{\"stringValue\":\"" + SHOWN_ID + "\"}}");
  }

  private static void showsANumber(SpoorClient client, Window window) throws Exception {
    HttpResponse<byte[]> answer =
        client.get(
            "/api/metrics/query?q=%s&%s"
                .formatted(SpoorClient.encoded("{ } | count_over_time()"), window.query()));
    assertIs(answer, JSON);
    JsonNode found = SpoorClient.json(answer.body());
    assertHasOnly(found, Set.of("series", "metrics"));
    assertHasOnly(found.get("metrics"), SEARCH_METRICS);
    assertHasOnly(found.get("series").get(0), Set.of("labels", "value"));
    assertThat(found.get("series").get(0).get("value").asInt()).isEqualTo(SPANS);
  }

  private static void streamsASearch(SpoorClient client, Window window) throws Exception {
    List<UnknownFieldSet> messages = stream(client, "Search", searchRequest(FAILED, 20, window));
    List<String> traces =
        messages.stream()
            .flatMap(message -> message.getField(1).getLengthDelimitedList().stream())
            .map(trace -> fields(trace.toByteArray()).getField(1))
            .map(id -> id.getLengthDelimitedList().getFirst().toStringUtf8())
            .toList();
    assertThat(traces).contains(SHOWN_ID);
    UnknownFieldSet metrics =
        fields(messages.getLast().getField(2).getLengthDelimitedList().getFirst().toByteArray());
    assertThat(number(metrics.getField(4))).as("all jobs").isEqualTo(number(metrics.getField(5)));
  }

  private static void streamsAPanel(SpoorClient client, Window window) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream request = CodedOutputStream.newInstance(bytes);
    request.writeString(1, "{ } | rate()");
    request.writeUInt64(2, Duration.ofSeconds(window.start).toNanos());
    request.writeUInt64(3, Duration.ofSeconds(window.end).toNanos());
    request.writeUInt64(4, Duration.ofMinutes(1).toNanos());
    request.flush();
    List<UnknownFieldSet> messages = stream(client, "MetricsQueryRange", bytes.toByteArray());
    assertThat(messages.getLast().getField(1).getLengthDelimitedList()).hasSize(1);
  }

  /// Grafana recognises these texts, and shows the others to its user.
  private static void showsErrorsAsTheyAre(SpoorClient client, Window window) throws Exception {
    assertRefused(
        client.get("/api/search?q=%7B%7D&start=" + (window.end - 2_000_000) + "&end=" + window.end),
        "range specified by start and end exceeds 168h0m0s");
    assertRefused(
        client.get(
            "/api/metrics/query_range?q=%7B%7D%7Crate()&step=60&start="
                + (window.end - 20_000)
                + "&end="
                + window.end),
        "metrics query time range exceeds the maximum allowed duration of 3h0m0s");
    assertRefused(client.get("/api/search?q=%7B"), "invalid TraceQL query:");
    SpoorClient.GrpcStream refused =
        client.streamGrpc(SERVICE + "Search", searchRequest("{", 20, window));
    assertThat(refused.code()).isEqualTo(INVALID_ARGUMENT);
    assertThat(refused.messages()).isEmpty();
  }

  // ---- helpers

  /// In seconds, both included.
  private record Window(long start, long end) {

    static Window lastHour() {
      long now = System.currentTimeMillis() / 1000;
      return new Window(now - 3600, now);
    }

    String query() {
      return "start=%d&end=%d".formatted(start, end);
    }
  }

  /// A trace that ended within the window, as whole seconds cut it.
  private static void send(SpoorClient client, Window window) throws Exception {
    long start = Duration.ofSeconds(window.end - 2).toNanos();
    byte[] body = Traces.request(Traces.spansOf(ID, SPANS, start)).toByteArray();
    assertThat(client.push(body).statusCode()).isEqualTo(200);
  }

  private static byte[] searchRequest(String query, int limit, Window window) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream request = CodedOutputStream.newInstance(bytes);
    request.writeUInt32(4, limit);
    request.writeUInt32(5, (int) window.start);
    request.writeUInt32(6, (int) window.end);
    request.writeString(8, query);
    request.writeUInt32(9, 3);
    request.flush();
    return bytes.toByteArray();
  }

  private static List<UnknownFieldSet> stream(SpoorClient client, String method, byte[] request) {
    SpoorClient.GrpcStream answer = client.streamGrpc(SERVICE + method, request);
    assertThat(answer.code()).as(answer.message()).isZero();
    return answer.messages().stream().map(GrafanaTest::fields).toList();
  }

  private static UnknownFieldSet fields(byte[] message) {
    try {
      return UnknownFieldSet.parseFrom(message);
    } catch (IOException malformed) {
      throw new AssertionError("no protobuf", malformed);
    }
  }

  private static long number(Field field) {
    return field.getVarintList().isEmpty() ? 0 : field.getVarintList().getFirst();
  }

  private static void assertIs(HttpResponse<byte[]> answer, String contentType) {
    assertThat(answer.statusCode()).as(SpoorClient.text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains(contentType);
  }

  private static void assertRefused(HttpResponse<byte[]> answer, String text) {
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains(PLAIN_TEXT);
    assertThat(SpoorClient.text(answer)).contains(text);
  }

  private static void assertHasOnly(JsonNode object, Set<String> known) {
    assertThat(known).containsAll(object.propertyNames());
  }

  private static List<String> names(JsonNode scopes, String scope) {
    for (JsonNode each : scopes) {
      if (each.get("name").asString().equals(scope)) {
        return each.get("tags").valueStream().map(JsonNode::asString).toList();
      }
    }
    return List.of();
  }

  private static JsonNode attribute(JsonNode span, String key) {
    for (JsonNode each : span.get("attributes")) {
      if (each.get("key").asString().equals(key)) {
        return each.get("value");
      }
    }
    throw new AssertionError("no attribute " + key + " in " + span);
  }
}
