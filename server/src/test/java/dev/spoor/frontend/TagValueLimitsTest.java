package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.BlockCache;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.data.TestSpan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What one tenant's look-up of values may hold and read.
class TagValueLimitsTest {

  private static final long SECOND = 1_000_000_000L;

  private final CpuPool pool = new CpuPool("test", 2);
  private Places places;

  @BeforeEach
  void fill() throws Exception {
    pool.start();
    places = new Places();
    addBlock(1, "oldest", 100);
    addBlock(2, "newest", 300);
    addBlock(3, "middle", 200);
  }

  @AfterEach
  void close() throws Exception {
    pool.close();
    places.close();
  }

  @Test
  void withoutLimitsAllValuesAreTold() throws Exception {
    TagValues answer = values(new TagLimits(0, 0, 0, 0));

    assertThat(texts(answer)).containsExactly("middle", "newest", "oldest");
    assertThat(answer.partial()).isEmpty();
  }

  /// `max_bytes_per_tag_values_query`
  @Test
  void theValuesHaveNoMoreBytesThanAllowed() throws Exception {
    assertThat(texts(values(new TagLimits(0, 18, 0, 0)))).hasSize(3);
    assertThat(values(new TagLimits(0, 18, 0, 0)).partial()).isEmpty();
    assertThat(values(new TagLimits(0, 17, 0, 0)).partial())
        .contains(
            "names and values of more than 17 bytes (max_bytes_per_tag_values_query) are left out");
    assertThat(values(new TagLimits(1, 0, 0, 0)).partial()).as("as asked for").isEmpty();
    assertThat(texts(values(new TagLimits(0, 17, 0, 0)))).hasSize(2);
    assertThat(texts(values(new TagLimits(0, 12, 0, 0)))).hasSize(2);
    assertThat(texts(values(new TagLimits(0, 11, 0, 0)))).hasSize(1);
    assertThat(texts(values(new TagLimits(0, 5, 0, 0)))).isEmpty();
  }

  /// `max_blocks_per_tag_values_query`
  @Test
  void noMoreBlocksAreReadThanAllowedAndThoseAreTheNewest() throws Exception {
    TagValues one = values(new TagLimits(0, 0, 1, 0));
    assertThat(texts(one)).containsExactly("newest");
    assertThat(one.partial().orElseThrow()).contains("only the newest 1 blocks were read");

    assertThat(texts(values(new TagLimits(0, 0, 2, 0)))).containsExactly("middle", "newest");
    assertThat(values(new TagLimits(0, 0, 3, 0)).partial()).isEmpty();
  }

  private void addBlock(long trace, String value, long second) throws Exception {
    TestSpan span = new TestSpan("span", trace, 0);
    span.name = "step";
    span.start = second * SECOND;
    span.duration = SECOND;
    span.attributes.put("from", new Value.Str(value));
    places.addStoredBlock(OtlpOf.columns(List.of(new OtlpOf.Placed(trace, span))), 1 << 20);
  }

  private TagValues values(TagLimits limits) throws InterruptedException {
    StoredBlocks stored = places.stored(places.objects(), new BlockCache(64 << 20));
    QueryFrontend frontend =
        new QueryFrontend(
            _ -> NothingRecent.INSTANCE,
            stored,
            new BlockTraceIds(stored, 1 << 20),
            pool,
            new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
            new FrontendMetrics(new Metrics()));
    return frontend.tagValues(
        Places.TENANT,
        new TagValuesLookup(
            List.of(new Field.Attribute(Scope.SPAN, "from")),
            Optional.empty(),
            0,
            Long.MAX_VALUE,
            limits));
  }

  private static List<String> texts(TagValues answer) {
    return answer.values().stream().map(ValueText::plain).toList();
  }
}
