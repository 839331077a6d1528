package dev.spoor.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.protobuf.ByteString;
import dev.spoor.compactor.TestStore.ManualClock;
import dev.spoor.compactor.TestStore.ManualTicks;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.frontend.BlockTraceIds;
import dev.spoor.frontend.FrontendMetrics;
import dev.spoor.frontend.QueryFrontend;
import dev.spoor.frontend.QueryFrontendConfig;
import dev.spoor.frontend.QueryLimits;
import dev.spoor.frontend.StoredBlocks;
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
import dev.spoor.overrides.OverridesFile;
import dev.spoor.overrides.OverridesMetrics;
import dev.spoor.overrides.OverridesReloader;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.blocklist.BlocklistMetrics;
import dev.spoor.storage.blocklist.BlocklistPoller;
import dev.spoor.storage.blocklist.StoreBlocklist;
import dev.spoor.storage.blocklist.TenantIndexReader;
import dev.spoor.storage.blocklist.TenantListing;
import dev.spoor.storage.compact.MergerConfig;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.wal.SyncMode;
import dev.spoor.storage.wal.WalConfig;
import dev.spoor.traceql.query.TraceMatch;
import dev.spoor.traceql.query.TraceQl;
import dev.spoor.wire.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A store that nobody looks after: months of spans, cuts, merges, retention, restarts, kills,
/// power cuts and failing requests pass in simulated time. After each quarter of a day what should
/// be found is found, what should be gone is gone, and neither blocks, objects nor requests grow
/// without end; after one with failures, as soon as all was tried again.
///
/// Each time some traces are looked up by id, and those of the last two days by a search; once a
/// day and after each kill all of them by a search, once a week each one by id.
///
/// By default four weeks; `it/campaign year 365` makes it a year.
class SimulatedYearTest {

  private static final int DAYS = Integer.getInteger("spoor.year.days", 28);
  private static final long SEED = Long.getLong("spoor.seed", System.nanoTime());

  private static final Duration STEP = Duration.ofHours(6);

  /// In steps.
  private static final int DAY = 4;

  private static final int WEEK = 7 * DAY;
  private static final Duration NEVER = Duration.ofDays(10_000);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /// What is compacted or retired stays so long; in a step both have passed.
  private static final Duration SLACK = Duration.ofHours(12);

  private static final Tenant KEEPS_LONG = new Tenant("keeps-long");
  private static final Tenant KEEPS_SHORT = new Tenant("keeps-short");
  private static final Map<Tenant, Duration> RETENTION =
      Map.of(KEEPS_LONG, Duration.ofDays(14), KEEPS_SHORT, Duration.ofDays(3));

  private static final int FLUSHES_A_STEP = 3;
  private static final int LOOKS_A_STEP = 2;
  private static final int TRACES_A_FLUSH = 4;
  private static final int SPANS = 3;

  // Of a merge and of a small block.
  private static final int INPUTS = 4;
  private static final int RANGES = INPUTS;
  private static final int SHARDS = 1;
  private static final int FILES = 5;

  private final Random random = new Random(SEED);
  private final ManualClock clock = new ManualClock();
  private final MemoryObjectStore real = new MemoryObjectStore(clock);

  /// Counts what reaches the store, whoever asks.
  private final FaultyObjectStore counted = new FaultyObjectStore(real);

  private final Map<Tenant, List<Sent>> ledger = new TreeMap<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.spoor");

  private Level level;
  private long traces;
  private long found;
  private long gone;
  private int restarts;
  private int kills;
  private int failed;
  private int mostBlocks;
  private int mostObjects;
  private int mostRequests;
  private int mostRequestsAfterFailures;

  /// Another one after each kill: what the dead process still does is done to the old one.
  private SimulatedDisk disk = new SimulatedDisk();

  @TempDir private Path folder;

