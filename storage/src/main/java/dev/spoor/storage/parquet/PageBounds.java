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

  /// @param text whether the cut must leave whole characters of UTF-8
  static PageBounds ofBytes(byte[] min, byte[] max, boolean text) {
    byte[] cutMin = cutDown(min, text);
    byte[] cutMax = cutUp(max, text);
    return new PageBounds(cutMin, cutMax, cutMin.length == min.length, cutMax.length == max.length);
  }

  private static byte[] bytes(long value, boolean narrow) {
    ByteBuffer bytes = ByteBuffer.allocate(narrow ? 4 : 8).order(ByteOrder.LITTLE_ENDIAN);
    return (narrow ? bytes.putInt((int) value) : bytes.putLong(value)).array();
  }

  private static byte[] cutDown(byte[] value, boolean text) {
    if (value.length <= LONGEST) {
      return value;
    }
    int length = LONGEST;
    if (text) {
      while (length > 0 && (value[length] & 0xC0) == 0x80) {
        length--;
      }
    }
    return Arrays.copyOf(value, length);
  }

  /// The next larger prefix; the whole value when there is none.
  private static byte[] cutUp(byte[] value, boolean text) {
    if (value.length <= LONGEST) {
      return value;
    }
    for (int last = LONGEST - 1; last >= 0; last--) {
      boolean grows = text ? value[last] >= 0 && value[last] < 0x7F : value[last] != (byte) 0xFF;
      if (grows) {
        byte[] cut = Arrays.copyOf(value, last + 1);
        cut[last]++;
        return cut;
      }
    }
    return value;
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
