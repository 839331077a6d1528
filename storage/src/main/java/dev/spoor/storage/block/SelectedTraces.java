package dev.spoor.storage.block;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.AttributeCatalog;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Some of the traces of a batch, as a batch of their own.
final class SelectedTraces implements AttributeCatalog {

  private final AttributeCatalog all;

  /// The traces that are left, ascending, by their ordinals in `all`.
  private final int[] traces;

  private final int[] firstSpans;
  private final Map<Field.Level, int[]> places = new EnumMap<>(Field.Level.class);

  SelectedTraces(AttributeCatalog all, int[] traces) {
    this.all = all;
    this.traces = traces;
    this.firstSpans = new int[traces.length + 1];
    for (int i = 0; i < traces.length; i++) {
      int spans = all.firstSpan(traces[i] + 1) - all.firstSpan(traces[i]);
      firstSpans[i + 1] = firstSpans[i] + spans;
    }
  }

  @Override
  public int spanCount() {
    return firstSpans[traces.length];
  }

  @Override
  public int traceCount() {
    return traces.length;
  }

  @Override
  public int firstSpan(int trace) {
    return firstSpans[trace];
  }

  @Override
  public long traceIdHigh(int trace) {
    return all.traceIdHigh(traces[trace]);
  }

  @Override
  public long traceIdLow(int trace) {
    return all.traceIdLow(traces[trace]);
  }

  @Override
  public TraceSummary summary(int trace) throws IOException {
    return all.summary(traces[trace]);
  }

  @Override
  public int count(Field.Level level) throws IOException {
    return places(level).length;
  }

  @Override
  public int spanOf(Field.Level level, int ordinal) throws IOException {
    int span = all.spanOf(level, places(level)[ordinal]);
    int low = 0;
    int high = traces.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (all.firstSpan(traces[middle] + 1) <= span) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return firstSpans[low] + span - all.firstSpan(traces[low]);
  }

  @Override
  public OrdinalSet matching(Condition condition) throws IOException {
    OrdinalSet matching = all.matching(condition);
    int[] from = places(condition.field().level());
    OrdinalSet selected = new OrdinalSet(from.length);
    for (int i = 0; i < from.length; i++) {
      if (matching.contains(from[i])) {
        selected.add(i);
      }
    }
    return selected;
  }

  @Override
  public ValueColumn values(Field field, OrdinalSet ordinals) throws IOException {
    return new Moved(all.values(field, inAll(ordinals, field.level())), places(field.level()));
  }

  @Override
  public Set<String> attributeNames(Scope scope, OrdinalSet spans) throws IOException {
    return all.attributeNames(scope, inAll(spans, Field.Level.SPAN));
  }

  private OrdinalSet inAll(OrdinalSet ordinals, Field.Level level) throws IOException {
    int[] from = places(level);
    OrdinalSet wanted = new OrdinalSet(all.count(level));
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      wanted.add(from[i]);
    }
    return wanted;
  }

  /// For each ordinal of this batch the one in the whole batch.
  private int[] places(Field.Level level) throws IOException {
    int[] known = places.get(level);
    if (known == null) {
      known = level == Field.Level.SPAN ? spanPlaces() : elementPlaces(level);
      places.put(level, known);
    }
    return known;
  }

  private int[] spanPlaces() {
    int[] from = new int[spanCount()];
    int to = 0;
    for (int trace : traces) {
      for (int span = all.firstSpan(trace); span < all.firstSpan(trace + 1); span++) {
        from[to++] = span;
      }
    }
    return from;
  }

  private int[] elementPlaces(Field.Level level) throws IOException {
    OrdinalSet spans = new OrdinalSet(all.spanCount());
    for (int trace : traces) {
      spans.addRange(all.firstSpan(trace), all.firstSpan(trace + 1));
    }
    int count = all.count(level);
    int[] from = new int[count];
    int to = 0;
    for (int i = 0; i < count; i++) {
      if (spans.contains(all.spanOf(level, i))) {
        from[to++] = i;
      }
    }
    return Arrays.copyOf(from, to);
  }

  private record Moved(ValueColumn column, int[] places) implements ValueColumn {

    @Override
    public Type type(int ordinal) {
      return column.type(places[ordinal]);
    }

    @Override
    public long longAt(int ordinal) {
      return column.longAt(places[ordinal]);
    }

    @Override
    public double doubleAt(int ordinal) {
      return column.doubleAt(places[ordinal]);
    }

    @Override
    public int stringId(int ordinal) {
      return column.stringId(places[ordinal]);
    }

    @Override
    public int stringIds() {
      return column.stringIds();
    }

    @Override
    public String string(int stringId) {
      return column.string(stringId);
    }

    @Override
    public Value at(int ordinal) {
      return column.at(places[ordinal]);
    }
  }
}
