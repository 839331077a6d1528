package dev.spoor.storage.parquet;

import dev.spoor.storage.filter.StringFilter;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The entries of one column of a row group, as a window of rows that moves forward.
///
/// An entry has a repetition and a definition level and, when its definition level is the highest,
/// a value. [#move] says which rows the window shows; the arrays, of which the window is a part,
/// are valid until the next call. Nothing is read before the first [#move] or [#dictionary].
///
/// Values are numbers ([#longs]: doubles as their bits, booleans as 0 and 1) or byte strings
/// ([#strings], by way of [#ids] when the column has a dictionary). One thread at a time.
public final class ColumnCursor {

  /// What is read when a dictionary alone is wanted, unless it is longer.
  private static final int DICTIONARY_AHEAD = 64 << 10;

  private static final int HEADER_GUESS = 4 << 10;
  private static final int MAX_HEADER = 16 << 20;

  /// A chunk of at most so many bytes is fetched whole, without asking which pages are needed.
  private static final int SMALL_CHUNK = 32 << 10;

  private static final byte[] NO_LEVELS = {};

  private static final int ENOUGH_PROBES = 6;
  private static final byte MAYBE = 1;
  private static final byte ABSENT = 2;

  private final RowGroupReader reader;
  private final Chunk chunk;
  private final Leaf leaf;
  private final long groupRows;
  private final long fromRow;
  private final long toRow;

  private final List<FileBytes> bytes = new ArrayList<>(2);
  private int readAhead;
  private boolean sparse;

  /// The row before which it is sure that everything is needed.
  private long aheadRow;

  /// Length of the range that was read for this column alone.
  private long ownBytes;

  private @Nullable PageIndex pageIndex;
  private PageIndex.@Nullable Bounds bounds;
  private boolean boundsRead;

  // Where the next page begins, and how much of the chunk lies before it.
  private long nextPage;
  private long pageEntries;
  private boolean started;
  private boolean hasDictionary;

  /// Where the pages begin that follow the dictionary.
  private long firstPage;

  /// The dictionary, when it was there before anything was read.
  private DictionaryCache.@Nullable Entry known;

  /// Whether it was asked which strings the dictionary lacks.
  private boolean isSought;

  // What was decoded and not yet dropped: entries and values from 0; the first entry begins a row.
  private byte[] reps = NO_LEVELS;
  private byte[] defs = NO_LEVELS;
  private int entries;
  private int values;
  private long[] longs = {};
  private int[] ids = {};
  private ByteStrings strings = new ByteStrings();
  private long[] longDictionary = {};
  private int dictionarySize;
  private byte[] scratch = {};

  /// By page, what was found when it was looked at for one id.
  private byte @Nullable [] probed;

  private int probedId;
  private int probes;
  private int probesInVain;

  private final int[] probedIds = new int[256];

  /// Row of the first decoded entry, and the first row of which not all entries are decoded.
  private long firstRow;

  private long decodedRow;

  /// Whether the last decoded row may go on in the next page.
  private boolean rowMayGoOn;

  // The window.
  private int windowEntry;
  private int windowEntryEnd;
  private int windowValue;
  private int windowValueEnd;
  private long windowRow;
  private long windowRowEnd;

  ColumnCursor(RowGroupReader reader, Chunk chunk, long fromRow, long toRow) {
    this.reader = reader;
    this.chunk = chunk;
    this.leaf = chunk.leaf();
    this.groupRows = reader.rowGroup().rows();
    this.fromRow = fromRow;
    this.toRow = toRow;
    this.nextPage = chunk.offset();
    this.aheadRow = toRow;
    this.readAhead = reader.readAhead();
  }

  public Leaf leaf() {
    return leaf;
  }

  public Chunk chunk() {
    return chunk;
  }

  // ---- the window

  /// Shows the rows `[from, to)` of the row group; `from` is not before that of the last call.
  ///
  /// @throws IOException naming the file, the column and the page that can't be read
  public void move(long from, long to) throws IOException {
    if (from < windowRow || to < from || to > groupRows) {
      throw new IllegalArgumentException(
          "rows %d to %d after %d of %d".formatted(from, to, windowRow, groupRows));
    }
    start();
    aheadRow = sparse ? Math.min(toRow, to) : toRow;
    drop(from);
    while (decodedRow < to || (rowMayGoOn && decodedRow == to)) {
      if (!decodeNext(from)) {
        break;
      }
    }
    if (decodedRow < to) {
      throw reader.failure(
          chunk,
          nextPage,
          new MalformedException(
              "the column ends at row %d of %d".formatted(decodedRow, groupRows)));
    }
    windowRow = from;
    windowRowEnd = to;
    advance(from);
    findEnd(to);
  }

