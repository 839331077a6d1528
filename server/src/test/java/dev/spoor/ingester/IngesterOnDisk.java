package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.spoor.contract.PushOutcome;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.wal.SyncMode;
import dev.spoor.storage.wal.WalConfig;
import dev.spoor.storage.wal.WalSettings;
import dev.spoor.wire.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// One life of an ingester that cuts and uploads only when it is told to, unless its setup says
/// otherwise.
final class IngesterOnDisk implements AutoCloseable {

  static final Tenant TENANT = Tenant.SINGLE;
  static final Path FOLDER = Path.of("/wal");

  /// Until a block is cut by size.
  static final long BLOCK_BYTES = 1 << 20;

  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /// What differs from test to test.
  ///
  /// @param roundPeriod between two looks at what is to be cut
  /// @param idlePeriod until live batches are cut
  /// @param blockAge until head segments become a block
  /// @param heapBytes what the live spans' share is a share of
  record Setup(
      Duration roundPeriod,
      Duration idlePeriod,
      Duration blockAge,
      Duration flushOpTimeout,
      BlockFlusher.Backoff backoff,
      MergeLimits merging,
      long heapBytes,
      WalSettings wal) {

    static final Setup BY_HAND =
        new Setup(
            NEVER,
            NEVER,
            NEVER,
            NEVER,
            new BlockFlusher.Backoff(Duration.ofMillis(1), Duration.ofMillis(1)),
            MergeLimits.ofHeap(512L << 20),
            512L << 20,
            walSettings());

    /// Everything is cut and stored as soon as it is there.
    static final Setup HURRIED = BY_HAND.cutting(Duration.ofMillis(1), Duration.ofMillis(1));

    Setup cutting(Duration idle, Duration age) {
      return new Setup(
          Duration.ofMillis(1), idle, age, flushOpTimeout, backoff, merging, heapBytes, wal);
    }

    Setup flushOpTimeout(Duration timeout) {
      return new Setup(
          roundPeriod, idlePeriod, blockAge, timeout, backoff, merging, heapBytes, wal);
    }

    Setup backoff(Duration pause) {
      BlockFlusher.Backoff other = new BlockFlusher.Backoff(pause, pause);
      return new Setup(
          roundPeriod, idlePeriod, blockAge, flushOpTimeout, other, merging, heapBytes, wal);
    }

    Setup merging(MergeLimits limits) {
      return new Setup(
          roundPeriod, idlePeriod, blockAge, flushOpTimeout, backoff, limits, heapBytes, wal);
    }

    Setup heap(long bytes) {
      return new Setup(
          roundPeriod, idlePeriod, blockAge, flushOpTimeout, backoff, merging, bytes, wal);
    }

    Setup wal(WalSettings settings) {
      return new Setup(
          roundPeriod, idlePeriod, blockAge, flushOpTimeout, backoff, merging, heapBytes, settings);
    }

    private IngesterConfig config() {
      return new IngesterConfig(
          1,
          roundPeriod,
          flushOpTimeout,
          idlePeriod,
          NEVER,
          blockAge,
          BLOCK_BYTES,
          NEVER,
          false,
          true,
          wal.config(),
          LifecyclerConfig.DEFAULTS);
    }
  }

  final Metrics metrics = new Metrics();
  final Ingester ingester;

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store) throws IOException {
    this(disk, store, Setup.BY_HAND);
  }

  /// One that does not read what it finds in the log.
  static IngesterOnDisk withoutRecovery(SimulatedDisk disk, ObjectStore store) throws IOException {
    return new IngesterOnDisk(disk, store, Setup.BY_HAND.wal(walSettings(false)));
  }

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store, Setup setup) throws IOException {
    this(disk, store, setup, InstantSource.system());
  }

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store, Setup setup, InstantSource clock)
      throws IOException {
    this.ingester =
        new Ingester(
            new IngesterSettings(
                FOLDER,
                "node",
                setup.config(),
                BlockConfig.DEFAULTS,
                2048,
                setup.heapBytes(),
                setup.merging(),
                setup.wal(),
                setup.backoff(),
                Duration.ofMinutes(2)),
            new IngesterParts(
                disk,
                new BlockStore(store, new BlockCache(1 << 20)),
                (tenant, meta) -> {},
                new Overrides(OverridesConfig.DEFAULTS),
                clock,
                new IngesterMetrics(metrics)));
    ingester.start();
  }

  /// With a small reserve, since a simulated disk writes it into memory.
  static WalSettings walSettings() {
    return walSettings(true);
  }

  private static WalSettings walSettings(boolean recover) {
    WalConfig config = new WalConfig(true, SyncMode.GROUP, NEVER, 64 << 10, NEVER, recover, 0);
    return new WalSettings(FOLDER, "node", config, 1L << 30, 64 << 10, 64L << 20, NEVER);
  }

  /// Waits for something that other threads do, and fails when they never do.
  static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as(what).isNegative();
      Thread.sleep(1);
    }
  }

  void push(TraceId id, int spans) throws Exception {
    push(id, 1, spans);
  }

  void push(TraceId id, int firstSpan, int spans) throws Exception {
    push(export(id, firstSpan, spans));
  }

  void push(Bytes export) throws Exception {
    push(TENANT, export);
  }

  void push(Tenant tenant, TraceId id, int spans) throws Exception {
    push(tenant, export(id, spans));
  }

  void push(Tenant tenant, Bytes export) throws Exception {
    assertThat(ingester.push(tenant, OtlpDecoder.decode(export)).get())
        .isInstanceOf(PushOutcome.Stored.class);
  }

  int spansOf(TraceId id) throws IOException {
    return spansOf(TENANT, id);
  }

  int spansOf(Tenant tenant, TraceId id) throws IOException {
    int spans = 0;
    for (SpanColumns columns : ingester.snapshot(tenant).find(id)) {
      int trace = columns.find(id.high(), id.low());
      spans += columns.endSpan(trace) - columns.firstSpan(trace);
    }
    return spans;
  }

  double metric(String name) {
    String text = new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  static Bytes export(TraceId id, int spans) {
    return export(id, 1, spans);
  }

  /// Spans of which each has a thousand bytes that can't be compressed.
  static Bytes incompressible(TraceId id, int spans, Random random) {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    byte[] noise = new byte[1_000];
    for (int span = 1; span <= spans; span++) {
      random.nextBytes(noise);
      AnyValue value =
          AnyValue.newBuilder().setStringValue(HexFormat.of().formatHex(noise)).build();
      all.addSpans(
          span(id, span, System.currentTimeMillis() * 1_000_000)
              .addAttributes(KeyValue.newBuilder().setKey("noise").setValue(value)));
    }
    return request(all);
  }

  private static Bytes export(TraceId id, int firstSpan, int spans) {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    long now = System.currentTimeMillis() * 1_000_000;
    for (int span = firstSpan; span < firstSpan + spans; span++) {
      all.addSpans(span(id, span, now));
    }
    return request(all);
  }

  private static Span.Builder span(TraceId id, int span, long now) {
    return Span.newBuilder()
        .setTraceId(
            ByteString.copyFrom(
                ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array()))
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(span).array()))
        .setName("step " + span)
        .setStartTimeUnixNano(now)
        .setEndTimeUnixNano(now + 1_000_000);
  }

  private static Bytes request(ScopeSpans.Builder all) {
    return Bytes.of(
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(all))
            .build()
            .toByteArray());
  }

  @Override
  public void close() {
    ingester.close();
  }
}
