package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Limits of single tenants: from a file that is read again and again, enforced for who they are
/// meant for and for nobody else.
class TenantLimitsTest {

  private static final String LIMITS =
      """
      overrides:
        flooding:
          ingestion: {rate_limit_bytes: 1, burst_size_bytes: 2000, retry_info_enabled: true}
        flooding-untold:
          ingestion: {rate_limit_bytes: 1, burst_size_bytes: 2000}
        narrow:
          ingestion:
            rate_limit_bytes: 10000000
            burst_size_bytes: 10000000
            max_traces_per_user: 2
            max_attribute_bytes: 10
          global: {max_bytes_per_trace: 3000}
          read: {max_search_duration: 3d, max_metrics_duration: 30m}
          storage:
            parquet_dedicated_columns:
              - {scope: span, name: only.here, type: string}
      """;

  @TempDir private static Path shared;
  private static LocalSpoor spoor;
  private static SpoorClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void startShared() throws Exception {
    write(shared, LIMITS);
    spoor = start(shared);
    client = spoor.client();
  }

  @AfterAll
  static void stop() {
    spoor.close();
  }

  @Test
  void aFloodOfOneTenantIsRefusedAndCountedAndNobodyElseIsTouched() throws Exception {
    SpoorClient flooding = client.as("flooding");
    SpoorClient other = client.as("other");
    byte[] body = Traces.export(new TraceId(1, 1), 8);
    assertThat(body.length).isBetween(1_001, 2_000);
    assertThat(flooding.push(body).statusCode()).isEqualTo(200);

    for (int push = 0; push < 10; push++) {
      HttpResponse<byte[]> refused = flooding.push(body);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after")).contains("7");
      assertThat(SpoorClient.text(refused)).contains("RATE_LIMITED", "flooding");
      SpoorClient.GrpcAnswer refusedGrpc = flooding.pushGrpc(body);
      assertThat(refusedGrpc.code()).isEqualTo(8);
      assertThat(new String(refusedGrpc.details(), StandardCharsets.UTF_8)).contains("RetryInfo");
      assertThat(other.push(body).statusCode()).isEqualTo(200);
      assertThat(other.pushGrpc(body).code()).isZero();
    }

    assertThat(client.text("/metrics"))
        .contains("tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"flooding\"} 160.0")
        .doesNotContain("tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"other\"}");
  }

