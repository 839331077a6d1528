package dev.spoor.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Counts among levels (from 0 to 127), eight at a time.
final class Levels {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Levels() {}

  /// How many of `[from, to)` are `level`.
  static int count(byte[] levels, int from, int to, int level) {
    long pattern = ONES * level;
    int others = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long difference = (long) LONG.get(levels, i) ^ pattern;
      // The high bit of each byte that differs; no byte has it itself.
      others += Long.bitCount(difference + ~HIGH_BITS & HIGH_BITS);
    }
    int count = i - from - others;
    for (; i < to; i++) {
      count += levels[i] == level ? 1 : 0;
    }
    return count;
  }

  /// Whether one of `[from, to)` is above `level`.
  static boolean anyAbove(byte[] levels, int from, int to, int level) {
    long reach = ONES * (0x7F - level);
    long found = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long word = (long) LONG.get(levels, i);
      found |= word + reach | word;
    }
    boolean any = (found & HIGH_BITS) != 0;
    for (; i < to; i++) {
      any |= levels[i] > level || levels[i] < 0;
    }
    return any;
  }

  /// How many of `[from, to)` are at most `level`.
  static int countUpTo(byte[] levels, int from, int to, int level) {
    long reach = ONES * (0x7F - level);
    int above = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      above += Long.bitCount((long) LONG.get(levels, i) + reach & HIGH_BITS);
    }
    int count = i - from - above;
    for (; i < to; i++) {
      count += levels[i] <= level ? 1 : 0;
    }
    return count;
  }

  /// Writes down which of `[from, to)`, counted from `from`, are at most `level`; returns how many
  /// there are.
  static int placesUpTo(byte[] levels, int from, int to, int level, int[] places) {
    long reach = ONES * (0x7F - level);
    int count = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long word = ~((long) LONG.get(levels, i) + reach) & HIGH_BITS;
      while (word != 0) {
        places[count++] = i - from + (Long.numberOfTrailingZeros(word) >>> 3);
        word &= word - 1;
      }
    }
    for (; i < to; i++) {
      if (levels[i] <= level) {
        places[count++] = i - from;
      }
    }
    return count;
  }

  /// Where some rows end, of which the first one begins at `from`: each begins with a zero, and the
  /// last one of all ends at `to`.
  static int endOfRows(byte[] repetitions, int from, int to, long rows) {
    if (rows <= 0) {
      return from;
    }
    long left = rows;
    int i = from + 1;
    for (; i + 8 <= to; i += 8) {
      long word = (long) LONG.get(repetitions, i);
      // The high bit of each byte that is zero.
      long zeros = ~(word + ~HIGH_BITS) & HIGH_BITS;
      int count = Long.bitCount(zeros);
      if (count >= left) {
        for (; left > 1; left--) {
          zeros &= zeros - 1;
        }
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
      left -= count;
    }
    for (; i < to; i++) {
      if (repetitions[i] == 0 && --left == 0) {
        return i;
      }
    }
    return to;
  }
}
