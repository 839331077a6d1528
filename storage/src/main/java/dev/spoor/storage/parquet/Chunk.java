package dev.spoor.storage.parquet;

import org.jspecify.annotations.Nullable;

/// A column in one row group: where its pages are, and what its writer said about them.
///
/// @param offset of the first page in the file, the dictionary page included
/// @param length of all pages with their headers, in bytes
/// @param values entries, nulls and placeholders included
/// @param dictionary whether each data page is sure to be encoded with the dictionary
/// @param nulls how many of the entries have no value; -1 when unknown
/// @param min smallest value in the encoding PLAIN, or null when unknown; may be cut
/// @param max largest value
/// @param offsetIndex place of the offset index; its length is 0 when there is none
/// @param columnIndex place of the column index; its length is 0 when there is none
public record Chunk(
    Leaf leaf,
    Codec codec,
    long offset,
    long length,
    long values,
    long nulls,
    boolean dictionary,
    byte @Nullable [] min,
    byte @Nullable [] max,
    Place offsetIndex,
    Place columnIndex) {

  /// Whether some entry may have a value; false is sure.
  public boolean mayHaveValues() {
    return nulls != values || min != null || max != null;
  }

  /// Whether some value may be a whole number in `[min, max]`, or a boolean as 0 or 1; false is
  /// sure.
  public boolean mayHaveNumber(long smallest, long largest) {
    return mayOverlap(min, max, smallest, largest);
  }

  /// Bounds of an unsigned column whose largest value has the highest bit say nothing about the
  /// signed numbers that we take them for.
  boolean mayOverlap(byte @Nullable [] low, byte @Nullable [] high, long smallest, long largest) {
    int width =
        switch (leaf.type()) {
          case BOOLEAN -> 1;
          case INT32 -> Integer.BYTES;
          case INT64 -> Long.BYTES;
          case INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> -1;
        };
    if (low == null || high == null || low.length != width || high.length != width) {
      return true;
    }
    long from = number(low);
    long to = number(high);
    return from > to || to < 0 || (to >= smallest && from <= largest);
  }

  private static long number(byte[] plain) {
    long value = plain[plain.length - 1];
    for (int i = plain.length - 2; i >= 0; i--) {
      value = value << 8 | plain[i] & 0xFF;
    }
    return value;
  }

  /// A range of the file.
  public record Place(long offset, int length) {
    static final Place NONE = new Place(0, 0);

    public boolean exists() {
      return length > 0;
    }
  }
}
