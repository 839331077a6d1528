package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The kinds of [ValueColumn] that a batch gives.
final class ValueColumns {

  private ValueColumns() {}

  /// Strings that are in the dictionary.
  record Entries(ByteDictionary strings, int[] ids) implements ValueColumn {

    @Override
    public Type type(int ordinal) {
      return Type.STRING;
    }

    @Override
    public Type uniformType() {
      return Type.STRING;
    }

    @Override
    public long longAt(int ordinal) {
      return 0;
    }

    @Override
    public double doubleAt(int ordinal) {
      return Double.NaN;
    }

    @Override
    public int stringId(int ordinal) {
      return ids[ordinal];
    }

    @Override
    public int stringIds() {
      return strings.size();
    }

    @Override
    public String string(int stringId) {
      return strings.utf8(stringId);
    }

    @Override
    public Value at(int ordinal) {
      return new Value.Str(string(ids[ordinal]));
    }
  }

  /// Strings that are made, such as ids in hex.
  static final class Texts implements ValueColumn {

    private final int[] ids;
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Integer> idOf = new HashMap<>();

    Texts(int size) {
      ids = new int[size];
    }

    void set(int ordinal, String text) {
      ids[ordinal] =
          idOf.computeIfAbsent(
              text,
              added -> {
                texts.add(added);
                return texts.size() - 1;
              });
    }

    @Override
    public Type type(int ordinal) {
      return Type.STRING;
    }

    @Override
    public Type uniformType() {
      return Type.STRING;
    }

    @Override
    public long longAt(int ordinal) {
      return 0;
    }

    @Override
    public double doubleAt(int ordinal) {
      return Double.NaN;
    }

    @Override
    public int stringId(int ordinal) {
      return ids[ordinal];
    }

    @Override
    public int stringIds() {
      return texts.size();
    }

    @Override
    public String string(int stringId) {
      return texts.get(stringId);
    }

    @Override
    public Value at(int ordinal) {
      return new Value.Str(string(ids[ordinal]));
    }
  }

  /// An attribute, of any type at each ordinal; nil until it is filled in.
  static final class Attributes implements ValueColumn {

    private static final Type[] TYPES = Type.values();

    private final ByteDictionary strings;
    private final byte[] types;

    /// Number, double bits, string id, or the dictionary entry of an array.
    private final long[] values;

    /// Strings of arrays with one element that are not in the dictionary; their ids follow on its.
    private final List<String> more = new ArrayList<>();

    private final Map<String, Integer> idOf = new HashMap<>();
    private final Map<Integer, Value> others = new HashMap<>();

    Attributes(ByteDictionary strings, int size) {
      this.strings = strings;
      this.types = new byte[size];
      this.values = new long[size];
    }

    /// Sets the ordinals, which are the owners, that have the attribute.
    void fill(AttributeLists lists, int key) {
      int[] starts = lists.starts();
      int[] keys = lists.keys();
      int entries = lists.entryCount();
      int owner = 0;
      for (int entry = 0; entry < entries; entry++) {
        if (keys[entry] == key) {
          while (starts[owner + 1] <= entry) {
            owner++;
          }
          set(owner, lists.type(entry), lists.value(entry));
        }
      }
    }

    /// Sets the ordinals whose owner has the attribute.
    void fill(AttributeLists lists, int key, int[] owners) {
      Attributes ofOwners = new Attributes(strings, lists.ownerCount());
      ofOwners.fill(lists, key);
      others.putAll(ofOwners.others);
      more.addAll(ofOwners.more);
      idOf.putAll(ofOwners.idOf);
      for (int ordinal = 0; ordinal < owners.length; ordinal++) {
        types[ordinal] = ofOwners.types[owners[ordinal]];
        values[ordinal] = ofOwners.values[owners[ordinal]];
      }
    }

    private void set(int ordinal, byte type, long value) {
      switch (type) {
        case ValueType.STRING -> set(ordinal, Type.STRING, value);
        case ValueType.INT -> set(ordinal, Type.INT, value);
        case ValueType.DOUBLE -> set(ordinal, Type.FLOAT, value);
        case ValueType.BOOL -> set(ordinal, Type.BOOL, value);
        default -> setOther(ordinal, (int) value);
      }
    }

    private void setOther(int ordinal, int entry) {
      Value value = others.computeIfAbsent(entry, id -> AnyValues.read(strings, id));
      switch (value) {
        case Value.Str(String text) -> set(ordinal, Type.STRING, idOf(text));
        case Value.Int(long number) -> set(ordinal, Type.INT, number);
        case Value.Float(double number) ->
            set(ordinal, Type.FLOAT, Double.doubleToRawLongBits(number));
        case Value.Bool(boolean bool) -> set(ordinal, Type.BOOL, bool ? 1 : 0);
        case Value.Array _ -> set(ordinal, Type.ARRAY, entry);
        case Value.Nil _, Value.Duration _, Value.Status _, Value.Kind _, Value.Opaque _ ->
            set(ordinal, Type.OPAQUE, entry);
      }
    }

    @SuppressWarnings("EnumOrdinal") // in memory alone
    private void set(int ordinal, Type type, long value) {
      types[ordinal] = (byte) type.ordinal();
      values[ordinal] = value;
    }

    private int idOf(String text) {
      Integer known = idOf.get(text);
      if (known == null) {
        known = strings.find(text.getBytes(StandardCharsets.UTF_8));
        if (known < 0) {
          known = strings.size() + more.size();
          more.add(text);
        }
        idOf.put(text, known);
      }
      return known;
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
      return strings.size() + more.size();
    }

    @Override
    public String string(int stringId) {
      return stringId < strings.size()
          ? strings.utf8(stringId)
          : more.get(stringId - strings.size());
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
        case ARRAY -> others.getOrDefault((int) value, Value.OPAQUE);
        case OPAQUE, DURATION, STATUS, KIND -> Value.OPAQUE;
      };
    }
  }

  /// The values of another column at other places.
  record Mapped(ValueColumn column, int[] places) implements ValueColumn {

    @Override
    public Type type(int ordinal) {
      return column.type(places[ordinal]);
    }

    @Override
    public @Nullable Type uniformType() {
      return column.uniformType();
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
