package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces that are large for an answer.
class LargeAnswersTest {

  private static final TraceId LARGE = new TraceId(7, 7);
  private static final String PADDING = "x".repeat(300);

  @TempDir private Path folder;

  @Test
  void aTraceBeyondTheReadLimitIsAnsweredInPartOrNotAtAllAndSaysSo() throws Exception {
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("query_frontend.budget.trace_bytes", "20000")
            .with("overrides.defaults.global.max_bytes_per_trace", "0");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      client.push(Traces.export(LARGE, 1000));
      client.push(Traces.export(new TraceId(8, 8), 20));

      HttpResponse<byte[]> first = client.get("/api/traces/" + LARGE);
      assertThat(first.statusCode()).isEqualTo(422);
      assertThat(SpoorClient.text(first)).contains("trace exceeds max size (max bytes: 20000)");

      var second = client.json("/api/v2/traces/" + LARGE);
      assertThat(second.get("status").asString()).isEqualTo("PARTIAL");
      assertThat(second.get("message").asString())
          .isEqualTo("trace exceeds maximum size of 20000 bytes, a partial trace is returned");
      assertThat(second.at("/trace/resourceSpans/0/scopeSpans/0/spans").size()).isBetween(50, 999);

      assertThat(client.find(new TraceId(8, 8)).orElseThrow()).hasSize(20);
    }
  }

  @Test
  void manyReadersOfALargeTraceAreServedWithTheMemoryThereIsAndOthersMeanwhile() throws Exception {
    Settings settings =
        Settings.in(folder)
            .keepingTracesLive()
            .with("multitenancy_enabled", "true")
            .with("overrides.defaults.global.max_bytes_per_trace", "0");
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder);
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      SpoorClient reader = spoor.client().as("large");
      SpoorClient other = spoor.client().as("small");
      for (int i = 0; i < 40; i++) {
        assertThat(reader.push(part(i, 2_000)).statusCode()).isEqualTo(200);
      }
      other.push(Traces.export(new TraceId(8, 8), 20));

      List<Future<Read>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String version = i % 2 == 0 ? "/api/traces/" : "/api/v2/traces/";
        answers.add(readers.submit(() -> read(reader, version + LARGE)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(other.find(new TraceId(8, 8)).orElseThrow()).hasSize(20);
      }

      List<Read> all = new ArrayList<>();
      for (Future<Read> answer : answers) {
        all.add(answer.get());
      }
      assertThat(all).allSatisfy(read -> assertThat(read.status()).isIn(200, 429));
      assertThat(all)
          .filteredOn(read -> read.status() == 200)
          .as("who was answered got all of it")
          .isNotEmpty()
          .allMatch(read -> read.bytes() > 50_000_000);
      assertThat(spoor.client().isReady()).as(spoor.text()).isTrue();
      assertThat(read(reader, "/api/traces/" + LARGE).bytes())
          .as("alone, after all of them")
          .isGreaterThan(50_000_000);
    }
  }

  private record Read(int status, long bytes) {}

  /// Counts what comes, which is too much to keep.
  private static Read read(SpoorClient client, String path) throws Exception {
    HttpResponse<InputStream> answer = client.open(path);
    try (InputStream body = answer.body()) {
      return new Read(answer.statusCode(), body.transferTo(OutputStream.nullOutputStream()));
    }
  }

  private static byte[] part(int number, int spans) {
    long start = System.currentTimeMillis() * 1_000_000;
    List<Span> some =
        IntStream.range(number * spans, (number + 1) * spans)
            .mapToObj(each ->
                Traces.span(LARGE, each, start).toBuilder()
                    .addAttributes(Traces.attribute("padding", Traces.text(PADDING + each)))
                    .build())
            .toList();
    return Traces.request(some).toByteArray();
  }
}
