package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;

/// Numbers and truth values that were computed; nil where nothing was.
@SuppressWarnings("EnumOrdinal") // a byte a type, in memory only
final class ComputedColumn implements ValueColumn {

  private static final Type[] TYPES = Type.values();

  private final byte[] types;

  /// The bits of a double where the type is float.
  private final long[] bits;

  ComputedColumn(int size) {
    types = new byte[size];
    bits = new long[size];
  }

  void set(int row, Type type, long number) {
    types[row] = (byte) type.ordinal();
    bits[row] = number;
  }

  void set(int row, double number) {
    types[row] = (byte) Type.FLOAT.ordinal();
    bits[row] = Double.doubleToRawLongBits(number);
  }

  @Override
  public Type type(int ordinal) {
    return TYPES[types[ordinal]];
  }

  @Override
  public long longAt(int ordinal) {
    return bits[ordinal];
  }

  @Override
  public double doubleAt(int ordinal) {
    return Double.longBitsToDouble(bits[ordinal]);
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
    return switch (type(ordinal)) {
      case INT -> new Value.Int(bits[ordinal]);
      case FLOAT -> new Value.Float(doubleAt(ordinal));
      case DURATION -> new Value.Duration(bits[ordinal]);
      case BOOL -> new Value.Bool(bits[ordinal] != 0);
      case NIL, STRING, STATUS, KIND, ARRAY, OPAQUE -> Value.NIL;
    };
  }
}
