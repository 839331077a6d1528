package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.contract.TraceLookup;
import dev.spoor.model.TraceId;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectInfo;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.S3Configs;
import dev.spoor.storage.objectstore.S3ObjectStore;
import dev.spoor.storage.objectstore.S3ProxyServer;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.query.TraceQl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How many requests a query makes of the object store: the formulas of
/// docs/operations/object-store.md, counted.
class QueryRequestsTest {

  private static final int BLOCKS = 3;
  private static final int TRACES = 10;
  private static final long SECOND = 1_000_000_000L;
  private static final long PIECE = 256 << 10;

  private final CpuPool pool = new CpuPool("test", 2);
  private Places places;

  @BeforeEach
  void start() throws Exception {
    pool.start();
    places = new Places();
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    places.close();
  }

  @Test
  void overSmallBlocksTheyAreThoseThatAreStated() throws Exception {
    fill();
    FaultyObjectStore objects = new FaultyObjectStore(places.objects());
    verify(objects, () -> objects.calls().size());
  }

  @Test
  void overABucketTheyAreTheSame() throws Exception {
    fill();
    AtomicInteger requests = new AtomicInteger();
    try (ObjectStore bucket =
        S3ObjectStore.open(
            S3Configs.of(S3ProxyServer.shared()), (_, _, _) -> requests.incrementAndGet())) {
      List<ObjectInfo> all = new ArrayList<>();
      places.objects().forEach(ListRequest.below(""), all::add);
      for (ObjectInfo object : all) {
        bucket.put(object.key(), places.objects().get(object.key(), 1 << 20));
      }
      verify(bucket, requests::get);
    }
  }

  @Test
  void ofALargerBlockAreReadPiecesAndNoneTwice() throws Exception {
    BlockMeta large = places.addStoredBlock(noise(), 1000);
    FaultyObjectStore objects = new FaultyObjectStore(places.objects());
    Requests of = new Requests(objects, () -> objects.calls().size());
    int pieces = Math.toIntExact(Math.ceilDiv(large.size(), PIECE));
    assertThat(pieces).isGreaterThan(3);

    assertThat(of.finding(7)).isLessThanOrEqualTo(2 + pieces);
    assertThat(of.searching("{ span.noise =~ \".*zzzz.*\" }")).isLessThanOrEqualTo(2 + pieces);
    assertThat(of.counting()).isLessThanOrEqualTo(pieces);
    for (int again = 0; again < 3; again++) {
      assertThat(of.finding(7)).isZero();
    }
  }

  private void verify(ObjectStore objects, Count count) throws Exception {
    int bloom = 1;
    int data = 1;
    int valueIndex = 2;

    Requests ids = new Requests(objects, count);
    assertThat(ids.finding(999)).as("a filter of each block").isEqualTo(BLOCKS * bloom);
    assertThat(ids.finding(5)).as("the block that has it").isEqualTo(data);
    assertThat(ids.finding(5)).as("once more").isZero();

    Requests searches = new Requests(objects, count);
    assertThat(searches.searching("{ span.from = \"nobody\" }"))
        .as("data and values of each block")
        .isEqualTo(BLOCKS * (data + valueIndex));
    assertThat(searches.searching("{ span.from = \"block 1\" }"))
        .as("and where else the traces of the answer are")
        .isEqualTo(BLOCKS * bloom);
    assertThat(searches.searching("{ span.from = \"block 1\" }")).as("once more").isZero();

    Requests metrics = new Requests(objects, count);
    assertThat(metrics.counting()).as("data of each block").isEqualTo(BLOCKS * data);
    assertThat(metrics.counting()).as("once more").isZero();

    Requests names = new Requests(objects, count);
    assertThat(names.naming()).as("dictionaries of each block").isEqualTo(BLOCKS * data);
    assertThat(names.naming()).as("once more").isZero();

    Requests values = new Requests(objects, count);
    assertThat(values.listing()).as("data of each block").isEqualTo(BLOCKS * data);
    assertThat(values.listing()).as("once more").isZero();
  }

  /// Blocks that are smaller than a piece, all of the same time.
  private void fill() throws Exception {
    for (int block = 0; block < BLOCKS; block++) {
      List<OtlpOf.Placed> spans = new ArrayList<>();
      for (int trace = 1; trace <= TRACES; trace++) {
        spans.add(span(100L * block + trace, "from", "block " + block));
      }
      assertThat(places.addStoredBlock(OtlpOf.columns(spans), 1 << 20).size()).isLessThan(PIECE);
    }
  }

  private static SpanColumns noise() throws Exception {
    Random random = new Random(1);
    List<OtlpOf.Placed> spans = new ArrayList<>();
    for (int trace = 1; trace <= 4000; trace++) {
      StringBuilder text = new StringBuilder();
      random.ints(500, 'a', 'z').forEach(letter -> text.append((char) letter));
      spans.add(span(trace, "noise", text.toString()));
    }
    return OtlpOf.columns(spans);
  }

  private static OtlpOf.Placed span(long trace, String key, String value) {
    TestSpan span = new TestSpan("span", trace, 0);
    span.name = "step";
    span.start = SECOND;
    span.duration = SECOND;
    span.attributes.put(key, new Value.Str(value));
    return new OtlpOf.Placed(trace, span);
  }

  private interface Count {
    int now();
  }

  private interface Question {
    void ask() throws InterruptedException;
  }

  /// A process with nothing in its cache, and the requests of each question to it.
  private final class Requests {

    private final QueryFrontend frontend;
    private final Count count;

    Requests(ObjectStore objects, Count count) {
      StoredBlocks stored = places.stored(objects, new BlockCache(64 << 20));
      this.count = count;
      this.frontend =
          new QueryFrontend(
              _ -> NothingRecent.INSTANCE,
              stored,
              new BlockTraceIds(stored, 1 << 20),
              pool,
              new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
              new FrontendMetrics(new Metrics()));
    }

    private int of(Question question) throws InterruptedException {
      int before = count.now();
      question.ask();
      return count.now() - before;
    }

    int finding(long trace) throws InterruptedException {
      TraceLookup lookup =
          new TraceLookup(
              new TraceId(0, trace), Optional.empty(), Optional.empty(), TraceLookup.Where.ALL, 0);
      return of(() -> frontend.traceById(Places.TENANT, lookup));
    }

    int searching(String query) throws InterruptedException {
      SearchLookup lookup = new SearchLookup(TraceQl.compile(query), 0, Long.MAX_VALUE, 20, 3);
      return of(() -> frontend.search(Places.TENANT, lookup));
    }

    int counting() throws InterruptedException {
      MetricsLookup lookup =
          new MetricsLookup(
              TraceQl.compileMetrics("{ } | count_over_time()"),
              Intervals.instant(0, 10 * SECOND),
              MetricsLimits.NONE);
      return of(() -> frontend.metrics(Places.TENANT, lookup));
    }

    int naming() throws InterruptedException {
      TagNamesLookup lookup =
          new TagNamesLookup(
              List.of(Scope.SPAN), Optional.empty(), 0, Long.MAX_VALUE, new TagLimits(0, 0, 0, 0));
      return of(() -> frontend.tagNames(Places.TENANT, lookup));
    }

    int listing() throws InterruptedException {
      TagValuesLookup lookup =
          new TagValuesLookup(
              List.of(new Field.Attribute(Scope.SPAN, "from")),
              Optional.empty(),
              0,
              Long.MAX_VALUE,
              new TagLimits(0, 0, 0, 0));
      return of(() -> frontend.tagValues(Places.TENANT, lookup));
    }
  }
}
