package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The names that dashboards, alerts and runbooks know are exposed; `metrics.txt` lists them.
class MetricsTest {

  private static final Pattern LABEL = Pattern.compile("[{,]([a-zA-Z0-9_]+)=\"");

  /// What the runbook for failing flushes asks for.
  private static final List<String> RUNBOOK =
      List.of(
          "tempo_ingester_failed_flushes_total ",
          "tempo_ingester_wal_bytes ",
          "tempo_ingester_live_traces{",
          "tempo_ingester_flush_duration_seconds_bucket{le=\"5.0\"}",
          "tempo_ingester_blocks_flushed_total ",
          "tempo_tempodb_backend_request_duration_seconds_count{operation=\"PUT\",status_code=\"200\"}",
          "tempo_tempodb_backend_request_duration_seconds_bucket{operation=\"PUT\",status_code=\"200\",le=");

  @Test
  void whatIsKnownIsExposed(@TempDir Path folder) throws Exception {
    Path limits = Files.writeString(folder.resolve("limits.yaml"), "overrides: {some: {}}");
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("overrides.per_tenant_override_config", limits.toString())
            .with("compactor.compaction.compaction_cycle", "100ms");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      for (Known name : known("0")) {
        assertThat(client.metric(name.name)).as("%s at the start", name).contains(0.0);
      }

      sendSomeOfEverything(client);
      Eventually.settles(() ->
          assertThat(exposedBy(client).values())
              .containsAll(known("0"))
              .containsAll(known("used")));
      Map<String, Known> exposed = exposedBy(client);
      Set<Known> listed = new TreeSet<>(known("0"));
      listed.addAll(known("used"));
      listed.addAll(known("rare"));
      assertThat(exposed.values().stream().filter(Known::isOurs))
          .as("each has a line in metrics.txt")
          .isSubsetOf(listed);
      String text = client.text("/metrics");
      for (String series : RUNBOOK) {
        assertThat(text).contains("\n" + series);
      }
    }
  }

  @Test
  void whatIsNotThereIsListedAmongTheDifferences() throws Exception {
    String differences = Files.readString(Path.of("../docs/compatibility.md"));
    assertThat(lines("later").map(line -> line.split(" ")[1]))
        .allSatisfy(name -> assertThat(differences).contains("`" + name + "`"));
  }

  @Test
  void theBytesOfTheLogFallWhenTheStoreHasThem(@TempDir Path folder) throws Exception {
    Settings settings =
        Settings.in(folder).keepingTracesLive().with("ingester.wal.segment_size_bytes", "16KiB");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      for (int push = 0; push < 10; push++) {
        assertThat(client.push(Traces.export(new TraceId(1, push), 100)).statusCode())
            .isEqualTo(200);
      }
      Eventually.holds("they rise", () -> walBytes(client) > 100_000);
      flush(client);
      Eventually.holds("they fall, though nothing more comes", () -> walBytes(client) < 60_000);
      assertThat(client.metric("tempo_ingester_wal_disk_available_bytes").orElseThrow())
          .isPositive()
          .isLessThanOrEqualTo(client.metric("tempo_ingester_wal_disk_size_bytes").orElseThrow());
    }
  }

  private static void flush(SpoorClient client) throws Exception {
    assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
  }

  private static double walBytes(SpoorClient client) throws Exception {
    return client.metric("tempo_ingester_wal_bytes").orElseThrow();
  }

  private static void sendSomeOfEverything(SpoorClient client) throws Exception {
    Span span = Traces.span(new TraceId(1, 1), 0, System.currentTimeMillis() * 1_000_000);
    Span oversized =
        span.toBuilder()
            .addAttributes(Traces.attribute("oversized", Traces.text("x".repeat(5000))))
            .build();
    Span bad = span.toBuilder().clearSpanId().build();
    Span late =
        Traces.span(new TraceId(1, 2), 0, (System.currentTimeMillis() - 3_600_000) * 1_000_000);
    byte[] body = Traces.request(List.of(span, oversized, bad, late)).toByteArray();
    assertThat(client.push(body).statusCode()).isEqualTo(200);
    assertThat(client.pushGrpc(body).code()).isZero();
    flush(client);
    assertThat(client.push(Traces.export(new TraceId(1, 3), 1)).statusCode()).isEqualTo(200);
    flush(client);
    Eventually.holds(
        "blocks are merged", () -> client.metric("tempodb_compaction_blocks_total").isPresent());
    Eventually.holds(
        "the list is read", () -> client.metric("tempodb_blocklist_length").orElse(0.0) > 0);
    Eventually.holds(
        "the index is made",
        () -> client.metric("tempodb_blocklist_tenant_index_builder").isPresent());
    Eventually.holds(
        "live traces are counted", () -> client.metric("tempo_ingester_live_traces").isPresent());
    assertThat(client.find(new TraceId(1, 1))).isPresent();
    assertThat(client.search("{ name = \"checkout\" }", 10)).isNotEmpty();
    assertThat(client.metric("tempo_querier_worker_request_executed_total").orElseThrow())
        .isPositive();
    assertThat(client.metric("tempo_query_frontend_connected_clients").orElseThrow()).isPositive();
    assertThat(client.metric("tempodb_work_queue_max").orElseThrow()).isPositive();
  }

  /// A line of `metrics.txt` without its mark.
  ///
  /// @param labels by name, without those that histograms have besides
  private record Known(String type, String name, Set<String> labels) implements Comparable<Known> {

    /// Others come from a library, and are more than we promise.
    boolean isOurs() {
      return name.matches("(tempo|tempodb|spoor|go)_.*");
    }

    @Override
    public int compareTo(Known other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return "%s %s %s".formatted(type, name, labels.isEmpty() ? "-" : String.join(",", labels));
    }
  }

  private static Map<String, Known> exposedBy(SpoorClient client) throws Exception {
    Map<String, Known> exposed = new TreeMap<>();
    String name = "";
    String type = "";
    for (String line : client.text("/metrics").lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        name = line.split(" ")[2];
        type = line.split(" ")[3];
      } else if (!line.startsWith("#") && !exposed.containsKey(name)) {
        assertThat(line).as("a series of it follows").startsWith(name);
        exposed.put(name, new Known(type, name, labelsOf(line)));
      }
    }
    return exposed;
  }

  private static Set<String> labelsOf(String series) {
    Set<String> labels = new TreeSet<>();
    Matcher label = LABEL.matcher(series);
    while (label.find()) {
      labels.add(label.group(1));
    }
    labels.removeAll(Set.of("le", "quantile"));
    return labels;
  }

  private static Set<Known> known(String mark) throws Exception {
    return lines(mark)
        .map(line -> line.split(" "))
        .map(word ->
            new Known(
                word[1],
                word[2],
                word[3].equals("-") ? Set.of() : new TreeSet<>(List.of(word[3].split(",")))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> lines(String mark) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(MetricsTest.class.getResourceAsStream("metrics.txt"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> line.startsWith(mark + " "));
    }
  }
}
