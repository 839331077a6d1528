package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.AnyValueBytes;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.NaiveTraces;
import dev.spoor.storage.columns.RandomSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.columns.SpanSourceChecks;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentInfo;
import dev.spoor.storage.head.HeadSegmentReader;
import dev.spoor.storage.head.HeadSegmentWriter;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// The same spans give the same answers in memory, in a head segment and in a block.
class MovedSpansTest {

  private static final int INTERNAL = 1;
  private static final int SERVER = 2;
  private static final int CLIENT = 3;

  private static final Field ATTRIBUTE = new Field.Attribute(Scope.SPAN, "a");

  private final SpanColumnsBuilder spans = new SpanColumnsBuilder();
  private long started;

  MovedSpansTest() {
    spans.endResource(0);
    spans.endScope(0, 0, 0);
  }

  @Test
  void whereThreeSpansShareAnIdNoSpanHasChildren() throws IOException {
    root(1);
    span(2, 1, SERVER);
    span(2, 1, CLIENT);
    span(2, 1, INTERNAL);
    span(3, 2, INTERNAL);

    assertEverywhere(Field.Intrinsic.CHILD_COUNT, numbers(0, 0, 0, 0, 0));
  }

  @Test
  void ofTwinsThatNoRootLeadsToTheServerHasTheChildren() throws IOException {
    root(1);
    span(2, 99, CLIENT);
    span(2, 99, SERVER);
    span(3, 2, INTERNAL);
    span(4, 2, SERVER);

    assertEverywhere(Field.Intrinsic.CHILD_COUNT, numbers(0, 1, 1, 0, 0));
  }

  @Test
  void childrenAreCountedWhereNothingIsARoot() throws IOException {
    span(1, 9, INTERNAL);
    span(2, 1, INTERNAL);
    span(3, 3, INTERNAL);

    assertEverywhere(Field.Intrinsic.CHILD_COUNT, numbers(1, 0, 0));
  }

  @Test
  void aValueWithAFieldThatIsNotKnownIsStillThatValue() throws IOException {
    byte[] unknown = {15 << 3, 1};
    byte[] text = AnyValueBytes.string("a");
    other(AnyValueBytes.array(List.of(join(text, unknown))));
    other(AnyValueBytes.array(List.of(join(text, unknown), text)));
    other(join(AnyValueBytes.array(List.of(text)), unknown));
    Value a = new Value.Str("a");

    assertEverywhere(ATTRIBUTE, List.of(a, new Value.Array(List.of(a, a)), a));
  }

  @Test
  void aFieldWithAWireTypeThatIsNotItsOwnIsNotKnown() throws IOException {
    byte[] textAsNumber = {1 << 3, 1};
    byte[] numberAsText = {3 << 3 | 2, 1, 'x'};
    other(textAsNumber);
    other(numberAsText);
    other(AnyValueBytes.array(List.of(textAsNumber)));
    other(join(AnyValueBytes.array(List.of(AnyValueBytes.integer(7))), numberAsText));

    assertEverywhere(
        ATTRIBUTE, List.of(Value.OPAQUE, Value.OPAQUE, Value.OPAQUE, new Value.Int(7)));
  }

  @Test
  void aSpanIsAChildByALinkWhateverTheLengthOfTheLinksTraceId() throws IOException {
    name("root");
    root(1);
    name("linked");
    childOf(new byte[] {1});
    root(2);
    name("linked too");
    childOf(new TraceId(0, 1).toBytes());
    root(3);

    assertEverywhere(Field.Intrinsic.ROOT_NAME, texts("root", "root", "root"));
  }

