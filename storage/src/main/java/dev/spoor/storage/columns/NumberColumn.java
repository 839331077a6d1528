package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;

/// Numbers of one type, where they were decoded.
///
/// @param longs of which the first one is at `first`
/// @param type one that stands behind a number: INT, DURATION, STATUS or KIND
public record NumberColumn(Type type, long[] longs, int first) implements ValueColumn {

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
  @SuppressWarnings("EnumOrdinal") // what ValueColumn promises
  public Value at(int ordinal) {
    long number = longAt(ordinal);
    return switch (type) {
      case DURATION -> new Value.Duration(number);
      case STATUS -> new Value.Status(Value.SpanStatus.values()[(int) number]);
      case KIND -> new Value.Kind(Value.SpanKind.values()[(int) number]);
      default -> new Value.Int(number);
    };
  }
}
