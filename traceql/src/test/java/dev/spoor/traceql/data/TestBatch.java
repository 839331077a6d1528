package dev.spoor.traceql.data;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.AttributeCatalog;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Plain objects behind the interface of storage: what a field is, and what a condition means, in
/// the most obvious code.
public final class TestBatch implements AttributeCatalog {

  private record Row(TestTrace trace, TestSpan span, int index) {}

  private final List<TestTrace> traces;
  private final List<Row> spans = new ArrayList<>();
  private final List<Row> events = new ArrayList<>();
  private final List<Row> links = new ArrayList<>();
  private final List<Integer> eventSpans = new ArrayList<>();
  private final List<Integer> linkSpans = new ArrayList<>();
  private final int[] firstSpans;

  public TestBatch(List<TestTrace> traces) {
    this.traces = List.copyOf(traces);
    this.firstSpans = new int[traces.size() + 1];
    for (int t = 0; t < traces.size(); t++) {
      TestTrace trace = traces.get(t);
      for (TestSpan span : trace.spans) {
        for (int i = 0; i < span.events.size(); i++) {
          events.add(new Row(trace, span, i));
          eventSpans.add(spans.size());
        }
        for (int i = 0; i < span.links.size(); i++) {
          links.add(new Row(trace, span, i));
          linkSpans.add(spans.size());
        }
        spans.add(new Row(trace, span, 0));
      }
      firstSpans[t + 1] = spans.size();
    }
  }

  public TestSpan span(int ordinal) {
    return spans.get(ordinal).span;
  }

  @Override
  public int spanCount() {
    return spans.size();
  }

  @Override
  public int traceCount() {
    return traces.size();
  }

  @Override
  public int firstSpan(int trace) {
    return firstSpans[trace];
  }

  @Override
  public long traceIdHigh(int trace) {
    return traces.get(trace).id.high();
  }

  @Override
  public long traceIdLow(int trace) {
    return traces.get(trace).id.low();
  }

  @Override
  public TraceSummary summary(int trace) {
    return traces.get(trace).summary();
  }

  @Override
  public int count(Field.Level level) {
    return rows(level).size();
  }

  @Override
  public int spanOf(Field.Level level, int ordinal) {
    return switch (level) {
      case SPAN -> ordinal;
      case EVENT -> eventSpans.get(ordinal);
      case LINK -> linkSpans.get(ordinal);
    };
  }

  @Override
  public OrdinalSet matching(Condition condition) {
    List<Row> rows = rows(condition.field().level());
    OrdinalSet set = new OrdinalSet(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (PlainRules.satisfies(
          condition, PlainRules.value(row.trace, row.span, row.index, condition.field()))) {
        set.add(i);
      }
    }
    return set;
  }

  @Override
  public ValueColumn values(Field field, OrdinalSet ordinals) {
    List<Row> rows = rows(field.level());
    if (ordinals.size() != rows.size()) {
      throw new IllegalArgumentException("ordinals of another level");
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      // What was not asked for is not there.
      values.add(
          ordinals.contains(i)
              ? PlainRules.value(row.trace, row.span, row.index, field)
              : new Value.Str("not asked for"));
    }
    return new ListColumn(values);
  }

  @Override
  public Set<String> attributeNames(Scope scope, OrdinalSet wanted) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = wanted.next(0); i >= 0; i = wanted.next(i + 1)) {
      TestSpan span = spans.get(i).span;
      switch (scope) {
        case SPAN -> names.addAll(span.attributes.keySet());
        case RESOURCE -> names.addAll(span.resource.keySet());
        case INSTRUMENTATION -> names.addAll(span.scopeAttributes.keySet());
        case EVENT -> span.events.forEach(event -> names.addAll(event.attributes().keySet()));
        case LINK -> span.links.forEach(link -> names.addAll(link.attributes().keySet()));
        case ANY -> throw new IllegalArgumentException("one scope at a time");
      }
    }
    return names;
  }

  private List<Row> rows(Field.Level level) {
    return switch (level) {
      case SPAN -> spans;
      case EVENT -> events;
      case LINK -> links;
    };
  }

  private static final class ListColumn implements ValueColumn {

    private final List<Value> values;
    private final List<String> strings = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();

    ListColumn(List<Value> values) {
      this.values = values;
      for (Value value : values) {
        if (value instanceof Value.Str(String text) && !ids.containsKey(text)) {
          ids.put(text, strings.size());
          strings.add(text);
        }
      }
    }

    @Override
    public Type type(int ordinal) {
      return switch (values.get(ordinal)) {
        case Value.Nil _ -> Type.NIL;
        case Value.Int _ -> Type.INT;
        case Value.Float _ -> Type.FLOAT;
        case Value.Str _ -> Type.STRING;
        case Value.Bool _ -> Type.BOOL;
        case Value.Duration _ -> Type.DURATION;
        case Value.Status _ -> Type.STATUS;
        case Value.Kind _ -> Type.KIND;
        case Value.Array _ -> Type.ARRAY;
        case Value.Opaque _ -> Type.OPAQUE;
      };
    }

    @Override
    public long longAt(int ordinal) {
      return switch (values.get(ordinal)) {
        case Value.Int(long number) -> number;
        case Value.Duration(long nanos) -> nanos;
        case Value.Bool(boolean bool) -> bool ? 1 : 0;
        case Value.Status(var status) -> status.ordinal();
        case Value.Kind(var kind) -> kind.ordinal();
        default -> throw new IllegalStateException("no number at " + ordinal);
      };
    }

    /// What was not asked for may be anything.
    @Override
    public void longs(int from, int to, long[] target) {
      for (int i = from; i < to; i++) {
        Type type = type(i);
        boolean isNumber = type == Type.INT || type == Type.DURATION;
        target[i - from] = isNumber ? longAt(i) : -i;
      }
    }

    @Override
    public double doubleAt(int ordinal) {
      return ((Value.Float) values.get(ordinal)).value();
    }

    @Override
    public int stringId(int ordinal) {
      return ids.get(((Value.Str) values.get(ordinal)).value());
    }

    @Override
    public int stringIds() {
      return strings.size();
    }

    @Override
    public String string(int stringId) {
      return strings.get(stringId);
    }

    @Override
    public Value at(int ordinal) {
      return values.get(ordinal);
    }
  }
}
