package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.NaiveTraces;
import dev.spoor.storage.columns.RandomSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.columns.SpanSourceChecks;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentInfo;
import dev.spoor.storage.head.HeadSegmentReader;
import dev.spoor.storage.head.HeadSegmentWriter;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.traceql.Field;
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

  @Property(tries = 150)
  void randomSpansAreInABlockWhatPlainObjectsSay(@ForAll long seed) throws IOException {
    SpanColumns random = new RandomSpans(seed, 15).batch(60);
    BlockReader block = block(random);
    SpanColumns moved = block.rows(0, 0, block.rows(0));

    new SpanSourceChecks(new NaiveTraces(List.of(moved)), seed).check(BlockSpanSource.of(block));
  }

  // ---- helpers

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
          if (expected.get(i).equals(value)) {
            wanted.add(i);
          }
        }
        if (!(value instanceof Value.Opaque)) {
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
