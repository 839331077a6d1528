package dev.spoor.storage.block;

import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The generic attribute lists of one kind of owner in a window: keys and, for each type, values.
///
/// An attribute is named by the index of its key among the values of the key column. Columns of
/// values are read when they are first asked for.
final class GenericAttributes {

  private final RowWindow window;
  private final BlockColumns.Attributes columns;
  private final ColumnCursor keys;
  private final int[] starts;

  private @Nullable Values strings;
  private @Nullable Values ints;
  private @Nullable Values doubles;
  private @Nullable Values bools;
  private @Nullable List<Values> json;
  private @Nullable ColumnCursor arrayFlags;

  /// A column with any number of values for each attribute.
  static final class Values {
    final ColumnCursor column;
    private final int[] starts;
    private final int base;

    private Values(ColumnCursor column, int[] starts, int base) {
      this.column = column;
      this.starts = starts;
      this.base = base;
    }

    int first(int attribute) {
      return starts[attribute - base];
    }

    int end(int attribute) {
      return starts[attribute - base + 1];
    }

    boolean has(int attribute) {
      return starts[attribute - base] < starts[attribute - base + 1];
    }
  }

  /// Of each attribute the type of its one value and where that stands.
  static final class Scalars {
    private final byte[] types;
    private final int[] places;
    private final int base;

    /// By type.
    private final @Nullable ColumnCursor[] columns = new ColumnCursor[ValueType.BOOL + 1];

    private Scalars(int attributes, int base) {
      this.types = new byte[attributes];
      this.places = new int[attributes];
      this.base = base;
    }

    /// A constant of [ValueType]; [#NONE] when the attribute is an array, or has none of the four
    /// types of values.
    byte type(int attribute) {
      return types[attribute - base];
    }

    /// The index of the value in the column of its type.
    int place(int attribute) {
      return places[attribute - base];
    }

    /// The column of a type that an attribute has.
    ColumnCursor column(byte type) {
      return Objects.requireNonNull(columns[type]);
    }
  }

  /// No type of [ValueType].
  static final byte NONE = 0;

  private GenericAttributes(
      RowWindow window, BlockColumns.Attributes columns, ColumnCursor keys, int[] starts) {
    this.window = window;
    this.columns = columns;
    this.keys = keys;
    this.starts = starts;
  }

  /// The lists of the window; null when the file has none for this kind of owner, or the row group
  /// nothing in them.
  static @Nullable GenericAttributes of(RowWindow window, BlockColumns.Owner owner)
      throws IOException {
    BlockColumns.Attributes columns = window.columns().attributes(owner);
    Leaf key = columns.key();
    if (key == null || !window.mayHaveValues(key)) {
      return null;
    }
    ColumnCursor keys = window.column(key);
    int[] starts = window.starts(keys, owner.level(), window.owners(owner));
    return new GenericAttributes(window, columns, keys, starts);
  }

  /// The first attribute of an owner; the last one ends where those of the next begin.
  int first(int owner) {
    return starts[owner];
  }

  int end(int owner) {
    return starts[owner + 1];
  }

  int owners() {
    return starts.length - 1;
  }

  ColumnCursor keys() {
    return keys;
  }

  /// Whether the column of strings holds values of all types, each as a message.
  boolean isMessages() {
    return columns.message();
  }

  @Nullable Values strings() throws IOException {
    if (strings == null) {
      strings = values(columns.strings());
    }
    return strings;
  }

  @Nullable Values ints() throws IOException {
    if (ints == null) {
      ints = values(columns.ints());
    }
    return ints;
  }

  @Nullable Values doubles() throws IOException {
    if (doubles == null) {
      doubles = values(columns.doubles());
    }
    return doubles;
  }

  @Nullable Values bools() throws IOException {
    if (bools == null) {
      bools = values(columns.bools());
    }
    return bools;
  }