  @Test
  void aTenantMayBeLeftWithoutAWordOfWhenToComeBack() throws Exception {
    SpoorClient untold = client.as("flooding-untold");
    byte[] body = Traces.export(new TraceId(1, 1), 8);
    assertThat(untold.push(body).statusCode()).isEqualTo(200);

    HttpResponse<byte[]> refused = untold.push(body);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).isEmpty();
    assertThat(new String(untold.pushGrpc(body).details(), StandardCharsets.UTF_8))
        .doesNotContain("RetryInfo");
  }

  @Test
  void everyLimitHoldsForItsTenantOnly() throws Exception {
    SpoorClient narrow = client.as("narrow");
    SpoorClient wide = client.as("wide");
    for (int trace = 1; trace <= 4; trace++) {
      push(narrow, new TraceId(1, trace), "x".repeat(50));
      push(wide, new TraceId(1, trace), "x".repeat(50));
    }
    push(narrow, new TraceId(1, 1), "x".repeat(4_000));

    assertThat(narrow.search("{}", 100)).hasSize(2);
    assertThat(wide.search("{}", 100)).hasSize(4);
    assertThat(client.text("/metrics"))
        .contains(
            "tempo_discarded_spans_total{reason=\"live_traces_exceeded\",tenant=\"narrow\"} 2.0")
        .contains("tempo_discarded_spans_total{reason=\"trace_too_large\",tenant=\"narrow\"} 1.0")
        .doesNotContain("reason=\"live_traces_exceeded\",tenant=\"wide\"");
    assertThat(noteOf(narrow)).isEqualTo("x".repeat(10));
    assertThat(noteOf(wide)).isEqualTo("x".repeat(50));

    long now = System.currentTimeMillis() / 1000;
    String fourDays = "start=%d&end=%d".formatted(now - 4 * 86_400, now);
    HttpResponse<byte[]> search = narrow.get("/api/search?" + fourDays);
    assertThat(search.statusCode()).isEqualTo(400);
    assertThat(SpoorClient.text(search))
        .contains("range specified by start and end exceeds 72h0m0s");
    HttpResponse<byte[]> metrics =
        narrow.get("/api/metrics/query_range?q=%7B%7D%7Crate()&" + fourDays);
    assertThat(metrics.statusCode()).isEqualTo(400);
    assertThat(SpoorClient.text(metrics))
        .contains("metrics query time range exceeds the maximum allowed duration of 30m0s");
    assertThat(wide.get("/api/search?" + fourDays).statusCode()).isEqualTo(200);
    assertThat(client.as("narrow|wide").get("/api/search?" + fourDays).statusCode()).isEqualTo(400);

    assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
    assertThat(metas("narrow")).isNotEmpty().allMatch(meta -> meta.contains("only.here"));
    assertThat(metas("wide"))
        .isNotEmpty()
        .allMatch(meta -> meta.contains("url.path") && !meta.contains("only.here"));
    assertThat(narrow.search("{ span.only.here = \"yes\" }", 100)).hasSize(2);
  }

  @Test
  void theFileIsReadAgainAndABrokenOneKeepsTheLastGoodOne() throws Exception {
    write(LIMITS);
    try (LocalSpoor own = start(folder)) {
      SpoorClient client = own.client();
      SpoorClient flooding = client.as("flooding");
      byte[] body = Traces.export(new TraceId(1, 1), 8);
      assertThat(flooding.push(body).statusCode()).isEqualTo(200);
      assertThat(flooding.push(body).statusCode()).isEqualTo(429);

      write(
          """
          overrides:
            flooding:
              ingestion_rate_limit_bytes: 10000000
              ingestion_burst_size_bytes: 10000000
          """);
      Eventually.holds("the new limit", () -> flooding.push(body).statusCode() == 200);
      assertThat(client.text("/status/runtime_config"))
          .contains("defaults:\n", "  \"flooding\":\n", "      rate_limit_bytes: 10000000\n");
      assertThat(client.text("/status/runtime_config?mode=diff"))
          .contains("      rate_limit_bytes: 10000000\n")
          .doesNotContain("defaults:");

      write("overrides: {flooding: {ingestion: {rate_limit: 1}}}");
      Eventually.holds("that it is broken", () -> reloaded(client) == 0);
      assertThat(flooding.push(body).statusCode()).isEqualTo(200);

      Files.delete(folder.resolve("limits.yaml"));
      assertThat(flooding.push(body).statusCode()).isEqualTo(200);

      write("overrides: {\"*\": {ingestion: {rate_limit_bytes: 1, burst_size_bytes: 1}}}");
      Eventually.holds("that it is good again", () -> reloaded(client) == 1);
      assertThat(client.as("anybody").push(body).statusCode()).isEqualTo(429);
    }
  }

  @Test
  void operatorsSeeWhichLimitsHold() throws Exception {
    JsonNode all =
        SpoorClient.json(client.get("/status/overrides", "accept", "application/json").body());
    assertThat(all.get("tenants").get(0).get("name").asString()).isEqualTo("flooding");
    JsonNode one =
        SpoorClient.json(
            client.get("/status/overrides/narrow", "accept", "application/json").body());
    assertThat(one.get("runtime_overrides").asString()).contains("max_traces_per_user: 2");
    assertThat(one.get("using_default_or_wildcard_runtime_overrides").asString())
        .isEqualTo("narrow");
    assertThat(client.text("/status/overrides/anybody")).contains("default overrides");
  }

  @Test
  void withABrokenFileNothingStarts() throws Exception {
    write("overrides:\n  a: {ingestion: {rate: 1}}\n");

    assertThatThrownBy(() -> start(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("limits.yaml:2:19", "tenant a", "field rate not found");
  }

  private static LocalSpoor start(Path folder) throws Exception {
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("multitenancy_enabled", "true")
            .with("distributor.retry_after_on_resource_exhausted", "7s")
            .with("overrides.per_tenant_override_config", folder.resolve("limits.yaml").toString())
            .with("overrides.per_tenant_override_period", "100ms");
    return LocalSpoor.start(settings, folder);
  }

  private void write(String limits) throws IOException {
    write(folder, limits);
  }

  /// As operators replace a file: at once.
  private static void write(Path folder, String limits) throws IOException {
    Path next = Files.writeString(folder.resolve("limits.next"), limits);
    Files.move(
        next,
        folder.resolve("limits.yaml"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void push(SpoorClient to, TraceId id, String note) throws Exception {
    Span span =
        Traces.span(id, 0, System.currentTimeMillis() * 1_000_000).toBuilder()
            .addAttributes(Traces.attribute("note", Traces.text(note)))
            .addAttributes(Traces.attribute("only.here", Traces.text("yes")))
            .build();
    assertThat(to.push(Traces.request(List.of(span)).toByteArray()).statusCode()).isEqualTo(200);
  }

  private static String noteOf(SpoorClient of) throws Exception {
    return of.find(new TraceId(1, 1)).orElseThrow().getFirst().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("note"))
        .findFirst()
        .orElseThrow()
        .getValue()
        .getStringValue();
  }

  private static double reloaded(SpoorClient client) throws Exception {
    return client.metric("tempo_runtime_config_last_reload_successful").orElseThrow();
  }

  private static List<String> metas(String tenant) throws IOException {
    try (Stream<Path> files = Files.walk(shared.resolve("blocks").resolve(tenant))) {
      List<Path> metas = files.filter(file -> file.endsWith("meta.json")).toList();
      List<String> texts = new ArrayList<>();
      for (Path meta : metas) {
        texts.add(Files.readString(meta));
      }
      return texts;
    }
  }
}
