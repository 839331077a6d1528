package dev.spoor.storage.parquet;

import dev.spoor.storage.filter.StringFilter;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads columns of one row group. One thread at a time.
///
/// Bytes are fetched in ranges of up to a few megabytes, neighbouring ones of several columns in
/// one go, so memory follows what is looked at and not the size of the file.
public final class RowGroupReader implements AutoCloseable {

  /// A dictionary with at least so many strings gets a filter; smaller ones stay in the cache.
  private static final int MANY_STRINGS = 1024;

  /// Ranges with a smaller gap between them are read in one go.
  private static final int MAX_GAP = 64 << 10;

  private static final int MAX_COALESCED = 16 << 20;

  private static final int READ_AHEAD = 4 << 20;

  private final RangeReader file;
  private final ParquetFooter footer;
  private final RowGroup rowGroup;
  private final ReadCost cost;
  private final DictionaryCache dictionaries;
  private final int readAhead;
  private final Decompressor decompressor = new Decompressor();
  private final RepetitionMemory repetitions = new RepetitionMemory(this::hold);
  private final QueryBudget budget = QueryBudget.current();
  private long held;

  public RowGroupReader(RangeReader file, ParquetFooter footer, int rowGroup, ReadCost cost) {
    this(file, footer, rowGroup, cost, DictionaryCache.NONE);
  }

  /// @param dictionaries where those are looked for first
  public RowGroupReader(
      RangeReader file,
      ParquetFooter footer,
      int rowGroup,
      ReadCost cost,
      DictionaryCache dictionaries) {
    this(file, footer, rowGroup, cost, READ_AHEAD, dictionaries);
  }

  /// @param readAhead bytes that are read of a column at once, if it has them: what each column
  ///   holds in memory while a file is read from its start to its end
  public RowGroupReader(
      RangeReader file, ParquetFooter footer, int rowGroup, ReadCost cost, int readAhead) {
    this(file, footer, rowGroup, cost, readAhead, DictionaryCache.NONE);
  }

  private RowGroupReader(
      RangeReader file,
      ParquetFooter footer,
      int rowGroup,
      ReadCost cost,
      int readAhead,
      DictionaryCache dictionaries) {
    this.readAhead = readAhead;
    this.file = file;
    this.footer = footer;
    this.rowGroup = footer.rowGroups().get(rowGroup);
    this.cost = cost;
    this.dictionaries = dictionaries;
  }

  public RowGroup rowGroup() {
    return rowGroup;
  }

  /// A cursor over the rows `[fromRow, toRow)` of a column.
  public ColumnCursor open(Leaf leaf, long fromRow, long toRow) {
    return new ColumnCursor(this, rowGroup.chunks().get(leaf.index()), fromRow, toRow);
  }

  /// Fetches what these cursors will need first, in few reads. Does nothing for bytes that are
  /// already there.
  ///
  /// @throws IOException naming what can't be read
  public void prefetch(List<ColumnCursor> cursors) throws IOException {
    loadPageIndexes(cursors);
    List<Wanted> wanted = new ArrayList<>();
    for (ColumnCursor cursor : cursors) {
      for (Chunk.Place place : cursor.wanted()) {
        wanted.add(new Wanted(place, cursor));
      }
    }
    fetch(wanted, (want, bytes) -> want.cursor.supply(bytes));
  }

  private void loadPageIndexes(List<ColumnCursor> cursors) throws IOException {
    List<Wanted> wanted = new ArrayList<>();
    for (ColumnCursor cursor : cursors) {
      if (cursor.wantsPageIndex()) {
        wanted.add(new Wanted(cursor.chunk().offsetIndex(), cursor));
      }
    }
    fetch(wanted, (want, bytes) -> want.cursor.supplyPageIndex(readPageIndex(bytes, want)));
  }

  private PageIndex readPageIndex(FileBytes bytes, Wanted want) throws IOException {
    Chunk chunk = want.cursor.chunk();
    int from = bytes.index(want.place.offset());
    try {
      return pageIndex(bytes.array(), from, from + want.place.length(), chunk);
    } catch (MalformedException e) {
      throw failure(chunk, want.place.offset(), e);
    }
  }

  /// The smallest and largest values of the pages of a column, when the writer left them.
  Optional<PageIndex.Bounds> bounds(Chunk chunk) throws IOException {
    Chunk.Place place = chunk.columnIndex();
    if (!place.exists()) {
      return Optional.empty();
    }
    byte[] bytes = read(place.offset(), place.length());
    try {
      checkSeal(bytes, 0, bytes.length, "column index");
      return Optional.of(PageIndex.Bounds.read(bytes, 0, bytes.length));
    } catch (MalformedException e) {
      throw failure(chunk, place.offset(), e);
    }
  }

  /// Rows `[from, to)` of the row group.
  public record Rows(long from, long to) {
    public boolean isEmpty() {
      return from >= to;
    }
  }

  /// The rows of the pages that may hold a byte string, for a column in ascending order.
  ///
  /// @throws IOException naming what can't be read
  public Rows rowsThatMayHold(Leaf leaf, byte[] value) throws IOException {
    Chunk chunk = rowGroup.chunks().get(leaf.index());
    PageIndex index = pageIndex(chunk);
    Optional<PageIndex.Bounds> bounds = bounds(chunk);
    if (index == null || bounds.isEmpty() || bounds.get().mins().size() != index.pages()) {
      return new Rows(0, rowGroup.rows());
    }
    long from = rowGroup.rows();
    long to = 0;
    for (int page = 0; page < index.pages(); page++) {
      if (bounds.get().mayHold(page, value)) {
        from = Math.min(from, index.firstRows()[page]);
        to = page + 1 < index.pages() ? index.firstRows()[page + 1] : rowGroup.rows();
      }
    }
    return new Rows(from, to);
  }

