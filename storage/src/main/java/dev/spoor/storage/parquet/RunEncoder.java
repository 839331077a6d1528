package dev.spoor.storage.parquet;

/// Parquet's hybrid of run lengths and bit packing, for levels and for dictionary ids
/// (apache/parquet-format, Encodings.md, "RLE").
public final class RunEncoder {

  private static final int GROUP = 8;

  private RunEncoder() {}

  /// How many bits it takes to write numbers up to `max`.
  public static int width(int max) {
    return 32 - Integer.numberOfLeadingZeros(max);
  }

  /// Encodes levels such that the results of two calls, one after the other, are the encoding of
  /// all the levels: no run is filled up beyond what was given.
  ///
  /// With `runsOnly` all is written as runs, which takes more bytes than packing where values
  /// change often but stays on byte boundaries, so that a compressor behind finds the patterns.
  public static void levels(byte[] levels, int count, int width, boolean runsOnly, PageBytes to) {
    int whole = runsOnly ? 0 : count & -GROUP;
    int packedFrom = 0;
    int at = 0;
    while (at < whole) {
      if (!sameGroup(levels, at)) {
        at += GROUP;
        continue;
      }
      pack(levels, packedFrom, at, width, to);
      int end = runEnd(levels, at, count);
      run(levels[at], end - at, width, to);
      at = end;
      packedFrom = end;
      whole = end + ((count - end) & -GROUP);
    }
    pack(levels, packedFrom, at, width, to);
    while (at < count) {
      int end = runEnd(levels, at, count);
      run(levels[at], end - at, width, to);
      at = end;
    }
  }

  /// Encodes `count` times the same level; may stand between results of [#levels].
  public static void run(int level, int count, int width, PageBytes to) {
    if (count == 0) {
      return;
    }
    to.addVarint(count << 1);
    for (int bits = 0; bits < width; bits += 8) {
      to.addByte(level >>> bits);
    }
  }

  /// Encodes dictionary ids; the last group is filled up with zeros.
  static void ids(int[] ids, int count, int width, PageBytes to) {
    int packedFrom = 0;
    int at = 0;
    while (at < count) {
      if (at + GROUP > count) {
        at = count;
      } else if (!sameGroup(ids, at)) {
        at += GROUP;
      } else {
        pack(ids, packedFrom, at, width, to);
        int end = runEnd(ids, at, count);
        run(ids[at], end - at, width, to);
        at = end;
        packedFrom = end;
      }
    }
    pack(ids, packedFrom, at, width, to);
  }

  private static void pack(byte[] levels, int from, int end, int width, PageBytes to) {
    if (from < end) {
      to.addVarint((end - from) / GROUP << 1 | 1);
      to.addPacked(levels, from, end, width);
    }
  }

  private static void pack(int[] ids, int from, int end, int width, PageBytes to) {
    if (from == end) {
      return;
    }
    int groups = (end - from + GROUP - 1) / GROUP;
    to.addVarint(groups << 1 | 1);
    int before = to.size();
    to.addPacked(ids, from, end, width);
    while (to.size() < before + groups * width) {
      to.addByte(0);
    }
  }

  private static boolean sameGroup(byte[] values, int at) {
    byte first = values[at];
    for (int i = at + 1; i < at + GROUP; i++) {
      if (values[i] != first) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameGroup(int[] values, int at) {
    int first = values[at];
    for (int i = at + 1; i < at + GROUP; i++) {
      if (values[i] != first) {
        return false;
      }
    }
    return true;
  }

  private static int runEnd(byte[] values, int at, int count) {
    byte first = values[at];
    int end = at + 1;
    while (end < count && values[end] == first) {
      end++;
    }
    return end;
  }

  private static int runEnd(int[] values, int at, int count) {
    int first = values[at];
    int end = at + 1;
    while (end < count && values[end] == first) {
      end++;
    }
    return end;
  }
}
