package dev.spoor.storage.block;

import dev.spoor.storage.parquet.PageBytes;
import dev.spoor.storage.parquet.StringPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Gathers which rows hold which values of attributes, and writes the file `spoor-index` of a block
/// while the block is built. One thread at a time.
///
/// What it costs is bounded: eight bytes of memory for each value of a row that a row group has,
/// and [#MAX_BYTES_PER_SPAN] in the file. Of an attribute that does not fit, the file says so.
final class ValueIndexBuilder {

  /// Bytes in the file, for each span of a row group. What would take most is left out first.
  static final int MAX_BYTES_PER_SPAN = 10;

  /// Rows are told apart in chunks of about so many spans.
  private static final int CHUNK_SPANS = 256;

  /// A value in a larger share of chunks than one of so many is said to be everywhere.
  private static final int EVERYWHERE_SHARE = 6;

  private static final int VALUES_PER_BUCKET = 16;
  private static final int ROW_BITS = Long.SIZE - 1 - ValueIndexFormat.HASH_BITS;
  private static final int MAX_ROWS = 1 << ROW_BITS;

  private final BlockSink sink;
  private final StringPool pool;
  private final PageBytes directory = new PageBytes();
  private final Map<BlockColumns.Owner, Attributes> owners =
      Map.of(
          BlockColumns.Owner.SPAN, new Attributes(),
          BlockColumns.Owner.RESOURCE, new Attributes(),
          BlockColumns.Owner.EVENT, new Attributes());
  private long position;
  private int rowGroups;

  /// Hashes of strings by number in the pool, 0 while it is not known.
  private long[] hashes = new long[1 << 10];

  ValueIndexBuilder(BlockSink sink, StringPool pool) throws IOException {
    this.sink = sink;
    this.pool = pool;
    PageBytes header = new PageBytes();
    header.addInt(ValueIndexFormat.MAGIC);
    header.addInt(ValueIndexFormat.VERSION);
    write(header);
  }

  /// What is known of the attributes of one kind of owner in the row group.
  private static final class Attributes {
    /// By number of the name in the pool; null where there is none.
    private @Nullable Places[] byKey = new @Nullable Places[64];

    private final Set<Integer> keys = new TreeSet<>();

    Places of(int key) {
      if (key >= byKey.length) {
        byKey = Arrays.copyOf(byKey, Math.max(key + 1, 2 * byKey.length));
      }
      Places places = byKey[key];
      if (places == null) {
        places = new Places();
        byKey[key] = places;
        keys.add(key);
      }
      return places;
    }

    void clear() {
      Arrays.fill(byKey, null);
      keys.clear();
    }
  }

  /// The rows of the values of one attribute: a hash in the upper bits, a row in the lower.
  private static final class Places {
    private static final int LATELY = 256;

    private long[] entries = new long[64];
    private int size;

    /// What came lately, so that a row's repetitions of a value are dropped at once.
    private final long[] lately = new long[LATELY];

    // For spans alone: the places of whole numbers, while no span has two values.
    private @Nullable NumberPlacesBuilder numbers;
    private long lastPlace = -1;
    private boolean repeated;

    /// Takes the place of an attribute of a span, whatever its value.
    void addPlace(int kind, long value, long row, int span) {
      long place = NumberPlaces.place(row, span, 0);
      repeated |= place == lastPlace;
      lastPlace = place;
      if (kind != AttributeKinds.INT && kind != AttributeKinds.ARRAY_OF + AttributeKinds.INT) {
        return;
      }
      if (numbers == null) {
        numbers = new NumberPlacesBuilder();
      }
      if (repeated || kind != AttributeKinds.INT) {
        numbers.leaveOut();
      } else {
        numbers.add(value, row, span);
      }
    }

    /// Null when there are none, or not all are known.
    @Nullable PageBytes numbers(long spans) {
      return numbers == null || repeated ? null : numbers.section(spans);
    }

    void add(long hash, long row) {
      long entry = ValueIndexFormat.counted(hash) << ROW_BITS | row;
      int slot = (int) hash & (LATELY - 1);
      if (lately[slot] == entry + 1) {
        return;
      }
      lately[slot] = entry + 1;
      if (size == entries.length) {
        entries = Arrays.copyOf(entries, 2 * size);
      }
      entries[size++] = entry;
    }
  }

