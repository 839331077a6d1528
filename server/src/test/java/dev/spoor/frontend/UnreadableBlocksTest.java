package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.query.TraceQl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A stored block that can't be read makes an answer partial, and is counted.
class UnreadableBlocksTest {

  private static final String METRIC = "spoor_blocks_unreadable_total";
  private static final long SECOND = 1_000_000_000L;

  private final CpuPool pool = new CpuPool("test", 2);
  private final Metrics metrics = new Metrics();
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
  void aDamagedBlockIsCountedAndTheOtherIsAnswered() throws Exception {
    BlockMeta first = addBlock(1);
    addBlock(2);
    damage(first);

    SearchResult answer = search(places.objects());

    assertThat(answer.traces()).hasSize(1);
    assertThat(answer.partial().orElseThrow())
        .contains("some data could not be read", first.blockId().toString());
    assertThat(counted())
        .containsExactly(METRIC + "{reason=\"damaged\",tenant=\"single-tenant\"} 1.0");
  }

  @Test
  void aStoreThatGivesNothingIsCountedAsSuch() throws Exception {
    addBlock(1);
    FaultyObjectStore down = new FaultyObjectStore(places.objects());
    down.failWhen(call -> true);

    assertThat(search(down).partial()).isPresent();

    assertThat(counted())
        .containsExactly(METRIC + "{reason=\"store\",tenant=\"single-tenant\"} 1.0");
  }

  @Test
  void aBlockThatIsListedAndGoneMakesTheAnswerPartial() throws Exception {
    BlockMeta first = addBlock(1);
    addBlock(2);
    places.objects().delete(Places.TENANT.id() + "/" + first.blockId() + "/data.parquet");

    SearchResult answer = search(places.objects());

    assertThat(answer.traces()).hasSize(1);
    assertThat(answer.partial().orElseThrow()).contains(first.blockId() + " is gone; ask again");
  }

  @Test
  void nothingIsCountedWhenAllIsRead() throws Exception {
    addBlock(1);

    assertThat(search(places.objects()).partial()).isEmpty();
    assertThat(counted()).isEmpty();
  }

  private BlockMeta addBlock(long trace) throws Exception {
    TestSpan span = new TestSpan("span", trace, 0);
    span.name = "step";
    span.start = SECOND;
    span.duration = SECOND;
    span.attributes.put("from", new Value.Str("here"));
    return places.addStoredBlock(OtlpOf.columns(List.of(new OtlpOf.Placed(trace, span))), 1 << 20);
  }

  /// All of its pages.
  private void damage(BlockMeta meta) throws Exception {
    String key = Places.TENANT.id() + "/" + meta.blockId() + "/data.parquet";
    byte[] data = places.objects().get(key, 1 << 20);
    for (int at = 4; at < data.length / 2; at += 7) {
      data[at] ^= 1;
    }
    places.objects().put(key, data);
  }

  private SearchResult search(ObjectStore objects) throws InterruptedException {
    StoredBlocks stored = places.stored(objects, new BlockCache(64 << 20));
    QueryFrontend frontend =
        new QueryFrontend(
            _ -> NothingRecent.INSTANCE,
            stored,
            new BlockTraceIds(stored, 1 << 20),
            pool,
            new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
            new FrontendMetrics(metrics));
    return frontend.search(
        Places.TENANT,
        new SearchLookup(TraceQl.compile("{ span.from = \"here\" }"), 0, Long.MAX_VALUE, 20, 3));
  }

  private List<String> counted() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(METRIC))
        .toList();
  }
}
