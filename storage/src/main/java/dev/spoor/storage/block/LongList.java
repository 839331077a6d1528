package dev.spoor.storage.block;

import java.util.Arrays;

/// Numbers that grow at the end; `values` may be longer than `size`.
final class LongList {

  long[] values = new long[64];
  int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  /// Makes room for so many more.
  void reserve(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, size + more);
    }
  }

  /// Makes it so long, with whatever is in it; returns where to put the numbers.
  long[] ofSize(int count) {
    if (count > values.length) {
      values = new long[Math.max(count, 2 * values.length)];
    }
    size = count;
    return values;
  }

  void clear() {
    size = 0;
  }
}
