package dev.spoor.storage.block;

import dev.spoor.storage.block.RowWindow.RowStructure;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.Chunk;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a block from its first to its last trace, as columns.
///
/// In memory are the part of each column that is being decoded, one batch, and the dictionaries of
/// a row group, which its batches share. A trace that is too large for a batch comes in parts: its
/// row is decoded one column at a time, and of each column stays what belongs to the next few
/// parts, all columns together about `rowBytes`. For the parts behind them the row is decoded
/// again, which costs time instead of memory. Columns of resources and scopes stay whole.
final class BlockColumnsCursor implements SpanColumnsCursor {

  /// Of one column, at a time.
  private static final int READ_AHEAD = 64 << 10;

  static final long DEFAULT_ROW_BYTES = 32L << 20;

  /// Of strings that batches share.
  private static final long MOST_STRING_BYTES = 32L << 20;

  private final BlockReader block;
  private final ParquetFooter footer;
  private final BlockColumns columns;
  private final List<Leaf> needed;
  private final int spansPerBatch;
  private final int largeTraceSpans;
  private final long rowBytes;
  private final long columnBytes;
  private final long mostStringBytes;

  private int nextGroup;
  private long nextRow;
  private long groupRows;
  private long rowsPerBatch;
  private @Nullable RowWindow window;

  /// Of the row group; null where there is none.
  private @Nullable SharedStrings strings;

  /// The large trace that is being read, and how far.
  private @Nullable RowStructure large;

  private int nextSpan;
  private @Nullable RowParts parts;
  private int part;

  BlockColumnsCursor(
      BlockReader block, int spansPerBatch, int largeTraceSpans, long rowBytes, long columnBytes)
      throws IOException {
    this(block, spansPerBatch, largeTraceSpans, rowBytes, columnBytes, MOST_STRING_BYTES);
  }

  /// @param rowBytes of the columns of a row that is too large for a batch, about; one part of it
  ///   is always there
  /// @param columnBytes that one column of such a row may take, about, while all of it is decoded
  BlockColumnsCursor(
      BlockReader block,
      int spansPerBatch,
      int largeTraceSpans,
      long rowBytes,
      long columnBytes,
      long mostStringBytes)
      throws IOException {
    this.block = block;
    this.footer = block.files().footer();
    this.columns = BlockColumns.of(footer, block.meta().dedicatedColumns());
    this.needed = BlockReader.neededLeaves(columns);
    this.spansPerBatch = spansPerBatch;
    this.largeTraceSpans = largeTraceSpans;
    this.rowBytes = rowBytes;
    this.columnBytes = columnBytes;
    this.mostStringBytes = mostStringBytes;
  }

  @Override
  public @Nullable SpanColumns next() throws IOException {
    try {
      return large != null && window != null ? nextPart(window, large) : nextRows();
    } catch (RuntimeException e) {
      // Columns that contradict each other in a way nothing else noticed.
      throw new IOException(
          "block %s, row group %d, row %d: malformed: %s"
              .formatted(block.meta().blockId(), nextGroup - 1, nextRow, e),
          e);
    }
  }

  @Override
  public boolean goesOn() {
    return large != null;
  }

  private @Nullable SpanColumns nextRows() throws IOException {
    RowWindow rows = window;
    while (rows == null || nextRow == groupRows) {
      rows = openGroup();
      if (rows == null) {
        return null;
      }
    }
    long end = Math.min(groupRows, nextRow + rowsPerBatch);
    rows.move(nextRow, end);
    int[] firsts = rows.firstSpans();
    if (firsts[1] > largeTraceSpans) {
      checkFits(firsts[1]);
      rows.move(nextRow, nextRow + 1);
      large = rows.rowStructure();
      nextSpan = 0;
      return nextPart(rows, large);
    }
    int fitting = fitting(firsts);
    if (fitting < end - nextRow) {
      end = nextRow + fitting;
      rows.move(nextRow, end);
    }
    nextRow = end;
    return assemble(rows);
  }

  private SpanColumns assemble(RowWindow rows) throws IOException {
    return TraceAssembler.assemble(rows, Objects.requireNonNull(strings));
  }

