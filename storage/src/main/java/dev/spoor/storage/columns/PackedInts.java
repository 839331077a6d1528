package dev.spoor.storage.columns;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// How a column of numbers is stored before compression: the smallest of them, then how far each
/// one is above it, in as few bytes as the largest needs, all first bytes before all second bytes.
///
/// ```
/// u8 width (0 to 8) | i64 smallest | width planes of `count` bytes, least significant first
/// ```
///
/// Bytes of the same weight next to each other are what a general compressor makes most of, and
/// what a constant column does not have at all. Little-endian.
final class PackedInts {

  static final int HEADER = 9;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PackedInts() {}

  /// Packs `values[0 .. count)`.
  static byte[] pack(long[] values, int count) {
    long smallest = count == 0 ? 0 : values[0];
    long largest = smallest;
    for (int i = 1; i < count; i++) {
      smallest = Math.min(smallest, values[i]);
      largest = Math.max(largest, values[i]);
    }
    int width = widthOf(largest - smallest);
    byte[] packed = header(width, smallest, count);
    for (int plane = 0; plane < width; plane++) {
      int at = HEADER + plane * count;
      int shift = plane * 8;
      for (int i = 0; i < count; i++) {
        packed[at + i] = (byte) ((values[i] - smallest) >>> shift);
      }
    }
    return packed;
  }

  static byte[] pack(int[] values, int count) {
    int smallest = count == 0 ? 0 : values[0];
    int largest = smallest;
    for (int i = 1; i < count; i++) {
      smallest = Math.min(smallest, values[i]);
      largest = Math.max(largest, values[i]);
    }
    int width = widthOf((long) largest - smallest);
    byte[] packed = header(width, smallest, count);
    for (int plane = 0; plane < width; plane++) {
      int at = HEADER + plane * count;
      int shift = plane * 8;
      for (int i = 0; i < count; i++) {
        packed[at + i] = (byte) ((values[i] - smallest) >>> shift);
      }
    }
    return packed;
  }

  static byte[] pack(byte[] values, int count) {
    byte smallest = count == 0 ? 0 : values[0];
    byte largest = smallest;
    for (int i = 1; i < count; i++) {
      smallest = (byte) Math.min(smallest, values[i]);
      largest = (byte) Math.max(largest, values[i]);
    }
    int width = widthOf(largest - smallest);
    byte[] packed = header(width, smallest, count);
    if (width > 0) {
      for (int i = 0; i < count; i++) {
        packed[HEADER + i] = (byte) (values[i] - smallest);
      }
    }
    return packed;
  }

  static long[] longs(byte[] packed, int count) throws IOException {
    int width = checkedWidth(packed, count, 8);
    long smallest = (long) LONG.get(packed, 1);
    long[] values = new long[count];
    if (smallest != 0) {
      Arrays.fill(values, smallest);
    }
    for (int plane = 0; plane < width; plane++) {
      int at = HEADER + plane * count;
      int shift = plane * 8;
      for (int i = 0; i < count; i++) {
        values[i] += (packed[at + i] & 0xFFL) << shift;
      }
    }
    return values;
  }

  static int[] ints(byte[] packed, int count) throws IOException {
    int width = checkedWidth(packed, count, 4);
    long wide = (long) LONG.get(packed, 1);
    int smallest = (int) wide;
    if (smallest != wide) {
      throw new IOException("the smallest number " + wide + " has more than 32 bits");
    }
    int[] values = new int[count];
    if (smallest != 0) {
      Arrays.fill(values, smallest);
    }
    for (int plane = 0; plane < width; plane++) {
      int at = HEADER + plane * count;
      int shift = plane * 8;
      for (int i = 0; i < count; i++) {
        values[i] += (packed[at + i] & 0xFF) << shift;
      }
    }
    return values;
  }

  static byte[] bytes(byte[] packed, int count) throws IOException {
    int width = checkedWidth(packed, count, 1);
    byte smallest = (byte) (long) LONG.get(packed, 1);
    byte[] values = new byte[count];
    Arrays.fill(values, smallest);
    if (width == 1) {
      for (int i = 0; i < count; i++) {
        values[i] += packed[HEADER + i];
      }
    }
    return values;
  }

  private static int checkedWidth(byte[] packed, int count, int mostBytes) throws IOException {
    if (packed.length < HEADER) {
      throw new IOException(packed.length + " bytes are too few for packed numbers");
    }
    int width = packed[0];
    if (width < 0 || width > mostBytes) {
      throw new IOException("numbers of " + width + " bytes where at most " + mostBytes + " fit");
    }
    if (packed.length != HEADER + (long) width * count) {
      throw new IOException(
          "%d bytes for %d numbers of %d bytes".formatted(packed.length, count, width));
    }
    return width;
  }

  private static byte[] header(int width, long smallest, int count) {
    byte[] packed = new byte[Math.addExact(HEADER, Math.multiplyExact(width, count))];
    packed[0] = (byte) width;
    LONG.set(packed, 1, smallest);
    return packed;
  }

  /// Bytes that a number from 0 to `range` (unsigned) needs.
  private static int widthOf(long range) {
    return (64 - Long.numberOfLeadingZeros(range) + 7) >>> 3;
  }

  static void checkIds(int[] ids, int bound) throws IOException {
    for (int id : ids) {
      if (id < 0 || id >= bound) {
        throw new IOException("number " + id + " where only 0 to " + (bound - 1) + " are known");
      }
    }
  }

  /// Adds up counts to starts, one more than there are counts.
  ///
  /// @throws IOException when a count is negative or the sum is not `total`
  static int[] starts(int[] counts, int total) throws IOException {
    Objects.requireNonNull(counts);
    int[] starts = new int[counts.length + 1];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i];
      if (counts[i] < 0 || sum > total) {
        throw new IOException("the counts do not add up to " + total);
      }
      starts[i + 1] = (int) sum;
    }
    if (sum != total) {
      throw new IOException("the counts add up to " + sum + " instead of " + total);
    }
    return starts;
  }

  static int[] counts(int[] starts) {
    int[] counts = new int[starts.length - 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = starts[i + 1] - starts[i];
    }
    return counts;
  }
}
