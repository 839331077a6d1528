package dev.spoor.storage.parquet;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;

/// A column of strings as ids in a dictionary of its own, which it never gives up: who looks for a
/// value concludes from the dictionary alone that it is not in the row group.
public final class DictionaryColumn extends PageColumn {

  private static final int PART_BITS = 10;
  private static final int PART = 1 << PART_BITS;
  private static final int BYTE_WIDTH = 8;

  private final StringPool pool;

  /// Dictionary id + 1 by number in the pool, in parts that are made when they are needed.
  private int[][] idParts = new int[16][];

  /// Number in the pool by dictionary id.
  private int[] numbers = new int[16];

  private int dictionarySize;

  private int[] ids = new int[64];
  private int count;
  private boolean uniform = true;

  /// In which page an id was seen last; spares comparing it again.
  private int[] seenIn = new int[16];

  private int pageSerial;

  DictionaryColumn(BlockSchema.Column column, PageCompressor compressor, StringPool pool) {
    super(column, compressor);
    this.pool = pool;
  }

  /// Takes the next rows.
  ///
  /// @param more the values as numbers in the pool, without the nulls
  /// @param entries values and nulls
  public void append(
      int[] more,
      int moreCount,
      PageBytes repetition,
      PageBytes definition,
      int entries,
      int rows) {
    boolean moreUniform = moreCount == entries && allEqual(more, moreCount);
    boolean alike =
        waitingEntries() == 0
            || (count == 0 && moreCount == 0)
            || (uniform && moreUniform && count > 0 && numbers[ids[0]] == more[0]);
    step(repetition, definition, entries, rows, alike);
    uniform = count == 0 ? waitingEntries() == entries && moreUniform : alike && moreUniform;
    if (count + moreCount > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(count + moreCount, ids.length * 2));
    }
    for (int i = 0; i < moreCount; i++) {
      ids[count + i] = idOf(more[i]);
    }
    count += moreCount;
  }

  private static boolean allEqual(int[] values, int count) {
    for (int i = 1; i < count; i++) {
      if (values[i] != values[0]) {
        return false;
      }
    }
    return true;
  }

  private int idOf(int number) {
    int part = number >>> PART_BITS;
    if (part >= idParts.length) {
      idParts = Arrays.copyOf(idParts, Math.max(part + 1, idParts.length * 2));
    }
    int[] idsOfPart = idParts[part];
    if (idsOfPart == null) {
      idsOfPart = new int[PART];
      idParts[part] = idsOfPart;
    }
    int known = idsOfPart[number & (PART - 1)];
    if (known != 0) {
      return known - 1;
    }
    if (dictionarySize == numbers.length) {
      numbers = Arrays.copyOf(numbers, dictionarySize * 2);
      seenIn = Arrays.copyOf(seenIn, dictionarySize * 2);
    }
    numbers[dictionarySize] = number;
    idsOfPart[number & (PART - 1)] = ++dictionarySize;
    return dictionarySize - 1;
  }

  @Override
  int waitingValues() {
    return count;
  }

  @Override
  Encoding encode(PageBytes to) {
    // A page of nulls has a width too: DuckDB reads it without looking whether there is one.
    int width = width();
    to.addByte(width);
    RunEncoder.ids(ids, count, width, to);
    return Encoding.RLE_DICTIONARY;
  }

  /// Ids that fit into a byte get a byte where a compressor comes behind: it finds the patterns
  /// again that packing would hide.
  private int width() {
    int all = 0;
    for (int i = 0; i < count; i++) {
      all |= ids[i];
    }
    int width = RunEncoder.width(all);
    boolean toBytes = column.codec() == PageCodec.ZSTD && width > 1 && width < BYTE_WIDTH;
    return toBytes ? BYTE_WIDTH : width;
  }

  @Override
  PageBounds bounds() {
    pageSerial++;
    int min = numbers[ids[0]];
    int max = min;
    long minPrefix = pool.prefix(min);
    long maxPrefix = minPrefix;
    for (int i = 0; i < count; i++) {
      int id = ids[i];
      if (seenIn[id] == pageSerial) {
        continue;
      }
      seenIn[id] = pageSerial;
      int number = numbers[id];
      long prefix = pool.prefix(number);
      int toMin = Long.compareUnsigned(prefix, minPrefix);
      int toMax = Long.compareUnsigned(prefix, maxPrefix);
      if (toMin < 0 || (toMin == 0 && pool.compare(number, min) < 0)) {
        min = number;
        minPrefix = prefix;
      } else if (toMax > 0 || (toMax == 0 && pool.compare(number, max) > 0)) {
        max = number;
        maxPrefix = prefix;
      }
    }
    return PageBounds.ofBytes(
        pool.data(), pool.start(min), pool.end(min), pool.start(max), pool.end(max), true);
  }

  @Override
  void forgetValues() {
    count = 0;
    uniform = true;
  }

  int dictionarySize() {
    return dictionarySize;
  }

  /// The dictionary page with its header; it is there even when it has no entry, since readers ask
  /// for it.
  DictionaryPage dictionaryPage() {
    PageBytes plain = new PageBytes();
    for (int id = 0; id < dictionarySize; id++) {
      int number = numbers[id];
      int length = pool.length(number);
      plain.addInt(length);
      plain.add(pool.data(), pool.start(number), length);
    }
    PageBytes stored = new PageBytes(plain.size());
    compressor().compress(column.codec(), plain.data(), 0, plain.size(), stored);
    CRC32 crc = new CRC32();
    crc.update(stored.data(), 0, stored.size());
    PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, plain.size(), stored.size());
    header.setCrc((int) crc.getValue());
    header.setDictionary_page_header(new DictionaryPageHeader(dictionarySize, Encoding.PLAIN));
    byte[] headerBytes = bytes(header);
    PageBytes page = new PageBytes(headerBytes.length + stored.size());
    page.add(headerBytes, 0, headerBytes.length);
    page.add(stored);
    return new DictionaryPage(page, headerBytes.length + (long) plain.size());
  }

  /// @param uncompressedBytes of header and content
  record DictionaryPage(PageBytes bytes, long uncompressedBytes) {}

  @Override
  void reset() {
    super.reset();
    idParts = new int[16][];
    dictionarySize = 0;
    Arrays.fill(seenIn, 0);
    pageSerial = 0;
  }

  @Override
  long heldBytes() {
    return super.heldBytes() + 12L * dictionarySize;
  }
}
