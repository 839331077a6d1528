package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.LocalBlock;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.blocklist.BlocklistMetrics;
import dev.spoor.storage.blocklist.BlocklistPoller;
import dev.spoor.storage.blocklist.StoreBlocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import dev.spoor.storage.blocklist.TenantListing;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.compact.MergerConfig;
import dev.spoor.storage.compact.TestBlocks;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/// A store with blocks, and processes that compact it, for tests.
final class TestStore {

  static final Tenant ACME = new Tenant("acme");

  final ManualClock clock = new ManualClock();
  final ObjectStore real;
  private final Path folder = Path.of("/compactor");
  private final Disk disk = new SimulatedDisk();
  private int processes;

  TestStore(ObjectStore real) {
    this.real = real;
  }

  /// In memory, with the time of the test.
  TestStore() {
    this.real = new MemoryObjectStore(clock);
  }

  /// With the same objects as another one.
  static TestStore copyOf(TestStore other) throws IOException {
    TestStore copy = new TestStore();
    other.real.forEach(
        ListRequest.below(""),
        object -> copy.real.put(object.key(), other.real.get(object.key(), 1 << 24)));
    return copy;
  }

  /// A clock that a test sets.
  static final class ManualClock extends Clock {

    // A minute after the spans of [TestBlocks].
    private volatile Instant now = Instant.ofEpochSecond(1_790_000_060);

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /// Publishes a block as an ingester would.
  BlockMeta publish(SpanColumns... spans) throws IOException {
    UUID id = UUID.randomUUID();
    Path block = folder.resolve("made").resolve(id.toString());
    BuiltBlock built =
        new BlockBuilder(BlockBuilderConfig.DEFAULTS)
            .build(
                BlockSpec.fresh(id, ACME, 100),
                Arrays.stream(spans).map(SpanColumnsCursor::of).toList(),
                disk,
                block);
    store().publish(ACME, LocalBlock.open(disk, block));
    return built.meta();
  }

  BlockStore store() {
    return new BlockStore(real, new BlockCache(0));
  }

  /// All spans of some blocks, sorted; a span that several have comes as often.
  List<String> spans(Collection<BlockMeta> blocks) throws IOException {
    List<String> lines = new ArrayList<>();
    for (BlockMeta meta : blocks) {
      lines.addAll(TestBlocks.spans(BlockReader.open(meta, store().open(ACME, meta))));
    }
    lines.sort(null);
    return lines;
  }

  /// The live blocks, as a process would list them that just came.
  List<BlockMeta> live() throws IOException {
    List<BlockMeta> live = new ArrayList<>();
    for (var block : store().blocks(ACME)) {
      if (block.live()) {
        live.add(store().meta(ACME, block.id()));
      }
    }
    return live;
  }

  /// A trace of one span, of any time.
  static SpanColumns spanAt(Instant time) {
    SpanColumnsBuilder to = new SpanColumnsBuilder();
    to.endResource(0);
    to.endScope(0, 0, 0);
    to.span().traceIdLow = 1;
    to.span().spanId = 1;
    to.span().startNanos = time.getEpochSecond() * 1_000_000_000L;
    to.span().endNanos = to.span().startNanos;
    to.endSpan();
    return to.build();
  }

  static List<String> distinct(List<String> lines) {
    return List.copyOf(new TreeSet<>(lines));
  }

  /// A process with a compactor of its own.
  Process process(CompactorConfig config, CompactionLimits limits) throws IOException {
    return new Process(config, limits, MergerConfig.DEFAULTS);
  }

  Process process() throws IOException {
    return process(CompactorConfig.DEFAULTS, CompactionLimits.DEFAULTS);
  }

  Process process(MergerConfig merger) throws IOException {
    return process(CompactionLimits.DEFAULTS, merger);
  }

  Process process(CompactionLimits limits, MergerConfig merger) throws IOException {
    return new Process(CompactorConfig.DEFAULTS, limits, merger);
  }

  final class Process implements AutoCloseable {

    final FaultyObjectStore objects = new FaultyObjectStore(real);
    final BlockStore store = new BlockStore(objects, new BlockCache(1 << 20));
    final Metrics metrics = new Metrics();
    final BlocklistPoller poller;
    final Compactor compactor;
    final List<UUID> merged = new ArrayList<>();
    private final ManualTicks ticks = new ManualTicks();

    private Process(CompactorConfig config, CompactionLimits limits, MergerConfig merger)
        throws IOException {
      BlocklistMetrics listMetrics = new BlocklistMetrics(metrics, clock);
      // Listing goes to the real store, so that it does not count as what the compactor asks for.
      poller =
          new BlocklistPoller(
              new StoreBlocklist(
                  real,
                  new TenantListing(real, 2, Duration.ZERO, clock),
                  new StoreBlocklist.Tolerance(0, 0),
                  1,
                  clock,
                  listMetrics),
              ticks,
              clock,
              listMetrics);
      TenantLimits defaults = TenantLimits.DEFAULTS;
      Overrides overrides =
          new Overrides(
              new OverridesConfig(
                  new TenantLimits(
                      defaults.ingestion(),
                      defaults.read(),
                      limits,
                      defaults.global(),
                      defaults.storage()),
                  "",
                  Duration.ofSeconds(10),
                  false,
                  OverridesConfig.UserConfigurable.DEFAULTS));
      compactor =
          new Compactor(
              new CompactorSettings(
                  config,
                  folder.resolve("scratch-" + processes++),
                  Duration.ofMinutes(5),
                  BlockBuilderConfig.DEFAULTS,
                  merger),
              new CompactorParts(
                  disk,
                  store,
                  poller,
                  overrides,
                  clock,
                  new CompactorMetrics(metrics),
                  (tenant, blocks) -> merged.addAll(blocks)),
              objects);
      poller.start();
      ticks.awaitRound();
      compactor.prepare();
      compactor.refreshLease();
      objects.forgetCalls();
    }

    /// The blocks that a query would read now.
    TenantBlocks listed() {
      return poller.latest().orElseThrow().of(ACME);
    }

    void poll() {
      ticks.once();
    }

    /// Works until there is nothing more to do at this time.
    void work() throws InterruptedException {
      while (compactor.work()) {
        clock.advance(CompactorConfig.DEFAULTS.compaction().compactionCycle());
      }
    }

    double metric(String line) {
      String text = new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(candidate -> candidate.startsWith(line + " "))
          .mapToDouble(found -> Double.parseDouble(found.substring(line.length() + 1)))
          .findFirst()
          .orElse(0);
    }

    @Override
    public void close() {
      compactor.close();
      poller.close();
    }
  }

  static final class ManualTicks implements Ticks {

    private final Semaphore go = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);

    @Override
    public void awaitNext() throws InterruptedException {
      done.release();
      go.acquire();
    }

    void awaitRound() {
      done.acquireUninterruptibly();
    }

    void once() {
      go.release();
      awaitRound();
    }
  }
}
