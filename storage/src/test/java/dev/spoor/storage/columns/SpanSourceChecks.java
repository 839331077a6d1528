package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// Asks a source everything that it can be asked, and compares with [NaiveTraces].
public final class SpanSourceChecks {

  private final NaiveTraces expected;
  private final RandomConditions conditions;
  private final Random random;

  public SpanSourceChecks(NaiveTraces expected, long seed) {
    this.expected = expected;
    this.conditions = new RandomConditions(seed, expected);
    this.random = new Random(~seed);
  }

  /// Fetches everything, then what some random requests ask for.
  public void check(SpanSource source) throws IOException {
    check(source, FetchRequest.EVERYTHING);
    for (int i = 0; i < 6; i++) {
      check(source, request());
    }
  }

  /// Fetches everything alone, for sources that may give more than a request asks for.
  public void checkEverything(SpanSource source) throws IOException {
    check(source, FetchRequest.EVERYTHING);
  }

  private FetchRequest request() {
    long from = Long.MIN_VALUE;
    long to = Long.MAX_VALUE;
    if (random.nextBoolean() && !expected.traces().isEmpty()) {
      List<List<NaiveTraces.Span>> all = List.copyOf(expected.traces().values());
      NaiveTraces.Span span = all.get(random.nextInt(all.size())).getFirst();
      from = random.nextBoolean() ? span.end : from;
      to = random.nextBoolean() ? span.start : to;
    }
    return new FetchRequest(
        conditions.list(random.nextInt(4)),
        random.nextBoolean(),
        random.nextBoolean(),
        from,
        to,
        Set.of());
  }

  private void check(SpanSource source, FetchRequest request) throws IOException {
    Set<TraceId> fetched = new TreeSet<>();
    try (BatchCursor cursor = source.fetch(request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        checkBatch(batch, request, fetched);
      }
      assertThat(cursor.cost().spans()).isNotNegative();
    }
    assertThat(fetched).as("traces of %s", request).isEqualTo(wanted(request));
  }

  private Set<TraceId> wanted(FetchRequest request) {
    Set<TraceId> wanted = new TreeSet<>();
    expected
        .traces()
        .forEach((id, spans) -> {
          var summary = NaiveTraces.summary(spans);
          boolean inTime =
              (request.fromNanos() < 0
                      || Long.compareUnsigned(summary.endNanos(), request.fromNanos()) >= 0)
                  && (request.toNanos() >= 0
                      && Long.compareUnsigned(summary.startNanos(), request.toNanos()) <= 0);
          if (inTime && spans.stream().anyMatch(span -> isWanted(span, request))) {
            wanted.add(id);
          }
        });
    return wanted;
  }

  private static boolean isWanted(NaiveTraces.Span span, FetchRequest request) {
    if (request.conditions().isEmpty()) {
      return true;
    }
    return request.allConditions()
        ? request.conditions().stream().allMatch(c -> NaiveTraces.holds(span, c))
        : request.conditions().stream().anyMatch(c -> NaiveTraces.holds(span, c));
  }

  private void checkBatch(SpanBatch batch, FetchRequest request, Set<TraceId> fetched)
      throws IOException {
    List<NaiveTraces.Span> spans = spansOf(batch, fetched);
    Map<Field.Level, List<NaiveTraces.Item>> items = new HashMap<>();
    Map<Field.Level, List<NaiveTraces.Span>> owners = new HashMap<>();
    for (Field.Level level : Field.Level.values()) {
      List<NaiveTraces.Item> all = new ArrayList<>();
      List<NaiveTraces.Span> ownerOf = new ArrayList<>();
      for (NaiveTraces.Span span : spans) {
        for (NaiveTraces.Item item : NaiveTraces.items(span, level)) {
          all.add(item);
          ownerOf.add(span);
        }
      }
      items.put(level, all);
      owners.put(level, ownerOf);
      assertThat(batch.count(level)).isEqualTo(all.size());
      for (int i = 0; i < all.size(); i++) {
        assertThat(spans.get(batch.spanOf(level, i))).isSameAs(ownerOf.get(i));
      }
    }
    List<Condition> asked = new ArrayList<>(request.conditions());
    asked.addAll(conditions.list(30));
    for (Condition condition : asked) {
      Field.Level level = condition.field().level();
      checkCondition(batch, condition, owners.get(level), items.get(level));
    }
    for (int i = 0; i < 8; i++) {
      Field field = conditions.field();
      checkValues(batch, field, owners.get(field.level()), items.get(field.level()));
    }
  }

