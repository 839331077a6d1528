package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// No tenant reads or discovers another; who may read several gets them as one.
class TenantsTest {

  private static final TraceId STORED_OF_A = new TraceId(0xa, 1);
  private static final TraceId LIVE_OF_A = new TraceId(0xa, 2);
  private static final TraceId STORED_OF_B = new TraceId(0xb, 1);

  /// A trace with spans of both tenants.
  private static final TraceId SHARED = new TraceId(0xc, 1);

  private static final TraceId NOBODYS = new TraceId(0xd, 1);

  @TempDir private static Path folder;
  private static LocalSpoor spoor;
  private static SpoorClient client;
  private static SpoorClient a;
  private static SpoorClient b;

  @BeforeAll
  static void start() throws Exception {
    Settings settings =
        Settings.in(folder).keepingTracesLive().with("multitenancy_enabled", "true");
    spoor = LocalSpoor.start(settings, folder);
    client = spoor.client();
    a = client.as("tenant-a");
    b = client.as("tenant-b");
    send(a, STORED_OF_A, "only-of-a", 0, 1, 2);
    send(b, STORED_OF_B, "only-of-b", 0, 1);
    send(a, SHARED, "only-of-a", 0, 1);
    assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
    Eventually.holds(
        "the list is read", () -> client.metric("tempodb_blocklist_length").orElse(0.0) >= 2);
    send(a, LIVE_OF_A, "only-of-a", 0);
    send(b, SHARED, "only-of-b", 1, 2);
  }

  @AfterAll
  static void stop() {
    spoor.close();
  }

  @Test
  void aTraceOfAnotherTenantIsAsUnknownAsOneThatNeverWas() throws Exception {
    for (TraceId id : List.of(STORED_OF_A, LIVE_OF_A)) {
      assertThat(a.find(id)).isPresent();
      for (String path : List.of("/api/traces/", "/api/v2/traces/")) {
        for (String mode : List.of("", "?mode=blocks", "?mode=ingesters")) {
          HttpResponse<byte[]> foreign = b.get(path + id + mode);
          HttpResponse<byte[]> unknown = b.get(path + NOBODYS + mode);
          assertThat(foreign.statusCode()).isEqualTo(unknown.statusCode());
          assertThat(foreign.body()).isEqualTo(unknown.body());
          assertThat(foreign.headers().firstValue("spoor-cost"))
              .isEqualTo(unknown.headers().firstValue("spoor-cost"));
        }
      }
    }
  }

  @Test
  void aTraceWithTheSameIdHasOnlyTheOwnSpans() throws Exception {
    assertThat(a.find(SHARED).orElseThrow()).hasSize(2);
    assertThat(b.find(SHARED).orElseThrow()).hasSize(2);
  }

  @Test
  void aSearchFindsOnlyWhatIsOwn() throws Exception {
    assertThat(b.search("{}", 100)).containsExactlyInAnyOrder(STORED_OF_B, SHARED);
    assertThat(b.search("{ .owner = \"only-of-a\" }", 100)).isEmpty();
    assertThat(b.search("{ trace:id = \"%s\" }".formatted(STORED_OF_A), 100)).isEmpty();
    assertThat(a.search("{ .owner = \"only-of-a\" }", 100))
        .containsExactlyInAnyOrder(STORED_OF_A, LIVE_OF_A, SHARED);
  }

  @Test
  void namesAndValuesAreOnlyThoseOfTheOwnSpans() throws Exception {
    for (String path :
        List.of(
            "/api/search/tags?",
            "/api/v2/search/tags?",
            "/api/search/tag/owner/values?",
            "/api/v2/search/tag/.owner/values?",
            "/api/v2/search/tag/span.trace/values?")) {
      assertThat(b.text(path + window()))
          .as(path)
          .doesNotContain("only-of-a", STORED_OF_A.toString(), LIVE_OF_A.toString());
    }
    assertThat(a.text("/api/v2/search/tags?" + window())).contains("only-of-a.name");
    assertThat(b.text("/api/v2/search/tags?" + window())).contains("only-of-b.name");
  }

  @Test
  void metricsCountOnlyTheOwnSpans() throws Exception {
    assertThat(count(a)).isEqualTo(6);
    assertThat(count(b)).isEqualTo(4);
    assertThat(b.text(metrics("{} | count_over_time() by (.owner)"))).doesNotContain("only-of-a");
  }

