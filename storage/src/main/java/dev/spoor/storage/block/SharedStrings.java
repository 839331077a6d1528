package dev.spoor.storage.block;

import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The strings of all batches in which a row group is read.
///
/// The dictionaries of its columns are put one behind the other, once, and a string has the number
/// of its place there: nothing is hashed, and each string is in memory once. A string that two
/// columns have has two numbers. Strings that are in no dictionary are added as they come. One
/// thread at a time.
final class SharedStrings {

  private static final int NONE = -1;

  /// Room for strings that are in no dictionary.
  private static final int ROOM = 256;

  private static final int ROOM_BYTES = 16 << 10;

  private final long mostBytes;
  private final byte[] data;
  private final int[] ends;
  private final int count;

  /// By index of the column: the number of the first string of its dictionary, and how many it has.
  private final int[] firsts;

  private final int[] sizes;
  private final double bytesPerSpan;
  private ByteDictionary.Builder strings;

  private SharedStrings(
      long mostBytes,
      byte[] data,
      int[] ends,
      int count,
      int[] firsts,
      int[] sizes,
      double bytesPerSpan) {
    this.mostBytes = mostBytes;
    this.data = data;
    this.ends = ends;
    this.count = count;
    this.firsts = firsts;
    this.sizes = sizes;
    this.bytesPerSpan = bytesPerSpan;
    this.strings = new ByteDictionary.Builder(data, ends, count);
  }

  /// Reads the dictionaries of some columns, and moves them here.
  ///
  /// @param leaves how many columns the file has
  /// @param spans of the row group, which share what the strings take
  /// @param mostBytes when more strings came that are in no dictionary, the next batch begins anew
  static SharedStrings of(List<ColumnCursor> columns, int leaves, long spans, long mostBytes)
      throws IOException {
    List<ColumnCursor> with = new ArrayList<>();
    long bytes = 0;
    long count = 1;
    for (ColumnCursor column : columns) {
      ByteStrings dictionary = column.dictionary();
      if (dictionary != null) {
        with.add(column);
        bytes += dictionary.dataBytes();
        count += dictionary.size();
      }
    }
    if (Math.max(bytes, count) > Integer.MAX_VALUE - 2 * ROOM_BYTES) {
      throw new IOException(
          "%d bytes of strings in the dictionaries of one row group".formatted(bytes));
    }
    byte[] data = new byte[(int) bytes + ROOM_BYTES];
    int[] ends = new int[(int) count + ROOM];
    int[] firsts = new int[leaves];
    int[] sizes = new int[leaves];
    Arrays.fill(firsts, NONE);
    int at = 0;
    int number = 1;
    for (ColumnCursor column : with) {
      ByteStrings dictionary = column.strings();
      dictionary.moveTo(data, at);
      at += (int) dictionary.dataBytes();
      firsts[column.leaf().index()] = number;
      sizes[column.leaf().index()] = dictionary.size();
      for (int i = 0; i < dictionary.size(); i++) {
        ends[number++] = dictionary.end(i);
      }
    }
    double perSpan = (bytes + (double) Integer.BYTES * count) / Math.max(1, spans);
    return new SharedStrings(mostBytes, data, ends, number, firsts, sizes, perSpan);
  }

  /// To be called before each batch.
  ///
  /// @param spans of the batch, which are charged with their share of the dictionaries
  void beginBatch(int spans) {
    if (strings.dataBytes() - ends[count - 1] > mostBytes) {
      // Earlier batches may still use what stands in the room behind.
      strings = new ByteDictionary.Builder(data.clone(), ends.clone(), count);
    }
    strings.charge((long) (spans * bytesPerSpan));
  }

  ByteDictionary.Builder strings() {
    return strings;
  }

  /// The number of the first string of a column's dictionary; -1 when it is not here.
  int first(ColumnCursor column) {
    return firsts[column.leaf().index()];
  }

  /// How many strings of a column are here.
  int size(ColumnCursor column) {
    return sizes[column.leaf().index()];
  }
}