  private List<NaiveTraces.Span> spansOf(SpanBatch batch, Set<TraceId> fetched) throws IOException {
    List<NaiveTraces.Span> spans = new ArrayList<>();
    for (int trace = 0; trace < batch.traceCount(); trace++) {
      TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
      List<NaiveTraces.Span> whole = Objects.requireNonNull(expected.traces().get(id));
      assertThat(batch.firstSpan(trace)).isEqualTo(spans.size());
      assertThat(fetched.add(id)).as("trace %s once", id).isTrue();
      assertThat(batch.summary(trace)).isEqualTo(NaiveTraces.summary(whole));
      spans.addAll(whole);
      assertThat(batch.firstSpan(trace + 1)).isEqualTo(spans.size());
    }
    assertThat(batch.spanCount()).isEqualTo(spans.size());
    return spans;
  }

  private static void checkCondition(
      SpanBatch batch,
      Condition condition,
      List<NaiveTraces.Span> owners,
      List<NaiveTraces.Item> items)
      throws IOException {
    OrdinalSet wanted = new OrdinalSet(items.size());
    for (int i = 0; i < items.size(); i++) {
      if (NaiveTraces.holds(owners.get(i), items.get(i), condition)) {
        wanted.add(i);
      }
    }
    assertThat(batch.matching(condition)).as("%s", condition).isEqualTo(wanted);
  }

  private void checkValues(
      SpanBatch batch, Field field, List<NaiveTraces.Span> owners, List<NaiveTraces.Item> items)
      throws IOException {
    OrdinalSet some = new OrdinalSet(items.size());
    for (int i = 0; i < items.size(); i++) {
      if (random.nextBoolean()) {
        some.add(i);
      }
    }
    ValueColumn column = batch.values(field, some);
    Map<Integer, String> strings = new HashMap<>();
    for (int i = some.next(0); i >= 0; i = some.next(i + 1)) {
      Value wanted = NaiveTraces.valueOf(owners.get(i), items.get(i), field);
      assertThat(column.at(i)).as("%s at %d", field, i).isEqualTo(wanted);
      checkParts(column, i, wanted, strings);
    }
    assertThat(new HashSet<>(strings.values())).hasSameSizeAs(strings.keySet());
  }

  private static void checkParts(
      ValueColumn column, int ordinal, Value wanted, Map<Integer, String> strings) {
    ValueColumn.Type type =
        switch (wanted) {
          case Value.Nil _ -> ValueColumn.Type.NIL;
          case Value.Opaque _ -> ValueColumn.Type.OPAQUE;
          case Value.Array _ -> ValueColumn.Type.ARRAY;
          case Value.Int(long number) -> {
            assertThat(column.longAt(ordinal)).isEqualTo(number);
            yield ValueColumn.Type.INT;
          }
          case Value.Duration(long nanos) -> {
            assertThat(column.longAt(ordinal)).isEqualTo(nanos);
            yield ValueColumn.Type.DURATION;
          }
          case Value.Bool(boolean bool) -> {
            assertThat(column.longAt(ordinal)).isEqualTo(bool ? 1 : 0);
            yield ValueColumn.Type.BOOL;
          }
          case Value.Status(var status) -> {
            assertThat(column.longAt(ordinal)).isEqualTo(status.ordinal());
            yield ValueColumn.Type.STATUS;
          }
          case Value.Kind(var kind) -> {
            assertThat(column.longAt(ordinal)).isEqualTo(kind.ordinal());
            yield ValueColumn.Type.KIND;
          }
          case Value.Float(double number) -> {
            assertThat(Double.compare(column.doubleAt(ordinal), number)).isZero();
            yield ValueColumn.Type.FLOAT;
          }
          case Value.Str(String text) -> {
            int id = column.stringId(ordinal);
            assertThat(id).isBetween(0, column.stringIds() - 1);
            assertThat(column.string(id)).isEqualTo(text);
            assertThat(strings.computeIfAbsent(id, _ -> text)).isEqualTo(text);
            yield ValueColumn.Type.STRING;
          }
        };
    assertThat(column.type(ordinal)).isEqualTo(type);
  }
}