  /// A trace that was acknowledged.
  private record Sent(TraceId id, Instant time) {}

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
  void monthsPassAndNothingHasToBeDone() throws Exception {
    System.out.println("SimulatedYearTest: " + DAYS + " days, seed " + SEED);
    Life life = new Life();
    for (int step = 0; step < DAYS * DAY; step++) {
      counted.forgetCalls();
      disk.settle();
      boolean restarts = random.nextInt(20) == 0;
      if (restarts) {
        life = life.restarted();
      }
      boolean dies = random.nextInt(20) == 0;
      boolean fails = random.nextInt(10) == 0;
      if (dies) {
        life.failFrom(random.nextInt(100));
      } else if (fails) {
        life.failSomeRequests();
      }
      pass(life);
      if (dies) {
        life = life.killed();
      }
      if (dies || fails) {
        failed++;
        life.heal();
        life.settle();
      }
      checkRequests(step, restarts || dies || fails);
      check(life, step, dies || step % DAY == 0, step % WEEK == WEEK - 1);
    }
    life.settle();
    clock.advance(STEP);
    life.settle();
    check(life, DAYS * DAY, true, true);
    life.close();
    System.out.printf(
        "SimulatedYearTest: %d traces, %d restarts, %d kills and power cuts, %d steps with failing"
            + " requests; %d times found, %d times gone; at most %d blocks, %d objects, %d requests a"
            + " step, %d with what was tried again%n",
        traces,
        restarts,
        kills,
        failed,
        found,
        gone,
        mostBlocks,
        mostObjects,
        mostRequests,
        mostRequestsAfterFailures);
  }

  /// A quarter of a day.
  private void pass(Life life) throws Exception {
    for (int flush = 0; flush < FLUSHES_A_STEP; flush++) {
      for (Tenant tenant : List.of(KEEPS_LONG, KEEPS_SHORT)) {
        for (int i = 0; i < TRACES_A_FLUSH; i++) {
          life.push(tenant);
        }
      }
      life.flush();
      clock.advance(Duration.ofMinutes(5));
    }
    life.lookAfter();
    clock.advance(STEP.minusMinutes(5 * FLUSHES_A_STEP));
    life.lookAfter();
  }

  /// What is in the time of its tenant is there, whole and once; what is long out of it is not.
  private void check(Life life, int step, boolean searchesAll, boolean findsAll) throws Exception {
    Instant now = clock.instant();
    for (Map.Entry<Tenant, List<Sent>> tenant : ledger.entrySet()) {
      Duration retention = RETENTION.get(tenant.getKey());
      List<Sent> mustBeGone = new ArrayList<>();
      List<Sent> mustBeThere = new ArrayList<>();
      for (Sent sent : tenant.getValue()) {
        Duration age = Duration.between(sent.time, now);
        if (age.compareTo(retention) < 0) {
          mustBeThere.add(sent);
        } else if (age.compareTo(retention.plus(STEP).plus(SLACK)) > 0) {
          mustBeGone.add(sent);
        }
      }
      for (Sent sent : findsAll ? mustBeThere : someOf(mustBeThere)) {
        assertThat(life.spansOf(tenant.getKey(), sent.id))
            .as("step %d, seed %d: %s of %s", step, SEED, sent, tenant.getKey())
            .isEqualTo(SPANS);
        found++;
      }
      for (Sent sent : findsAll ? mustBeGone : someOf(mustBeGone)) {
        assertThat(life.spansOf(tenant.getKey(), sent.id))
            .as("step %d, seed %d: %s of %s is out of its time", step, SEED, sent, tenant.getKey())
            .isZero();
        gone++;
      }
      tenant.getValue().removeAll(mustBeGone);
      checkSearch(life, tenant.getKey(), mustBeThere, step);
      if (searchesAll) {
        checkAll(life, tenant.getKey(), mustBeThere, mustBeGone, step);
      }
    }
    checkSizes(step);
  }

  /// The last two days by a search: each trace once.
  private void checkSearch(Life life, Tenant tenant, List<Sent> there, int step) throws Exception {
    Instant from = clock.instant().minus(Duration.ofDays(2));
    List<TraceId> expected =
        there.stream().filter(sent -> !sent.time.isBefore(from)).map(Sent::id).sorted().toList();
    List<TraceId> ids =
        life.search(tenant, from).traces().stream().map(TraceMatch::id).sorted().toList();
    assertThat(ids).as("step %d, seed %d: search of %s", step, SEED, tenant).isEqualTo(expected);
  }

