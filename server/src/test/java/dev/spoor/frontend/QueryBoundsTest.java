package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.contract.Explanation;
import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.ListPage;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectInfo;
import dev.spoor.storage.objectstore.ObjectSource;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.metrics.TimeSeries;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What bounds a query: a client that goes away, and the budgets of time, bytes and memory.
class QueryBoundsTest {

  private static final int BLOCKS = 8;
  private static final int SPANS = 200;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(60);

  private final CpuPool pool = new CpuPool("test", 2, BLOCKS, 1_000, CpuPool.Observer.NONE);
  private Places places;

  @BeforeEach
  void fill() throws Exception {
    pool.start();
    places = new Places();
    for (int i = 0; i < BLOCKS; i++) {
      places.addStoredBlock(spans(i), 50);
    }
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    places.close();
  }

  @Test
  void aClientThatGoesAwayEndsReadsThatHangAndNoneBegins() throws Exception {
    HangingStore store = new HangingStore(places.objects());
    QueryFrontend frontend = frontend(store, limits(Duration.ZERO, LONG, Duration.ZERO, 0, 0));
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread client =
        Thread.ofVirtual()
            .start(() -> {
              try {
                frontend.search(Places.TENANT, search("{ name =~ \".*7\" }"));
                ended.complete(new AssertionError("it answered"));
              } catch (Throwable thrown) {
                ended.complete(thrown);
              }
            });
    store.hanging.await();

    client.interrupt();

    assertThat(ended.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    store.interrupted.await();
    pool.close();
    assertThat(store.begunAfterInterrupt.get()).isZero();
  }

  @Test
  void aJobThatHangsIsGivenUpAndTheAnswerSaysSo() throws Exception {
    HangingStore store = new HangingStore(places.objects());
    Duration limit = SHORT;
    boolean stopped;
    do { // until the time was enough for a job to begin
      limit = limit.multipliedBy(2);
      SearchResult result =
          frontend(store, limits(Duration.ZERO, limit, Duration.ZERO, 0, 0))
              .search(Places.TENANT, search("{ name = \"span 7\" }"));
      assertThat(result.traces()).isEmpty();
      assertThat(result.partial().orElseThrow()).contains("configured timeout of ");
      stopped =
          result.cost().explanation().jobs().stream()
              .anyMatch(job -> job.outcome() == Explanation.Outcome.STOPPED);
    } while (!stopped && limit.compareTo(LONG) < 0);

    assertThat(stopped).isTrue();
  }

  @Test
  void aTraceIsAnsweredWithWhatWasFoundInTime() throws Exception {
    HangingStore store = new HangingStore(places.objects());
    places.addLive(spans(3));
    Duration limit = SHORT;
    TraceResult result;
    do { // until the time was enough for what is live
      limit = limit.multipliedBy(2);
      result =
          frontend(store, limits(Duration.ZERO, LONG, limit, 0, 0))
              .traceById(Places.TENANT, trace(3001));
      assertThat(result.partial().orElseThrow()).contains("configured timeout of ");
    } while (result.trace().isEmpty() && limit.compareTo(LONG) < 0);

    assertThat(result.trace()).isPresent();
  }

  @Test
  void afterTheApiTimeoutThereIsNoAnswerAtAll() {
    HangingStore store = new HangingStore(places.objects());
    QueryFrontend frontend = frontend(store, limits(SHORT, LONG, Duration.ZERO, 0, 0));

    assertThatThrownBy(() -> frontend.search(Places.TENANT, search("{ name = \"span 7\" }")))
        .isInstanceOfSatisfying(
            ServiceException.class,
            timeout -> assertThat(timeout.kind()).isEqualTo(ErrorKind.API_TIMEOUT))
        .hasMessageContaining("configured timeout of 60ms");
  }

  @Test
  void aQueryThatReadTooMuchAnswersWithWhatItFound() throws Exception {
    CountingStore store = new CountingStore(places.objects());
    QueryFrontend frontend = frontend(store, limits(Duration.ZERO, LONG, Duration.ZERO, 3000, 0));

    SearchResult result = frontend.search(Places.TENANT, search("{ name =~ \"span .*\" }"));

    assertThat(result.partial().orElseThrow()).contains("may read 3000 bytes");
    assertThat(result.cost().explanation().budget().stop()).isPresent();
    int reads = store.reads.get();
    frontend(store, limits(Duration.ZERO, LONG, Duration.ZERO, 0, 0))
        .search(Places.TENANT, search("{ name =~ \"span .*\" }"));
    assertThat(reads).isLessThan(store.reads.get() - reads);
  }

  @Test
  void seriesWithoutEndEndAtTheMemoryOfTheQuery() throws Exception {
    QueryFrontend frontend =
        frontend(places.objects(), limits(Duration.ZERO, LONG, Duration.ZERO, 0, 4 << 20));
    MetricsLookup lookup =
        new MetricsLookup(
            TraceQl.compileMetrics("{ } | count_over_time() by (span:id)"),
            Intervals.aligned(0, 10_000, 1),
            new MetricsLimits(0, 0));

    MetricsAnswer answer = frontend.metrics(Places.TENANT, lookup);

    assertThat(answer.partial().orElseThrow()).contains("may hold 4194304 bytes of memory");
    assertThat(answer.cost().explanation().budget().peakMemory()).isLessThanOrEqualTo(4 << 20);
  }

  @Test
  void aTraceThatTakesMoreMemoryThanAQueryMayHoldIsAnsweredInPart() throws Exception {
    for (int piece = 0; piece < 20; piece++) {
      places.addLive(pieceOfOne(piece));
    }
    QueryFrontend frontend =
        frontend(places.objects(), limits(Duration.ZERO, LONG, Duration.ZERO, 0, 1 << 20));

    TraceResult result = frontend.traceById(Places.TENANT, trace(7_777_777));

    assertThat(result.trace()).isPresent();
    assertThat(result.tooLarge()).isTrue();
    assertThat(result.partial().orElseThrow()).contains("may hold 1048576 bytes of memory");
    assertThat(result.cost().explanation().budget().peakMemory()).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void aSplitTraceThatIsTooLargeToBeBroughtTogetherIsLeftOutAndTheOthersAreNot() throws Exception {
    for (int piece = 0; piece < 20; piece++) {
      places.addStoredBlock(pieceOfOne(piece), 1_000);
    }
    places.addLive(spans(3));
    QueryFrontend frontend =
        frontend(places.objects(), limits(Duration.ZERO, LONG, Duration.ZERO, 0, 2 << 20));

    SearchResult result = frontend.search(Places.TENANT, search("{ } | count() > 0"));

    assertThat(result.partial().orElseThrow())
        .startsWith("trace %s is not looked at as a whole".formatted(new TraceId(0, 7_777_777)))
        .contains("bytes of memory");
    assertThat(result.traces())
        .hasSize(BLOCKS * SPANS)
        .noneMatch(match -> match.id().low() == 7_777_777);
  }

  @Test
  void theSpansOfASplitTraceThatIsTooLargeToBeBroughtTogetherAreCountedOnceEach() throws Exception {
    for (int piece = 0; piece < 20; piece++) {
      places.addStoredBlock(pieceOfOne(piece), 1_000);
    }
    places.addStoredBlock(pieceOfOne(7), 1_000);
    places.addLive(pieceOfOne(20));
    QueryFrontend frontend =
        frontend(places.objects(), limits(Duration.ZERO, LONG, Duration.ZERO, 0, 2 << 20));
    MetricsLookup lookup =
        new MetricsLookup(
            TraceQl.compileMetrics("{ name =~ \"step.*\" } | count_over_time()"),
            Intervals.aligned(0, 10_000, 10_000),
            new MetricsLimits(0, 0));

    MetricsAnswer answer = frontend.metrics(Places.TENANT, lookup);

    assertThat(answer.partial()).isEmpty();
    assertThat(sum(answer)).isEqualTo(21 * SPANS);
  }

  /// Each read waits until all blocks are being read: with as many readers as processors none would
  /// ever end.
  @Test
  void readsOfASlowStoreOverlap() throws Exception {
    CyclicBarrier together = new CyclicBarrier(BLOCKS);
    AtomicInteger first = new AtomicInteger();
    ObjectStore store =
        new SeenStore(places.objects()) {
          @Override
          void beforeRead() throws IOException {
            if (first.incrementAndGet() <= BLOCKS) {
              awaitAll(together);
            }
          }
        };
    QueryFrontend frontend = frontend(store, limits(Duration.ZERO, LONG, Duration.ZERO, 0, 0));

    SearchResult result = frontend.search(Places.TENANT, search("{ name = \"span 7\" }"));

    assertThat(result.partial()).isEmpty();
    assertThat(result.traces()).hasSize(BLOCKS);
  }

  @Test
  void anAnswerIsExplained() throws Exception {
    QueryFrontend frontend =
        frontend(places.objects(), limits(Duration.ZERO, LONG, Duration.ZERO, 0, 0));

    Explanation explanation =
        frontend
            .search(Places.TENANT, search("{ name = \"span 7\" && duration > 1ns }"))
            .cost()
            .explanation();

    assertThat(explanation.plan().getFirst().conditions())
        .containsExactly("name = `span 7`", "duration > 1ns");
    assertThat(explanation.jobs()).hasSizeGreaterThanOrEqualTo(BLOCKS);
    assertThat(explanation.stages()).isNotEmpty();
    assertThat(explanation.budget().bytesRead()).isPositive();
    SearchResult nothing = frontend.search(Places.TENANT, search("{ name = \"nowhere\" }"));
    assertThat(nothing.cost().fetch().rowGroupsSkipped()).isEqualTo(BLOCKS);
    assertThat(nothing.cost().fetch().rowGroupsRead()).isZero();
  }

  // ---- helpers

  /// @param bytes 0 for any number
  /// @param memory 0 for plenty
  private static QueryLimits limits(
      Duration api, Duration job, Duration time, long bytes, long memory) {
    QueryFrontendConfig defaults = QueryFrontendConfig.DEFAULTS;
    QueryFrontendConfig frontend =
        new QueryFrontendConfig(
            defaults.maxOutstandingPerTenant(),
            defaults.maxBatchSize(),
            defaults.maxRetries(),
            defaults.search(),
            defaults.traceById(),
            defaults.metrics(),
            true,
            api,
            List.of(),
            defaults.maxQueryExpressionSizeBytes(),
            Duration.ZERO,
            new QueryFrontendConfig.Budget(time, bytes, memory, 0));
    QuerierConfig querier =
        new QuerierConfig(new QuerierConfig.Search(job), new QuerierConfig.TraceById(job), 20);
    return new QueryLimits(frontend, querier, 1L << 30);
  }

  private QueryFrontend frontend(ObjectStore store, QueryLimits limits) {
    StoredBlocks stored = places.stored(store);
    return new QueryFrontend(
        _ -> places,
        stored,
        new BlockTraceIds(stored, 1 << 20),
        pool,
        limits,
        new FrontendMetrics(new Metrics()));
  }

  private static double sum(MetricsAnswer answer) {
    double sum = 0;
    for (TimeSeries series : answer.result().series()) {
      for (double value : series.samples()) {
        sum += Double.isNaN(value) ? 0 : value;
      }
    }
    return sum;
  }

  private static SearchLookup search(String query) {
    return new SearchLookup(TraceQl.compile(query), Long.MIN_VALUE, Long.MAX_VALUE, 10_000, 3);
  }

  private static TraceLookup trace(long id) {
    return new TraceLookup(
        new TraceId(0, id), Optional.empty(), Optional.empty(), TraceLookup.Where.ALL, 0);
  }

  /// A part of one large trace.
  private static SpanColumns pieceOfOne(int piece) throws Exception {
    List<OtlpOf.Placed> spans = new ArrayList<>();
    for (int i = 0; i < SPANS; i++) {
      TestSpan span = new TestSpan("span", 1 + piece * (long) SPANS + i, 0);
      span.name = "step " + piece + " " + i + " x".repeat(100);
      span.start = 10 + i;
      span.duration = 5;
      spans.add(new OtlpOf.Placed(7_777_777, span));
    }
    return OtlpOf.columns(spans);
  }

  private static SpanColumns spans(int block) throws Exception {
    List<OtlpOf.Placed> spans = new ArrayList<>();
    for (int i = 0; i < SPANS; i++) {
      TestSpan span = new TestSpan("span", block * 1000L + i + 1, 0);
      span.name = "span " + i;
      span.start = 10 + i;
      span.duration = 5;
      span.resource.put("service.name", new Value.Str("shop"));
      spans.add(new OtlpOf.Placed(block * 1000L + i, span));
    }
    return OtlpOf.columns(spans);
  }

  private static void awaitAll(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException
        | BrokenBarrierException
        | java.util.concurrent.TimeoutException e) {
      throw new IOException(e);
    }
  }

  /// A store whose reads can be watched.
  private abstract static class SeenStore implements ObjectStore {

    private final ObjectStore store;

    SeenStore(ObjectStore store) {
      this.store = store;
    }

    abstract void beforeRead() throws IOException;

    @Override
    public String put(String key, byte[] content) throws IOException {
      return store.put(key, content);
    }

    @Override
    public String put(String key, ObjectSource source) throws IOException {
      return store.put(key, source);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
      return store.putIfAbsent(key, content);
    }

    @Override
    public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
      return store.putIfMatch(key, etag, content);
    }

    @Override
    public byte[] get(String key, int limit) throws IOException {
      beforeRead();
      return store.get(key, limit);
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
      beforeRead();
      return store.read(key, offset, length);
    }

    @Override
    public ObjectInfo head(String key) throws IOException {
      return store.head(key);
    }

    @Override
    public void delete(String key) throws IOException {
      store.delete(key);
    }

    @Override
    public void close() {
      store.close();
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
      return store.list(request);
    }
  }

  private static final class CountingStore extends SeenStore {

    private final AtomicInteger reads = new AtomicInteger();

    CountingStore(ObjectStore store) {
      super(store);
    }

    @Override
    void beforeRead() {
      reads.incrementAndGet();
    }
  }

  /// Reads end when they are interrupted, and not before.
  private static final class HangingStore extends SeenStore {

    // As many as the pool has threads, so that none is about to begin when the client goes.
    private final CountDownLatch hanging = new CountDownLatch(BLOCKS);
    private final CountDownLatch interrupted = new CountDownLatch(BLOCKS);
    private final AtomicInteger begunAfterInterrupt = new AtomicInteger();

    HangingStore(ObjectStore store) {
      super(store);
    }

    @Override
    void beforeRead() throws IOException {
      if (interrupted.getCount() == 0) {
        begunAfterInterrupt.incrementAndGet();
      }
      hanging.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException stopped) {
        interrupted.countDown();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }
}
