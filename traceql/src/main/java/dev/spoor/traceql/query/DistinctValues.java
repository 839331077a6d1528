package dev.spoor.traceql.query;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/// The different values that a field has on some spans.
public final class DistinctValues {

  private DistinctValues() {}

  /// The elements of an array count as values. What is absent does not count, nor what cannot be
  /// compared, nor an intrinsic text that is empty, which says that there is none.
  ///
  /// @return to be changed by the caller at will
  /// @throws IOException naming what can't be read
  public static Set<Value> of(SpanBatch batch, Field field, OrdinalSet spans) throws IOException {
    OrdinalSet ordinals = ordinals(batch, field.level(), spans);
    Set<Value> values = new HashSet<>();
    if (ordinals.isEmpty()) {
      return values;
    }
    ValueColumn column = batch.values(field, ordinals);
    BitSet strings = new BitSet();
    ValueColumn.Type lastType = ValueColumn.Type.NIL;
    long last = 0;
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      ValueColumn.Type type = column.type(i);
      switch (type) {
        case STRING -> strings.set(column.stringId(i));
        case INT, BOOL, DURATION, STATUS, KIND -> {
          long number = column.longAt(i);
          if (type != lastType || number != last) {
            values.add(column.at(i));
            last = number;
          }
        }
        case FLOAT -> values.add(column.at(i));
        case ARRAY -> {
          if (column.at(i) instanceof Value.Array(var elements)) {
            values.addAll(elements);
          }
        }
        case NIL, OPAQUE -> {}
      }
      lastType = type;
    }
    for (int id = strings.nextSetBit(0); id >= 0; id = strings.nextSetBit(id + 1)) {
      values.add(new Value.Str(column.string(id)));
    }
    if (field instanceof Field.Intrinsic) {
      values.remove(new Value.Str(""));
    }
    return values;
  }

  private static OrdinalSet ordinals(SpanBatch batch, Field.Level level, OrdinalSet spans)
      throws IOException {
    if (level == Field.Level.SPAN) {
      return spans;
    }
    int count = batch.count(level);
    OrdinalSet ordinals = new OrdinalSet(count);
    for (int i = 0; i < count; i++) {
      if (spans.contains(batch.spanOf(level, i))) {
        ordinals.add(i);
      }
    }
    return ordinals;
  }
}
