package dev.spoor.storage.block;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;

/// Numbers of one type, where they were decoded.
///
/// @param longs of which the first one is at `first`
/// @param type one that stands behind a number: INT or DURATION
record NumberColumn(Type type, long[] longs, int first) implements ValueColumn {

  @Override
  public Type type(int ordinal) {
    return type;
  }

  @Override
  public Type uniformType() {
    return type;
  }

  @Override
  public long longAt(int ordinal) {
    return longs[first + ordinal];
  }

  @Override
  public void longs(int from, int to, long[] target) {
    System.arraycopy(longs, first + from, target, 0, to - from);
  }

  @Override
  public double doubleAt(int ordinal) {
    return 0;
  }

  @Override
  public int stringId(int ordinal) {
    return 0;
  }

  @Override
  public int stringIds() {
    return 0;
  }

  @Override
  public String string(int stringId) {
    throw new IndexOutOfBoundsException(stringId);
  }

  @Override
  public Value at(int ordinal) {
    long number = longAt(ordinal);
    return type == Type.DURATION ? new Value.Duration(number) : new Value.Int(number);
  }
}