  /// Where the pages of a column are, or null when the writer did not say.
  @Nullable PageIndex pageIndex(Chunk chunk) throws IOException {
    Chunk.Place place = chunk.offsetIndex();
    if (!place.exists()) {
      return null;
    }
    byte[] bytes = read(place.offset(), place.length());
    try {
      return pageIndex(bytes, 0, bytes.length, chunk);
    } catch (MalformedException e) {
      throw failure(chunk, place.offset(), e);
    }
  }

  private PageIndex pageIndex(byte[] bytes, int from, int to, Chunk chunk) throws IOException {
    checkSeal(bytes, from, to, "offset index");
    return PageIndex.read(bytes, from, to, chunk, rowGroup.rows());
  }

  /// Compares the checksum of a struct, where the file has them.
  void checkSeal(byte[] bytes, int from, int to, String what) throws MalformedException {
    if (footer.isSealed()) {
      Seal.check(bytes, from, to, what);
    }
  }

  /// Reads all pages and their indexes, and compares their checksums; nothing is decoded.
  ///
  /// @throws IOException naming the column and the page that can't be read
  public void verify() throws IOException {
    for (Chunk chunk : rowGroup.chunks()) {
      pageIndex(chunk);
      bounds(chunk);
    }
    for (Chunk chunk : rowGroup.chunks()) {
      new ColumnCursor(this, chunk, 0, rowGroup.rows()).verify();
    }
  }

  private record Wanted(Chunk.Place place, ColumnCursor cursor) {
    long end() {
      return place.offset() + place.length();
    }
  }

  @FunctionalInterface
  private interface Supply {
    void give(Wanted wanted, FileBytes bytes) throws IOException;
  }

  private void fetch(List<Wanted> wanted, Supply supply) throws IOException {
    wanted.sort(Comparator.comparingLong(want -> want.place.offset()));
    int first = 0;
    while (first < wanted.size()) {
      long start = wanted.get(first).place.offset();
      long end = wanted.get(first).end();
      int after = first + 1;
      while (after < wanted.size()
          && wanted.get(after).place.offset() <= end + MAX_GAP
          && Math.max(end, wanted.get(after).end()) - start <= MAX_COALESCED) {
        end = Math.max(end, wanted.get(after).end());
        after++;
      }
      FileBytes bytes = new FileBytes(start, read(start, (int) (end - start)));
      for (int i = first; i < after; i++) {
        supply.give(wanted.get(i), bytes);
      }
      first = after;
    }
  }

  /// Exactly these bytes of the file.
  byte[] read(long offset, int length) throws IOException {
    budget.check();
    hold(length);
    budget.read(length);
    byte[] bytes = file.read(offset, length);
    cost.bytesRead += bytes.length;
    return bytes;
  }

  DictionaryCache.@Nullable Entry knownDictionary(Chunk chunk) {
    return dictionaries.find(new DictionaryCache.Key(footer, chunk.offset()));
  }

  /// @param isSought whether somebody wants to know which strings are not in there
  void keepDictionary(Chunk chunk, ByteStrings strings, long end, boolean isSought) {
    if (dictionaries != DictionaryCache.NONE) {
      DictionaryCache.Key key = new DictionaryCache.Key(footer, chunk.offset());
      strings.share();
      dictionaries.keep(key, new DictionaryCache.Entry(strings, end));
      if (isSought && strings.size() >= MANY_STRINGS && dictionaries.findFilter(key) == null) {
        dictionaries.keepFilter(key, strings.filter());
      }
    }
  }

  /// Null when it is not known.
  @Nullable StringFilter knownFilter(Chunk chunk) {
    return dictionaries.findFilter(new DictionaryCache.Key(footer, chunk.offset()));
  }

  int readAhead() {
    return readAhead;
  }

  /// Goes on, or ends the work for a query that has ended.
  void check() throws QueryStoppedException {
    budget.check();
  }

  /// Takes memory, which is given back when the reader is closed or with [#release].
  ///
  /// @throws QueryStoppedException when the query has none left
  void hold(long count) throws QueryStoppedException {
    if (!budget.hold(count)) {
      budget.check();
    }
    held += count;
  }

  void release(long count) {
    budget.release(count);
    held -= count;
  }

  ReadCost cost() {
    return cost;
  }

  RepetitionMemory repetitions() {
    return repetitions;
  }

  Decompressor decompressor() {
    return decompressor;
  }

  /// The failure to throw when something is wrong with a column.
  IOException failure(Chunk chunk, long offset, Throwable cause) {
    @Nullable String message =
        cause instanceof MalformedException ? cause.getMessage() : "malformed: " + cause;
    return new IOException(
        "%s: row group %d, column %s, page at byte %d: %s"
            .formatted(footer.name(), rowGroup.index(), chunk.leaf().path(), offset, message),
        cause);
  }

  @Override
  public void close() {
    decompressor.close();
    release(held);
  }
}