  /// What may be there or gone does not matter, but is not there twice.
  private void checkAll(Life life, Tenant tenant, List<Sent> there, List<Sent> mustBeGone, int step)
      throws Exception {
    List<TraceId> ids =
        life.search(tenant, clock.instant().minus(Duration.ofDays(40))).traces().stream()
            .map(TraceMatch::id)
            .toList();
    Set<TraceId> gone = mustBeGone.stream().map(Sent::id).collect(Collectors.toSet());
    assertThat(ids)
        .as("step %d, seed %d: all of %s", step, SEED, tenant)
        .doesNotHaveDuplicates()
        .containsAll(there.stream().map(Sent::id).toList())
        .noneMatch(gone::contains);
  }

  /// A block for each window of an hour that has spans: one a step. Retired ones stay for an hour,
  /// which is less than a step; some are left where requests failed.
  private void checkSizes(int step) throws IOException {
    int blocks = 0;
    for (Tenant tenant : ledger.keySet()) {
      blocks += new BlockStore(real, new BlockCache(0)).blocks(tenant).size();
    }
    int[] count = {0};
    real.forEach(ListRequest.below(""), object -> count[0]++);
    long steps = RETENTION.values().stream().mapToLong(time -> time.dividedBy(STEP) + 6).sum();
    mostBlocks = Math.max(mostBlocks, blocks);
    mostObjects = Math.max(mostObjects, count[0]);
    assertThat(blocks).as("blocks at step %d, seed %d", step, SEED).isLessThan((int) (2 * steps));
    assertThat(count[0]).as("objects at step %d", step).isLessThan((int) (12 * steps));
  }

  /// What was tried again, and a start that reads every meta, are twice as much at most.
  private void checkRequests(int step, boolean hasFailures) {
    int requests = counted.calls().size();
    if (hasFailures) {
      mostRequestsAfterFailures = Math.max(mostRequestsAfterFailures, requests);
    } else {
      mostRequests = Math.max(mostRequests, requests);
    }
    assertThat(requests)
        .as("requests of step %d, seed %d", step, SEED)
        .isLessThanOrEqualTo((hasFailures ? 2 : 1) * mostRequestsOfAStep());
  }

  /// By the formulas in docs/operations: for each tenant the blocks of a step are uploaded, merged,
  /// and merged once more when they are a day old; their inputs are deleted, and a few blocks that
  /// are too old retired and deleted.
  private static int mostRequestsOfAStep() {
    int upload = 1 + (SHARDS + 4) + 2;
    int merge = 4 * INPUTS + RANGES + 9 + SHARDS + 2 * (INPUTS + 1);
    int retire = 3;
    int delete = 1 + FILES;
    int ofATenant = FLUSHES_A_STEP * upload + 2 * (merge + INPUTS * delete) + 2 * (retire + delete);
    int tenants = RETENTION.size();
    int polls = 2 * LOOKS_A_STEP * (1 + tenants * (1 + 2));
    int looksForOrphans = LOOKS_A_STEP * (1 + 2 * tenants);
    int lease = LOOKS_A_STEP * 4;
    return tenants * ofATenant + polls + looksForOrphans + lease;
  }

  private List<Sent> someOf(List<Sent> sent) {
    List<Sent> some = new ArrayList<>();
    for (int i = 0; i < Math.min(6, sent.size()); i++) {
      some.add(sent.get(random.nextInt(sent.size())));
    }
    return some;
  }

  /// From a start of the process to its end.
  private final class Life {

    private final SimulatedDisk own = disk;
    private final FaultyObjectStore objects = new FaultyObjectStore(counted);
    private final Metrics metrics = new Metrics();
    private final ManualTicks ticks = new ManualTicks();
    private final BlockStore store = new BlockStore(objects, new BlockCache(1 << 20));
    private final CpuPool pool = new CpuPool("query", 2);
    private final OverridesReloader limits;
    private final BlocklistPoller poller;
    private final Ingester ingester;
    private final Compactor compactor;
    private final QueryFrontend queries;
    private boolean failing;

