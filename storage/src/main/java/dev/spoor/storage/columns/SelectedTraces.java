package dev.spoor.storage.columns;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.fetch.AttributeCatalog;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Some traces of a batch, numbered anew. One thread at a time.
public final class SelectedTraces implements AttributeCatalog {

  private final TraceBatch batch;

  /// Ordinals in `batch`, ascending.
  private final int[] traces;

  private final int[] firstSpans;

  /// By level: for each ordinal here, the one in `batch`.
  private final Map<Field.Level, int[]> places = new EnumMap<>(Field.Level.class);

  /// @param selected which traces of the batch
  public SelectedTraces(TraceBatch batch, OrdinalSet selected) {
    this.batch = batch;
    this.traces = new int[selected.cardinality()];
    this.firstSpans = new int[traces.length + 1];
    int next = 0;
    for (int trace = selected.next(0); trace >= 0; trace = selected.next(trace + 1)) {
      traces[next] = trace;
      int spans = batch.firstSpan(trace + 1) - batch.firstSpan(trace);
      firstSpans[next + 1] = firstSpans[next] + spans;
      next++;
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
    return batch.traceIdHigh(traces[trace]);
  }

  @Override
  public long traceIdLow(int trace) {
    return batch.traceIdLow(traces[trace]);
  }

  @Override
  public TraceSummary summary(int trace) throws IOException {
    return batch.summary(traces[trace]);
  }

  @Override
  public int count(Field.Level level) throws IOException {
    return level == Field.Level.SPAN ? spanCount() : places(level).length;
  }

  @Override
  public int spanOf(Field.Level level, int ordinal) throws IOException {
    if (level == Field.Level.SPAN) {
      return ordinal;
    }
    int span = batch.spanOf(level, places(level)[ordinal]);
    int low = 0;
    int high = traces.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (batch.firstSpan(traces[middle] + 1) <= span) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return firstSpans[low] + span - batch.firstSpan(traces[low]);
  }

  @Override
  public OrdinalSet matching(Condition condition) throws IOException {
    OrdinalSet all = batch.matching(condition);
    int[] places = places(condition.field().level());
    OrdinalSet here = new OrdinalSet(places.length);
    for (int i = 0; i < places.length; i++) {
      if (all.contains(places[i])) {
        here.add(i);
      }
    }
    return here;
  }

  @Override
  public ValueColumn values(Field field, OrdinalSet ordinals) throws IOException {
    int[] places = places(field.level());
    return new ValueColumns.Mapped(batch.values(field, inBatch(ordinals, field.level())), places);
  }

  @Override
  public Set<String> attributeNames(Scope scope, OrdinalSet spans) throws IOException {
    return batch.attributeNames(scope, inBatch(spans, Field.Level.SPAN));
  }

  private OrdinalSet inBatch(OrdinalSet ordinals, Field.Level level) throws IOException {
    int[] places = places(level);
    OrdinalSet all = new OrdinalSet(batch.count(level));
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      all.add(places[i]);
    }
    return all;
  }

  private int[] places(Field.Level level) throws IOException {
    int[] known = places.get(level);
    if (known == null) {
      known = findPlaces(level);
      places.put(level, known);
    }
    return known;
  }

  private int[] findPlaces(Field.Level level) throws IOException {
    int size = 0;
    for (int trace : traces) {
      size += batch.firstOf(level, trace + 1) - batch.firstOf(level, trace);
    }
    int[] found = new int[size];
    int next = 0;
    for (int trace : traces) {
      int end = batch.firstOf(level, trace + 1);
      for (int place = batch.firstOf(level, trace); place < end; place++) {
        found[next++] = place;
      }
    }
    return found;
  }
}
