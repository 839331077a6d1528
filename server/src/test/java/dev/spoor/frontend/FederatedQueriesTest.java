package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.RecentSpans;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.fetch.QueryMemory;
import dev.spoor.traceql.fetch.QueryStop;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.query.TraceMatch;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A query over several tenants asks all of them at once, and what ails one does not hide the
/// others.
class FederatedQueriesTest {

  private static final Tenant A = new Tenant("a");
  private static final Tenant B = new Tenant("b");
  private static final Tenants BOTH = new Tenants(List.of(A, B));
  private static final long SECOND = 1_000_000_000L;
  private static final String LOST = "job queue full";
  private static final String ANY = "{ span.from != nil }";
  private static final TagNamesLookup ALL_NAMES =
      new TagNamesLookup(
          List.of(Scope.SPAN), Optional.empty(), 0, Long.MAX_VALUE, new TagLimits(0, 0, 0, 0));
  private static final TagValuesLookup VALUES =
      new TagValuesLookup(
          List.of(new Field.Attribute(Scope.SPAN, "from")),
          Optional.empty(),
          0,
          Long.MAX_VALUE,
          new TagLimits(0, 0, 0, 0));
  private static final MetricsLookup COUNT =
      new MetricsLookup(
          TraceQl.compileMetrics("{ } | count_over_time()"),
          Intervals.instant(0, 10 * SECOND),
          MetricsLimits.NONE);

  private static final int LONG_SERIES_BYTES = 10_000 * Double.BYTES;
  private static final MetricsLookup LONG_SERIES =
      new MetricsLookup(
          TraceQl.compileMetrics("{ } | count_over_time() by (span.from)"),
          new Intervals(0, SECOND, 10_000),
          MetricsLimits.NONE);

  private final CpuPool pool = new CpuPool("test", 2, 8, 1_000, CpuPool.Observer.NONE);
  private final Map<Tenant, Before> before = new HashMap<>();
  private final Places spansOfA = new Places();
  private final Places spansOfB = new Places();
  private Blocklist list = Blocklist.EMPTY;
  private QueryFrontend frontend;

  FederatedQueriesTest() throws IOException {}

  @BeforeEach
  void fill() throws Exception {
    pool.start();
    spansOfA.addLive(span(1, "from a"));
    spansOfB.addLive(span(2, "from b"));
    frontend = frontend(pool, 1L << 28);
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    spansOfA.close();
    spansOfB.close();
  }

  @Test
  void allTenantsAreAskedAtTheSameTime() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    before.put(A, () -> meet(both));
    before.put(B, () -> meet(both));

