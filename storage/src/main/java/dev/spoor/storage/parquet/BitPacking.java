package dev.spoor.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Numbers of a fixed width in bits, the lowest bit of the lowest byte first; and the hybrid of
/// such runs with runs of one repeated number, which is how levels and dictionary ids stand in a
/// page.
final class BitPacking {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The number 1 in each byte of a word.
  private static final long ONES = 0x0101_0101_0101_0101L;

  private BitPacking() {}

  /// Bits that the numbers from 0 to `max` need.
  static int width(int max) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(max);
  }

  static long littleEndianLong(byte[] in, int position) {
    return (long) LONG.get(in, position);
  }

  /// The number of `width` bits (at most 56) that begins at a bit, read near the end of an array.
  private static long slow(byte[] in, int position, long bit, int width) {
    int at = position + (int) (bit >>> 3);
    int last = position + (int) ((bit + width - 1) >>> 3);
    long word = 0;
    for (int i = last; i >= at; i--) {
      word = word << 8 | in[i] & 0xFF;
    }
    return word >>> (bit & 7) & ((1L << width) - 1);
  }

  /// Unpacks `count` numbers of 1 to 64 bits. All their bytes must be within the array.
  static void unpack(byte[] in, int position, int width, long[] out, int at, int count) {
    if (width > 56) {
      unpackWide(in, position, width, out, at, count);
      return;
    }
    long mask = (1L << width) - 1;
    int fast = fastCount(in.length - position, width, count);
    long bit = 0;
    for (int i = 0; i < fast; i++, bit += width) {
      out[at + i] = (long) LONG.get(in, position + (int) (bit >>> 3)) >>> (bit & 7) & mask;
    }
    for (int i = fast; i < count; i++, bit += width) {
      out[at + i] = slow(in, position, bit, width);
    }
  }

  private static void unpackWide(
      byte[] in, int position, int width, long[] out, int at, int count) {
    int highWidth = width - 32;
    long bit = 0;
    for (int i = 0; i < count; i++, bit += width) {
      long low = slow(in, position, bit, 32);
      out[at + i] = low | slow(in, position, bit + 32, highWidth) << 32;
    }
  }

  /// How many numbers can be read with loads of 8 bytes that stay within the array.
  private static int fastCount(int bytes, int width, int count) {
    long bits = (bytes - 8L) * 8;
    return bits < 0 ? 0 : (int) Math.min(count, bits / width + 1);
  }

  /// Decodes `count` numbers of at most 8 bits each from a hybrid.
  ///
  /// @return the number that all of them are when they stand as one run, else -1
  /// @throws MalformedException when the bytes up to `limit` do not hold that many
  static int hybrid(byte[] in, int position, int limit, int width, byte[] out, int at, int count)
      throws MalformedException {
    Runs runs = new Runs(in, position, limit, width, count);
    int end = at + count;
    int to = at;
    while (to < end) {
      runs.next(end - to);
      if (runs.repeated) {
        repeat(out, to, runs.length, runs.value);
      } else {
        unpackBytes(in, runs.start, width, out, to, runs.length);
      }
      to += runs.length;
    }
    return runs.repeated && runs.length == count ? runs.value : -1;
  }

  /// What lies behind a short run may be overwritten; it is written later.
  private static void repeat(byte[] out, int at, int length, int value) {
    if (length <= 8 && at + 8 <= out.length) {
      LONG.set(out, at, ONES * (value & 0xFF));
    } else {
      Arrays.fill(out, at, at + length, (byte) value);
    }
  }

  private static void unpackBytes(
      byte[] in, int position, int width, byte[] out, int at, int count) {
    int groups = Math.min(count >>> 3, Math.max(0, (in.length - position - 8) / width + 1));
    if (in.length - position < 8) {
      groups = 0;
    }
    // Eight numbers at a time: their bits are spread over the eight bytes of a word.
    long lowBits = ONES * ((1 << width) - 1);
    int from = position;
    int to = at;
    for (int g = 0; g < groups; g++) {
      LONG.set(out, to, Long.expand((long) LONG.get(in, from), lowBits));
      from += width;
      to += 8;
    }
    long bit = 8L * groups * width;
    for (int i = groups * 8; i < count; i++, bit += width) {
      out[at + i] = (byte) slow(in, position, bit, width);
    }
  }

  /// Decodes `count` numbers of at most 32 bits each from a hybrid.
  ///
  /// @throws MalformedException when the bytes up to `limit` do not hold that many
  static void hybrid(byte[] in, int position, int limit, int width, int[] out, int at, int count)
      throws MalformedException {
    if (width == 0) {
      Arrays.fill(out, at, at + count, 0);
      return;
    }
    Runs runs = new Runs(in, position, limit, width, count);
    int end = at + count;
    int to = at;
    while (to < end) {
      runs.next(end - to);
      if (runs.repeated) {
        Arrays.fill(out, to, to + runs.length, runs.value);
      } else {
        unpackInts(in, runs.start, width, out, to, runs.length);
      }
      to += runs.length;
    }
  }

  /// Whether `wanted` is among the numbers (of at most 32 bits each) of a hybrid that ends at
  /// `limit`, without keeping them. Zeros that fill up its last run count.
  ///
  /// @param scratch for some numbers at a time; its length is a multiple of 8
  /// @throws MalformedException when a run is longer than that
  static boolean contains(
      byte[] in, int position, int limit, int width, int wanted, int[] scratch)
      throws MalformedException {
    if (width == 0 || (width < 32 && wanted >>> width != 0)) {
      return wanted == 0;
    }
    Runs runs = new Runs(in, position, limit, width, Integer.MAX_VALUE);
    while (runs.hasMore()) {
      runs.next(Integer.MAX_VALUE);
      if (runs.repeated ? runs.value == wanted : packedContains(in, runs, width, wanted, scratch)) {
        return true;
      }
    }
    return false;
  }

  private static boolean packedContains(
      byte[] in, Runs runs, int width, int wanted, int[] scratch) {
    int position = runs.start;
    for (int left = runs.length; left > 0; left -= scratch.length) {
      int some = Math.min(left, scratch.length);
      unpackInts(in, position, width, scratch, 0, some);
      int hits = 0;
      for (int i = 0; i < some; i++) {
        hits |= scratch[i] == wanted ? 1 : 0;
      }
      if (hits != 0) {
        return true;
      }
      position += some / 8 * width;
    }
    return false;
  }

  private static void unpackInts(byte[] in, int position, int width, int[] out, int at, int count) {
    long mask = (1L << width) - 1;
    int fast = fastCount(in.length - position, width, count);
    long bit = 0;
    for (int i = 0; i < fast; i++, bit += width) {
      out[at + i] = (int) ((long) LONG.get(in, position + (int) (bit >>> 3)) >>> (bit & 7) & mask);
    }
    for (int i = fast; i < count; i++, bit += width) {
      out[at + i] = (int) slow(in, position, bit, width);
    }
  }

  /// The runs of a hybrid, one after the other.
  private static final class Runs {
    private final byte[] in;
    private final int limit;
    private final int width;
    private int position;

    /// What the current run is: `length` times `value`, or packed numbers from `start`.
    boolean repeated;

    int length;
    int value;
    int start;

    Runs(byte[] in, int position, int limit, int width, int count) throws MalformedException {
      if (width > 32 || position > limit) {
        throw new MalformedException("%d numbers of %d bits".formatted(count, width));
      }
      this.in = in;
      this.position = position;
      this.limit = limit;
      this.width = width;
    }

    boolean hasMore() {
      return position < limit;
    }

    /// Goes to the next run that is not empty; of a longer one only `wanted` numbers are meant.
    void next(int wanted) throws MalformedException {
      do {
        long head = head();
        long runs = head >>> 1;
        repeated = (head & 1) == 0;
        if (repeated) {
          length = (int) Math.min(runs, wanted);
          value = readValue();
        } else {
          length = (int) Math.min(runs * 8, wanted);
          start = position;
          skip(runs * width, ((long) length * width + 7) >>> 3);
        }
      } while (length == 0);
    }

    private long head() throws MalformedException {
      if (position < limit && in[position] >= 0) {
        return in[position++];
      }
      long head = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        if (position >= limit) {
          throw new MalformedException("runs end before the last value");
        }
        int b = in[position++];
        head |= (b & 0x7FL) << shift;
        if (b >= 0) {
          return head;
        }
      }
      throw new MalformedException("a run with a length of more than five bytes");
    }

    private int readValue() throws MalformedException {
      if (width <= 8 && position < limit) {
        return in[position++] & 0xFF;
      }
      int bytes = (width + 7) >>> 3;
      start = position;
      skip(bytes, bytes);
      int read = 0;
      for (int i = bytes - 1; i >= 0; i--) {
        read = read << 8 | in[start + i] & 0xFF;
      }
      return read;
    }

    /// Goes on by `bytes`, of which the last run may leave out those that pad it.
    private void skip(long bytes, long needed) throws MalformedException {
      if (needed > limit - position) {
        throw new MalformedException("a run is longer than its page");
      }
      position = (int) Math.min(limit, position + bytes);
    }
  }
}