  /// Whether the attribute is an array, whatever its number of elements.
  boolean isArray(int attribute) throws IOException {
    if (columns.isArray() == null || !window.mayHaveTrue(columns.isArray())) {
      return false;
    }
    if (arrayFlags == null) {
      arrayFlags = window.scalar(columns.isArray(), keys.valueCount());
    }
    ColumnCursor flags = arrayFlags;
    return flags != null && flags.longs()[flags.firstValue() + attribute - keys.firstValue()] != 0;
  }

  /// The protobuf JSON of an attribute that has no value of one of the four types, or null.
  byte @Nullable [] json(int attribute) throws IOException {
    if (json == null) {
      List<Values> all = new ArrayList<>();
      for (Leaf leaf : columns.json()) {
        Values values = values(leaf);
        if (values != null) {
          all.add(values);
        }
      }
      json = all;
    }
    for (Values values : json) {
      if (values.has(attribute)) {
        int id = values.column.id(values.first(attribute));
        if (values.column.strings().length(id) > 0) {
          return values.column.strings().copy(id);
        }
      }
    }
    return null;
  }

  /// The values of all attributes at once; null when some has more than one, so that each has to be
  /// looked at by itself.
  @Nullable Scalars scalars() throws IOException {
    if (columns.message()) {
      return null;
    }
    Scalars scalars = new Scalars(keys.valueCount(), keys.firstValue());
    int[] entries = new int[keys.entryCount()];
    int[] attributes = attributesOfEntries(entries);
    if (!add(columns.strings(), ValueType.STRING, scalars, entries, attributes)
        || !add(columns.ints(), ValueType.INT, scalars, entries, attributes)
        || !add(columns.doubles(), ValueType.DOUBLE, scalars, entries, attributes)
        || !add(columns.bools(), ValueType.BOOL, scalars, entries, attributes)) {
      return null;
    }
    if (columns.isArray() != null && window.mayHaveTrue(columns.isArray())) {
      for (int i = 0; i < scalars.types.length; i++) {
        if (isArray(scalars.base + i)) {
          scalars.types[i] = NONE;
        }
      }
    }
    return scalars;
  }

  /// For each entry of the keys its attribute, counted from the first one, or -1 for the
  /// placeholder of an owner that has none; empty when there are no placeholders.
  private int[] attributesOfEntries(int[] scratch) {
    if (keys.entryCount() == keys.valueCount()) {
      return new int[0];
    }
    int[] attributes = new int[keys.entryCount()];
    Arrays.fill(attributes, -1);
    int count = keys.entriesWithValue(scratch);
    for (int i = 0; i < count; i++) {
      attributes[scratch[i]] = i;
    }
    return attributes;
  }

  /// @return false when the entries of the column are not those of the keys
  private boolean add(
      @Nullable Leaf leaf, byte type, Scalars to, int[] scratch, int[] attributesOfEntries)
      throws IOException {
    if (leaf == null || !window.mayHaveValues(leaf)) {
      return true;
    }
    ColumnCursor column = window.column(leaf);
    if (column.entryCount() != keys.entryCount()
        || column.count(columns.level() + 1) != keys.valueCount()) {
      return false;
    }
    to.columns[type] = column;
    boolean isIdentity = attributesOfEntries.length == 0;
    int first = column.firstValue();
    int count = column.entriesWithValue(scratch);
    for (int i = 0; i < count; i++) {
      int attribute = isIdentity ? scratch[i] : attributesOfEntries[scratch[i]];
      if (attribute < 0) {
        return false;
      }
      if (to.types[attribute] == NONE) {
        to.types[attribute] = type;
        to.places[attribute] = first + i;
      }
    }
    return true;
  }

  private @Nullable Values values(@Nullable Leaf leaf) throws IOException {
    if (leaf == null || !window.mayHaveValues(leaf)) {
      return null;
    }
    ColumnCursor column = window.column(leaf);
    int[] starts = window.starts(column, columns.level() + 1, keys.valueCount());
    return new Values(column, starts, keys.firstValue());
  }
}
