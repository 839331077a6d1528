package dev.spoor.storage.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decodes repetition levels, and remembers those of the pages that came last, in both forms.
///
/// Columns of the same depth have the same levels, in the same bytes where their pages begin and
/// end at the same rows: so bytes that are known need not be decoded again. One thread at a time.
final class RepetitionMemory {

  /// Pages; 256 is what eight bits tell apart.
  private static final int PLACES = 256;

  private static final int PLACE_SHIFT = Long.SIZE - 8;
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  /// Longer pages are not remembered.
  private static final int MOST_ENTRIES = 16 << 10;

  /// Fewer bytes are decoded as fast as they are compared.
  private static final int FEWEST_BYTES = 16;

  private final Memory memory;
  private final @Nullable Page[] pages = new Page[PLACES];
  private int rows;
  private boolean tooHigh;

  /// Whoever pays for the bytes that are remembered.
  @FunctionalInterface
  interface Memory {
    /// @throws IOException when there is none left
    void hold(long bytes) throws IOException;
  }

  RepetitionMemory(Memory memory) {
    this.memory = memory;
  }

  /// The levels of a page.
  private static final class Page {
    private long firstRow;
    private int width;
    private byte[] encoded = {};
    private int encodedLength;
    private byte[] decoded = {};
    private int count;
    private int rows;

    /// None is above.
    private int max;

    boolean is(long row, int bits, int entries, byte[] in, int from, int to) {
      return firstRow == row
          && width == bits
          && count == entries
          && Arrays.equals(encoded, 0, encodedLength, in, from, to);
    }
  }

  /// Decodes `count` levels from the bytes `[from, to)`, which hold nothing else.
  ///
  /// @param max of the column, above 0
  /// @param firstRow in which the page begins
  /// @throws IOException when the bytes do not hold that many, or the query has no memory left
  void decode(byte[] in, int from, int to, int max, byte[] out, int at, int count, long firstRow)
      throws IOException {
    int width = BitPacking.width(max);
    boolean worthIt = count <= MOST_ENTRIES && to - from >= FEWEST_BYTES;
    int place = (int) (firstRow * SPREAD >>> PLACE_SHIFT);
    Page page = worthIt ? pages[place] : null;
    if (page != null && page.is(firstRow, width, count, in, from, to)) {
      System.arraycopy(page.decoded, 0, out, at, count);
      rows = page.rows;
      tooHigh = page.max > max && Levels.anyAbove(out, at, at + count, max);
      return;
    }
    BitPacking.hybrid(in, from, to, width, out, at, count);
    rows = Levels.count(out, at, at + count, 0);
    tooHigh = Levels.anyAbove(out, at, at + count, max);
    if (worthIt && !tooHigh) {
      Page kept = page == null ? new Page() : page;
      // First, since it may fail: then the page still is what it was.
      byte[] encoded = room(kept.encoded, to - from);
      byte[] decoded = room(kept.decoded, count);
      System.arraycopy(in, from, encoded, 0, to - from);
      System.arraycopy(out, at, decoded, 0, count);
      pages[place] = kept;
      kept.firstRow = firstRow;
      kept.width = width;
      kept.count = count;
      kept.rows = rows;
      kept.max = max;
      kept.encodedLength = to - from;
      kept.encoded = encoded;
      kept.decoded = decoded;
    }
  }

  private byte[] room(byte[] old, int length) throws IOException {
    if (old.length >= length) {
      return old;
    }
    memory.hold(length - old.length);
    return new byte[length];
  }

  /// How many rows begin in the page that was decoded last.
  int rows() {
    return rows;
  }

  /// Whether that page has a level that its column can't have.
  boolean tooHigh() {
    return tooHigh;
  }
}
