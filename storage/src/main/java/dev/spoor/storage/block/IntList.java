package dev.spoor.storage.block;

import java.util.Arrays;

/// Numbers that grow at the end; `values` may be longer than `size`.
final class IntList {

  int[] values = new int[64];
  int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  void clear() {
    size = 0;
  }
}
