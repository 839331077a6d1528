package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.BlockSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes into a block is what parquet-java reads out of it.
class BlockBuilderTest {

  private static final BlockBuilderConfig DEFAULTS = BlockBuilderConfig.DEFAULTS;

  private final SpanColumnsBuilder spans = new SpanColumnsBuilder();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsBackTheSpansThatWentIn(long seed) throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(seed, 1 + (int) seed, 300, 60);

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, inputs);

    List<String> expected = BlockLines.expected(inputs);
    assertThat(block.lines()).isEqualTo(expected);
    assertThat(block.built().spanCount()).isEqualTo(expected.size());
    assertThat(block.built().duplicateSpans()).isEqualTo((1 + seed) * 300 - expected.size());
  }

  @ParameterizedTest
  @EnumSource(BlockSchema.Profile.class)
  void readsBackManyPagesAndRowGroupsInEveryProfile(BlockSchema.Profile profile) throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(77, 6, 4000, 3000);

    BuiltBlocks block = BuiltBlocks.of(BuiltBlocks.config(profile, 7000), inputs);

    assertThat(block.built().meta().totalRecords()).isEqualTo(4);
    assertThat(block.lines()).isEqualTo(BlockLines.expected(inputs));
  }

  @Test
  void readsBackTrafficLikeThatOfAShopFromFiftyInputs() throws Exception {
    List<SpanColumns> inputs = ShopTraffic.batches(5, 500, 50, 50);

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, inputs);

    assertThat(block.lines()).isEqualTo(BlockLines.expected(inputs));
  }

  @Test
  void readsBackOneSpanThatHasNothing() throws Exception {
    span(1, 5);
    List<SpanColumns> inputs = List.of(spans.build());

    assertThat(BuiltBlocks.of(DEFAULTS, inputs).lines()).isEqualTo(BlockLines.expected(inputs));
  }

  @Test
  void readsBackATraceOfAHundredThousandSpans() throws Exception {
    int key = spans.strings().intern("n");
    for (int i = 1; i <= 100_000; i++) {
      spans.span().hasParent = i > 1;
      spans.span().parentSpanId = i / 2;
      spans.spanAttribute(key, ValueType.INT, i);
      span(7, i);
    }
    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build()));

    List<Group> read = spansOf(ParquetJava.rows(block.sink().dataBytes()).getFirst());
    assertThat(read).hasSize(100_000);
    assertThat(read.stream().mapToLong(s -> s.getInteger("NestedSetRight", 0)).max())
        .hasValue(200_000);
  }

  @Test
  void nothingInGivesAFileWithoutRows() throws Exception {
    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build()));

    assertThat(ParquetJava.rows(block.sink().dataBytes())).isEmpty();
    assertThat(block.built().meta().totalRecords()).isZero();
  }

  @Test
  void ofASpanThatComesTwiceTheFirstInputsIsKept() throws Exception {
    spans.span().name = spans.strings().intern("first");
    span(1, 5);
    SpanColumnsBuilder later = new SpanColumnsBuilder();
    later.endResource(0);
    later.endScope(0, 0, 0);
    later.span().traceIdLow = 1;
    later.span().spanId = 5;
    later.span().name = later.strings().intern("second");
    later.endSpan();

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build(), later.build()));

    assertThat(block.lines()).singleElement().asString().contains("name first");
    assertThat(block.built().duplicateSpans()).isEqualTo(1);
  }

  @Test
  void equalResourcesOfTwoInputsAreOneWhateverTheOrderOfTheirAttributes() throws Exception {
    SpanColumns one = withResource("b", "a");
    SpanColumns other = withResource("a", "b");

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(one, other));

    Group trace = ParquetJava.rows(block.sink().dataBytes()).getFirst();
    assertThat(BlockLines.list(trace, "rs")).hasSize(1);
    assertThat(spansOf(trace)).hasSize(2);
  }

  @Test
  void aTraceKnowsItsTimesItsRootAndItsServices() throws Exception {
    int shop = resource("shop");
    int bank = resource("bank");
    spans.endScope(0, 0, 0);
    timed(1, false, shop, 2_000, 3_000, 0, "GET /");
    timed(2, true, shop, 0, 2_500, 2, "no start");
    timed(3, true, bank, 1_500, 9_000, 2, "pay");

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build()));

    Group trace = ParquetJava.rows(block.sink().dataBytes()).getFirst();
    assertThat(trace.getString("TraceIDText", 0)).isEqualTo("1");
    assertThat(trace.getLong("StartTimeUnixNano", 0)).isEqualTo(1_500);
    assertThat(trace.getLong("EndTimeUnixNano", 0)).isEqualTo(9_000);
    assertThat(trace.getLong("DurationNano", 0)).isEqualTo(7_500);
    assertThat(trace.getString("RootServiceName", 0)).isEqualTo("shop");
    assertThat(trace.getString("RootSpanName", 0)).isEqualTo("GET /");
    assertThat(services(trace)).hasToString("{bank=1 with 1 errors, shop=2 with 1 errors}");
    assertThat(block.built().meta().startTime()).isEqualTo(Instant.ofEpochSecond(0, 1_500));
    assertThat(block.built().meta().endTime()).isEqualTo(Instant.ofEpochSecond(0, 9_000));
  }

  @Test
  void aSpanThatIsAChildByALinkIsNotTheRoot() throws Exception {
    int resource = resource("shop");
    spans.endScope(0, 0, 0);
    timed(1, false, resource, 10, 20, 0, "root");
    spans.linkAttribute(
        spans.strings().intern("opentracing.ref_type"),
        ValueType.STRING,
        spans.strings().intern("child_of"));
    byte[] traceId = new TraceId(0, 1).toBytes();
    spans.endLink(spans.strings().intern(traceId, 0, 16), 0, 0, 0);
    timed(2, false, resource, 15, 20, 0, "linked");

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build()));

    Group trace = ParquetJava.rows(block.sink().dataBytes()).getFirst();
    assertThat(trace.getString("RootSpanName", 0)).isEqualTo("root");
  }

  @Test
  void attributesOfTheRightTypeGoToTheirColumnsAndOthersToTheList() throws Exception {
    string("http.method", "GET");
    spans.spanAttribute(spans.strings().intern("http.url"), ValueType.INT, 4);
    spans.spanAttribute(spans.strings().intern("http.status_code"), ValueType.INT, 404);
    string("url.route", "/r");
    span(1, 1);
    string("http.status_code", "teapot");
    span(1, 2);

    BuiltBlocks block = BuiltBlocks.of(DEFAULTS, List.of(spans.build()));

    List<Group> read = spansOf(ParquetJava.rows(block.sink().dataBytes()).getFirst());
    Group first = read.getFirst();
    assertThat(first.getString("HttpMethod", 0)).isEqualTo("GET");
    assertThat(first.getFieldRepetitionCount("HttpUrl")).isZero();
    assertThat(first.getLong("HttpStatusCode", 0)).isEqualTo(404);
    assertThat(first.getGroup("DedicatedAttributes", 0).getString("String03", 0)).isEqualTo("/r");
    assertThat(BlockLines.list(first, "Attrs")).hasSize(1);
    assertThat(read.get(1).getFieldRepetitionCount("HttpStatusCode")).isZero();
    assertThat(BlockLines.list(read.get(1), "Attrs")).hasSize(1);
  }

  @Test
  void theListThatDecidesColumnsIsTheOneInTheMeta() throws Exception {
    List<DedicatedColumn> configured =
        List.of(
            new DedicatedColumn(
                DedicatedColumn.Scope.SPAN, "port", DedicatedColumn.Type.INT, List.of()),
            DedicatedColumn.ofSpan("http.method"),
            new DedicatedColumn(
                DedicatedColumn.Scope.SPAN, "blob", DedicatedColumn.Type.STRING, List.of("blob")),
            DedicatedColumn.ofSpan("mine"),
            DedicatedColumn.ofResource("k8s.pod.name"),
            DedicatedColumn.ofResource("zone"));
    spans.resourceAttribute(
        spans.strings().intern("zone"), ValueType.STRING, spans.strings().intern("eu"));
    string("mine", "yes");
    string("blob", "b");
    span(1, 1);

    BuiltBlocks block =
        BuiltBlocks.of(
            DEFAULTS,
            new BlockSpec(BuiltBlocks.ID, Tenant.SINGLE, configured, 10, 3, 1),
            List.of(spans.build()));

    BlockMeta meta = block.built().meta();
    assertThat(meta.dedicatedColumns())
        .containsExactly(DedicatedColumn.ofSpan("mine"), DedicatedColumn.ofResource("zone"));
    assertThat(meta.compactionLevel()).isEqualTo(3);
    assertThat(meta.replicationFactor()).isEqualTo(1);
    Group span = spansOf(ParquetJava.rows(block.sink().dataBytes()).getFirst()).getFirst();
    assertThat(span.getGroup("DedicatedAttributes", 0).getString("String01", 0)).isEqualTo("yes");
    assertThat(block.lines()).singleElement().asString().contains("blob='b'", "zone='eu'");
  }

  @Test
  void theMetaTheIndexAndTheBloomFilterTellTheTruthAboutTheFile() throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(31, 4, 6000, 4000);
    BuiltBlocks block = BuiltBlocks.of(BuiltBlocks.config(BlockSchema.Profile.SMALL, 8000), inputs);
    byte[] file = block.sink().dataBytes();
    BlockMeta meta = BlockMeta.parse(block.sink().meta, "meta.json");
    RowGroupIndex index = RowGroupIndex.parse(block.sink().index, "index");

    assertThat(meta).isEqualTo(block.built().meta());
    assertThat(meta.format()).isEqualTo("vParquet4");
    assertThat(meta.size()).isEqualTo(file.length);
    assertThat(meta.footerSize())
        .isEqualTo(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8));
    assertThat(meta.bloomShards()).isEqualTo(block.sink().blooms.size());
    try (ParquetFileReader reader = ParquetJava.open(file)) {
      List<BlockMetaData> groups = reader.getRowGroups();
      assertThat(meta.totalRecords()).isEqualTo(groups.size()).isGreaterThan(2);
      assertThat(groups.stream().map(BlockMetaData::getOrdinal)).containsExactly(0, 1, 2);
    }
    List<TraceId> ids = traceIds(ParquetJava.rows(file));
    assertThat(meta.totalObjects()).isEqualTo(ids.size());
    assertThat(ids).isSorted().doesNotHaveDuplicates();
    assertThat(index.lastIds()).hasSize(3).endsWith(ids.getLast()).isSubsetOf(ids);
    for (TraceId id : ids) {
      byte[] shard = block.sink().blooms.get(BloomFilter.shardOf(id, meta.bloomShards()));
      assertThat(BloomFilter.mightContain(shard, id)).isTrue();
    }
  }

  @Test
  void anInputWhoseTracesAreOutOfOrderIsRefused() {
    span(5, 1);
    SpanColumns five = spans.build();
    SpanColumnsBuilder three = new SpanColumnsBuilder();
    three.endResource(0);
    three.endScope(0, 0, 0);
    three.span().traceIdLow = 3;
    three.endSpan();

    assertThatThrownBy(() ->
            new BlockBuilder(DEFAULTS)
                .build(
                    BlockSpec.fresh(BuiltBlocks.ID, Tenant.SINGLE, 1),
                    List.of(cursor(five, three.build())),
                    new MemorySink()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void batchesOfOneCursorFollowEachOther() throws Exception {
    List<SpanColumns> inputs = new ArrayList<>();
    for (long trace = 1; trace <= 20; trace++) {
      SpanColumnsBuilder batch = new SpanColumnsBuilder();
      batch.endResource(0);
      batch.endScope(batch.strings().intern("scope " + trace % 3), 0, 0);
      batch.span().traceIdLow = trace;
      batch.span().name = batch.strings().intern("span " + trace % 5);
      batch.endSpan();
      inputs.add(batch.build());
    }
    MemorySink sink = new MemorySink();

    BuiltBlock built =
        new BlockBuilder(DEFAULTS)
            .build(
                BlockSpec.fresh(BuiltBlocks.ID, Tenant.SINGLE, 20),
                List.of(cursor(inputs.toArray(new SpanColumns[0]))),
                sink);

    assertThat(new BuiltBlocks(built, sink).lines()).isEqualTo(BlockLines.expected(inputs));
  }

  private void span(long trace, long id) {
    if (spans.spanCount() == 0) {
      spans.endResource(0);
      spans.endScope(0, 0, 0);
    }
    spans.span().traceIdLow = trace;
    spans.span().spanId = id;
    spans.endSpan();
  }

  private void timed(
      long id, boolean child, int resource, long start, long end, int status, String name) {
    SpanColumnsBuilder.Span span = spans.span();
    span.traceIdLow = 1;
    span.spanId = id;
    span.hasParent = child;
    span.parentSpanId = child ? 1 : 0;
    span.resource = resource;
    span.startNanos = start;
    span.endNanos = end;
    span.statusCode = status;
    span.name = spans.strings().intern(name);
    spans.endSpan();
  }

  private int resource(String service) {
    spans.resourceAttribute(
        spans.strings().intern("service.name"), ValueType.STRING, spans.strings().intern(service));
    return spans.endResource(0);
  }

  private void string(String key, String value) {
    spans.spanAttribute(
        spans.strings().intern(key), ValueType.STRING, spans.strings().intern(value));
  }

  private static SpanColumns withResource(String firstKey, String secondKey) {
    SpanColumnsBuilder batch = new SpanColumnsBuilder();
    for (String key : List.of(firstKey, secondKey)) {
      batch.resourceAttribute(
          batch.strings().intern(key), ValueType.STRING, batch.strings().intern("of " + key));
    }
    batch.endResource(0);
    batch.endScope(0, 0, 0);
    batch.span().traceIdLow = 1;
    batch.span().spanId = firstKey.charAt(0);
    batch.endSpan();
    return batch.build();
  }

  private static SpanColumnsCursor cursor(SpanColumns... batches) {
    Iterator<SpanColumns> rest = List.of(batches).iterator();
    return new SpanColumnsCursor() {

      @Override
      public @Nullable SpanColumns next() {
        return rest.hasNext() ? rest.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  private static List<Group> spansOf(Group trace) {
    List<Group> all = new ArrayList<>();
    for (Group resource : BlockLines.list(trace, "rs")) {
      for (Group scope : BlockLines.list(resource, "ss")) {
        all.addAll(BlockLines.list(scope, "Spans"));
      }
    }
    return all;
  }

  private static TreeMap<String, String> services(Group trace) {
    TreeMap<String, String> services = new TreeMap<>();
    Group stats = trace.getGroup("ServiceStats", 0);
    for (int i = 0; i < stats.getFieldRepetitionCount("key_value"); i++) {
      Group entry = stats.getGroup("key_value", i);
      Group value = entry.getGroup("value", 0);
      services.put(
          entry.getString("key", 0),
          value.getInteger("SpanCount", 0)
              + " with "
              + value.getInteger("ErrorCount", 0)
              + " errors");
    }
    return services;
  }

  private static List<TraceId> traceIds(List<Group> rows) {
    return rows.stream().map(row -> TraceId.at(row.getBinary("TraceID", 0).getBytes(), 0)).toList();
  }
}