  @Test
  void aLinkToNothingOrToMoreThanATraceIdIsNoParent() throws IOException {
    name("root");
    root(1);
    name("linked");
    childOf(new byte[0]);
    childOf(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    childOf(new byte[] {2});
    root(2);

    assertEverywhere(Field.Intrinsic.ROOT_NAME, texts("linked", "linked"));
  }

  @Property(tries = 50)
  void randomSpansAreInABlockWhatPlainObjectsSay(@ForAll long seed) throws IOException {
    SpanColumns random = new RandomSpans(seed, 15).batch(60);
    BlockReader block = block(random);
    SpanColumns moved = block.rows(0, 0, block.rows(0));

    new SpanSourceChecks(new NaiveTraces(List.of(moved)), seed)
        .checkEverything(BlockSpanSource.of(block));
  }

  // ---- helpers

  private void name(String name) {
    spans.span().name = spans.strings().intern(name);
  }

  private void childOf(byte[] traceId) {
    spans.linkAttribute(
        spans.strings().intern("opentracing.ref_type"),
        ValueType.STRING,
        spans.strings().intern("child_of"));
    spans.endLink(spans.strings().intern(traceId, 0, traceId.length), 0, 0, 0);
  }

  /// A span with a message as its attribute.
  private void other(byte[] message) {
    spans.spanAttribute(
        spans.strings().intern("a"),
        ValueType.OTHER,
        spans.strings().intern(message, 0, message.length));
    root(++started);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static List<Value> texts(String... texts) {
    return Arrays.stream(texts).<Value>map(Value.Str::new).toList();
  }

  private void root(long id) {
    spans.span().hasParent = false;
    end(id, INTERNAL);
  }

  private void span(long id, long parent, int kind) {
    spans.span().hasParent = true;
    spans.span().parentSpanId = parent;
    end(id, kind);
  }

  /// Each one later than the one before, so that they stand in the same order everywhere.
  private void end(long id, int kind) {
    spans.span().traceIdLow = 1;
    spans.span().spanId = id;
    spans.span().kind = kind;
    spans.span().startNanos = ++started;
    spans.span().endNanos = started + 1;
    spans.endSpan();
  }

  private static List<Value> numbers(long... numbers) {
    List<Value> values = new ArrayList<>();
    for (long number : numbers) {
      values.add(new Value.Int(number));
    }
    return values;
  }

  private void assertEverywhere(Field field, List<Value> expected) throws IOException {
    SpanColumns batch = spans.build();
    SimulatedDisk disk = new SimulatedDisk();
    try (HeadSegmentReader segment = segment(disk, batch)) {
      List<SpanSource> sources =
          List.of(
              ColumnsSpanSource.ofBatches("live", List.of(batch)),
              segment.spanSource(),
              BlockSpanSource.of(block(batch)));
      for (SpanSource source : sources) {
        assertOne(source, field, expected);
      }
    }
  }

  private static void assertOne(SpanSource source, Field field, List<Value> expected)
      throws IOException {
    try (BatchCursor cursor = source.fetch(FetchRequest.EVERYTHING)) {
      SpanBatch batch = cursor.next();
      assertThat(batch).isNotNull();
      OrdinalSet all = OrdinalSet.all(batch.count(field.level()));
      ValueColumn column = batch.values(field, all);
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        values.add(column.at(i));
      }
      assertThat(values).as("%s of %s", field, source.name()).isEqualTo(expected);
      for (Value value : expected) {
        OrdinalSet wanted = new OrdinalSet(expected.size());
        for (int i = 0; i < expected.size(); i++) {
          if (expected.get(i).equals(value)
              || (expected.get(i) instanceof Value.Array(var elements)
                  && elements.contains(value))) {
            wanted.add(i);
          }
        }
        if (!(value instanceof Value.Opaque || value instanceof Value.Array)) {
          assertThat(batch.matching(Condition.of(field, Condition.Operator.EQUAL, value)))
              .as("%s = %s of %s", field, value, source.name())
              .isEqualTo(wanted);
        }
      }
      assertThat(cursor.next()).isNull();
    }
  }

  private static HeadSegmentReader segment(SimulatedDisk disk, SpanColumns batch)
      throws IOException {
    Path folder = Path.of("/acme");
    disk.createDirectories(folder);
    HeadSegmentHeader header = new HeadSegmentHeader(new Tenant("acme"), 1, 0, 1, Instant.EPOCH);
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk)) {
      HeadSegmentInfo written = writer.write(folder, header, SpanMerger.of(List.of(batch)));
      return HeadSegmentReader.open(disk, written.file());
    }
  }

  private static BlockReader block(SpanColumns batch) throws IOException {
    BuiltBlocks block = BuiltBlocks.of(BlockSchema.Profile.SMALL, List.of(batch));
    return BlockReader.open(
        block.built().meta(),
        MemoryBlockParts.of(
            "block",
            block.sink().dataBytes(),
            block.sink().blooms.toArray(new byte[0][]),
            Optional.empty()));
  }
}
