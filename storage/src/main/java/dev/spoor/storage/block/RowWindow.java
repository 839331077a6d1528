package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.RowGroupReader;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some rows of a row group: their columns, each read when it is first asked for, and how traces,
/// resources, scopes, spans, events and links hang together.
///
/// All of these are numbered from 0 over the window, in file order. One thread at a time.
final class RowWindow implements AutoCloseable {

  private final RowGroupReader reader;
  private final BlockColumns columns;
  private final long rangeStart;
  private final long rangeEnd;
  private final @Nullable ColumnCursor[] cursors;
  private final boolean[] moved;

  private boolean sparse;
  private long fromRow;
  private long toRow;

  /// Of which row this shows a part, and which; null when whole rows are shown.
  private @Nullable RowParts parts;

  private int part;

  /// A column of spans that will be read anyway.
  private @Nullable Leaf wanted;

  private @Nullable ColumnCursor structure;
  private int @Nullable [] firstSpans;
  private int @Nullable [] firstSpansOfResources;
  private int @Nullable [] firstSpansOfScopes;
  private int @Nullable [] firstEvents;
  private int @Nullable [] firstLinks;
  private int spans = -1;

  /// A window that will move within the rows `[rangeStart, rangeEnd)`, and shows none yet.
  RowWindow(RowGroupReader reader, BlockColumns columns, long rangeStart, long rangeEnd) {
    this.reader = reader;
    this.columns = columns;
    this.rangeStart = rangeStart;
    this.rangeEnd = rangeEnd;
    int leaves = columns.all().size();
    this.cursors = new ColumnCursor[leaves];
    this.moved = new boolean[leaves];
    this.fromRow = rangeStart;
    this.toRow = rangeStart;
  }

  BlockColumns columns() {
    return columns;
  }

  /// Shows the rows `[from, to)`. What was taken from the window before is no longer valid.
  void move(long from, long to) {
    fromRow = from;
    toRow = to;
    Arrays.fill(moved, false);
    structure = null;
    firstSpans = null;
    firstSpansOfResources = null;
    firstSpansOfScopes = null;
    firstEvents = null;
    firstLinks = null;
    spans = -1;
  }

  /// Whether the next windows are few and far between, so that only their pages are read.
  void readSparsely(boolean isSparse) {
    sparse = isSparse;
    for (ColumnCursor cursor : cursors) {
      if (cursor != null) {
        cursor.readSparsely(isSparse);
      }
    }
  }

  /// A column with a value for each span that will be read of every window: then no other one is
  /// read to learn where spans begin.
  void willRead(Leaf leaf) {
    wanted = leaf;
  }

  /// A window over some spans of one row, with all its resources and scopes, that can't be moved.
  ///
  /// @param whole the structure of the whole row
  static RowWindow ofPart(RowParts parts, int part, int fromSpan, int toSpan, RowStructure whole) {
    long row = parts.row();
    RowWindow window = new RowWindow(parts.reader(), parts.columns(), row, row + 1);
    window.move(row, row + 1);
    window.parts = parts;
    window.part = part;
    window.firstSpans = new int[] {0, toSpan - fromSpan};
    window.firstSpansOfResources = within(whole.firstSpansOfResources(), fromSpan, toSpan);
    window.firstSpansOfScopes = within(whole.firstSpansOfScopes(), fromSpan, toSpan);
    return window;
  }

  private static int[] within(int[] firsts, int from, int to) {
    int[] clipped = new int[firsts.length];
    for (int i = 0; i < firsts.length; i++) {
      clipped[i] = Math.clamp(firsts[i] - (long) from, 0, to - from);
    }
    return clipped;
  }

  /// How the spans of one row hang together.
  record RowStructure(int[] firstSpansOfResources, int[] firstSpansOfScopes) {

    int spans() {
      return firstSpansOfResources[firstSpansOfResources.length - 1];
    }
  }

  /// Of the one row that is shown.
  RowStructure rowStructure() throws IOException {
    return new RowStructure(firstSpansOfResources(), firstSpansOfScopes());
  }

  /// Reads the first bytes of several columns together.
  void prefetch(Collection<Leaf> leaves) throws IOException {
    reader.prefetch(cursors(leaves));
  }

