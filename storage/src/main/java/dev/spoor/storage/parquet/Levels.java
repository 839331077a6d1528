package dev.spoor.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Counts among levels (from 0 to 127), and finds places there, eight levels at a time.
public final class Levels {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Levels() {}

  /// How many of `[from, to)` are `level`.
  public static int count(byte[] levels, int from, int to, int level) {
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
  public static int countUpTo(byte[] levels, int from, int to, int level) {
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

  /// Writes down which of `[from, to)`, counted from `from`, are `level`; returns how many there
  /// are.
  public static int places(byte[] levels, int from, int to, int level, int[] places) {
    long pattern = ONES * level;
    int count = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long difference = (long) LONG.get(levels, i) ^ pattern;
      long same = ~(difference + ~HIGH_BITS) & HIGH_BITS;
      while (same != 0) {
        places[count++] = i - from + (Long.numberOfTrailingZeros(same) >>> 3);
        same &= same - 1;
      }
    }
    for (; i < to; i++) {
      if (levels[i] == level) {
        places[count++] = i - from;
      }
    }
    return count;
  }

  /// Where the one of `[from, to)` is that is `level` and has `before` others before it; `to` when
  /// there are not so many.
  public static int place(byte[] levels, int from, int to, int level, int before) {
    long pattern = ONES * level;
    int left = before;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long difference = (long) LONG.get(levels, i) ^ pattern;
      long same = ~(difference + ~HIGH_BITS) & HIGH_BITS;
      int count = Long.bitCount(same);
      if (count > left) {
        return i + nth(same, left);
      }
      left -= count;
    }
    for (; i < to; i++) {
      if (levels[i] == level && left-- == 0) {
        return i;
      }
    }
    return to;
  }

  /// Where the one of `[from, to)` is that is at most `level` and has `before` others before it;
  /// `to` when there are not so many.
  public static int placeUpTo(byte[] levels, int from, int to, int level, int before) {
    long reach = ONES * (0x7F - level);
    int left = before;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long low = ~((long) LONG.get(levels, i) + reach) & HIGH_BITS;
      int count = Long.bitCount(low);
      if (count > left) {
        return i + nth(low, left);
      }
      left -= count;
    }
    for (; i < to; i++) {
      if (levels[i] <= level && left-- == 0) {
        return i;
      }
    }
    return to;
  }

  /// How many elements of a repetition level begin in `[from, to)`: entries that repeat at most
  /// there and are defined at least as far as `definition`.
  public static int countOwners(
      byte[] repetitions, byte[] definitions, int from, int to, int level, int definition) {
    long reach = ONES * (0x7F - level);
    long lift = ONES * (0x80 - definition);
    int count = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      count += Long.bitCount(owners(repetitions, definitions, i, reach, lift));
    }
    for (; i < to; i++) {
      count += repetitions[i] <= level && definitions[i] >= definition ? 1 : 0;
    }
    return count;
  }

  /// Where in `[from, to)` the element of a repetition level begins that has `before` others before
  /// it there; `to` when there are not so many.
  public static int placeOfOwner(
      byte[] repetitions,
      byte[] definitions,
      int from,
      int to,
      int level,
      int definition,
      int before) {
    long reach = ONES * (0x7F - level);
    long lift = ONES * (0x80 - definition);
    int left = before;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long owners = owners(repetitions, definitions, i, reach, lift);
      int count = Long.bitCount(owners);
      if (count > left) {
        return i + nth(owners, left);
      }
      left -= count;
    }
    for (; i < to; i++) {
      if (repetitions[i] <= level && definitions[i] >= definition && left-- == 0) {
        return i;
      }
    }
    return to;
  }

  /// The high bit of each byte where an element begins.
  private static long owners(
      byte[] repetitions, byte[] definitions, int at, long reach, long lift) {
    long repeating = (long) LONG.get(repetitions, at) + reach;
    return ~repeating & (long) LONG.get(definitions, at) + lift & HIGH_BITS;
  }

  /// The byte of the high bit that has `before` others below it.
  private static int nth(long highBits, int before) {
    long left = highBits;
    for (int i = before; i > 0; i--) {
      left &= left - 1;
    }
    return Long.numberOfTrailingZeros(left) >>> 3;
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