    assertThat(search().traces()).hasSize(2);
    assertThat(names().names().get(Scope.SPAN)).contains("from");
    assertThat(values()).isEqualTo(2);
    assertThat(counted()).isEqualTo(2);
    assertThat(find(1).trace()).isPresent();
    assertThat(find(3).trace()).isEmpty();
  }

  @Test
  void anAnswerOverSeveralTenantsHasNoMoreBytesThanOneMayHave() throws Exception {
    spansOfA.addLive(span(5, "12345"));
    spansOfB.addLive(span(6, "67890"));

    assertThat(values(new TagLimits(0, 11, 0, 0))).containsExactly("12345", "67890");
    assertThat(values(new TagLimits(0, 9, 0, 0))).hasSize(1);
    assertThat(values(new TagLimits(1, 0, 0, 0))).hasSize(1);
    assertThat(
            frontend
                .tagNames(
                    BOTH,
                    new TagNamesLookup(
                        List.of(Scope.SPAN),
                        Optional.empty(),
                        0,
                        Long.MAX_VALUE,
                        new TagLimits(0, 3, 0, 0)))
                .names())
        .as("four bytes are one too many")
        .isEmpty();
  }

  private List<String> values(TagLimits limits) throws InterruptedException {
    return frontend
        .tagValues(
            BOTH,
            new TagValuesLookup(
                List.of(new Field.Attribute(Scope.SPAN, "from")),
                Optional.empty(),
                0,
                Long.MAX_VALUE,
                limits))
        .values()
        .stream()
        .map(ValueText::plain)
        .toList();
  }

  @Test
  void whatOneTenantHasIsShownWhileAnotherIsStillAsked() throws Exception {
    CompletableFuture<SearchResult> shown = new CompletableFuture<>();
    before.put(B, shown::join);

    SearchResult whole =
        frontend.search(BOTH, search(ANY, 20), soFar -> shown.complete(soFar.get()));

    assertThat(shown.join().traces()).hasSize(1);
    assertThat(shown.join().cost().jobs()).isEqualTo(1);
    assertThat(whole.traces()).hasSize(2);
  }

  @Test
  void aTraceThatWasShownStaysInTheAnswer() throws Exception {
    CompletableFuture<SearchResult> shown = new CompletableFuture<>();
    before.put(A, shown::join);

    SearchResult whole =
        frontend.search(BOTH, search(ANY, 1), soFar -> shown.complete(soFar.get()));

    assertThat(shown.join().traces()).extracting(TraceMatch::id).containsExactly(id(2));
    assertThat(whole.traces()).extracting(TraceMatch::id).containsExactly(id(2));
    assertThat(frontend.search(BOTH, search(ANY, 1)).traces())
        .extracting(TraceMatch::id)
        .containsExactly(id(1));
  }

  @Test
  void whereTheNewestAreWantedNoneIsShownBeforeAllTenantsAreAsked() throws Exception {
    CompletableFuture<SearchResult> shown = new CompletableFuture<>();
    before.put(B, shown::join);

    SearchResult whole =
        frontend.search(
            BOTH,
            search(ANY + " with (most_recent=true)", 20),
            soFar -> shown.complete(soFar.get()));

    assertThat(shown.join().traces()).isEmpty();
    assertThat(whole.traces()).hasSize(2);
  }

  @Test
  void namesValuesAndSumsAreShownWhileAnotherTenantIsStillAskedToo() throws Exception {
    CompletableFuture<TagNames> names = new CompletableFuture<>();
    before.put(B, names::join);
    frontend.tagNames(BOTH, ALL_NAMES, soFar -> names.complete(soFar.get()));
    assertThat(names.join().names().get(Scope.SPAN)).contains("from");

    CompletableFuture<TagValues> values = new CompletableFuture<>();
    before.put(B, values::join);
    TagValues allValues = frontend.tagValues(BOTH, VALUES, soFar -> values.complete(soFar.get()));
    assertThat(values.join().values()).hasSize(1);
    assertThat(allValues.values()).hasSize(2);

    CompletableFuture<MetricsAnswer> sums = new CompletableFuture<>();
    before.put(B, sums::join);
    MetricsAnswer all = frontend.metrics(BOTH, COUNT, soFar -> sums.complete(soFar.get()));
    assertThat(count(sums.join())).isEqualTo(1);
    assertThat(count(all)).isEqualTo(2);
  }

  @Test
  void howFarASumWasIsAskedAfterItsEndTooAndCountsNothingTwice() throws Exception {
    AtomicReference<Supplier<MetricsAnswer>> told = new AtomicReference<>();

    MetricsAnswer all = frontend.metrics(BOTH, COUNT, told::set);

    MetricsAnswer late = told.get().get();
    assertThat(count(all)).isEqualTo(2);
    assertThat(count(late)).isEqualTo(2);
    assertThat(late.partial()).isEmpty();
  }

  /// One job after the other, so that it takes as much each time.
  @Test
  void watchingASumTakesNothingOfWhatTheQueryMayHold() throws Exception {
    try (CpuPool single = new CpuPool("single", 1)) {
      single.start();
      MetricsAnswer unwatched = frontend(single, 1L << 28).metrics(BOTH, LONG_SERIES);
      long needed = unwatched.cost().explanation().budget().peakMemory();
      AtomicReference<MetricsAnswer> told = new AtomicReference<>();

      MetricsAnswer watched =
          frontend(single, needed + LONG_SERIES_BYTES / 2)
              .metrics(BOTH, LONG_SERIES, soFar -> told.set(soFar.get()));

      assertThat(needed).isGreaterThan(3 * LONG_SERIES_BYTES);
      assertThat(watched.partial()).isEmpty();
      assertThat(watched.result().series()).hasSize(2);
      assertThat(told.get().result().series()).hasSize(2);
    }
  }

  @Test
  void aTenantThatFailsIsNamedAndTheOthersAreAnswered() throws Exception {
    before.put(B, FederatedQueriesTest::lose);

    assertThat(search().traces()).hasSize(1);
    assertThat(search().partial()).contains("tenant b: " + LOST);
    assertThat(names().names().get(Scope.SPAN)).contains("from");
    assertThat(names().partial()).contains("tenant b: " + LOST);
    assertThat(values()).isEqualTo(1);
    assertThat(find(1).trace()).isPresent();
    assertThat(find(1).partial()).contains("tenant b: " + LOST);
    assertThat(find(2).partial()).as("so that it is no 404").isPresent();
  }

  @Test
  void aSumWithoutOneOfTheTenantsIsNoAnswer() {
    before.put(B, FederatedQueriesTest::lose);

    assertThatThrownBy(this::counted)
        .isInstanceOfSatisfying(
            ServiceException.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.RESOURCE_EXHAUSTED))
        .hasMessage("tenant b: " + LOST);
  }

  @Test
  void whenAllFailSoDoesTheQuery() {
    before.put(A, FederatedQueriesTest::lose);
    before.put(B, FederatedQueriesTest::lose);

    assertThatThrownBy(this::search).isInstanceOf(ServiceException.class).hasMessage(LOST);
  }

  @Test
  void aTenantWhoseBlocksAreUnknownIsNamed() throws Exception {
    list = new Blocklist(Map.of(), new TreeSet<>(Set.of(B)), Instant.EPOCH, Map.of());

    assertThat(names().names().get(Scope.SPAN)).contains("from");
    assertThat(names().partial().orElseThrow())
        .startsWith("tenant b: the blocklist could not be read");
    assertThat(search().traces()).hasSize(2);
    assertThat(search().partial()).isPresent();
    assertThatThrownBy(() -> find(3)).isInstanceOf(ServiceException.class);
    assertThatThrownBy(this::counted).isInstanceOf(ServiceException.class);
  }

  @Test
  void aClientThatGoesAwayEndsTheQueriesOfAll() throws Exception {
    CountDownLatch waiting = new CountDownLatch(2);
    CountDownLatch interrupted = new CountDownLatch(2);
    Before hang =
        () -> {
          waiting.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException gone) {
            interrupted.countDown();
            throw new ServiceException(ErrorKind.CANCELED, "gone", gone);
          }
        };
    before.put(A, hang);
    before.put(B, hang);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread client =
        Thread.ofVirtual()
            .start(() -> {
              try {
                search();
                ended.complete(new AssertionError("it answered"));
              } catch (Throwable thrown) {
                ended.complete(thrown);
              }
            });
    waiting.await();

    client.interrupt();

    assertThat(ended.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    interrupted.await();
  }

  @Test
  void allTenantsTogetherMayTakeWhatOneMay() {
    QueryLimits.Of one =
        new QueryLimits.Of(
            Duration.ZERO, Duration.ZERO, 100, 50, new QueryMemory(0), Duration.ZERO, 9, 1);
    List<QueryRun> queries = QueryRun.ofEach(BOTH, one, pool, () -> {});
    QueryRun ofA = queries.getFirst();
    QueryRun ofB = queries.getLast();

    assertThat(ofA.limits().concurrentJobs()).isEqualTo(5);
    assertThat(ofA.budget().hold(30)).isTrue();
    ofA.budget().read(60);
    assertThat(ofB.wantsMore()).isTrue();
    ofB.budget().read(60);
    assertThat(ofA.budget().stopped().reason()).isEqualTo(QueryStop.Reason.BYTES);
    assertThat(ofB.wantsMore()).isFalse();
    assertThat(QueryRun.partial(queries))
        .contains("the query may read 100 bytes, which was not enough");
    assertThat(QueryRun.cost(queries).explanation().budget().bytesRead()).isEqualTo(120);
  }

  private QueryFrontend frontend(CpuPool threads, long memoryBytes) {
    StoredBlocks stored =
        new StoredBlocks(
            new BlockStore(new MemoryObjectStore(), new BlockCache(0)), () -> Optional.of(list));
    RecentSpans recent =
        tenant ->
            new Watched(
                tenant.equals(A) ? spansOfA : spansOfB, before.getOrDefault(tenant, () -> {}));
    return new QueryFrontend(
        recent,
        stored,
        new BlockTraceIds(stored, 1 << 20),
        threads,
        new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, memoryBytes),
        new FrontendMetrics(new Metrics()));
  }

  private SearchResult search() throws InterruptedException {
    return frontend.search(BOTH, search(ANY, 20));
  }

  private static SearchLookup search(String query, int limit) {
    return new SearchLookup(TraceQl.compile(query), 0, Long.MAX_VALUE, limit, 3);
  }

  private TagNames names() throws InterruptedException {
    return frontend.tagNames(BOTH, ALL_NAMES);
  }

  private int values() throws InterruptedException {
    return frontend.tagValues(BOTH, VALUES).values().size();
  }

  private double counted() throws InterruptedException {
    return count(frontend.metrics(BOTH, COUNT));
  }

  private static double count(MetricsAnswer answer) {
    return answer.result().series().getFirst().samples()[0];
  }

  private static TraceId id(long trace) {
    return new TraceId(0, trace);
  }

  private TraceResult find(long trace) throws InterruptedException {
    return frontend.traceById(
        BOTH,
        new TraceLookup(id(trace), Optional.empty(), Optional.empty(), TraceLookup.Where.ALL, 0));
  }

  private static SpanColumns span(long trace, String from) throws Exception {
    TestSpan span = new TestSpan(from, trace, 0);
    span.name = "step";
    span.start = SECOND;
    span.duration = SECOND;
    span.attributes.put("from", new Value.Str(from));
    return OtlpOf.columns(List.of(new OtlpOf.Placed(trace, span)));
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (Exception alone) {
      throw new IllegalStateException("the other tenant was not asked meanwhile", alone);
    }
  }

  private static void lose() {
    throw new ServiceException(ErrorKind.RESOURCE_EXHAUSTED, LOST);
  }

  /// Happens before a tenant's spans are looked at.
  private interface Before {
    void look();
  }

  private record Watched(RecentSnapshot spans, Before before) implements RecentSnapshot {

    @Override
    public List<SpanSource> sources() {
      before.look();
      return spans.sources();
    }

    @Override
    public List<SpanSource> pieces() {
      before.look();
      return spans.pieces();
    }

    @Override
    public boolean mayRepeat(TraceId id) throws IOException {
      return spans.mayRepeat(id);
    }

    @Override
    public Pieces look(TraceId id) {
      before.look();
      return spans.look(id);
    }

    @Override
    public int places(TraceId id) throws IOException {
      return spans.places(id);
    }

    @Override
    public Set<UUID> blocks() {
      return spans.blocks();
    }

    @Override
    public List<String> unreadable() {
      return List.of();
    }
  }
}
