package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

  private @Nullable Values values(@Nullable Leaf leaf) throws IOException {
    if (leaf == null || !window.mayHaveValues(leaf)) {
      return null;
    }
    ColumnCursor column = window.column(leaf);
    int[] starts = window.starts(column, columns.level() + 1, keys.valueCount());
    return new Values(column, starts, keys.firstValue());
  }
}
