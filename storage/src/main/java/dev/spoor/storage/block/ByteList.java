package dev.spoor.storage.block;

import java.util.Arrays;

/// Small numbers that grow at the end; `values` may be longer than `size`.
final class ByteList {

  byte[] values = new byte[64];
  int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = (byte) value;
  }

  /// Makes room for so many more.
  void reserve(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, size + more);
    }
  }

  /// Makes it so long, with whatever is in it; returns where to put the numbers.
  byte[] ofSize(int count) {
    if (count > values.length) {
      values = new byte[Math.max(count, 2 * values.length)];
    }
    size = count;
    return values;
  }

  void clear() {
    size = 0;
  }
}
