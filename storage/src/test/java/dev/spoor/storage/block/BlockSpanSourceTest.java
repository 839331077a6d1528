package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Condition.Operator;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockSpanSourceTest {

  private static final int SMALL_BATCHES = 300;
  private static final long SEED = 20261122;

  @ParameterizedTest
  @EnumSource(Golden.class)
  void everyValueIsThatOfTheAssembledSpan(Golden golden) throws IOException {
    BlockReader block = golden.open();
    for (Located located : batches(block)) {
      NaiveSpans naive = located.naive;
      for (Field field : fields(naive.spans)) {
        int count = naive.count(field.level());
        assertThat(located.batch.count(field.level())).isEqualTo(count);
        ValueColumn column = located.batch.values(field, OrdinalSet.all(count));
        for (int i = 0; i < count; i += 1 + count / 40) {
          List<Value> values = naive.values(field, i);
          Value expected = values.isEmpty() ? Value.NIL : values.getLast();
          assertThat(column.at(i)).as("%s of %d", field, i).isEqualTo(expected);
          if (expected instanceof Value.Str(String text)) {
            assertThat(column.string(column.stringId(i))).isEqualTo(text);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void randomConditionsHoldForTheSameSpansAsEvaluatedOneByOne(Golden golden) throws IOException {
    Random random = new Random(SEED);
    BlockReader block = golden.open();
    Map<Field, List<Value>> pool = pool(new NaiveSpans(block.rows(0, 0, block.rows(0))));
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      conditions.add(condition(random, pool));
    }
    int held = 0;
    for (Located located : batches(block)) {
      for (Condition condition : conditions) {
        OrdinalSet expected = expected(located.naive, condition);
        OrdinalSet matching = located.batch.matching(condition);
        assertThat(matching).as("seed %d: %s", SEED, condition).isEqualTo(expected);
        held += expected.isEmpty() ? 0 : 1;
      }
    }
    assertThat(held).isGreaterThan(200);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void whatAFetchLeavesOutDoesNotSatisfyIt(Golden golden) throws IOException {
    Random random = new Random(SEED);
    BlockReader block = golden.open();
    Map<Field, List<Value>> pool = pool(new NaiveSpans(block.rows(0, 0, block.rows(0))));
    List<Located> all = batches(block);
    for (int i = 0; i < 60; i++) {
      List<Condition> conditions = new ArrayList<>();
      for (int c = random.nextInt(1, 4); c > 0; c--) {
        conditions.add(condition(random, pool));
      }
      FetchRequest request =
          new FetchRequest(
              conditions,
              random.nextBoolean(),
              random.nextBoolean(),
              Long.MIN_VALUE,
              Long.MAX_VALUE,
              Set.of());
      Set<String> wanted = new TreeSet<>();
      for (Located located : all) {
        wanted.addAll(wantedTraces(located.batch, request));
      }
      assertThat(found(block, request, SMALL_BATCHES))
          .as("seed %d: %s", SEED, request)
          .isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void tracesOutsideTheTimeRangeAreNotThere(Golden golden) throws IOException {
    BlockReader block = golden.open();
    long from = golden.meta().startTime().getEpochSecond() * 1_000_000_000 + 2_500_000_000L;
    long to = from + 1_000_000_000;
    FetchRequest request = new FetchRequest(List.of(), true, true, from, to, Set.of());
    Set<String> expected = new TreeSet<>();
    int spans = 0;
    for (Located located : batches(block)) {
      NaiveSpans naive = located.naive;
      for (int trace = 0; trace < naive.spans.traceCount(); trace++) {
        if (naive.traceEnd(trace) >= from && naive.traceStart(trace) <= to) {
          expected.add(id(located.batch, trace));
          spans += naive.spans.endSpan(trace) - naive.spans.firstSpan(trace);
        }
      }
    }
    assertThat(expected).isNotEmpty().hasSizeLessThan(80);

    Set<String> found = new TreeSet<>();
    int foundSpans = 0;
    Condition errors =
        Condition.of(
            Field.Intrinsic.STATUS, Operator.EQUAL, new Value.Status(Value.SpanStatus.ERROR));
    try (BatchCursor cursor = BlockSpanSource.of(block).fetch(request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        foundSpans += batch.spanCount();
        OrdinalSet matching = batch.matching(errors);
        ValueColumn status =
            batch.values(Field.Intrinsic.STATUS, OrdinalSet.all(batch.spanCount()));
        for (int trace = 0; trace < batch.traceCount(); trace++) {
          found.add(id(batch, trace));
        }
        for (int span = 0; span < batch.spanCount(); span++) {
          assertThat(matching.contains(span))
              .isEqualTo(status.at(span).equals(new Value.Status(Value.SpanStatus.ERROR)));
        }
        for (int event = 0; event < batch.count(Field.Level.EVENT); event++) {
          assertThat(batch.spanOf(Field.Level.EVENT, event)).isBetween(0, batch.spanCount() - 1);
        }
      }
    }
    assertThat(found).isEqualTo(expected);
    assertThat(foundSpans).isEqualTo(spans);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void summariesAreThoseOfTheTraces(Golden golden) throws IOException {
    for (Located located : batches(golden.open())) {
      NaiveSpans naive = located.naive;
      for (int trace = 0; trace < naive.spans.traceCount(); trace++) {
        TraceSummary summary = located.batch.summary(trace);
        Map<String, int[]> services = new HashMap<>();
        for (int span = naive.spans.firstSpan(trace); span < naive.spans.endSpan(trace); span++) {
          int[] counts = services.computeIfAbsent(naive.service(span), any -> new int[2]);
          counts[0]++;
          counts[1] += naive.spans.statusCode(span) == 2 ? 1 : 0;
        }
        List<TraceSummary.ServiceStats> expected = new ArrayList<>();
        services.forEach((name, counts) ->
            expected.add(new TraceSummary.ServiceStats(name, counts[0], counts[1])));
        assertThat(summary.startNanos()).isEqualTo(naive.traceStart(trace));
        assertThat(summary.endNanos()).isEqualTo(naive.traceEnd(trace));
        assertThat(summary.rootName()).isEqualTo(naive.rootName(trace));
        assertThat(summary.rootServiceName()).isEqualTo(naive.rootService(trace));
        assertThat(summary.services()).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  /// vParquet3 may have arrays as text beside its dictionaries, so there nothing is sure.
  @ParameterizedTest
  @EnumSource(value = Golden.class, mode = EnumSource.Mode.EXCLUDE, names = "VPARQUET3")
  void aRowGroupWhoseDictionariesLackTheValueIsNotRead(Golden golden) throws IOException {
    BlockReader block = golden.open();
    for (Field field :
        List.of(
            Field.Intrinsic.NAME,
            new Field.Attribute(Scope.ANY, "user.id"),
            new Field.Attribute(Scope.SPAN, "no.such.key"),
            new Field.Attribute(Scope.RESOURCE, "service.name"))) {
      Condition condition = Condition.of(field, Operator.REGEX, new Value.Str("no such .*"));
      FetchRequest request =
          new FetchRequest(
              List.of(condition), true, false, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
      try (BatchCursor cursor = BlockSpanSource.of(block).fetch(request)) {
        assertThat(cursor.next()).isNull();
        assertThat(cursor.cost().rowGroupsSkipped()).isEqualTo(block.rowGroups());
        assertThat(cursor.cost().rowGroupsRead()).isZero();
        assertThat(cursor.cost().spans()).isZero();
        assertThat(cursor.cost().bytesRead()).isPositive();
      }
    }
  }

  // ---- helpers

  private record Located(SpanBatch batch, NaiveSpans naive) {}

  /// All batches of a block, each with the same spans put together. Since a batch is gone when its
  /// cursor goes on, every batch has a cursor of its own.
  private static List<Located> batches(BlockReader block) throws IOException {
    List<Located> located = new ArrayList<>();
    for (int group = 0; group < block.rowGroups(); group++) {
      BlockSpanSource source = new BlockSpanSource(block, group, group + 1, SMALL_BATCHES);
      long row = 0;
      for (int index = 0; row < block.rows(group); index++) {
        BatchCursor cursor = source.fetch(FetchRequest.EVERYTHING);
        SpanBatch batch = cursor.next();
        for (int i = 0; i < index; i++) {
          batch = cursor.next();
        }
        SpanColumns spans = block.rows(group, row, row + batch.traceCount());
        row += batch.traceCount();
        located.add(new Located(batch, new NaiveSpans(spans)));
      }
    }
    return located;
  }

  private static String id(SpanBatch batch, int trace) {
    return "%016x%016x".formatted(batch.traceIdHigh(trace), batch.traceIdLow(trace));
  }

  private static OrdinalSet expected(NaiveSpans naive, Condition condition) {
    OrdinalSet set = new OrdinalSet(naive.count(condition.field().level()));
    for (int i = 0; i < set.size(); i++) {
      if (naive.holds(condition, i)) {
        set.add(i);
      }
    }
    return set;
  }

  private static Set<String> found(BlockReader block, FetchRequest request, int spansPerBatch)
      throws IOException {
    BlockSpanSource source = new BlockSpanSource(block, 0, Integer.MAX_VALUE, spansPerBatch);
    Set<String> traces = new TreeSet<>();
    try (BatchCursor cursor = source.fetch(request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        traces.addAll(wantedTraces(batch, request));
      }
    }
    return traces;
  }

  /// The traces with a span that satisfies all (or some) of the conditions.
  private static Set<String> wantedTraces(SpanBatch batch, FetchRequest request)
      throws IOException {
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
      if (request.allConditions()) {
        spans.and(ofSpans);
      } else {
        spans.or(ofSpans);
      }
    }
    Set<String> traces = new TreeSet<>();
    for (int trace = 0; trace < batch.traceCount(); trace++) {
      if (spans.intersects(batch.firstSpan(trace), batch.firstSpan(trace + 1))) {
        traces.add(id(batch, trace));
      }
    }
    return traces;
  }

  private static Set<Field> fields(SpanColumns spans) {
    Set<Field> fields = new LinkedHashSet<>(List.of(Field.Intrinsic.values()));
    addKeys(spans, spans.spanAttributes(), Scope.SPAN, fields);
    addKeys(spans, spans.resourceAttributes(), Scope.RESOURCE, fields);
    addKeys(spans, spans.scopeAttributes(), Scope.INSTRUMENTATION, fields);
    addKeys(spans, spans.eventAttributes(), Scope.EVENT, fields);
    addKeys(spans, spans.linkAttributes(), Scope.LINK, fields);
    addKeys(spans, spans.spanAttributes(), Scope.ANY, fields);
    addKeys(spans, spans.resourceAttributes(), Scope.ANY, fields);
    for (Scope scope : Scope.values()) {
      fields.add(new Field.Attribute(scope, "no.such.key"));
      fields.add(new Field.Attribute(scope, "http.status_code"));
    }
    return fields;
  }

  private static void addKeys(
      SpanColumns spans, AttributeLists lists, Scope scope, Set<Field> fields) {
    for (int i = 0; i < lists.entryCount(); i++) {
      fields.add(new Field.Attribute(scope, spans.strings().utf8(lists.key(i))));
    }
  }

  /// Values that fields have somewhere, and some they have not.
  private static Map<Field, List<Value>> pool(NaiveSpans naive) {
    Map<Field, List<Value>> pool = new LinkedHashMap<>();
    List<Value> strange =
        List.of(
            new Value.Str(""),
            new Value.Str("GET"),
            new Value.Int(0),
            new Value.Int(200),
            new Value.Float(0.5),
            new Value.Float(Double.NaN),
            new Value.Bool(true),
            new Value.Duration(1_000_000),
            new Value.Status(Value.SpanStatus.ERROR),
            new Value.Kind(Value.SpanKind.CLIENT));
    for (Field field : fields(naive.spans)) {
      Set<Value> values = new LinkedHashSet<>();
      int count = naive.count(field.level());
      for (int i = 0; i < count && values.size() < 40; i += 1 + count / 200) {
        for (Value value : naive.values(field, i)) {
          if (value instanceof Value.Array(List<Value> elements)) {
            values.addAll(elements);
          } else if (!(value instanceof Value.Opaque)) {
            values.add(value);
          }
        }
      }
      List<Value> list = new ArrayList<>(values);
      list.addAll(strange.subList(0, Math.min(strange.size(), 3 + list.size() / 4)));
      if (list.size() < 6) {
        list.addAll(strange);
      }
      pool.put(field, list);
    }
    return pool;
  }

  private static Condition condition(Random random, Map<Field, List<Value>> pool) {
    List<Field> fields = new ArrayList<>(pool.keySet());
    Field field = fields.get(random.nextInt(fields.size()));
    Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
    List<Value> values = pool.get(field);
    Value value = values.get(random.nextInt(values.size()));
    return switch (operator) {
      case EXISTS, MISSING -> new Condition(field, operator, List.of());
      case IN -> {
        List<Value> operands = new ArrayList<>(List.of(value));
        values.stream()
            .filter(other -> other.getClass() == value.getClass() && random.nextInt(3) == 0)
            .forEach(operands::add);
        yield new Condition(field, operator, operands);
      }
      case REGEX, NOT_REGEX ->
          value instanceof Value.Str(String text)
              ? Condition.of(field, operator, new Value.Str(regex(random, text)))
              : Condition.of(field, Operator.EQUAL, value);
      case CONTAINS ->
          value instanceof Value.Str(String text)
              ? Condition.of(field, operator, new Value.Str(part(random, text)))
              : Condition.of(field, Operator.NOT_EQUAL, value);
      default -> Condition.of(field, operator, value);
    };
  }

  private static String regex(Random random, String text) {
    String part = part(random, text).replaceAll("[^a-zA-Z0-9]", ".");
    return switch (random.nextInt(5)) {
      case 0 -> part + ".*";
      case 1 -> ".*" + part;
      case 2 -> ".*" + part + ".*";
      case 3 -> part + "|" + text.replaceAll("[^a-zA-Z0-9]", ".");
      default -> "[a-z]+" + part + ".?";
    };
  }

  private static String part(Random random, String text) {
    int from = text.isEmpty() ? 0 : random.nextInt(text.length());
    return text.substring(from, Math.min(text.length(), from + random.nextInt(1, 6)));
  }
}