    Life() throws Exception {
      Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
      limits = limits(overrides);
      limits.start();
      poller = poller();
      ingester = ingester(overrides);
      compactor = compactor(overrides);
      StoredBlocks stored = new StoredBlocks(store, poller::latest);
      queries =
          new QueryFrontend(
              ingester,
              stored,
              new BlockTraceIds(stored, 1 << 20),
              pool,
              new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 28),
              new FrontendMetrics(metrics));
      pool.start();
      poller.start();
      ticks.awaitRound();
      ingester.start();
      compactor.prepare();
      compactor.refreshLease();
    }

    private OverridesReloader limits(Overrides overrides) throws IOException {
      Path file = folder.resolve("overrides.yaml");
      Files.writeString(
          file,
          "overrides: {keeps-short: {compaction: {block_retention: 72h},"
              + " ingestion: {rate_limit_bytes: 1000000, burst_size_bytes: 1000000}}}\n");
      return new OverridesReloader(
          file,
          new OverridesFile(OverridesConfig.DEFAULTS, AcceptedKeys.none()),
          (name, text) -> text,
          overrides,
          () -> Thread.sleep(NEVER),
          clock,
          new OverridesMetrics(metrics));
    }

    private BlocklistPoller poller() {
      BlocklistMetrics listMetrics = new BlocklistMetrics(metrics, clock);
      return new BlocklistPoller(
          new StoreBlocklist(
              objects,
              new TenantIndexReader(
                  objects,
                  new TenantListing(objects, 2, Duration.ZERO, clock),
                  new TenantIndexReader.Settings(
                      tenant -> true, Duration.ZERO, true, Optional.empty()),
                  clock,
                  listMetrics),
              new StoreBlocklist.Tolerance(1, 1),
              1,
              clock,
              listMetrics),
          ticks,
          clock,
          listMetrics);
    }

    private Ingester ingester(Overrides overrides) {
      WalConfig wal = new WalConfig(true, SyncMode.GROUP, NEVER, 2048, NEVER, true, 0);
      IngesterConfig config =
          new IngesterConfig(
              2,
              Duration.ofMillis(20),
              Duration.ofMinutes(5),
              NEVER,
              NEVER,
              NEVER,
              1L << 20,
              Duration.ofMinutes(15),
              false,
              true,
              wal,
              LifecyclerConfig.DEFAULTS);
      return new Ingester(
          IngesterSettings.of(
              Path.of("/wal"),
              "node",
              config,
              BlockConfig.DEFAULTS,
              2048,
              512L << 20,
              Duration.ofMinutes(2)),
          new IngesterParts(
              own, store, poller::added, overrides, clock, new IngesterMetrics(metrics)));
    }

    private Compactor compactor(Overrides overrides) {
      return new Compactor(
          new CompactorSettings(
              CompactorConfig.DEFAULTS,
              Path.of("/wal/compaction"),
              Duration.ofMinutes(5),
              BlockBuilderConfig.DEFAULTS,
              MergerConfig.DEFAULTS),
          new CompactorParts(
              own,
              store,
              poller,
              overrides,
              clock,
              new CompactorMetrics(metrics),
              ingester::forget),
          objects);
    }

    /// One request in a few fails.
    void failSomeRequests() {
      int every = 3 + random.nextInt(20);
      AtomicInteger calls = new AtomicInteger();
      objects.failWhen(call -> calls.incrementAndGet() % every == 0);
      failing = true;
    }

    /// From the nth request on none reaches the store.
    void failFrom(int request) {
      AtomicInteger calls = new AtomicInteger();
      objects.failWhen(call -> calls.getAndIncrement() >= request);
      failing = true;
    }

    void heal() {
      objects.heal();
      failing = false;
    }

    Life restarted() throws Exception {
      close();
      restarts++;
      return new Life();
    }