  /// Whether the coming windows are few and far between, so that no more than their pages should be
  /// read.
  public void readSparsely(boolean isSparse) {
    sparse = isSparse;
  }

  /// The repetition levels of the window are those from [#firstEntry] to [#endEntry]; empty when
  /// the column does not repeat.
  public byte[] repetitions() {
    return reps;
  }

  /// Empty when every entry has a value.
  public byte[] definitions() {
    return defs;
  }

  public int firstEntry() {
    return windowEntry;
  }

  public int endEntry() {
    return windowEntryEnd;
  }

  /// Index of the window's first value in [#longs] or [#ids].
  public int firstValue() {
    return windowValue;
  }

  public int endValue() {
    return windowValueEnd;
  }

  public int valueCount() {
    return windowValueEnd - windowValue;
  }

  public long[] longs() {
    return longs;
  }

  public boolean hasDictionary() {
    return hasDictionary;
  }

  /// For each value its index in [#strings]; only for a column with a dictionary.
  public int[] ids() {
    return ids;
  }

  /// The dictionary, or else the values themselves.
  public ByteStrings strings() {
    return strings;
  }

  /// Index in [#strings] of a value.
  public int id(int value) {
    return hasDictionary ? ids[value] : value;
  }

  /// How many entries the window has.
  public int entryCount() {
    return windowEntryEnd - windowEntry;
  }

  /// Writes down which entries of the window have a value, counted from its first one; returns how
  /// many, which is [#valueCount]. For a column that has definition levels.
  public int entriesWithValue(int[] places) {
    if (windowValueEnd == windowValue) {
      return 0;
    }
    return Levels.places(defs, windowEntry, windowEntryEnd, leaf.maxDefinition(), places);
  }

  /// Whether an entry of the window, counted from its first one, has a value.
  public boolean hasValue(int entry) {
    return defs.length == 0 || defs[windowEntry + entry] == leaf.maxDefinition();
  }

  /// How many elements of a repetition level begin in the window; rows at level 0.
  public int count(int level) {
    if (level == 0) {
      return (int) (windowRowEnd - windowRow);
    }
    if (isFull()) {
      return Levels.countUpTo(reps, windowEntry, windowEntryEnd, level);
    }
    int definition = leaf.definitionAt(level);
    return Levels.countOwners(reps, defs, windowEntry, windowEntryEnd, level, definition);
  }

  /// Whether every entry of the window has a value, so that levels need no second look.
  private boolean isFull() {
    return windowValueEnd - windowValue == windowEntryEnd - windowEntry;
  }

  /// For each element of a repetition level the index of its first value, and one more: the values
  /// of element `o` are `[starts[o], starts[o + 1])`.
  public int[] starts(int level) {
    int[] starts = new int[count(level) + 1];
    if (reps.length == 0 && defs.length == 0) {
      for (int i = 0; i < starts.length; i++) {
        starts[i] = windowValue + i;
      }
      return starts;
    }
    int definition = leaf.definitionAt(level);
    int highest = leaf.maxDefinition();
    boolean repeats = reps.length > 0;
    int value = windowValue;
    int owner = 0;
    for (int i = windowEntry; i < windowEntryEnd; i++) {
      int def = defs[i];
      if ((!repeats || reps[i] <= level) && def >= definition) {
        starts[owner++] = value;
      }
      if (def == highest) {
        value++;
      }
    }
    starts[owner] = value;
    return starts;
  }

  /// For each element of a repetition level, how many elements of a deeper one lie before it, and
  /// one more for all.
  public int[] firsts(int level, int deeper) {
    int[] firsts = new int[count(level) + 1];
    if (isFull() && deeper == leaf.maxRepetition()) {
      int owners = Levels.placesUpTo(reps, windowEntry, windowEntryEnd, level, firsts);
      firsts[owners] = windowEntryEnd - windowEntry;
      return firsts;
    }
    int definition = leaf.definitionAt(level);
    int deeperDefinition = leaf.definitionAt(deeper);
    int owner = 0;
    int count = 0;
    for (int i = windowEntry; i < windowEntryEnd; i++) {
      int rep = reps[i];
      int def = defs[i];
      if (rep <= level && def >= definition) {
        firsts[owner++] = count;
      }
      if (rep <= deeper && def >= deeperDefinition) {
        count++;
      }
    }
    firsts[owner] = count;
    return firsts;
  }

  // ---- a part of a row