  /// A column of a row is decoded as a whole, which a heap may be too small for.
  private void checkFits(int spansOfRow) throws IOException {
    RowGroup group = footer.rowGroups().get(nextGroup - 1);
    double share = (double) spansOfRow / spans(group);
    for (Leaf leaf : needed) {
      long bytes = (long) (decodedBytes(group.chunks().get(leaf.index())) * share);
      if (columns.isOfSpans(leaf) && bytes > columnBytes) {
        throw new IOException(
            "row group %d, row %d: a trace of %d spans in one row, whose column %s takes %d bytes;"
                    .formatted(nextGroup - 1, nextRow, spansOfRow, leaf.path(), bytes)
                + " with this heap a column of a row may take %d".formatted(columnBytes));
      }
    }
  }

  /// How many rows make a batch that is not too large, but one at least.
  private int fitting(int[] firsts) {
    int rows = 1;
    while (rows < firsts.length - 1 && firsts[rows + 1] <= 2 * spansPerBatch) {
      rows++;
    }
    return rows;
  }

  private SpanColumns nextPart(RowWindow group, RowStructure row) throws IOException {
    RowParts some = parts;
    if (some == null) {
      some = new RowParts(reader(nextGroup - 1), group, nextRow, bounds(row));
      parts = some;
      part = 0;
    }
    int from = some.from(part);
    int to = some.to(part);
    SpanColumns spans = assemble(RowWindow.ofPart(some, part, from, to, row));
    part++;
    nextSpan = to;
    if (part == some.count()) {
      some.close();
      parts = null;
    }
    if (to == row.spans()) {
      large = null;
      nextRow++;
    }
    return spans;
  }

  /// Where the next parts begin and end.
  private int[] bounds(RowStructure row) {
    int size = Math.max(spansPerBatch, largeTraceSpans);
    int left = row.spans() - nextSpan;
    long most = Math.max(1, rowBytes / (bytesPerSpan() * size));
    int count = (int) Math.min(most, (left + size - 1) / size);
    int[] bounds = new int[count + 1];
    for (int i = 0; i <= count; i++) {
      bounds[i] = (int) Math.min(row.spans(), nextSpan + (long) i * size);
    }
    return bounds;
  }

  /// What a span of the row group takes in decoded columns, on average.
  private long bytesPerSpan() {
    RowGroup group = footer.rowGroups().get(nextGroup - 1);
    long bytes = 0;
    for (Leaf leaf : needed) {
      if (columns.isOfSpans(leaf)) {
        bytes += decodedBytes(group.chunks().get(leaf.index()));
      }
    }
    return Math.max(1, bytes / spans(group));
  }

  private static long decodedBytes(Chunk chunk) {
    Leaf leaf = chunk.leaf();
    int levels = (leaf.maxRepetition() > 0 ? 1 : 0) + (leaf.maxDefinition() > 0 ? 1 : 0);
    int value = !leaf.type().isBytes() ? Long.BYTES : chunk.dictionary() ? Integer.BYTES : 16;
    return levels * chunk.values() + value * (chunk.values() - Math.max(0, chunk.nulls()));
  }

  private @Nullable RowWindow openGroup() throws IOException {
    close();
    while (nextGroup < footer.rowGroups().size()) {
      RowGroup group = footer.rowGroups().get(nextGroup++);
      if (group.rows() == 0) {
        continue;
      }
      RowWindow opened = new RowWindow(reader(group.index()), columns, 0, group.rows());
      window = opened;
      opened.prefetch(needed);
      strings =
          SharedStrings.of(
              opened.cursors(needed), columns.all().size(), spans(group), mostStringBytes);
      nextRow = 0;
      groupRows = group.rows();
      rowsPerBatch = rowsPerBatch(group);
      return opened;
    }
    return null;
  }

  /// Traces have spans in different numbers; their mean is known.
  private long rowsPerBatch(RowGroup group) {
    return Math.max(1, spansPerBatch * group.rows() / spans(group));
  }

  private long spans(RowGroup group) {
    return Math.max(1, group.chunks().get(columns.spanId.index()).values());
  }

  private RowGroupReader reader(int group) throws IOException {
    return new RowGroupReader(block.files().data(), footer, group, new ReadCost(), READ_AHEAD);
  }

  @Override
  public void close() {
    if (parts != null) {
      parts.close();
      parts = null;
    }
    if (window != null) {
      window.close();
      window = null;
      strings = null;
    }
  }
}
