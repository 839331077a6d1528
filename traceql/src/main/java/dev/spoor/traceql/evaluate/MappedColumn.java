package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;
import java.util.function.IntUnaryOperator;

/// A column seen through other ordinals.
///
/// @param ordinals from the ordinals of this column to those of the other; -1 has no value
/// @param absent the value of what has none
record MappedColumn(ValueColumn column, IntUnaryOperator ordinals, Value absent)
    implements ValueColumn {

  @Override
  public Type type(int ordinal) {
    int mapped = ordinals.applyAsInt(ordinal);
    return mapped < 0 ? ConstantColumn.typeOf(absent) : column.type(mapped);
  }

  @Override
  public long longAt(int ordinal) {
    return column.longAt(ordinals.applyAsInt(ordinal));
  }

  @Override
  public double doubleAt(int ordinal) {
    return column.doubleAt(ordinals.applyAsInt(ordinal));
  }

  /// What has none shares the id behind the last of the column.
  @Override
  public int stringId(int ordinal) {
    int mapped = ordinals.applyAsInt(ordinal);
    return mapped < 0 ? column.stringIds() : column.stringId(mapped);
  }

  @Override
  public int stringIds() {
    return column.stringIds() + 1;
  }

  @Override
  public String string(int stringId) {
    if (stringId < column.stringIds()) {
      return column.string(stringId);
    }
    return absent instanceof Value.Str(String text) ? text : "";
  }

  @Override
  public Value at(int ordinal) {
    int mapped = ordinals.applyAsInt(ordinal);
    return mapped < 0 ? absent : column.at(mapped);
  }
}
