package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import dev.spoor.storage.parquet.RowGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `spoor-index` of a block: which rows hold which values of attributes that have no
/// column of their own. Its directory is in memory, the rest is read when it is asked for. Safe for
/// many threads.
///
/// A block can be read without it. What is damaged is reported once in the log, and from then on it
/// is as if it were not there.
public final class ValueIndex {

  private static final Logger log = LoggerFactory.getLogger(ValueIndex.class);
  private static final int MAX_DIRECTORY_BYTES = 256 << 20;
  private static final int MAX_SECTION_BYTES = 512 << 20;

  private final RangeReader file;
  private final String name;
  private final List<Map<Key, Entry>> rowGroups;
  private final List<Long> rows;
  private final List<Integer> chunkRows;
  private volatile boolean damaged;

  private record Key(int owner, String name) {}

  /// @param offset 0 when the attribute was left out
  private record Entry(int values, int bucketBits, long offset, int length, int crc) {}

  private ValueIndex(
      RangeReader file,
      String name,
      List<Map<Key, Entry>> rowGroups,
      List<Long> rows,
      List<Integer> chunkRows) {
    this.file = file;
    this.name = name;
    this.rowGroups = rowGroups;
    this.rows = rows;
    this.chunkRows = chunkRows;
  }

  /// Reads the directory. Empty, with a line in the log, when it is damaged or belongs to another
  /// file.
  ///
  /// @param name of the file, for messages
  /// @param footer of the block's data.parquet
  /// @param dataBytes its length
  /// @throws IOException when the file can't be read
  public static Optional<ValueIndex> open(
      RangeReader file, String name, ParquetFooter footer, long dataBytes) throws IOException {
    try {
      return Optional.of(parse(file, name, footer, dataBytes));
    } catch (UnusableException | IndexOutOfBoundsException e) {
      log.warn("{} can't be used, the block is read without it: {}", name, e.getMessage());
      return Optional.empty();
    }
  }

  /// What is in the file makes no sense.
  private static final class UnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  private static ValueIndex parse(
      RangeReader file, String name, ParquetFooter footer, long dataBytes) throws IOException {
    long size = file.size();
    if (size < ValueIndexFormat.HEADER_BYTES + ValueIndexFormat.TRAILER_BYTES) {
      throw new UnusableException("%d bytes are no index".formatted(size));
    }
    long end = size - ValueIndexFormat.TRAILER_BYTES;
    byte[] trailer = file.read(end, ValueIndexFormat.TRAILER_BYTES);
    if ((int) ValueIndexFormat.INT.get(trailer, 20) != ValueIndexFormat.MAGIC) {
      throw new UnusableException("it does not end as an index does");
    }
    int version = (int) ValueIndexFormat.INT.get(trailer, 16);
    if (version != ValueIndexFormat.VERSION) {
      throw new UnusableException("version %d can't be read".formatted(version));
    }
    long offset = (long) ValueIndexFormat.LONG.get(trailer, 0);
    int length = (int) ValueIndexFormat.INT.get(trailer, 8);
    if (length < 0
        || length > MAX_DIRECTORY_BYTES
        || offset < ValueIndexFormat.HEADER_BYTES
        || offset != end - length) {
      throw new UnusableException("a directory of %d bytes at byte %d".formatted(length, offset));
    }
    byte[] directory = file.read(offset, length);
    if (ValueIndexFormat.crc(directory, 0, length) != (int) ValueIndexFormat.INT.get(trailer, 12)) {
      throw new UnusableException("the checksum of the directory does not match");
    }
    return new Directory(directory).read(file, name, footer, dataBytes);
  }

  /// The directory while it is read. What it says was checked against its checksum.
  private static final class Directory {
    private final byte[] bytes;
    private int at;

    Directory(byte[] bytes) {
      this.bytes = bytes;
    }

    ValueIndex read(RangeReader file, String name, ParquetFooter footer, long dataBytes)
        throws IOException {
      List<RowGroup> groups = footer.rowGroups();
      if (number() != dataBytes || number() != groups.size()) {
        throw new UnusableException("it belongs to another data.parquet");
      }
      List<Map<Key, Entry>> entries = new ArrayList<>();
      List<Long> rows = new ArrayList<>();
      List<Integer> chunkRows = new ArrayList<>();
      for (RowGroup group : groups) {
        rows.add(number());
        chunkRows.add((int) number());
        if (rows.getLast() != group.rows() || chunkRows.getLast() <= 0) {
          throw new UnusableException("its row groups are not those of data.parquet");
        }
        entries.add(attributes());
      }
      return new ValueIndex(file, name, List.copyOf(entries), rows, chunkRows);
    }

    private Map<Key, Entry> attributes() {
      Map<Key, Entry> entries = new HashMap<>();
      long count = number();
      for (long i = 0; i < count; i++) {
        int owner = (int) number();
        boolean isWritten = number() != 0;
        int values = (int) number();
        int bucketBits = (int) number();
        long offset = number();
        int length = (int) number();
        int crc = (int) number();
        int nameLength = (int) number();
        String key = new String(bytes, at, nameLength, StandardCharsets.UTF_8);
        at += nameLength;
        entries.put(
            new Key(owner, key),
            new Entry(values, bucketBits, isWritten ? offset : 0, length, crc));
      }
      return entries;
    }

    private long number() {
      long number = (long) ValueIndexFormat.LONG.get(bytes, at);
      at += Long.BYTES;
      return number;
    }
  }

