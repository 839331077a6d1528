package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// While one tenant floods Spoor with spans and with expensive queries, another's few are all taken
/// and answered, and neither sees anything of the other.
@Timeout(600)
class TenantIsolationTest {

  private static final int ROUNDS = 25;
  private static final int SPANS = 3;
  private static final int PUSHING = 2;
  private static final int ASKING = 6;

  /// Once these bytes are taken, nothing more is.
  private static final String LIMITS =
      "overrides: {noisy: {ingestion: {rate_limit_bytes: 1, burst_size_bytes: 400000}}}\n";

  private static final String SECRET = "47s";

  private static final List<String> EXPENSIVE =
      List.of(
          "/api/search?limit=1000&spss=100&q=%7B%20.trace%20%3D~%20%22.*0.*a.*%22%20%7D&",
          "/api/metrics/query_range?step=15s&q=%7B%7D%20%7C%20rate()%20by%20(.trace)&",
          "/api/v2/search/tag/.trace/values?");

  @TempDir private Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong noisyTrace = new AtomicLong();
  private final Map<Integer, AtomicInteger> pushed = new ConcurrentHashMap<>();
  private final Map<Integer, AtomicInteger> asked = new ConcurrentHashMap<>();

  @Test
  void aFloodOfOneTenantTakesNothingFromAnother() throws Exception {
    Path limits = Files.writeString(folder.resolve("limits.yaml"), LIMITS);
    String own = "overrides.user_configurable_overrides.";
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("multitenancy_enabled", "true")
            .with("query_frontend.max_outstanding_per_tenant", "20")
            .with("overrides.per_tenant_override_config", limits.toString())
            .with(own + "enabled", "true")
            .with(own + "client.backend", "local")
            .with(own + "client.local.path", folder.resolve("own").toString());
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      SpoorClient noisy = spoor.client().as("noisy");
      SpoorClient quiet = spoor.client().as("quiet");
      keepSecret(noisy);
      List<Future<?>> flood = new ArrayList<>();
      try {
        for (int i = 0; i < PUSHING; i++) {
          flood.add(threads.submit(() -> flood(() -> push(noisy), pushed)));
        }
        for (int i = 0; i < ASKING; i++) {
          String query = EXPENSIVE.get(i % EXPENSIVE.size());
          flood.add(threads.submit(() -> flood(() -> noisy.get(query + window()), asked)));
        }
        Eventually.holds(
            "the flood is there", () -> count(pushed, 429) > 0 && count(asked, 200) > 0);

        for (int round = 1; round <= ROUNDS; round++) {
          assertTakenAndFound(quiet, new TraceId(0xb, round), round);
        }
      } finally {
        over.set(true);
      }
      for (Future<?> each : flood) {
        each.get();
      }

      assertThat(pushed.keySet()).as("pushes of the flood").containsExactlyInAnyOrder(200, 429);
      assertThat(asked.keySet()).as("queries of the flood").isSubsetOf(200, 429);
      assertThat(noisy.find(new TraceId(0xa, 1))).as("what the flood got in").isPresent();
      assertThat(noisy.search("{ .owner = \"quiet\" }", 1000)).isEmpty();
      String metrics = spoor.client().text("/metrics");
      assertThat(metrics)
          .contains("tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"noisy\"}");
      assertThat(metrics.lines())
          .filteredOn(line -> line.matches("tempo_(discarded|query_frontend_discarded).*"))
          .noneMatch(line -> line.contains("tenant=\"quiet\"") && !line.endsWith(" 0.0"));
    }
  }

  private static void keepSecret(SpoorClient noisy) throws Exception {
    byte[] own =
        "{\"metrics_generator\":{\"collection_interval\":\"%s\"}}"
            .formatted(SECRET)
            .getBytes(StandardCharsets.UTF_8);
    assertThat(noisy.send("POST", "/api/overrides", own, "if-match", "0").statusCode())
        .isEqualTo(200);
    assertThat(noisy.text("/api/overrides")).contains(SECRET);
  }

  private Void flood(Callable<HttpResponse<byte[]>> call, Map<Integer, AtomicInteger> answers)
      throws Exception {
    while (!over.get()) {
      int status = call.call().statusCode();
      answers.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
    }
    return null;
  }

  private HttpResponse<byte[]> push(SpoorClient noisy) throws Exception {
    return noisy.push(export(new TraceId(0xa, noisyTrace.incrementAndGet()), 300, "noisy"));
  }

  private static byte[] export(TraceId id, int count, String owner) {
    List<Span> spans = new ArrayList<>();
    for (Span span : Traces.spansOf(id, count, System.currentTimeMillis() * 1_000_000)) {
      spans.add(
          span.toBuilder()
              .addAttributes(Traces.attribute("owner", Traces.text(owner)))
              .addAttributes(Traces.attribute(owner + ".name", Traces.text("x")))
              .build());
    }
    return Traces.request(spans).toByteArray();
  }

  private static int count(Map<Integer, AtomicInteger> answers, int status) {
    return answers.getOrDefault(status, new AtomicInteger()).get();
  }

  /// One push of the quiet tenant, and everything it may ask for: `SpoorClient` fails when an
  /// answer is no success.
  private static void assertTakenAndFound(SpoorClient quiet, TraceId id, int round)
      throws Exception {
    assertThat(quiet.push(export(id, SPANS, "quiet")).statusCode()).isEqualTo(200);

    assertThat(quiet.find(id).orElseThrow()).hasSize(SPANS);
    assertThat(quiet.find(new TraceId(0xa, 1))).as("a trace of the flood").isEmpty();
    assertThat(quiet.search("{}", 1000))
        .hasSize(round)
        .contains(id)
        .allMatch(found -> found.high() == 0xb);
    assertThat(quiet.search("{ .owner = \"noisy\" }", 1000)).isEmpty();
    assertThat(quiet.json("/api/v2/search/tags?" + window()).toString())
        .contains("quiet.name")
        .doesNotContain("noisy");
    assertThat(quiet.json("/api/v2/search/tag/.owner/values?" + window()).toString())
        .contains("quiet")
        .doesNotContain("noisy");
    JsonNode metrics =
        quiet.json(
            "/api/metrics/query_range?step=60s&q=%s&%s"
                .formatted(SpoorClient.encoded("{} | count_over_time() by (.owner)"), window()));
    assertThat(metrics.toString()).doesNotContain("noisy");
    assertThat(sum(metrics)).isEqualTo(round * SPANS);
    HttpResponse<byte[]> overrides = quiet.get("/api/overrides");
    assertThat(overrides.statusCode()).isEqualTo(404);
    assertThat(SpoorClient.text(overrides)).doesNotContain(SECRET, "noisy");
  }

  private static int sum(JsonNode metrics) {
    int sum = 0;
    for (JsonNode series : metrics.get("series")) {
      for (JsonNode sample : series.get("samples")) {
        sum += (int) sample.path("value").asDouble(0);
      }
    }
    return sum;
  }

  private static String window() {
    long now = System.currentTimeMillis() / 1000;
    return "start=%d&end=%d".formatted(now - 3600, now + 60);
  }
}
