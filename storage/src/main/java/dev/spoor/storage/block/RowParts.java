package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.RowGroupReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some parts of a row that is too large to be in memory as a whole, one behind the other.
///
/// A column is decoded when it is first asked for, once for all of these parts. They keep what is
/// theirs of every column until they are closed; how many there are bounds what that takes. One
/// thread at a time.
final class RowParts implements AutoCloseable {

  private final RowGroupReader reader;
  private final RowWindow group;
  private final long row;
  private final int[] bounds;

  /// By index of the column: one cursor a part, or one for all of them.
  private final @Nullable List<ColumnCursor>[] columns;

  /// @param reader that is closed with this
  /// @param group a window over the row group, whose dictionaries are used as far as it read them
  /// @param bounds part `i` has the spans `[bounds[i], bounds[i + 1])` of the row
  RowParts(RowGroupReader reader, RowWindow group, long row, int[] bounds) {
    this.reader = reader;
    this.group = group;
    this.row = row;
    this.bounds = bounds;
    @SuppressWarnings({"unchecked", "rawtypes"})
    @Nullable List<ColumnCursor>[] none = new List[group.columns().all().size()];
    this.columns = none;
  }

  RowGroupReader reader() {
    return reader;
  }

  BlockColumns columns() {
    return group.columns();
  }

  long row() {
    return row;
  }

  int count() {
    return bounds.length - 1;
  }

  int from(int part) {
    return bounds[part];
  }

  int to(int part) {
    return bounds[part + 1];
  }

  /// A column, showing the part; of resources and scopes, all that the row has.
  ColumnCursor column(Leaf leaf, int part) throws IOException {
    List<ColumnCursor> known = columns[leaf.index()];
    if (known == null) {
      ColumnCursor cursor = reader.open(leaf, row, row + 1);
      cursor.takeDictionary(group.cursor(leaf));
      cursor.move(row, row + 1);
      known = columns().isOfSpans(leaf) ? cursor.parts(BlockColumns.SPAN, bounds) : List.of(cursor);
      columns[leaf.index()] = known;
    }
    return known.size() == 1 ? known.getFirst() : known.get(part);
  }

  @Override
  public void close() {
    reader.close();
  }
}
