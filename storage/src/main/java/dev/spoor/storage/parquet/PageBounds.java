package dev.spoor.storage.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The smallest and the largest value of a page or of a chunk as they stand in the file: byte
/// strings are cut to 16 bytes, the smallest downwards, the largest upwards.
record PageBounds(byte[] min, byte[] max, boolean minExact, boolean maxExact) {

  static final int LONGEST = 16;

  /// Of 32-bit values when `narrow`, else of 64-bit ones (for a double: its bits).
  static PageBounds ofLongs(long min, long max, boolean narrow) {
    return new PageBounds(bytes(min, narrow), bytes(max, narrow), true, true);
  }

  static PageBounds ofBooleans(boolean min, boolean max) {
    return new PageBounds(
        new byte[] {(byte) (min ? 1 : 0)}, new byte[] {(byte) (max ? 1 : 0)}, true, true);
  }

  /// Bounds of byte strings that stand in an array; no more of it is copied than is kept.
  ///
  /// @param text whether the cut must leave whole characters of UTF-8
  static PageBounds ofBytes(
      byte[] data, int minStart, int minEnd, int maxStart, int maxEnd, boolean text) {
    byte[] min = cutDown(data, minStart, minEnd, text);
    byte[] max = cutUp(data, maxStart, maxEnd, text);
    return new PageBounds(
        min, max, min.length == minEnd - minStart, max.length == maxEnd - maxStart);
  }

  private static byte[] bytes(long value, boolean narrow) {
    ByteBuffer bytes = ByteBuffer.allocate(narrow ? 4 : 8).order(ByteOrder.LITTLE_ENDIAN);
    return (narrow ? bytes.putInt((int) value) : bytes.putLong(value)).array();
  }

  private static byte[] cutDown(byte[] data, int start, int end, boolean text) {
    if (end - start <= LONGEST) {
      return Arrays.copyOfRange(data, start, end);
    }
    int length = LONGEST;
    if (text) {
      while (length > 0 && (data[start + length] & 0xC0) == 0x80) {
        length--;
      }
    }
    return Arrays.copyOfRange(data, start, start + length);
  }

  /// The next larger prefix; the whole value when there is none.
  private static byte[] cutUp(byte[] data, int start, int end, boolean text) {
    int last = end - start <= LONGEST ? -1 : LONGEST - 1;
    while (last >= 0 && !grows(data[start + last], text)) {
      last--;
    }
    if (last < 0) {
      return Arrays.copyOfRange(data, start, end);
    }
    byte[] cut = Arrays.copyOfRange(data, start, start + last + 1);
    cut[last]++;
    return cut;
  }

  private static boolean grows(byte value, boolean text) {
    return text ? value >= 0 && value < 0x7F : value != (byte) 0xFF;
  }

  /// Bounds of both; `null` stands for no values at all.
  static @Nullable PageBounds union(
      @Nullable PageBounds a, @Nullable PageBounds b, BlockSchema.Kind kind) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    boolean minOfA = compare(a.min, b.min, kind) <= 0;
    boolean maxOfA = compare(a.max, b.max, kind) >= 0;
    return new PageBounds(
        minOfA ? a.min : b.min,
        maxOfA ? a.max : b.max,
        minOfA ? a.minExact : b.minExact,
        maxOfA ? a.maxExact : b.maxExact);
  }

  static int compare(byte[] a, byte[] b, BlockSchema.Kind kind) {
    return switch (kind) {
      case BYTES, STRING, BOOLEAN -> Arrays.compareUnsigned(a, b);
      case INT32 -> Integer.compare((int) number(a), (int) number(b));
      case UINT32 -> Integer.compareUnsigned((int) number(a), (int) number(b));
      case INT64 -> Long.compare(number(a), number(b));
      case UINT64 -> Long.compareUnsigned(number(a), number(b));
      case DOUBLE ->
          Double.compare(Double.longBitsToDouble(number(a)), Double.longBitsToDouble(number(b)));
    };
  }

  private static long number(byte[] bytes) {
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.length == 4 ? view.getInt() : view.getLong();
  }
}
