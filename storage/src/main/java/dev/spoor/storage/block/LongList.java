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

  void clear() {
    size = 0;
  }
}
