package dev.spoor.storage.block;

import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values by ordinal: all nil until they are set. A later value takes the place of an earlier one.
final class ValueTable implements ValueColumn {

  private static final Type[] TYPES = Type.values();

  private final byte[] types;
  private final long[] values;
  private final ByteDictionary.Builder builder = new ByteDictionary.Builder();
  private final Map<Integer, Value> arrays = new HashMap<>();
  private @Nullable ByteDictionary strings;

  ValueTable(int size) {
    types = new byte[size];
    values = new long[size];
  }

  int size() {
    return types.length;
  }

  void set(int ordinal, Type type, long value) {
    types[ordinal] = (byte) type.ordinal();
    values[ordinal] = value;
  }

  /// The id of a string in this table, to be [#set].
  int intern(byte[] bytes, int offset, int length) {
    strings = null;
    return builder.intern(bytes, offset, length);
  }

  void set(int ordinal, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    set(ordinal, Type.STRING, intern(bytes, 0, bytes.length));
  }

  void set(int ordinal, Value value) {
    switch (value) {
      case Value.Nil _ -> set(ordinal, Type.NIL, 0);
      case Value.Int(long number) -> set(ordinal, Type.INT, number);
      case Value.Float(double number) ->
          set(ordinal, Type.FLOAT, Double.doubleToRawLongBits(number));
      case Value.Str(String text) -> set(ordinal, text);
      case Value.Bool(boolean bool) -> set(ordinal, Type.BOOL, bool ? 1 : 0);
      case Value.Duration(long nanos) -> set(ordinal, Type.DURATION, nanos);
      case Value.Status(Value.SpanStatus status) -> set(ordinal, Type.STATUS, status.ordinal());
      case Value.Kind(Value.SpanKind kind) -> set(ordinal, Type.KIND, kind.ordinal());
      case Value.Array _ -> {
        arrays.put(ordinal, value);
        set(ordinal, Type.ARRAY, 0);
      }
      case Value.Opaque _ -> set(ordinal, Type.OPAQUE, 0);
    }
  }

  /// Takes over the value that another ordinal has in a table which shares no strings with this.
  void copy(int ordinal, ValueTable from, int place, int[] stringIds) {
    Type type = from.type(place);
    switch (type) {
      case NIL -> {}
      case STRING -> {
        int id = from.stringId(place);
        if (stringIds[id] < 0) {
          byte[] bytes = from.string(id).getBytes(StandardCharsets.UTF_8);
          stringIds[id] = intern(bytes, 0, bytes.length);
        }
        set(ordinal, Type.STRING, stringIds[id]);
      }
      case ARRAY -> set(ordinal, from.at(place));
      case INT, FLOAT, BOOL, DURATION, STATUS, KIND, OPAQUE ->
          set(ordinal, type, from.values[place]);
    }
  }

  @Override
  public Type type(int ordinal) {
    return TYPES[types[ordinal]];
  }

  @Override
  public long longAt(int ordinal) {
    return values[ordinal];
  }

  @Override
  public double doubleAt(int ordinal) {
    return Double.longBitsToDouble(values[ordinal]);
  }

  @Override
  public int stringId(int ordinal) {
    return (int) values[ordinal];
  }

  @Override
  public int stringIds() {
    return builder.size();
  }

  @Override
  public String string(int stringId) {
    ByteDictionary built = strings;
    if (built == null) {
      built = builder.build();
      strings = built;
    }
    return built.utf8(stringId);
  }

  @Override
  public Value at(int ordinal) {
    long value = values[ordinal];
    return switch (type(ordinal)) {
      case NIL -> Value.NIL;
      case INT -> new Value.Int(value);
      case FLOAT -> new Value.Float(Double.longBitsToDouble(value));
      case STRING -> new Value.Str(string((int) value));
      case BOOL -> new Value.Bool(value != 0);
      case DURATION -> new Value.Duration(value);
      case STATUS -> new Value.Status(Value.SpanStatus.values()[(int) value]);
      case KIND -> new Value.Kind(Value.SpanKind.values()[(int) value]);
      case ARRAY -> arrays.getOrDefault(ordinal, Value.OPAQUE);
      case OPAQUE -> Value.OPAQUE;
    };
  }
}
