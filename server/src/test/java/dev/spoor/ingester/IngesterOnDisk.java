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
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// One life of an ingester that cuts and uploads only when it is told to.
final class IngesterOnDisk implements AutoCloseable {

  static final Tenant TENANT = Tenant.SINGLE;
  static final Path FOLDER = Path.of("/wal");

  private static final Duration NEVER = Duration.ofHours(1);
  private static final long HEAP = 512L << 20;

  final Metrics metrics = new Metrics();
  final Ingester ingester;

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store) throws IOException {
    this(disk, store, NEVER);
  }

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store, MergeLimits merging) throws IOException {
    this(disk, store, NEVER, merging, HEAP);
  }

  /// @param heapBytes what the live spans' share is a share of
  IngesterOnDisk(SimulatedDisk disk, ObjectStore store, long heapBytes) throws IOException {
    this(disk, store, NEVER, MergeLimits.ofHeap(HEAP), heapBytes);
  }

  IngesterOnDisk(SimulatedDisk disk, ObjectStore store, Duration flushOpTimeout)
      throws IOException {
    this(disk, store, flushOpTimeout, MergeLimits.ofHeap(HEAP), HEAP);
  }

  private IngesterOnDisk(
      SimulatedDisk disk,
      ObjectStore store,
      Duration flushOpTimeout,
      MergeLimits merging,
      long heapBytes)
      throws IOException {
    this(disk, store, flushOpTimeout, merging, heapBytes, true);
  }

  /// One that does not read what it finds in the log.
  static IngesterOnDisk withoutRecovery(SimulatedDisk disk, ObjectStore store) throws IOException {
    return new IngesterOnDisk(disk, store, NEVER, MergeLimits.ofHeap(HEAP), HEAP, false);
  }

  private IngesterOnDisk(
      SimulatedDisk disk,
      ObjectStore store,
      Duration flushOpTimeout,
      MergeLimits merging,
      long heapBytes,
      boolean recover)
      throws IOException {
    IngesterConfig config =
        new IngesterConfig(
            1,
            NEVER,
            flushOpTimeout,
            NEVER,
            NEVER,
            NEVER,
            1L << 20,
            NEVER,
            false,
            true,
            walConfig(recover),
            LifecyclerConfig.DEFAULTS);
    BlockFlusher.Backoff hurried =
        new BlockFlusher.Backoff(Duration.ofMillis(1), Duration.ofMillis(1));
    this.ingester =
        new Ingester(
            new IngesterSettings(
                FOLDER,
                "node",
                config,
                BlockConfig.DEFAULTS,
                2048,
                heapBytes,
                merging,
                walSettings(),
                hurried,
                Duration.ofMinutes(2)),
            new IngesterParts(
                disk,
                new BlockStore(store, new BlockCache(1 << 20)),
                (tenant, meta) -> {},
                new Overrides(OverridesConfig.DEFAULTS),
                InstantSource.system(),
                new IngesterMetrics(metrics)));
    ingester.start();
  }

  static WalSettings walSettings() {
    return WalSettings.of(FOLDER, "node", walConfig(true), 1L << 20);
  }

  private static WalConfig walConfig(boolean recover) {
    return new WalConfig(true, SyncMode.GROUP, NEVER, 64 << 10, NEVER, recover, 0);
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

  private void push(Tenant tenant, Bytes export) throws Exception {
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

  private static Bytes export(TraceId id, int firstSpan, int spans) {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    long now = System.currentTimeMillis() * 1_000_000;
    for (int span = firstSpan; span < firstSpan + spans; span++) {
      all.addSpans(
          Span.newBuilder()
              .setTraceId(
                  ByteString.copyFrom(
                      ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array()))
              .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(span).array()))
              .setName("step " + span)
              .setStartTimeUnixNano(now)
              .setEndTimeUnixNano(now + 1_000_000));
    }
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
