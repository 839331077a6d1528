package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.ValueColumn;
import org.jspecify.annotations.Nullable;

/// Strings by the ids of a dictionary, where they were decoded; one for each ordinal.
final class StringColumn implements ValueColumn {

  private final int[] ids;
  private final int first;
  private final ByteStrings strings;

  /// The id of the empty string where that says that there is nothing, else -1.
  private final int absent;

  private StringColumn(ColumnCursor column, boolean emptyIsAbsent) {
    this.ids = column.ids();
    this.first = column.firstValue();
    this.strings = column.strings();
    this.absent = emptyIsAbsent ? strings.find(new byte[0]) : -1;
  }

  /// Null when ids do not tell strings apart.
  static @Nullable StringColumn of(ColumnCursor column, boolean emptyIsAbsent) {
    return column.hasDictionary() && column.strings().isDistinct()
        ? new StringColumn(column, emptyIsAbsent)
        : null;
  }

  @Override
  public Type type(int ordinal) {
    return absent >= 0 && stringId(ordinal) == absent ? Type.NIL : Type.STRING;
  }

  @Override
  public @Nullable Type uniformType() {
    return absent < 0 ? Type.STRING : null;
  }

  @Override
  public long longAt(int ordinal) {
    return 0;
  }

  @Override
  public double doubleAt(int ordinal) {
    return 0;
  }

  @Override
  public int stringId(int ordinal) {
    return ids[first + ordinal];
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
    return type(ordinal) == Type.NIL ? Value.NIL : new Value.Str(strings.utf8(stringId(ordinal)));
  }
}