  /// Columns, not moved to the window.
  List<ColumnCursor> cursors(Collection<Leaf> leaves) {
    List<ColumnCursor> some = new ArrayList<>();
    for (Leaf leaf : leaves) {
      some.add(cursor(leaf));
    }
    return some;
  }

  /// A column, not moved to the window: for its dictionary and bounds.
  ColumnCursor cursor(Leaf leaf) {
    ColumnCursor cursor = cursors[leaf.index()];
    if (cursor == null) {
      cursor = reader.open(leaf, rangeStart, rangeEnd);
      cursor.readSparsely(sparse);
      cursors[leaf.index()] = cursor;
    }
    return cursor;
  }

  /// Whether the row group may have any value in a column; false is sure.
  boolean mayHaveValues(Leaf leaf) {
    return reader.rowGroup().chunks().get(leaf.index()).mayHaveValues();
  }

  /// Whether the row group may have a `true` in a column of booleans; false is sure.
  boolean mayHaveTrue(Leaf leaf) {
    return reader.rowGroup().chunks().get(leaf.index()).mayHaveNumber(1, 1);
  }

  /// Whether the window's part of a column has been read.
  boolean isRead(Leaf leaf) {
    return moved[leaf.index()];
  }

  /// A column, at the window.
  ColumnCursor column(Leaf leaf) throws IOException {
    if (parts != null) {
      return parts.column(leaf, part);
    }
    ColumnCursor cursor = cursor(leaf);
    if (!moved[leaf.index()]) {
      cursor.move(fromRow, toRow);
      moved[leaf.index()] = true;
      if (structure == null && columns.isSpanColumn(leaf)) {
        structure = cursor;
      }
    }
    return cursor;
  }

  /// A column with exactly one value for each of `count` owners; null when the file lacks it.
  ///
  /// @throws IOException when there is another number of values
  @Nullable ColumnCursor scalar(@Nullable Leaf leaf, int count) throws IOException {
    if (leaf == null) {
      return null;
    }
    ColumnCursor column = column(leaf);
    if (column.valueCount() != count) {
      throw contradicts(leaf, column.valueCount(), count);
    }
    return column;
  }

  /// For each of `count` owners of a repetition level, where its values in a column start; one more
  /// for the end.
  ///
  /// @throws IOException when the column has another number of owners
  int[] starts(ColumnCursor column, int level, int count) throws IOException {
    int[] starts = column.starts(level);
    if (starts.length != count + 1) {
      throw contradicts(column.leaf(), starts.length - 1, count);
    }
    return starts;
  }

  /// Adds the spans of the window that are among some.
  ///
  /// @return false, and nothing is added, when that can't be told of this window
  boolean add(NumberPlaces.Found found, OrdinalSet to) throws IOException {
    if (parts != null) {
      return false;
    }
    int[] firsts = firstSpans();
    OrdinalSet spans = new OrdinalSet(to.size());
    for (int at = found.firstIn(fromRow); at < found.count() && found.row(at) < toRow; at++) {
      int trace = (int) (found.row(at) - fromRow);
      int span = firsts[trace] + found.span(at);
      if (found.span(at) < 0 || span >= firsts[trace + 1]) {
        return false;
      }
      spans.add(span);
    }
    to.or(spans);
    return true;
  }

  /// Sets the numbers of some spans of the window.
  ///
  /// @return false when not all of these spans are among those that were found
  boolean set(NumberPlaces.Found found, OrdinalSet spans, ValueTable to) throws IOException {
    if (parts != null) {
      return false;
    }
    int[] firsts = firstSpans();
    int at = found.firstIn(fromRow);
    int trace = 0;
    for (int span = spans.next(0); span >= 0; span = spans.next(span + 1)) {
      while (firsts[trace + 1] <= span) {
        trace++;
      }
      long place = NumberPlaces.place(fromRow + trace, span - firsts[trace], 0);
      while (at < found.count() && found.isBefore(at, place)) {
        at++;
      }
      if (at == found.count() || !found.isAt(at, place)) {
        return false;
      }
      to.set(span, ValueColumn.Type.INT, found.number(at));
    }
    return true;
  }

