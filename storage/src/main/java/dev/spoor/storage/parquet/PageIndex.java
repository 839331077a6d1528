package dev.spoor.storage.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Where the data pages of a chunk are, and with which row each begins: an offset index.
///
/// @param offsets of the pages' headers in the file
/// @param sizes of the pages with their headers, in bytes
/// @param firstRows counted from the start of the row group; ascending from 0
record PageIndex(long[] offsets, int[] sizes, long[] firstRows) {

  int pages() {
    return offsets.length;
  }

  /// The last page that begins at or before a row.
  int pageOf(long row) {
    int low = 0;
    int high = firstRows.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstRows[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  static PageIndex read(byte[] bytes, int offset, int limit, Chunk chunk, long rows)
      throws IOException {
    try {
      PageIndex index = read(new CompactReader(bytes, offset, limit));
      index.check(chunk, rows);
      return index;
    } catch (CompactReader.UnderflowException e) {
      throw new MalformedException("an offset index that ends too early");
    }
  }

  private static PageIndex read(CompactReader reader)
      throws CompactReader.UnderflowException, MalformedException {
    PageIndex index = new PageIndex(new long[0], new int[0], new long[0]);
    for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
      if (id == 1) {
        int size = reader.listSize();
        index = new PageIndex(new long[size], new int[size], new long[size]);
        for (int i = 0; i < size; i++) {
          index.readPage(reader, i);
        }
      } else {
        reader.skip();
      }
    }
    return index;
  }

  private void readPage(CompactReader reader, int page)
      throws CompactReader.UnderflowException, MalformedException {
    int outer = reader.enter();
    for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
      switch (id) {
        case 1 -> offsets[page] = reader.i64();
        case 2 -> sizes[page] = reader.i32();
        case 3 -> firstRows[page] = reader.i64();
        default -> reader.skip();
      }
    }
    reader.leave(outer);
  }

  private void check(Chunk chunk, long rows) throws MalformedException {
    long end = chunk.offset();
    long row = -1;
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] < end
          || sizes[i] <= 0
          || offsets[i] + sizes[i] > chunk.offset() + chunk.length()
          || firstRows[i] <= row
          || firstRows[i] >= rows
          || (i == 0 && firstRows[i] != 0)) {
        throw new MalformedException("an offset index that does not fit its column");
      }
      end = offsets[i] + sizes[i];
      row = firstRows[i];
    }
  }

  /// Smallest and largest values of the pages of a chunk: a column index.
  ///
  /// @param mins in the encoding PLAIN; of strings they may be cut, rounded down
  /// @param maxs likewise, rounded up
  record Bounds(List<Boolean> nullPages, List<byte[]> mins, List<byte[]> maxs) {

    /// Whether a page may hold a byte string. A bound that was cut is a prefix of the true one or
    /// rounded up, so it is compared by unsigned bytes like the values.
    boolean mayHold(int page, byte[] value) {
      return !nullPages.get(page)
          && Arrays.compareUnsigned(mins.get(page), value) <= 0
          && Arrays.compareUnsigned(maxs.get(page), value) >= 0;
    }

    static Bounds read(byte[] bytes, int offset, int limit) throws IOException {
      try {
        return read(new CompactReader(bytes, offset, limit));
      } catch (CompactReader.UnderflowException e) {
        throw new MalformedException("a column index that ends too early");
      }
    }

    private static Bounds read(CompactReader reader)
        throws CompactReader.UnderflowException, MalformedException {
      List<Boolean> nulls = List.of();
      List<byte[]> mins = List.of();
      List<byte[]> maxs = List.of();
      for (int id = reader.nextField(); id != 0; id = reader.nextField()) {
        switch (id) {
          case 1 -> {
            Boolean[] flags = new Boolean[reader.listSize()];
            for (int i = 0; i < flags.length; i++) {
              flags[i] = reader.listBoolean();
            }
            nulls = List.of(flags);
          }
          case 2 -> mins = binaries(reader);
          case 3 -> maxs = binaries(reader);
          default -> reader.skip();
        }
      }
      if (mins.size() != nulls.size() || maxs.size() != nulls.size()) {
        throw new MalformedException("a column index with lists of different lengths");
      }
      return new Bounds(nulls, mins, maxs);
    }

    private static List<byte[]> binaries(CompactReader reader)
        throws CompactReader.UnderflowException, MalformedException {
      byte[][] values = new byte[reader.listSize()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = reader.binary();
      }
      return List.of(values);
    }
  }
}
