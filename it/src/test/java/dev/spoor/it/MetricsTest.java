package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The names that dashboards, alerts and runbooks know are exposed; `metrics.txt` lists them.
class MetricsTest {

  private static final Pattern NAME = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ].*");

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
    try (LocalSpoor spoor = LocalSpoor.start(Settings.in(folder).keepingTracesLive(), folder)) {
      SpoorClient client = spoor.client();
      for (String name : listed("0")) {
        assertThat(client.metric(name)).as("%s at the start", name).contains(0.0);
      }
      assertThat(namesOf(client)).doesNotContainAnyElementsOf(listed("later"));

      sendSomeOfEverything(client);
      Set<String> names = namesOf(client);
      assertThat(names).containsAll(listed("used")).containsAll(listed("0"));
      assertThat(names)
          .as("now move it up in metrics.txt")
          .doesNotContainAnyElementsOf(listed("later"));
      String text = client.text("/metrics");
      for (String series : RUNBOOK) {
        assertThat(text).contains("\n" + series);
      }
    }
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
    Eventually.holds(
        "the list is read", () -> client.metric("tempodb_blocklist_length").orElse(0.0) > 0);
    Eventually.holds(
        "live traces are counted", () -> client.metric("tempo_ingester_live_traces").isPresent());
    assertThat(client.find(new TraceId(1, 1))).isPresent();
  }

  /// Of series; those of a histogram without their suffixes too.
  private static Set<String> namesOf(SpoorClient client) throws Exception {
    Set<String> names = new TreeSet<>();
    for (String line : client.text("/metrics").lines().toList()) {
      Matcher series = NAME.matcher(line);
      if (series.matches()) {
        names.add(series.group(1));
        names.add(series.group(1).replaceFirst("_(bucket|sum|count)$", ""));
      }
    }
    return names;
  }

  private static List<String> listed(String mark) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(MetricsTest.class.getResourceAsStream("metrics.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(mark + " "))
          .map(line -> line.split(" ")[1])
          .toList();
    }
  }
}
