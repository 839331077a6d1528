package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Condition.Operator;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueIndexTest {

  private static final long SEED = 20261122;
  private static final BuiltBlocks RANDOM = built(RandomSpans.batches(77, 4, 3000, 900), 3000);
  private static final BuiltBlocks SHOP = built(ShopTraffic.batches(5, 600, 4, 20), 4000);

  @Test
  void findsTheSameTracesAsWithoutIt() throws IOException {
    Random random = new Random(SEED);
    BlockReader with = open(RANDOM, Optional.of(RANDOM.sink().spoorIndexBytes()));
    BlockReader without = open(RANDOM, Optional.empty());
    List<Condition> conditions = conditions(random, new NaiveSpans(without.rows(0, 0, 100)));
    int found = 0;
    for (int i = 0; i < 200; i++) {
      List<Condition> some = new ArrayList<>();
      for (int c = random.nextInt(1, 4); c > 0; c--) {
        some.add(conditions.get(random.nextInt(conditions.size())));
      }
      FetchRequest request =
          new FetchRequest(
              some, random.nextBoolean(), true, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
      Set<String> expected = traces(without, request);
      assertThat(traces(with, request)).as("seed %d: %s", SEED, request).isEqualTo(expected);
      found += expected.isEmpty() ? 0 : 1;
    }
    assertThat(found).isBetween(50, 199);
  }

  @Test
  void anAbsentValueIsKnownWithoutAColumn() throws IOException {
    FetchCost cost = cost(SHOP, equal("user.id", new Value.Str("nobody")));
    assertThat(cost.rowGroupsRead()).isZero();
    assertThat(cost.rowGroupsSkipped()).isGreaterThan(2);
    assertThat(cost.spans()).isZero();
  }

  @Test
  void ofARareValueFewSpansAreLookedAt() throws IOException {
    BlockReader block = open(SHOP, Optional.empty());
    NaiveSpans spans = new NaiveSpans(block.rows(0, 0, 20));
    Field user = new Field.Attribute(Scope.SPAN, "user.id");
    Value value =
        IntStream.range(0, spans.count(Field.Level.SPAN))
            .boxed()
            .flatMap(span -> spans.values(user, span).stream())
            .findFirst()
            .orElseThrow();
    Condition condition = Condition.of(user, Operator.EQUAL, value);
    assertThat(traces(block, request(condition))).isNotEmpty();
    assertThat(cost(SHOP, condition).spans()).isPositive().isLessThan(SHOP.built().spanCount() / 4);
  }

  @Test
  void rareNumbersAreFoundAndShownWithoutTheirColumns() throws IOException {
    Field status = new Field.Attribute(Scope.SPAN, "http.response.status_code");
    Condition failed = Condition.of(status, Operator.GREATER_EQUAL, new Value.Int(500));
    Condition answered = Condition.of(status, Operator.GREATER_EQUAL, new Value.Int(200));
    BlockReader with = open(SHOP, Optional.of(SHOP.sink().spoorIndexBytes()));
    BlockReader without = open(SHOP, Optional.empty());
    for (Condition condition : List.of(failed, answered)) {
      assertThat(shown(with, condition)).isNotEmpty().isEqualTo(shown(without, condition));
    }
    assertThat(cost(SHOP, failed).pagesRead()).isLessThan(cost(SHOP, answered).pagesRead() / 2);
  }

  @Test
  void costsFewBytes() {
    assertThat(SHOP.sink().spoorIndexBytes().length / (double) SHOP.built().spanCount())
        .isLessThan(ValueIndexBuilder.MAX_BYTES_PER_SPAN);
  }

  @Test
  void isNotUsedWithAnotherFile() throws IOException {
    byte[] index = RANDOM.sink().spoorIndexBytes();
    assertThat(open(index, RANDOM)).isPresent();
    assertThat(open(index, SHOP)).isEmpty();
  }

  @Test
  void isNotUsedWhenItIsCutOff() throws IOException {
    byte[] index = SHOP.sink().spoorIndexBytes();
    for (int length = 0; length < index.length; length += 1 + length / 50) {
      assertThat(open(Arrays.copyOf(index, length), SHOP)).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void whateverIsDamagedTheAnswersAreRight() throws IOException {
    Random random = new Random(SEED);
    BlockReader without = open(SHOP, Optional.empty());
    List<Condition> conditions = conditions(random, new NaiveSpans(without.rows(0, 0, 100)));
    for (int i = 0; i < 60; i++) {
      byte[] index = SHOP.sink().spoorIndexBytes();
      int place = random.nextBoolean() ? random.nextInt(index.length) : index.length - 1 - i;
      index[place] ^= (byte) (1 << random.nextInt(8));
      FetchRequest request = request(conditions.get(random.nextInt(conditions.size())));
      assertThat(traces(open(SHOP, Optional.of(index)), request))
          .as("seed %d: byte %d, %s", SEED, place, request)
          .isEqualTo(traces(without, request));
    }
  }

  // ---- helpers

  private static BuiltBlocks built(List<SpanColumns> inputs, int rowGroupSpans) {
    try {
      return BuiltBlocks.of(BuiltBlocks.config(BlockSchema.Profile.SMALL, rowGroupSpans), inputs);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BlockReader open(BuiltBlocks block, Optional<byte[]> index) throws IOException {
    byte[] data = block.sink().dataBytes();
    ParquetFooter footer = ParquetFooter.read(RangeReader.of(data), "block", 0);
    BlockParts parts =
        new BlockParts() {
          @Override
          public RangeReader data() {
            return RangeReader.of(data);
          }

          @Override
          public ParquetFooter footer() {
            return footer;
          }

          @Override
          public byte[] bloom(int shard) {
            return block.sink().blooms.get(shard);
          }

          @Override
          public Optional<RowGroupIndex> index() {
            return Optional.empty();
          }

          @Override
          public Optional<ValueIndex> values() throws IOException {
            return index.isEmpty()
                ? Optional.empty()
                : ValueIndex.open(RangeReader.of(index.get()), "spoor-index", footer, data.length);
          }
        };
    return BlockReader.open(block.built().meta(), parts);
  }

  private static Optional<ValueIndex> open(byte[] index, BuiltBlocks block) throws IOException {
    byte[] data = block.sink().dataBytes();
    ParquetFooter footer = ParquetFooter.read(RangeReader.of(data), "block", 0);
    return ValueIndex.open(RangeReader.of(index), "spoor-index", footer, data.length);
  }

  private static FetchRequest request(Condition condition) {
    return new FetchRequest(
        List.of(condition), true, false, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
  }

  private static Condition equal(String name, Value value) {
    return Condition.of(new Field.Attribute(Scope.SPAN, name), Operator.EQUAL, value);
  }

  private static FetchCost cost(BuiltBlocks block, Condition condition) throws IOException {
    BlockReader reader = open(block, Optional.of(block.sink().spoorIndexBytes()));
    try (BatchCursor cursor = BlockSpanSource.of(reader).fetch(request(condition))) {
      while (cursor.next() != null) {
        // only what it costs is asked
      }
      return cursor.cost();
    }
  }

  /// The values of the field where they satisfy the condition, each with its span.
  private static List<String> shown(BlockReader block, Condition condition) throws IOException {
    List<String> shown = new ArrayList<>();
    try (BatchCursor cursor = BlockSpanSource.of(block).fetch(request(condition))) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        OrdinalSet matching = batch.matching(condition);
        ValueColumn values = batch.values(condition.field(), matching);
        ValueColumn ids = batch.values(Field.Intrinsic.SPAN_ID, matching);
        for (int i = matching.next(0); i >= 0; i = matching.next(i + 1)) {
          shown.add(ids.at(i) + " " + values.at(i));
        }
      }
    }
    return shown;
  }

  /// The traces with a span that satisfies all, or one, of the conditions.
  private static Set<String> traces(BlockReader block, FetchRequest request) throws IOException {
    Set<String> traces = new TreeSet<>();
    try (BatchCursor cursor = BlockSpanSource.of(block).fetch(request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        OrdinalSet spans =
            request.allConditions()
                ? OrdinalSet.all(batch.spanCount())
                : new OrdinalSet(batch.spanCount());
        for (Condition condition : request.conditions()) {
          OrdinalSet matching = batch.matching(condition);
          OrdinalSet ofSpans = new OrdinalSet(batch.spanCount());
          for (int i = matching.next(0); i >= 0; i = matching.next(i + 1)) {
            ofSpans.add(batch.spanOf(condition.field().level(), i));
          }
          spans = request.allConditions() ? spans.and(ofSpans) : spans.or(ofSpans);
        }
        for (int trace = 0; trace < batch.traceCount(); trace++) {
          if (spans.intersects(batch.firstSpan(trace), batch.firstSpan(trace + 1))) {
            traces.add(batch.traceIdHigh(trace) + " " + batch.traceIdLow(trace));
          }
        }
      }
    }
    return traces;
  }

  /// Comparisons of attributes with values that they have somewhere, and with some that they have
  /// not.
  private static List<Condition> conditions(Random random, NaiveSpans naive) {
    List<Condition> conditions = new ArrayList<>();
    for (Scope scope :
        List.of(Scope.SPAN, Scope.RESOURCE, Scope.ANY, Scope.EVENT, Scope.INSTRUMENTATION)) {
      Set<String> names = new TreeSet<>(Set.of("no.such.name"));
      for (int i = 0; i < naive.spans.spanAttributes().entryCount(); i++) {
        names.add(naive.spans.strings().utf8(naive.spans.spanAttributes().key(i)));
      }
      for (int i = 0; i < naive.spans.resourceAttributes().entryCount(); i++) {
        names.add(naive.spans.strings().utf8(naive.spans.resourceAttributes().key(i)));
      }
      for (String name : names) {
        addConditions(random, naive, new Field.Attribute(scope, name), conditions);
      }
    }
    return conditions;
  }

  private static void addConditions(
      Random random, NaiveSpans naive, Field field, List<Condition> to) {
    List<Value> values =
        new ArrayList<>(
            List.of(
                new Value.Str("absent"),
                new Value.Int(-77),
                new Value.Float(0.125),
                new Value.Float(-0.0),
                new Value.Bool(true)));
    int count = naive.count(field.level());
    for (int i = 0; i < count && values.size() < 14; i += 1 + count / 60) {
      for (Value value : naive.values(field, i)) {
        if (value instanceof Value.Array(List<Value> elements)) {
          values.addAll(elements);
        } else if (!(value instanceof Value.Opaque)) {
          values.add(value);
        }
      }
    }
    for (Value value : values) {
      to.add(Condition.of(field, Operator.EQUAL, value));
      if (value instanceof Value.Str(String text)) {
        String part = text.substring(text.length() / 2).replaceAll("[^a-z0-9 ]", ".");
        to.add(Condition.of(field, Operator.REGEX, new Value.Str(".*" + part)));
        to.add(Condition.of(field, Operator.REGEX, new Value.Str(".+[a-z0-9]" + part)));
        to.add(Condition.of(field, Operator.CONTAINS, new Value.Str(text)));
        to.add(new Condition(field, Operator.IN, List.of(value, new Value.Str("other"))));
      } else {
        to.add(Condition.of(field, Operator.NOT_EQUAL, value));
        to.add(Condition.of(field, Operator.GREATER_EQUAL, value));
        to.add(Condition.of(field, Operator.LESS, value));
      }
    }
    to.add(Condition.exists(field));
    to.add(to.get(random.nextInt(to.size())));
  }
}