  /// Takes the attributes of a step.
  ///
  /// @param firstRow row of the step's first trace in the row group
  void add(SpanRows rows, long firstRow) {
    add(BlockColumns.Owner.SPAN, rows.spanAttributes, firstRow);
    add(BlockColumns.Owner.RESOURCE, rows.resourceAttributes, firstRow);
    add(BlockColumns.Owner.EVENT, rows.eventAttributes, firstRow);
  }

  private void add(BlockColumns.Owner owner, AttributeRows rows, long firstRow) {
    Attributes attributes = owners.get(owner);
    if (attributes == null) {
      throw new IllegalStateException("no attributes of " + owner);
    }
    long row = firstRow - 1;
    int span = -1;
    int at = 0;
    for (int i = 0; i < rows.kinds.size; i++) {
      int repetition = rows.repetition.values[i];
      row += repetition == 0 ? 1 : 0;
      span = repetition == 0 ? 0 : span + (repetition <= BlockColumns.SPAN ? 1 : 0);
      int kind = rows.kinds.values[i];
      if (kind == AttributeKinds.NONE) {
        continue;
      }
      long value = rows.values.values[at];
      Places places = attributes.of(rows.keys.values[at]);
      at++;
      if (row >= MAX_ROWS) {
        continue;
      }
      if (owner == BlockColumns.Owner.SPAN) {
        places.addPlace(kind, value, row, span);
      }
      if (AttributeKinds.isArray(kind)) {
        int first = (int) (value >>> 32);
        for (int e = first; e < first + (int) value; e++) {
          add(places, kind - AttributeKinds.ARRAY_OF, rows.elements.values[e], row);
        }
      } else {
        add(places, kind, value, row);
      }
    }
  }

  private void add(Places places, int kind, long value, long row) {
    switch (kind) {
      case AttributeKinds.STRING -> places.add(hashOf((int) value), row);
      case AttributeKinds.INT -> places.add(ValueHash.ofInt(value), row);
      case AttributeKinds.DOUBLE -> places.add(ValueHash.ofDouble(value), row);
      default -> {} // truth values are two, and nothing else can be compared
    }
  }