    /// Ends without doing anything more that a later process could see: a kill, or a power cut.
    Life killed() throws Exception {
      objects.failWhen(call -> true);
      disk = random.nextBoolean() ? disk.copy() : disk.survivors(random.nextLong());
      close();
      kills++;
      return new Life();
    }

    void push(Tenant tenant) throws Exception {
      TraceId id = new TraceId(random.nextLong(), ++traces);
      Instant time = clock.instant();
      PushOutcome outcome =
          ingester.push(tenant, OtlpDecoder.decode(Bytes.of(export(id, time)))).get();
      assertThat(outcome).isInstanceOf(PushOutcome.Stored.class);
      ledger.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(new Sent(id, time));
    }

    /// Uploads that failed wait in real time; only where nothing fails it is waited for them.
    void flush() throws Exception {
      ingester.flush(Optional.empty());
      ingester.awaitFlushed(failing ? Duration.ofMillis(50) : PATIENCE);
    }

    /// What the threads of a process would do by now.
    void lookAfter() throws Exception {
      compactor.refreshLease();
      ticks.once();
      for (int round = 0; round < 50 && compactor.work(); round++) {
        clock.advance(Duration.ofSeconds(30));
      }
      ticks.once();
    }

    /// After failed requests: everything is tried again. An upload that is under way does not hear
    /// that, and may fail once more.
    void settle() throws Exception {
      long end = System.nanoTime() + PATIENCE.toNanos();
      do {
        assertThat(System.nanoTime()).as("all is uploaded, seed %d", SEED).isLessThan(end);
        ingester.flush(Optional.empty());
      } while (!ingester.awaitFlushed(Duration.ofMillis(300)));
      clock.advance(Duration.ofMinutes(31));
      lookAfter();
      clock.advance(Duration.ofMinutes(31));
      lookAfter();
    }

    int spansOf(Tenant tenant, TraceId id) throws Exception {
      TraceResult result =
          queries.traceById(
              tenant,
              new TraceLookup(id, Optional.empty(), Optional.empty(), TraceLookup.Where.ALL, 0));
      assertThat(result.partial()).isEmpty();
      if (result.trace().isEmpty()) {
        return 0;
      }
      Bytes trace = result.trace().get();
      // A `tempopb.Trace` has its resource spans in field 1, as an export has.
      return ExportTraceServiceRequest.parseFrom(
              ByteString.copyFrom(trace.array(), trace.offset(), trace.length()))
          .getResourceSpansList()
          .stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .mapToInt(ScopeSpans::getSpansCount)
          .sum();
    }

    SearchResult search(Tenant tenant, Instant from) throws Exception {
      SearchResult result =
          queries.search(
              tenant,
              new SearchLookup(
                  TraceQl.compile("{ span.part = 0 }"),
                  from.getEpochSecond() * 1_000_000_000L,
                  Long.MAX_VALUE,
                  100_000,
                  3));
      assertThat(result.partial()).isEmpty();
      return result;
    }

    void close() {
      compactor.close();
      ingester.close();
      poller.close();
      limits.close();
      pool.close();
    }
  }

  private static byte[] export(TraceId id, Instant time) {
    ScopeSpans.Builder spans = ScopeSpans.newBuilder();
    long nanos = time.getEpochSecond() * 1_000_000_000L;
    for (int part = 0; part < SPANS; part++) {
      spans.addSpans(
          Span.newBuilder()
              .setTraceId(bytes(id.high(), id.low()))
              .setSpanId(bytes(part + 1))
              .setParentSpanId(part == 0 ? ByteString.EMPTY : bytes(1))
              .setName("step")
              .setStartTimeUnixNano(nanos)
              .setEndTimeUnixNano(nanos + 1_000_000)
              .addAttributes(
                  KeyValue.newBuilder()
                      .setKey("part")
                      .setValue(AnyValue.newBuilder().setIntValue(part))));
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
        .build()
        .toByteArray();
  }

  private static ByteString bytes(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
    for (long value : values) {
      bytes.putLong(value);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
