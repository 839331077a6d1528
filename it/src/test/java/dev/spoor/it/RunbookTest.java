package dev.spoor.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.objectstore.FaultProxy;
import dev.spoor.storage.objectstore.FaultProxy.Behaviour;
import dev.spoor.storage.objectstore.S3ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The runbook for failing flushes, scenario by scenario: the words that it looks for are in the
/// log, the metrics that it asks for move, nothing acknowledged is lost meanwhile, and all goes on
/// without a restart when the cause is gone.
class RunbookTest {

  private static final Path SIMULATED = Path.of("/simulated");
  private static final int MIB = 1 << 20;
  private static final String DENIED =
      "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
  private static final String BUSY =
      "<Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>";
  private static final String TOO_SLOW =
      "<Error><Code>RequestTimeout</Code><Message>Nothing was read within the timeout</Message></Error>";

  private final Said said = new Said();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    said.close();
  }

  // ---- scenarios 1 and 2: the store

  @Test
  void theStoreDeniesAccess() throws Exception {
    try (FaultProxy store = new FaultProxy(S3ProxyServer.shared().port());
        LocalSpoor spoor = LocalSpoor.start(s3(store.endpoint()), folder)) {
      store.behave(new Behaviour.Answer(403, DENIED));
      flushesFail(spoor.client(), "access denied", "403");

      flushesResume(spoor.client(), store::pass);
    }
  }

  @Test
  void theStoreCannotBeReachedOrIsIll() throws Exception {
    try (FaultProxy store = new FaultProxy(S3ProxyServer.shared().port());
        LocalSpoor spoor = LocalSpoor.start(s3(store.endpoint()), folder)) {
      store.refuse();
      flushesFail(spoor.client(), "connection refused", "502");
      Eventually.holds(
          "the list can't be read either",
          () -> spoor.client().metric("tempodb_blocklist_poll_errors_total").isPresent());
      flushesResume(spoor.client(), store::accept);

      store.behave(new Behaviour.Answer(503, BUSY));
      flushesFail(spoor.client(), "slowdown", "503");
      flushesResume(spoor.client(), store::pass);

      store.behave(new Behaviour.Answer(400, TOO_SLOW));
      flushesFail(spoor.client(), "(timeout)", "504");
      flushesResume(spoor.client(), store::pass);
    }
  }

  @Test
  void theStoreDoesNotAnswer() throws Exception {
    try (FaultProxy store = new FaultProxy(S3ProxyServer.shared().port());
        LocalSpoor spoor =
            LocalSpoor.start(
                s3(store.endpoint()).with("ingester.flush_op_timeout", "3s"), folder)) {
      store.behave(new Behaviour.Stall());
      push(spoor.client(), 1);
      spoor.client().send("POST", "/flush");
      said.await("level=error", "failed to flush block", "not done after pt3s", "timeout");

      flushesResume(spoor.client(), store::pass);
    }
  }

  /// Names are looked up in a file of the test's own.
  @Test
  void theStoreHasNoAddress() throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
    int port = S3ProxyServer.shared().port();
    try (SpoorProcess spoor =
        SpoorProcess.start(s3("traces.example:" + port), folder, "-Djdk.net.hosts.file=" + hosts)) {
      SpoorClient client = spoor.client();
      push(client, 1);
      client.send("POST", "/flush");
      spoor.awaitSaid("no such host");
      spoor.awaitSaid("failed to flush block");
      assertThat(failedRequests(client, "502")).isPositive();

      flushesResume(
          client,
          () -> Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 traces.example\n"));
    }
  }

  // ---- scenario 3: the disk of the log

  @Test
  void theDiskOfTheLogFillsWhileTheStoreIsAwayAndEmptiesByItself() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    disk.capacity(12 * MIB);
    try (FaultProxy store = new FaultProxy(S3ProxyServer.shared().port())) {
      Settings settings = onSimulatedDisk(s3(store.endpoint()));
      store.refuse();
      try (LocalSpoor spoor = LocalSpoor.start(settings, folder, disk, InstantSource.system())) {
        SpoorClient client = spoor.client();
        flushesFail(client, "connection refused", "502");
        fill(client, 503);
        said.await("refusing pushes", "no space left on device");
        said.await("backpressure", "no space left on device");
        assertThat(client.metric("tempo_ingester_wal_refused_total").orElse(0.0)).isPositive();
        // Cuts may have made room again since.
        assertThat(client.metric("tempo_ingester_wal_disk_available_bytes").orElseThrow())
            .isLessThan(12.0 * MIB);

        flushesResume(client, store::accept);
        empties(client);
        said.await("room again");
        Eventually.holds("it falls", () -> walBytes(client) < 3.0 * MIB);
      }
    }
  }

  // ---- scenario 4: memory

  /// What keeps spans from being cut is a file where their folder should be.
  @Test
  void liveSpansFillTheMemory() throws Exception {
    Settings settings = Settings.in(folder);
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder, "-Xmx80m")) {
      SpoorClient client = spoor.client();
      Path head = Files.createDirectories(folder.resolve("wal/head"));
      Path obstacle = Files.writeString(head.resolve("single-tenant"), "no folder");
      fill(client, 429);
      spoor.awaitSaid("memory pressure");
      spoor.awaitSaid("failed to cut traces of tenant single-tenant");
      assertThat(client.metric("tempo_ingester_live_traces").orElse(0.0)).isPositive();
      double full = client.metric("tempo_ingester_live_columns_bytes").orElseThrow();
      assertThat(full).isGreaterThan(0.3 * 80 * MIB);

      Files.delete(obstacle);
      empties(client);
      Eventually.holds(
          "spans are cut",
          () -> client.metric("tempo_ingester_live_columns_bytes").orElseThrow() < full / 2);
      assertThat(client.metric("tempo_discarded_spans_total").orElse(0.0)).isPositive();
    }
  }

  @Test
  void collectionsHoldTheProcessUp() throws Exception {
    try (LocalSpoor spoor = LocalSpoor.start(Settings.in(folder), folder)) {
      double before = spoor.client().metric("go_gc_duration_seconds_count").orElseThrow();
      Thread collecting = Thread.ofPlatform().start(RunbookTest::collect);
      try {
        said.await("slow gc", "memory pressure");
      } finally {
        collecting.interrupt();
        collecting.join();
      }
      assertThat(spoor.client().metric("go_gc_duration_seconds_count").orElseThrow())
          .isGreaterThan(before);
    }
  }

  private static void collect() {
    while (!Thread.currentThread().isInterrupted()) {
      System.gc();
    }
  }

  // ---- scenario 5: too much comes in

  @Test
  void aTenantSendsMoreThanItMay() throws Exception {
    byte[] body = Traces.export(new TraceId(1, 1), 500);
    Settings settings =
        Settings.in(folder)
            .with("overrides.defaults.ingestion.rate_limit_bytes", "" + 4 * body.length)
            .with("overrides.defaults.ingestion.burst_size_bytes", "" + 4 * body.length);
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      Eventually.holds("pushes are refused", () -> client.push(body).statusCode() == 429);
      said.await("backpressure", "rate_limited");
      assertThat(client.text("/metrics"))
          .contains(
              "tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"single-tenant\"}");
      assertThat(client.metric("tempo_receiver_refused_spans").orElse(0.0)).isPositive();

      Eventually.holds("pushes are taken", () -> client.push(body).statusCode() == 200);
    }
  }

  // ---- recovery of the log

  @Test
  void whatWasNotFlushedBeforeACrashIsReplayedAndFlushed() throws Exception {
    try (FaultProxy store = new FaultProxy(S3ProxyServer.shared().port())) {
      Settings settings = onSimulatedDisk(s3(store.endpoint()));
      store.refuse();
      SimulatedDisk left = crash(settings, 3);

      try (LocalSpoor spoor = LocalSpoor.start(settings, folder, left, InstantSource.system())) {
        SpoorClient client = spoor.client();
        assertThat(client.find(new TraceId(1, 2)).orElseThrow()).hasSize(3);
        said.await("wal: replay of", "segments");
        said.await("wal: replay done");
        assertThat(client.metric("tempo_ingester_wal_replay_duration_seconds").orElseThrow())
            .isPositive();
        assertThat(client.metric("tempo_ingester_wal_replay_records_total")).contains(3.0);
        assertThat(client.metric("tempo_ingester_wal_replay_progress_ratio")).contains(1.0);

        flushesResume(client, store::accept);
      }
    }
  }

  @Test
  void whatCannotBeReadOfTheLogIsNamedAndTheRestIsThere() throws Exception {
    Settings settings = onSimulatedDisk(Settings.in(folder));
    SimulatedDisk left = crash(settings, 3);
    Path segment = segments(left).getFirst();
    byte[] content = left.content(segment);
    content[content.length / 2] ^= 1;
    left.put(segment, content);

    try (LocalSpoor spoor = LocalSpoor.start(settings, folder, left, InstantSource.system())) {
      SpoorClient client = spoor.client();
      said.await("wal: corrupt: segment", "offset", "bytes");
      assertThat(client.metric("tempo_ingester_wal_corruptions_total").orElseThrow()).isPositive();
      assertThat(client.metric("tempo_ingester_wal_replay_corruptions_total").orElseThrow())
          .isPositive();
      assertThat(client.find(new TraceId(1, 1)).orElseThrow()).hasSize(3);
      assertThat(client.find(new TraceId(1, 3)).orElseThrow()).hasSize(3);
      flushesResume(client, () -> {});
    }
  }

  @Test
  void aSegmentThatIsDeletedByHandCostsWhatWasInItAlone() throws Exception {
    Settings settings =
        onSimulatedDisk(Settings.in(folder)).with("ingester.wal.segment_size_bytes", "16KiB");
    SimulatedDisk left = crash(settings, 200);
    assertThat(segments(left)).hasSizeGreaterThan(2);
    left.delete(segments(left).get(1));

    try (LocalSpoor spoor = LocalSpoor.start(settings, folder, left, InstantSource.system())) {
      SpoorClient client = spoor.client();
      assertThat(client.find(new TraceId(1, 1)).orElseThrow()).hasSize(3);
      assertThat(client.find(new TraceId(1, 200)).orElseThrow()).hasSize(3);
      push(client, 201);
    }
  }

  // ---- helpers

  /// Uploads fail, the log says why, and nobody else is hurt.
  private void flushesFail(SpoorClient client, String words, String status) throws Exception {
    double failedBefore = client.metric("tempo_ingester_failed_flushes_total").orElseThrow();
    double answersBefore = failedRequests(client, status);
    push(client, 1);
    Eventually.holds( // at first it may find connections of before, and say that they were broken
        "an upload fails: " + words,
        () -> {
          client.send("POST", "/flush");
          return said.has("level=error", "failed to flush block", words);
        });
    assertThat(client.metric("tempo_ingester_failed_flushes_total").orElseThrow())
        .isGreaterThan(failedBefore);
    assertThat(failedRequests(client, status))
        .as("requests with " + status)
        .isGreaterThan(answersBefore);
    assertThat(client.metric("tempo_ingester_flush_queue_length").orElseThrow()).isPositive();
    assertThat(client.isReady()).isTrue();
    push(client, 2);
  }

  private interface Cure {
    void apply() throws Exception;
  }

  /// Whoever does not want to wait for the next attempt asks for it. One by itself may come first.
  private static void flushesResume(SpoorClient client, Cure cure) throws Exception {
    double flushed = client.metric("tempo_ingester_blocks_flushed_total").orElseThrow();
    cure.apply();
    client.flush();
    assertThat(client.metric("tempo_ingester_blocks_flushed_total").orElseThrow())
        .isGreaterThan(flushed);
    assertThat(client.metric("tempo_ingester_flush_queue_length")).contains(0.0);
  }

  private static void push(SpoorClient client, long trace) throws Exception {
    TraceId id = new TraceId(1, trace);
    assertThat(client.push(Traces.export(id, 3)).statusCode()).isEqualTo(200);
    assertThat(client.find(id).orElseThrow()).hasSize(3);
  }

  /// Sends trace after trace until that is refused.
  private static void fill(SpoorClient client, int status) throws Exception {
    AtomicInteger trace = new AtomicInteger(1000);
    Eventually.holds(
        "pushes are refused with " + status,
        () -> {
          int answer = client.push(large(trace.incrementAndGet())).statusCode();
          assertThat(answer).isIn(200, status);
          return answer == status;
        });
  }

  private static void empties(SpoorClient client) throws Exception {
    Eventually.settles(() -> {
      var answer = client.push(large(1));
      assertThat(answer.statusCode()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
    });
  }

  private static byte[] large(long trace) {
    return Traces.export(new TraceId(2, trace), 2000);
  }

  private static double failedRequests(SpoorClient client, String status) throws Exception {
    return client
        .text("/metrics")
        .lines()
        .filter(line -> line.startsWith("tempo_tempodb_backend_request_duration_seconds_count{"))
        .filter(line -> line.contains("status_code=\"" + status + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static double walBytes(SpoorClient client) throws Exception {
    return client.metric("tempo_ingester_wal_bytes").orElseThrow();
  }

  /// What a kill -9 leaves after so many traces of three spans, none of them cut.
  private SimulatedDisk crash(Settings settings, int traces) throws Exception {
    SimulatedDisk disk = small(new SimulatedDisk());
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder, disk, InstantSource.system())) {
      for (int trace : IntStream.rangeClosed(1, traces).toArray()) {
        byte[] body = Traces.export(new TraceId(1, trace), 3);
        assertThat(spoor.client().push(body).statusCode()).isEqualTo(200);
      }
      return small(disk.copy());
    }
  }

  /// Whose reserve is small too: copies of a large one would fill the heap.
  private static SimulatedDisk small(SimulatedDisk disk) {
    disk.capacity(64 * MIB);
    return disk;
  }

  private static List<Path> segments(SimulatedDisk disk) throws IOException {
    return disk.list(SIMULATED).stream()
        .filter(file -> file.getFileName().toString().matches("\\d{8}"))
        .sorted()
        .toList();
  }

  private static Settings onSimulatedDisk(Settings settings) {
    return settings.keepingTracesLive().with("storage.trace.wal.path", SIMULATED.toString());
  }

  private Settings s3(String endpoint) throws IOException {
    return Settings.in(folder)
        .with("storage.trace.backend", "s3")
        .with("storage.trace.s3.endpoint", endpoint)
        .with("storage.trace.s3.bucket", S3ProxyServer.shared().newBucket())
        .with("storage.trace.s3.access_key", S3ProxyServer.ACCESS_KEY)
        .with("storage.trace.s3.secret_key", S3ProxyServer.SECRET_KEY)
        .with("storage.trace.s3.insecure", "true")
        .with("storage.trace.s3.forcepathstyle", "true");
  }
}