  private long hashOf(int string) {
    if (string >= hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(string + 1, 2 * hashes.length));
    }
    long known = hashes[string];
    if (known == 0) {
      known = ValueHash.ofString(pool.data(), pool.start(string), pool.length(string));
      hashes[string] = known;
    }
    return known;
  }

  /// What is written of an attribute.
  ///
  /// @param owner its number in the directory
  private record Section(int owner, int key, int values, int bucketBits, PageBytes bytes) {}

  /// Writes what was gathered for a row group; to be called before the strings are forgotten.
  void endRowGroup(long rows, long spans) throws IOException {
    int chunkRows = (int) Math.clamp(CHUNK_SPANS * rows / Math.max(1, spans), 1, 1 << 16);
    List<Section> sections = new ArrayList<>();
    for (BlockColumns.Owner owner : BlockColumns.Owner.values()) {
      Attributes attributes = owners.get(owner);
      if (attributes != null) {
        for (int key : attributes.keys) {
          Places places = attributes.of(key);
          sections.add(section(owner, key, places, chunkRows, rows));
          PageBytes numbers = places.numbers(spans);
          if (numbers != null) {
            sections.add(new Section(ValueIndexFormat.NUMBERS_OF_SPANS, key, 0, 0, numbers));
          }
        }
        attributes.clear();
      }
    }
    Arrays.fill(hashes, 0);
    Set<Integer> written = rows > MAX_ROWS ? Set.of() : thatFit(sections, spans);
    directory.addLong(rows);
    directory.addLong(chunkRows);
    directory.addLong(sections.size());
    for (int place = 0; place < sections.size(); place++) {
      Section section = sections.get(place);
      boolean isWritten = written.contains(place);
      int start = pool.start(section.key);
      int length = pool.length(section.key);
      directory.addLong(section.owner);
      directory.addLong(isWritten ? 1 : 0);
      directory.addLong(section.values);
      directory.addLong(section.bucketBits);
      directory.addLong(isWritten ? position : 0);
      directory.addLong(isWritten ? section.bytes.size() : 0);
      directory.addLong(
          isWritten ? ValueIndexFormat.crc(section.bytes.data(), 0, section.bytes.size()) : 0);
      directory.addLong(length);
      directory.add(pool.data(), start, length);
      if (isWritten) {
        write(section.bytes);
      }
    }
    rowGroups++;
  }

  /// By their places, the smaller ones: as many as the row group may have.
  private static Set<Integer> thatFit(List<Section> sections, long spans) {
    List<Integer> bySize = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      bySize.add(i);
    }
    bySize.sort(Comparator.comparingInt(place -> sections.get(place).bytes.size()));
    Set<Integer> fit = new HashSet<>();
    long left = spans * MAX_BYTES_PER_SPAN;
    for (int place : bySize) {
      left -= sections.get(place).bytes.size();
      if (left < 0) {
        break;
      }
      fit.add(place);
    }
    return fit;
  }

  private static Section section(
      BlockColumns.Owner owner, int key, Places places, int chunkRows, long rows) {
    long[] entries = places.entries;
    int size = places.size;
    Arrays.sort(entries, 0, size);
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      distinct += i == 0 || entries[i] >>> ROW_BITS != entries[i - 1] >>> ROW_BITS ? 1 : 0;
    }
    int bits =
        Math.clamp(
            Integer.SIZE - Integer.numberOfLeadingZeros(distinct / VALUES_PER_BUCKET),
            0,
            ValueIndexFormat.MAX_BUCKET_BITS);
    long chunks = (rows + chunkRows - 1) / chunkRows;
    PageBytes fingerprints = new PageBytes(2 * distinct);
    PageBytes lists = new PageBytes(2 * size);
    int buckets = 1 << bits;
    PageBytes section = new PageBytes(buckets * ValueIndexFormat.BUCKET_BYTES + 8 * distinct);
    int bucket = 0;
    int values = 0;
    for (int i = 0; i < size; ) {
      long hash = entries[i] >>> ROW_BITS;
      for (; bucket <= ValueIndexFormat.bucket(hash, bits); bucket++) {
        section.addInt(values);
        section.addInt(lists.size());
      }
      fingerprints.addShort(ValueIndexFormat.fingerprint(hash, bits));
      i = addList(entries, i, size, chunkRows, chunks, lists);
      values++;
    }
    for (; bucket <= buckets; bucket++) {
      section.addInt(values);
      section.addInt(lists.size());
    }
    section.add(fingerprints);
    section.add(lists);
    return new Section(number(owner), key, values, bits, section);
  }

  /// Writes the chunks of the value that begins at `from`; returns where the next one begins.
  private static int addList(
      long[] entries, int from, int size, int chunkRows, long chunks, PageBytes to) {
    long hash = entries[from] >>> ROW_BITS;
    int end = from;
    long count = 0;
    long last = -1;
    for (; end < size && entries[end] >>> ROW_BITS == hash; end++) {
      long chunk = (entries[end] & (MAX_ROWS - 1)) / chunkRows;
      count += chunk != last ? 1 : 0;
      last = chunk;
    }
    if (count > 1 && count * EVERYWHERE_SHARE > chunks) {
      to.addVarlong(chunks << 1);
      return end;
    }
    last = 0;
    long pending = -1;
    for (int i = from; i < end; i++) {
      long chunk = (entries[i] & (MAX_ROWS - 1)) / chunkRows;
      if (pending >= 0 && chunk != last) {
        to.addVarlong(pending << 1 | 1);
      }
      if (pending < 0 || chunk != last) {
        pending = chunk - last;
        last = chunk;
      }
    }
    to.addVarlong(pending << 1);
    return end;
  }

  /// Writes the end of the file.
  ///
  /// @param dataBytes length of data.parquet, by which a reader sees that the files belong together
  /// @return length of the file
  long finish(long dataBytes) throws IOException {
    PageBytes whole = new PageBytes(directory.size() + 32);
    whole.addLong(dataBytes);
    whole.addLong(rowGroups);
    whole.add(directory);
    long offset = position;
    write(whole);
    PageBytes trailer = new PageBytes();
    trailer.addLong(offset);
    trailer.addInt(whole.size());
    trailer.addInt(ValueIndexFormat.crc(whole.data(), 0, whole.size()));
    trailer.addInt(ValueIndexFormat.VERSION);
    trailer.addInt(ValueIndexFormat.MAGIC);
    write(trailer);
    return position;
  }

  static int number(BlockColumns.Owner owner) {
    return switch (owner) {
      case RESOURCE -> 1;
      case SCOPE -> 2;
      case SPAN -> 3;
      case EVENT -> 4;
      case LINK -> 5;
    };
  }

  private void write(PageBytes bytes) throws IOException {
    sink.spoorIndex(bytes.data(), 0, bytes.size());
    position += bytes.size();
  }
}