  /// The values of one attribute in one row group; null when the index does not have them.
  @Nullable Section section(int rowGroup, BlockColumns.Owner owner, String attribute)
      throws IOException {
    Entry entry = entry(rowGroup, ValueIndexBuilder.number(owner), attribute);
    try {
      return entry == null ? null : read(entry, rows.get(rowGroup), chunkRows.get(rowGroup));
    } catch (UnusableException e) {
      damaged(e);
      return null;
    }
  }

  /// Which spans of a row group have which numbers of an attribute; null when the index does not
  /// tell.
  @Nullable NumberPlaces numbers(int rowGroup, String attribute) throws IOException {
    Entry entry = entry(rowGroup, ValueIndexFormat.NUMBERS_OF_SPANS, attribute);
    try {
      if (entry == null) {
        return null;
      }
      NumberPlaces places = NumberPlaces.of(bytes(entry, 0));
      if (places == null) {
        throw new UnusableException("a section that can't be at byte " + entry.offset);
      }
      return places;
    } catch (UnusableException e) {
      damaged(e);
      return null;
    }
  }

  private @Nullable Entry entry(int rowGroup, int owner, String attribute) {
    Entry entry = damaged ? null : rowGroups.get(rowGroup).get(new Key(owner, attribute));
    return entry == null || entry.offset == 0 ? null : entry;
  }

  /// Has the rest of the block read without the index.
  void damaged(Exception cause) {
    damaged = true;
    log.warn("{} can't be used, the block is read without it: {}", name, cause.getMessage());
  }

  private Section read(Entry entry, long rowsOfGroup, int rowsOfChunk) throws IOException {
    if (entry.bucketBits < 0
        || entry.bucketBits > ValueIndexFormat.MAX_BUCKET_BITS
        || entry.values < 0) {
      throw new UnusableException("a section that can't be at byte " + entry.offset);
    }
    long buckets = 1L << entry.bucketBits;
    long fixed = (buckets + 1) * ValueIndexFormat.BUCKET_BYTES + 2L * entry.values;
    byte[] bytes = bytes(entry, fixed);
    return new Section(bytes, entry.values, entry.bucketBits, rowsOfGroup, rowsOfChunk);
  }

  private byte[] bytes(Entry entry, long fewest) throws IOException {
    if (entry.length < fewest
        || entry.length > MAX_SECTION_BYTES
        || entry.offset > file.size() - entry.length) {
      throw new UnusableException("a section that can't be at byte " + entry.offset);
    }
    byte[] bytes = file.read(entry.offset, entry.length);
    if (ValueIndexFormat.crc(bytes, 0, bytes.length) != entry.crc) {
      throw new UnusableException(
          "the checksum of the section at byte %d does not match".formatted(entry.offset));
    }
    return bytes;
  }

  /// The values of one attribute in one row group.
  static final class Section {
    private final byte[] bytes;
    private final int bucketBits;
    private final long rows;
    private final int chunkRows;
    private final int fingerprints;
    private final int lists;

    Section(byte[] bytes, int values, int bucketBits, long rows, int chunkRows) {
      this.bytes = bytes;
      this.bucketBits = bucketBits;
      this.rows = rows;
      this.chunkRows = chunkRows;
      this.fingerprints = ((1 << bucketBits) + 1) * ValueIndexFormat.BUCKET_BYTES;
      this.lists = fingerprints + 2 * values;
    }

    /// Whether a value with this hash is there; rarely true though it is not.
    boolean has(long hash) {
      long counted = ValueIndexFormat.counted(hash);
      short wanted = ValueIndexFormat.fingerprint(counted, bucketBits);
      int bucket = ValueIndexFormat.bucket(counted, bucketBits);
      for (int value = first(bucket); value < first(bucket + 1); value++) {
        if (fingerprint(value) == wanted) {
          return true;
        }
      }
      return false;
    }

    /// The rows that hold a value with this hash, with others around them.
    Rows rows(long hash) {
      long counted = ValueIndexFormat.counted(hash);
      short wanted = ValueIndexFormat.fingerprint(counted, bucketBits);
      int bucket = ValueIndexFormat.bucket(counted, bucketBits);
      Rows found = Rows.NONE;
      Lists list = new Lists(list(bucket));
      for (int value = first(bucket); value < first(bucket + 1); value++) {
        if (fingerprint(value) == wanted) {
          found = found.or(list.read());
        } else {
          list.skip();
        }
      }
      return found;
    }

    private int first(int bucket) {
      return (int) ValueIndexFormat.INT.get(bytes, bucket * ValueIndexFormat.BUCKET_BYTES);
    }

    private int list(int bucket) {
      return (int) ValueIndexFormat.INT.get(bytes, bucket * ValueIndexFormat.BUCKET_BYTES + 4);
    }

    private short fingerprint(int value) {
      return (short) ValueIndexFormat.SHORT.get(bytes, fingerprints + 2 * value);
    }

    /// The lists of chunks of a bucket, one after the other.
    private final class Lists {
      private int at;

      Lists(int start) {
        at = lists + start;
      }

      void skip() {
        while ((number() & 1) != 0) {
          // the list goes on
        }
      }

      Rows read() {
        Rows.Builder found = new Rows.Builder();
        long chunk = 0;
        long number;
        do {
          number = number();
          chunk += number >>> 1;
          if (chunk * chunkRows >= rows) {
            skipRest(number);
            return Rows.between(0, rows);
          }
          found.add(chunk * chunkRows, Math.min(rows, (chunk + 1) * chunkRows));
        } while ((number & 1) != 0);
        return found.build();
      }

      private void skipRest(long number) {
        if ((number & 1) != 0) {
          skip();
        }
      }

      private long number() {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
          byte b = bytes[at++];
          number |= (b & 0x7FL) << shift;
          if (b >= 0) {
            return number;
          }
        }
      }
    }
  }
}
