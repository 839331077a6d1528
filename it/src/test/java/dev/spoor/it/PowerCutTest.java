package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.ingester.Ingester;
import dev.spoor.ingester.IngesterConfig;
import dev.spoor.ingester.IngesterMetrics;
import dev.spoor.ingester.IngesterParts;
import dev.spoor.ingester.IngesterSettings;
import dev.spoor.ingester.LifecyclerConfig;
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
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.blocklist.BlockListing;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.wal.SyncMode;
import dev.spoor.storage.wal.WalConfig;
import dev.spoor.storage.wal.WalSettings;
import dev.spoor.wire.otlp.OtlpDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The power fails in the middle of an operation that an ingester does on its disk, from the first
/// push to the block in the store; what survives depends on the seed.
///
/// By default at every operation with one seed; `it/campaign power 2000` takes so many seeds.
class PowerCutTest {

  private static final int SEEDS = Integer.getInteger("spoor.power.seeds", 1);
  private static final long SEED = Long.getLong("spoor.seed", System.nanoTime());
  private static final Tenant TENANT = Tenant.SINGLE;
  private static final Duration NEVER = Duration.ofHours(1);
  private static final int SPANS = 4;
  private static final Path FOLDER = Path.of("/wal");

  /// Written at once: 64 MiB would be most of what the disk has to do.
  private static final long RESERVE = 4 << 10;

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.spoor");
  private Level level;

  @BeforeEach
  void quiet() {
    level = logger.getLevel();
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void loud() {
    logger.setLevel(level);
  }

  @Test
  void whatWasAcknowledgedSurvivesAPowerCutAtEveryOperation() throws Exception {
    System.out.println("PowerCutTest: seed " + SEED);
    int cuts = 0;
    int operations = operationsOfARun(SyncMode.GROUP);
    assertThat(operations).isGreaterThan(50);
    for (int seed = 0; seed < SEEDS; seed++) {
      for (int cut = 0; cut < operations; cut++) {
        List<TraceId> lost = lostByCut(cut, SEED + seed, SyncMode.GROUP);
        assertThat(lost).as("lost by a cut at %d, seed %d", cut, SEED + seed).isEmpty();
        cuts++;
      }
    }
    System.out.println("PowerCutTest: " + cuts + " cuts, nothing lost");
  }

  @Test
  void withoutSyncsTheSameLosesSomething() throws Exception {
    int operations = operationsOfARun(SyncMode.NONE);
    int lost = 0;
    for (int cut = 0; cut < operations && lost == 0; cut++) {
      lost = lostByCut(cut, SEED, SyncMode.NONE).size();
    }
    assertThat(lost).isPositive();
  }

  private static int operationsOfARun(SyncMode sync) throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    List<TraceId> acknowledged = new Run(disk, new MemoryObjectStore(), sync).play();
    assertThat(acknowledged).hasSize(Run.PUSHES);
    return disk.history().size();
  }

  private static List<TraceId> lostByCut(int cut, long seed, SyncMode sync) throws Exception {
    SimulatedDisk disk = new SimulatedDisk().cutPowerAt(cut);
    MemoryObjectStore store = new MemoryObjectStore();
    List<TraceId> acknowledged = new Run(disk, store, sync).play();
    return new Run(disk.survivors(seed + cut), store, sync).lostOf(acknowledged);
  }

  /// One life of an ingester.
  private static final class Run {

    static final int PUSHES = 9;

    private final SimulatedDisk disk;
    private final BlockStore blocks;
    private final Ingester ingester;

    Run(SimulatedDisk disk, MemoryObjectStore store, SyncMode sync) {
      this.disk = disk;
      this.blocks = new BlockStore(store, new BlockCache(1 << 20));
      WalConfig wal = new WalConfig(true, sync, NEVER, 2048, NEVER, true, 0);
      IngesterConfig config =
          new IngesterConfig(
              1,
              NEVER,
              NEVER,
              NEVER,
              NEVER,
              NEVER,
              1L << 20,
              Duration.ZERO,
              false,
              true,
              wal,
              LifecyclerConfig.DEFAULTS);
      this.ingester =
          new Ingester(
              IngesterSettings.of(
                      FOLDER,
                      "node",
                      config,
                      BlockConfig.DEFAULTS,
                      2048,
                      512L << 20,
                      Duration.ofMinutes(2))
                  .with(new WalSettings(FOLDER, "node", wal, 1 << 20, RESERVE, 64 << 20, NEVER)),
              new IngesterParts(
                  disk,
                  blocks,
                  (tenant, meta) -> {},
                  new Overrides(OverridesConfig.DEFAULTS),
                  InstantSource.system(),
                  new IngesterMetrics(new Metrics())));
    }

    /// Pushes, looks, cuts and stores, until the power fails or all is done.
    List<TraceId> play() throws Exception {
      List<TraceId> acknowledged = new ArrayList<>();
      try {
        ingester.start();
        for (int push = 0; push < PUSHES && !disk.isOff(); push++) {
          push(new TraceId(1, push), acknowledged);
          if (push % 2 == 1) {
            ingester.snapshot(TENANT);
          }
          if (push == 3 || push == 6) {
            ingester.flush(Optional.empty());
            awaitStored();
          }
        }
      } catch (IOException powerFailed) {
        assertThat(disk.isOff()).as("%s", powerFailed).isTrue();
      } finally {
        ingester.close();
      }
      return acknowledged;
    }

    private void push(TraceId id, List<TraceId> acknowledged) throws Exception {
      PushOutcome outcome =
          ingester.push(TENANT, OtlpDecoder.decode(Bytes.of(Traces.export(id, SPANS)))).get();
      if (outcome instanceof PushOutcome.Stored) {
        acknowledged.add(id);
      }
    }

    private void awaitStored() throws InterruptedException {
      while (!disk.isOff() && !ingester.awaitFlushed(Duration.ofMillis(5))) {
        Thread.onSpinWait();
      }
    }

    /// Those that a new ingester and the store don't have, with all their spans.
    List<TraceId> lostOf(List<TraceId> acknowledged) throws Exception {
      ingester.start();
      try {
        List<TraceId> lost = new ArrayList<>();
        for (TraceId id : acknowledged) {
          if (!isHere(id) && !isStored(id)) {
            lost.add(id);
          }
        }
        return lost;
      } finally {
        ingester.close();
      }
    }

    private boolean isHere(TraceId id) throws IOException {
      RecentSnapshot snapshot = ingester.snapshot(TENANT);
      return snapshot.find(id).stream().anyMatch(columns -> spansOf(columns, id) == SPANS);
    }

    private boolean isStored(TraceId id) throws IOException {
      for (BlockListing block : blocks.blocks(TENANT)) {
        if (block.live()) {
          var meta = blocks.meta(TENANT, block.id());
          var found = BlockReader.open(meta, blocks.open(TENANT, meta)).findTrace(id);
          if (found.isPresent() && spansOf(found.get(), id) == SPANS) {
            return true;
          }
        }
      }
      return false;
    }

    private static int spansOf(dev.spoor.storage.columns.SpanColumns columns, TraceId id) {
      int trace = columns.find(id.high(), id.low());
      return trace < 0 ? 0 : columns.endSpan(trace) - columns.firstSpan(trace);
    }
  }
}