  /// The failure to throw when a value of a column makes no sense.
  IOException malformed(Leaf leaf, IOException cause) {
    return new IOException(
        "%s: row group %d, rows %d to %d: column %s: %s"
            .formatted(
                columns.footer().name(),
                reader.rowGroup().index(),
                fromRow,
                toRow,
                leaf.path(),
                cause.getMessage()),
        cause);
  }

  /// The failure to throw when a column has another number of entries than others say.
  IOException contradicts(Leaf leaf, int found, int expected) {
    return new IOException(
        "%s: row group %d, rows %d to %d: column %s has %d entries, others have %d"
            .formatted(
                columns.footer().name(),
                reader.rowGroup().index(),
                fromRow,
                toRow,
                leaf.path(),
                found,
                expected));
  }

  /// Rows of the whole row group.
  long groupRows() {
    return reader.rowGroup().rows();
  }

  long fromRow() {
    return fromRow;
  }

  long toRow() {
    return toRow;
  }

  int traces() {
    return (int) (toRow - fromRow);
  }

  int spans() throws IOException {
    if (spans < 0) {
      int[] firsts = firstSpans();
      spans = firsts[firsts.length - 1];
    }
    return spans;
  }

  int resources() throws IOException {
    return firstSpansOfResources().length - 1;
  }

  int scopes() throws IOException {
    return firstSpansOfScopes().length - 1;
  }

  int events() throws IOException {
    int[] firsts = firstEvents();
    return firsts[firsts.length - 1];
  }

  /// Links as entries of columns; none where a file stores them as messages.
  int links() throws IOException {
    int[] firsts = firstLinks();
    return firsts[firsts.length - 1];
  }

  int owners(BlockColumns.Owner owner) throws IOException {
    return switch (owner) {
      case RESOURCE -> resources();
      case SCOPE -> scopes();
      case SPAN -> spans();
      case EVENT -> events();
      case LINK -> links();
    };
  }

  /// For each trace its first span, and one more.
  int[] firstSpans() throws IOException {
    if (firstSpans == null) {
      firstSpans = structure().firsts(BlockColumns.TRACE, BlockColumns.SPAN);
    }
    return firstSpans;
  }

  int[] firstSpansOfResources() throws IOException {
    if (firstSpansOfResources == null) {
      firstSpansOfResources = structure().firsts(BlockColumns.RESOURCE, BlockColumns.SPAN);
    }
    return firstSpansOfResources;
  }

  int[] firstSpansOfScopes() throws IOException {
    if (firstSpansOfScopes == null) {
      firstSpansOfScopes = structure().firsts(BlockColumns.SCOPE, BlockColumns.SPAN);
    }
    return firstSpansOfScopes;
  }

  /// For each span its first event, and one more.
  int[] firstEvents() throws IOException {
    if (firstEvents == null) {
      firstEvents = firstsOfSpans(columns.eventName);
    }
    return firstEvents;
  }

  int[] firstLinks() throws IOException {
    if (firstLinks == null) {
      firstLinks = firstsOfSpans(columns.linkSpanId);
    }
    return firstLinks;
  }

  private int[] firstsOfSpans(@Nullable Leaf leaf) throws IOException {
    int count = spans();
    if (leaf == null || !mayHaveValues(leaf)) {
      return new int[count + 1];
    }
    int[] firsts = column(leaf).firsts(BlockColumns.SPAN, leaf.maxRepetition());
    if (firsts.length != count + 1) {
      throw contradicts(leaf, firsts.length - 1, count);
    }
    return firsts;
  }

  /// A column whose levels tell where traces, resources, scopes and spans begin: one that is there
  /// anyway, or else the smallest.
  private ColumnCursor structure() throws IOException {
    if (structure == null && wanted != null) {
      structure = column(wanted);
    }
    if (structure == null) {
      Leaf smallest = columns.spanId;
      for (Leaf leaf : columns.all()) {
        if (columns.isSpanColumn(leaf) && length(leaf) < length(smallest)) {
          smallest = leaf;
        }
      }
      structure = column(smallest);
    }
    return structure;
  }

  private long length(Leaf leaf) {
    return reader.rowGroup().chunks().get(leaf.index()).length();
  }

  @Override
  public void close() {
    reader.close();
  }
}