  /// Cuts a window of one row into parts: cursors that show the elements `[bounds[i], bounds[i +
  /// 1])` of a repetition level, counted from the row's start, and can't be moved. When the parts
  /// are less than the row, they hold on to nothing else of it. Of what lies above that level they
  /// tell nothing.
  public List<ColumnCursor> parts(int level, int[] bounds) {
    int definition = leaf.definitionAt(level);
    int entry =
        Levels.placeOfOwner(reps, defs, windowEntry, windowEntryEnd, level, definition, bounds[0]);
    int value = windowValue + valuesBetween(windowEntry, entry);
    int elements = Levels.countOwners(reps, defs, entry, windowEntryEnd, level, definition);
    boolean isAll = bounds[0] == 0 && bounds[bounds.length - 1] >= elements;
    List<ColumnCursor> parts = new ArrayList<>(bounds.length - 1);
    for (int i = 1; i < bounds.length; i++) {
      int entryEnd =
          Levels.placeOfOwner(
              reps, defs, entry, windowEntryEnd, level, definition, bounds[i] - bounds[i - 1]);
      int valueEnd = value + valuesBetween(entry, entryEnd);
      ColumnCursor part = new ColumnCursor(reader, chunk, fromRow, toRow);
      part.show(this, isAll, entry, entryEnd, value, valueEnd);
      parts.add(part);
      entry = entryEnd;
      value = valueEnd;
    }
    return parts;
  }

  /// @param isAll whether all of the other cursor is needed, so that it can be used as it is
  private void show(
      ColumnCursor from, boolean isAll, int entry, int entryEnd, int value, int valueEnd) {
    started = true;
    hasDictionary = from.hasDictionary;
    dictionarySize = from.dictionarySize;
    windowRow = from.windowRow;
    windowRowEnd = from.windowRowEnd;
    strings = from.strings;
    if (isAll) {
      reps = from.reps;
      defs = from.defs;
      longs = from.longs;
      ids = from.ids;
      windowEntry = entry;
      windowEntryEnd = entryEnd;
      windowValue = value;
      windowValueEnd = valueEnd;
      entries = entryEnd;
      values = valueEnd;
      return;
    }
    reps = Arrays.copyOfRange(from.reps, entry, entryEnd);
    defs = Arrays.copyOfRange(from.defs, entry, entryEnd);
    if (!leaf.type().isBytes()) {
      longs = Arrays.copyOfRange(from.longs, value, valueEnd);
    } else if (hasDictionary) {
      ids = Arrays.copyOfRange(from.ids, value, valueEnd);
    } else {
      strings = from.strings.range(value, valueEnd);
    }
    entries = entryEnd - entry;
    values = valueEnd - value;
    windowEntryEnd = entries;
    windowValueEnd = values;
  }

  // ---- what can be known without decoding

  /// The distinct strings of the column in this row group, or null when its pages are not sure to
  /// be encoded with a dictionary.
  public @Nullable ByteStrings dictionary() throws IOException {
    if (!chunk.dictionary() || !leaf.type().isBytes()) {
      return null;
    }
    boolean began = started;
    readAhead = began ? readAhead : Math.min(readAhead, DICTIONARY_AHEAD);
    start();
    readAhead = reader.readAhead();
    return hasDictionary ? strings : null;
  }

  /// Whether it is sure, from what is in memory, that [#dictionary] lacks a string.
  public boolean surelyLacks(byte[] string) {
    isSought = true;
    StringFilter filter =
        chunk.dictionary() && leaf.type().isBytes() ? reader.knownFilter(chunk) : null;
    return filter != null && !filter.mayHold(string);
  }

  /// Whether some page of the rows `[from, to)` may hold a number in `[min, max]`; false is sure.
  /// Only for INT32 and INT64.
  public boolean mayHold(long from, long to, long min, long max) throws IOException {
    if (leaf.type() != PhysicalType.INT32 && leaf.type() != PhysicalType.INT64) {
      return true;
    }
    if (!chunk.mayHaveNumber(min, max)) {
      return false;
    }
    if (!boundsRead) {
      boundsRead = true;
      Optional<PageIndex.Bounds> read = reader.bounds(chunk);
      bounds = read.orElse(null);
    }
    PageIndex index = bounds == null ? null : pageIndex();
    if (bounds == null || index == null || index.pages() != bounds.mins().size()) {
      return true;
    }
    int last = index.pageOf(Math.max(from, to - 1));
    for (int page = index.pageOf(from); page <= last; page++) {
      if (!bounds.nullPages().get(page)
          && chunk.mayOverlap(bounds.mins().get(page), bounds.maxs().get(page), min, max)) {
        return true;
      }
    }
    return false;
  }

  // ---- pages that can be left out