  @Test
  void whoNeverSentAnythingFindsNothing() throws Exception {
    SpoorClient stranger = client.as("stranger");

    assertThat(stranger.search("{}", 100)).isEmpty();
    assertThat(stranger.find(STORED_OF_A)).isEmpty();
    assertThat(stranger.text("/api/search/tags?" + window())).doesNotContain("only-of");
    assertThat(count(stranger)).isZero();
  }

  static Stream<String> reads() {
    return Stream.of(
        "/api/traces/" + STORED_OF_A,
        "/api/v2/traces/" + STORED_OF_A,
        "/api/search?q=%7B%7D",
        "/api/search/tags",
        "/api/v2/search/tags",
        "/api/search/tag/owner/values",
        "/api/v2/search/tag/.owner/values",
        metrics("{} | rate()"),
        metrics("{} | rate()").replace("query_range", "query"));
  }

  @ParameterizedTest
  @MethodSource("reads")
  void aReadSaysWhoseItIs(String path) throws Exception {
    HttpResponse<byte[]> nobody = client.get(path);
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(SpoorClient.text(nobody)).isEqualTo("no org id");

    for (String bad : List.of("a/b", "..", "tenant-a|", "x".repeat(151))) {
      assertThat(client.as(bad).get(path).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tenant-a|tenant-b", "tenant-b|tenant-a|tenant-b"})
  void aReadOverSeveralTenantsHasAllOfThem(String tenants) throws Exception {
    SpoorClient both = client.as(tenants);

    assertThat(both.search("{}", 100))
        .containsExactlyInAnyOrder(STORED_OF_A, LIVE_OF_A, STORED_OF_B, SHARED);
    assertThat(both.search("{}", 2)).hasSize(2);
    assertThat(both.find(STORED_OF_A)).isPresent();
    assertThat(both.find(STORED_OF_B)).isPresent();
    assertThat(both.find(SHARED).orElseThrow())
        .as("the span that both have is there once")
        .hasSize(3);
    assertThat(both.text("/api/v2/search/tags?" + window()))
        .contains("only-of-a.name", "only-of-b.name");
    assertThat(both.text("/api/v2/search/tag/.owner/values?" + window()))
        .contains("only-of-a", "only-of-b");
    assertThat(count(both)).isEqualTo(10);
    assertThat(both.get("/api/traces/" + NOBODYS).statusCode()).isEqualTo(404);
  }

  @Test
  void aReadOverSeveralTenantsHasNobodyElse() throws Exception {
    assertThat(client.as("tenant-b|stranger").search("{}", 100))
        .containsExactlyInAnyOrder(STORED_OF_B, SHARED);
    assertThat(client.as("tenant-b|stranger").find(LIVE_OF_A)).isEmpty();
  }

  @Test
  void tenantsSetNothingThemselvesUnlessThatIsWanted() throws Exception {
    assertThat(a.get("/api/overrides").statusCode()).isEqualTo(404);
  }

  @Test
  void spansAreSentForOneTenant() throws Exception {
    byte[] body = Traces.export(NOBODYS, 1);

    for (String bad : List.of("tenant-a|tenant-b", "a/b", "..")) {
      assertThat(client.as(bad).push(body).statusCode()).as(bad).isEqualTo(400);
      assertThat(client.as(bad).pushGrpc(body).code()).as(bad).isEqualTo(3);
    }
    assertThat(client.push(body).statusCode()).isEqualTo(401);
    assertThat(client.pushGrpc(body).code()).isEqualTo(16);
  }

  private static void send(SpoorClient to, TraceId id, String owner, int... numbers)
      throws Exception {
    long now = System.currentTimeMillis() * 1_000_000;
    List<Span> spans = new ArrayList<>();
    for (int number : numbers) {
      spans.add(
          Traces.span(id, number, now).toBuilder()
              .addAttributes(Traces.attribute("owner", Traces.text(owner)))
              .addAttributes(Traces.attribute(owner + ".name", Traces.text("x")))
              .build());
    }
    assertThat(to.push(Traces.request(spans).toByteArray()).statusCode()).isEqualTo(200);
  }

  private static int count(SpoorClient of) throws Exception {
    int count = 0;
    for (JsonNode series : of.json(metrics("{} | count_over_time()")).get("series")) {
      for (JsonNode sample : series.get("samples")) {
        count += (int) sample.path("value").asDouble(0);
      }
    }
    return count;
  }

  private static String metrics(String query) {
    return "/api/metrics/query_range?q=%s&step=60s&%s"
        .formatted(SpoorClient.encoded(query), window());
  }

  private static String window() {
    long now = System.currentTimeMillis() / 1000;
    return "start=%d&end=%d".formatted(now - 3600, now + 60);
  }
}