  /// Rows of `[from, to)` outside of which no value has a certain id in the dictionary, as ranges
  /// in ascending order, each with its end. Pages are unpacked for it as far as ids; whatever can't
  /// be told is in a range.
  ///
  /// @param id of an entry of [#dictionary]
  /// @throws IOException naming the page that can't be read
  public long[] rowsWithId(long from, long to, int id) throws IOException {
    PageIndex index = dictionary() == null ? null : pageIndex();
    if (index == null || index.pages() == 0) {
      return new long[] {from, to};
    }
    byte[] known = probedFor(id, index.pages());
    long[] ranges = new long[8];
    int size = 0;
    int last = index.pageOf(Math.max(from, to - 1));
    for (int page = index.pageOf(from); page <= last; page++) {
      if (known[page] == 0) {
        known[page] = mayHoldId(index, page, id) ? MAYBE : ABSENT;
      }
      if (known[page] == MAYBE) {
        long begin = Math.max(from, index.firstRows()[page]);
        long end = Math.min(to, page + 1 < index.pages() ? index.firstRows()[page + 1] : groupRows);
        if (size > 0 && ranges[size - 1] == begin) {
          ranges[size - 1] = end;
        } else {
          if (size == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * size);
          }
          ranges[size++] = begin;
          ranges[size++] = end;
        }
      }
    }
    return Arrays.copyOf(ranges, size);
  }

  private byte[] probedFor(int id, int pages) {
    if (probed == null || probedId != id) {
      probed = new byte[pages];
      probedId = id;
      probes = 0;
      probesInVain = 0;
    }
    return probed;
  }

  /// Gives up to look when most pages have the id.
  private boolean mayHoldId(PageIndex index, int page, int id) throws IOException {
    if (probes >= ENOUGH_PROBES && 2 * probesInVain > probes) {
      return true;
    }
    reader.check();
    boolean may = mayHoldId(index.offsets()[page], id);
    probes++;
    probesInVain += may ? 1 : 0;
    return may;
  }

  private boolean mayHoldId(long offset, int id) throws IOException {
    try {
      PageHeader header = headerAt(offset);
      boolean v1 = header.type() == PageHeader.Type.DATA;
      boolean v2 = header.type() == PageHeader.Type.DATA_V2;
      if ((!v1 && !v2) || !isDictionary(header.encoding())) {
        return true;
      }
      FileBytes range = body(offset, header);
      int from = range.index(offset) + header.headerLength();
      int levelBytes = v2 ? header.repetitionBytes() + header.definitionBytes() : 0;
      byte[] page = decompressed(header, range.array(), from, levelBytes);
      int limit = header.uncompressedSize() - levelBytes;
      int position = 0;
      if (v1) {
        position = levelsEndV1(page, 0, limit, leaf.maxRepetition());
        position = levelsEndV1(page, position, limit, leaf.maxDefinition());
      }
      reader.cost().pagesSkipped++;
      if (position >= limit) {
        return false;
      }
      int width = page[position] & 0xFF;
      return BitPacking.contains(page, position + 1, limit, width, id, probedIds);
    } catch (MalformedException | RuntimeException e) {
      throw reader.failure(chunk, offset, e);
    }
  }

  // ---- moving

  private void advance(long from) {
    int entry = windowEntry;
    int value = windowValue;
    long row = firstRow;
    if (leaf.maxRepetition() == 0) {
      int to = entry + (int) (from - row);
      value += valuesBetween(entry, to);
      entry = to;
    } else {
      // The entry that begins row `from`.
      int to = Levels.endOfRows(reps, entry, entries, from - row);
      value += valuesBetween(entry, to);
      entry = to;
    }
    windowEntry = entry;
    windowValue = value;
    firstRow = from;
  }

  private void findEnd(long to) {
    if (to == decodedRow && !rowMayGoOn) {
      windowEntryEnd = entries;
      windowValueEnd = values;
      return;
    }
    int entry = windowEntry;
    if (leaf.maxRepetition() == 0) {
      entry += (int) (to - windowRow);
    } else {
      entry = Levels.endOfRows(reps, entry, entries, to - windowRow);
    }
    windowEntryEnd = entry;
    windowValueEnd = windowValue + valuesBetween(windowEntry, entry);
  }

  private int valuesBetween(int from, int to) {
    if (leaf.maxDefinition() == 0) {
      return to - from;
    }
    return Levels.count(defs, from, to, leaf.maxDefinition());
  }

  /// Forgets what lies before a row, as far as that is everything.
  private void drop(long from) {
    if (from >= decodedRow && !(rowMayGoOn && from == decodedRow)) {
      entries = 0;
      values = 0;
      windowEntry = 0;
      windowValue = 0;
      if (!hasDictionary) {
        strings.dropFirst(strings.size());
      }
      firstRow = decodedRow;
    }
  }

  /// Moves what is left to the front, to make room for a page.
  private void compact() {
    if (windowEntry == 0) {
      return;
    }
    int keptEntries = entries - windowEntry;
    int keptValues = values - windowValue;
    if (reps.length > 0) {
      System.arraycopy(reps, windowEntry, reps, 0, keptEntries);
    }
    if (defs.length > 0) {
      System.arraycopy(defs, windowEntry, defs, 0, keptEntries);
    }
    if (!leaf.type().isBytes()) {
      System.arraycopy(longs, windowValue, longs, 0, keptValues);
    } else if (hasDictionary) {
      System.arraycopy(ids, windowValue, ids, 0, keptValues);
    } else {
      strings.dropFirst(windowValue);
    }
    entries = keptEntries;
    values = keptValues;
    windowEntry = 0;
    windowValue = 0;
  }

  // ---- bytes

  /// Whether only some of the pages are needed, and it is not known which.
  boolean wantsPageIndex() {
    return pageIndex == null
        && chunk.offsetIndex().exists()
        && chunk.length() > SMALL_CHUNK
        && (fromRow > 0 || toRow < groupRows);
  }

  void supplyPageIndex(PageIndex index) {
    pageIndex = index;
  }

  private @Nullable PageIndex pageIndex() throws IOException {
    if (pageIndex == null) {
      pageIndex = reader.pageIndex(chunk);
    }
    return pageIndex;
  }

  /// The ranges that are needed first and are not there.
  List<Chunk.Place> wanted() {
    List<Chunk.Place> places = new ArrayList<>(2);
    if (started || !bytes.isEmpty() || chunk.length() == 0) {
      return places;
    }
    PageIndex index = pageIndex;
    if (leaf.type().isBytes()) {
      known = reader.knownDictionary(chunk);
    }
    if (index == null || index.pages() == 0) {
      places.add(place(known == null ? chunk.offset() : known.end(), chunkEnd()));
      return places;
    }
    if (index.offsets()[0] > chunk.offset() && known == null) {
      places.add(place(chunk.offset(), index.offsets()[0]));
    }
    places.add(place(index.offsets()[index.pageOf(fromRow)], neededEnd()));
    return places;
  }

  private Chunk.Place place(long from, long to) {
    return new Chunk.Place(from, (int) Math.min(to - from, reader.readAhead()));
  }

  void supply(FileBytes range) {
    bytes.add(range);
  }

  private long chunkEnd() {
    return chunk.offset() + chunk.length();
  }

  /// The end of the last page that is needed, as far as that is known.
  private long neededEnd() {
    PageIndex index = pageIndex;
    if (index == null || index.pages() == 0 || aheadRow >= groupRows) {
      return chunkEnd();
    }
    int last = index.pageOf(Math.max(fromRow, aheadRow - 1));
    return index.offsets()[last] + index.sizes()[last];
  }

  /// A range that holds at least these bytes of the chunk.
  private FileBytes bytesAt(long offset, long length) throws IOException {
    for (FileBytes range : bytes) {
      if (range.holds(offset, length)) {
        return range;
      }
    }
    long ahead = Math.min(readAhead, Math.max(0, neededEnd() - offset));
    int size = (int) Math.min(chunkEnd() - offset, Math.max(length, ahead));
    FileBytes range = new FileBytes(offset, reader.read(offset, size));
    bytes.removeIf(passed -> passed.offset() < offset);
    reader.release(ownBytes);
    ownBytes = size;
    bytes.add(range);
    return range;
  }

  /// A range that holds this byte of the chunk and what is there behind it.
  private FileBytes bytesBehind(long offset) throws IOException {
    for (FileBytes range : bytes) {
      if (range.holds(offset, 1)) {
        return range;
      }
    }
    return bytesAt(offset, Math.min(HEADER_GUESS, chunkEnd() - offset));
  }

  private PageHeader headerAt(long offset) throws IOException {
    long left = chunkEnd() - offset;
    for (long guess = HEADER_GUESS; ; guess *= 4) {
      long length = Math.min(guess, left);
      FileBytes range = guess == HEADER_GUESS ? bytesBehind(offset) : bytesAt(offset, length);
      int index = range.index(offset);
      int limit = (int) Math.min(range.array().length, index + left);
      Optional<PageHeader> header = PageHeader.read(range.array(), index, limit);
      if (header.isPresent()) {
        if (header.get().headerLength() + (long) header.get().storedSize() > left) {
          throw new MalformedException("the page is longer than its column");
        }
        reader.checkSeal(range.array(), index, index + header.get().headerLength(), "page header");
        return header.get();
      }
      if (limit - index == left || length >= MAX_HEADER) {
        throw new MalformedException("the page header does not end");
      }
    }
  }

  // ---- pages

  /// Compares the checksums of all pages, without decoding any. For a cursor that is not used
  /// otherwise.
  void verify() throws IOException {
    long offset = chunk.offset();
    long found = 0;
    while (offset < chunkEnd()) {
      reader.check();
      try {
        PageHeader header = headerAt(offset);
        body(offset, header);
        boolean isData =
            header.type() == PageHeader.Type.DATA || header.type() == PageHeader.Type.DATA_V2;
        found += isData ? header.values() : 0;
        offset += header.headerLength() + (long) header.storedSize();
      } catch (MalformedException | RuntimeException e) {
        throw reader.failure(chunk, offset, e);
      }
    }
    if (found != chunk.values()) {
      throw reader.failure(
          chunk,
          offset,
          new MalformedException("%d entries, not %d".formatted(found, chunk.values())));
    }
    reader.release(ownBytes);
    ownBytes = 0;
  }

  private void start() throws IOException {
    if (started) {
      return;
    }
    started = true;
    if (wantsPageIndex()) {
      pageIndex();
    }
    if (chunk.length() == 0 || beginsWithData() || takesKnownDictionary()) {
      return;
    }
    long offset = nextPage;
    try {
      PageHeader header = headerAt(offset);
      if (header.type() == PageHeader.Type.DICTIONARY) {
        nextPage += header.headerLength() + (long) header.storedSize();
        readDictionary(offset, header);
        firstPage = nextPage;
      }
    } catch (MalformedException | RuntimeException e) {
      throw reader.failure(chunk, offset, e);
    }
  }

  /// Whether it is known without a look that there is no dictionary page.
  private boolean beginsWithData() {
    PageIndex index = pageIndex;
    return index != null && index.pages() > 0 && index.offsets()[0] == chunk.offset();
  }

  private boolean takesKnownDictionary() {
    DictionaryCache.Entry entry =
        known == null && leaf.type().isBytes() ? reader.knownDictionary(chunk) : known;
    if (entry == null) {
      return false;
    }
    strings = entry.strings();
    dictionarySize = strings.size();
    hasDictionary = true;
    nextPage = entry.end();
    firstPage = nextPage;
    return true;
  }

  /// Takes the dictionary of another cursor over the same column, as far as that has read it: then
  /// it is not read again. For a cursor that has not been moved.
  public void takeDictionary(ColumnCursor other) {
    boolean mayBeTaken = !leaf.type().isBytes() || !other.strings.canGrow();
    if (other.hasDictionary && mayBeTaken && !started) {
      started = true;
      hasDictionary = true;
      strings = other.strings;
      longDictionary = other.longDictionary;
      dictionarySize = other.dictionarySize;
      nextPage = other.firstPage;
      firstPage = nextPage;
    }
  }

  private void readDictionary(long offset, PageHeader header) throws IOException {
    FileBytes range = body(offset, header);
    int from = range.index(offset) + header.headerLength();
    // The page and its values, which stay as long as the row group is read.
    reader.hold(2L * header.uncompressedSize());
    byte[] page = new byte[header.uncompressedSize()];
    reader
        .decompressor()
        .decompress(chunk.codec(), range.array(), from, header.storedSize(), page, page.length);
    reader.cost().pagesRead++;
    if (header.encoding() != Encodings.PLAIN && header.encoding() != Encodings.PLAIN_DICTIONARY) {
      throw new MalformedException("a dictionary in encoding %d".formatted(header.encoding()));
    }
    dictionarySize = header.values();
    hasDictionary = true;
    if (leaf.type().isBytes()) {
      strings = ValueDecoder.dictionary(leaf, page, dictionarySize);
      reader.keepDictionary(chunk, strings, nextPage, isSought);
    } else {
      longDictionary = new long[ValueDecoder.checkedCount(leaf, page.length, dictionarySize)];
      ValueDecoder.plainNumbers(leaf, page, 0, page.length, longDictionary, 0, dictionarySize);
    }
  }

  /// The stored bytes of a page, checked against its checksum.
  private FileBytes body(long offset, PageHeader header) throws IOException {
    FileBytes range = bytesAt(offset, header.headerLength() + (long) header.storedSize());
    if (header.hasCrc()) {
      CRC32 crc = new CRC32();
      crc.update(range.array(), range.index(offset) + header.headerLength(), header.storedSize());
      if ((int) crc.getValue() != header.crc()) {
        throw new MalformedException("the checksum does not match");
      }
    }
    return range;
  }

  /// Decodes the next page, or passes over pages that end before `from`. False at the end of the
  /// chunk.
  private boolean decodeNext(long from) throws IOException {
    reader.check();
    jump(from);
    long offset = nextPage;
    if (offset >= chunkEnd() || pageEntries >= chunk.values()) {
      rowMayGoOn = false;
      return false;
    }
    try {
      PageHeader header = headerAt(offset);
      long next = offset + header.headerLength() + header.storedSize();
      if (header.type() == PageHeader.Type.INDEX) {
        nextPage = next;
        return true;
      }
      if (header.type() == PageHeader.Type.DICTIONARY) {
        throw new MalformedException("a dictionary behind the first page");
      }
      boolean skipped = entries == 0 && header.rows() >= 0 && decodedRow + header.rows() <= from;
      if (skipped) {
        decodedRow += header.rows();
        firstRow = decodedRow;
        reader.cost().pagesSkipped++;
      } else {
        compact();
        decode(header, offset);
      }
      pageEntries += header.values();
      nextPage = next;
      return true;
    } catch (MalformedException | RuntimeException e) {
      throw reader.failure(chunk, offset, e);
    }
  }

  /// Goes straight to the page of a row that is not in the next one.
  private void jump(long from) throws IOException {
    if (entries > 0 || from <= decodedRow) {
      return;
    }
    PageIndex index = pageIndex();
    if (index == null || index.pages() == 0) {
      return;
    }
    int page = index.pageOf(from);
    if (index.firstRows()[page] > decodedRow) {
      reader.cost().pagesSkipped += page - index.pageOf(decodedRow);
      nextPage = index.offsets()[page];
      decodedRow = index.firstRows()[page];
      firstRow = decodedRow;
      rowMayGoOn = false;
    }
  }

  private void decode(PageHeader header, long offset) throws IOException {
    FileBytes range = body(offset, header);
    int from = range.index(offset) + header.headerLength();
    reader.cost().pagesRead++;
    int count = header.values();
    boolean v2 = header.type() == PageHeader.Type.DATA_V2;
    int levelBytes = v2 ? header.repetitionBytes() + header.definitionBytes() : 0;
    byte[] page = decompressed(header, range.array(), from, levelBytes);
    int limit = header.uncompressedSize() - levelBytes;
    int position = 0;
    makeLevels(entries + count);
    int definition;
    if (v2) {
      int middle = from + header.repetitionBytes();
      repetitions(range.array(), from, middle, count);
      definition =
          levels(
              range.array(), middle, from + levelBytes, leaf.maxDefinition(), defs, entries, count);
    } else {
      int middle = levelsEndV1(page, 0, limit, leaf.maxRepetition());
      position = levelsEndV1(page, middle, limit, leaf.maxDefinition());
      repetitions(page, Integer.BYTES, middle, count);
      definition =
          levels(
              page, middle + Integer.BYTES, position, leaf.maxDefinition(), defs, entries, count);
    }
    int valuesHere = checkedValues(defs, entries, count, definition);
    values(header.encoding(), page, position, limit, valuesHere);
    countRows(header, count);
    entries += count;
    values += valuesHere;
  }

  private byte[] decompressed(PageHeader header, byte[] array, int from, int levelBytes)
      throws IOException {
    int length = header.uncompressedSize() - levelBytes;
    if (scratch.length < length) {
      reader.hold(length - scratch.length);
      scratch = new byte[Math.max(length, Math.min(scratch.length * 2, 1 << 20))];
    }
    int stored = header.storedSize() - levelBytes;
    Codec codec = header.compressed() ? chunk.codec() : Codec.UNCOMPRESSED;
    if (stored == 0 && length == 0) {
      return scratch;
    }
    reader.decompressor().decompress(codec, array, from + levelBytes, stored, scratch, length);
    return scratch;
  }

  private void makeLevels(int size) throws QueryStoppedException {
    if (leaf.maxRepetition() > 0 && reps.length < size) {
      reader.hold(Math.max(size, reps.length * 2) - reps.length);
      reps = Arrays.copyOf(reps, Math.max(size, reps.length * 2));
    }
    if (leaf.maxDefinition() > 0 && defs.length < size) {
      reader.hold(Math.max(size, defs.length * 2) - defs.length);
      defs = Arrays.copyOf(defs, Math.max(size, defs.length * 2));
    }
  }

  private void repetitions(byte[] in, int from, int to, int count) throws IOException {
    if (leaf.maxRepetition() > 0) {
      reader
          .repetitions()
          .decode(in, from, to, leaf.maxRepetition(), reps, entries, count, decodedRow);
    }
  }

  /// Returns the level that all entries have, or -1 when that is not plain to see.
  private static int levels(byte[] in, int from, int limit, int max, byte[] out, int at, int count)
      throws MalformedException {
    return max == 0 ? 0 : BitPacking.hybrid(in, from, limit, BitPacking.width(max), out, at, count);
  }

  /// Levels of a page V1 have their length before them. Returns where they end.
  private static int levelsEndV1(byte[] page, int position, int limit, int max)
      throws MalformedException {
    if (max == 0) {
      return position;
    }
    if (limit - position < Integer.BYTES) {
      throw new MalformedException("levels end too early");
    }
    int length = ValueDecoder.littleEndianInt(page, position);
    int from = position + Integer.BYTES;
    if (length < 0 || length > limit - from) {
      throw new MalformedException("levels of %d bytes".formatted(length));
    }
    return from + length;
  }

  /// Counts the values of the page that is being decoded, and refuses levels that can't be.
  ///
  /// @param definition the level that all its entries have, or -1
  private int checkedValues(byte[] levels, int from, int count, int definition)
      throws MalformedException {
    int highest = leaf.maxDefinition();
    if (definition >= 0) {
      if (definition > highest) {
        throw new MalformedException("definition level %d of %d".formatted(definition, highest));
      }
      return definition == highest ? count : 0;
    }
    if (Levels.anyAbove(levels, from, from + count, highest)) {
      throw new MalformedException("a definition level above %d".formatted(highest));
    }
    return Levels.count(levels, from, from + count, highest);
  }

  private void values(int encoding, byte[] page, int position, int limit, int count)
      throws IOException {
    if (leaf.type().isBytes()) {
      stringValues(encoding, page, position, limit, count);
    } else {
      if (longs.length < values + count) {
        reader.hold(8L * (Math.max(values + count, longs.length * 2) - longs.length));
        longs = Arrays.copyOf(longs, Math.max(values + count, longs.length * 2));
      }
      if (isDictionary(encoding)) {
        readIds(page, position, limit, count);
        for (int i = 0; i < count; i++) {
          longs[values + i] = longDictionary[ids[i]];
        }
      } else {
        ValueDecoder.numbers(leaf, encoding, page, position, limit, longs, values, count);
      }
    }
  }

  private void stringValues(int encoding, byte[] page, int position, int limit, int count)
      throws IOException {
    if (isDictionary(encoding)) {
      readIds(page, position, limit, count);
      return;
    }
    if (!strings.canGrow()) {
      strings = strings.copy();
    }
    int first = strings.size();
    ValueDecoder.strings(leaf, encoding, page, position, limit, strings, count);
    if (hasDictionary) {
      // The writer gave up its dictionary within the chunk: what follows gets ids of its own.
      makeIds(values + count);
      for (int i = 0; i < count; i++) {
        ids[values + i] = first + i;
      }
    }
  }

  private static boolean isDictionary(int encoding) {
    return encoding == Encodings.RLE_DICTIONARY || encoding == Encodings.PLAIN_DICTIONARY;
  }

  private void makeIds(int size) throws QueryStoppedException {
    if (ids.length < size) {
      reader.hold(4L * (Math.max(size, ids.length * 2) - ids.length));
      ids = Arrays.copyOf(ids, Math.max(size, ids.length * 2));
    }
  }

  /// Ids of strings go behind the earlier ones; those of numbers are only needed once.
  private void readIds(byte[] page, int position, int limit, int count) throws IOException {
    int at = leaf.type().isBytes() ? values : 0;
    makeIds(at + count);
    if (count == 0) {
      return;
    }
    if (!hasDictionary || position >= limit) {
      throw new MalformedException("dictionary ids without a dictionary or width");
    }
    int width = page[position] & 0xFF;
    BitPacking.hybrid(page, position + 1, limit, width, ids, at, count);
    int largest = 0;
    for (int i = at; i < at + count; i++) {
      largest |= ids[i] < dictionarySize ? 0 : 1;
      largest |= ids[i] >>> 31;
    }
    if (largest != 0) {
      throw new MalformedException(
          "a dictionary id beyond the %d of the dictionary".formatted(dictionarySize));
    }
  }

  private void countRows(PageHeader header, int count) throws MalformedException {
    if (leaf.maxRepetition() == 0) {
      decodedRow += count;
      rowMayGoOn = false;
      return;
    }
    if (count == 0) {
      return;
    }
    boolean tooHigh = reader.repetitions().tooHigh();
    int begun = reader.repetitions().rows();
    boolean v2 = header.type() == PageHeader.Type.DATA_V2;
    if (tooHigh
        || (entries == 0 && reps[0] != 0)
        || (v2 && (begun != header.rows() || reps[entries] != 0))) {
      throw new MalformedException("repetition levels that don't fit the rows of the page");
    }
    decodedRow += begun;
    rowMayGoOn = !v2;
    if (decodedRow > groupRows) {
      throw new MalformedException("more rows than the row group has");
    }
  }
}
