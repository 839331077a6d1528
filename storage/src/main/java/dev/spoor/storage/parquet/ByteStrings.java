package dev.spoor.storage.parquet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Byte strings one after the other: a dictionary, or the values of a column without one.
public final class ByteStrings {

  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private byte[] data = new byte[0];
  private int[] starts = new int[16];
  private int size;

  ByteStrings() {}

  public int size() {
    return size;
  }

  /// Where the strings stand: entry `i` is `[start(i), end(i))`. Not to be changed.
  public byte[] data() {
    return data;
  }

  public int start(int index) {
    return starts[index];
  }

  public int end(int index) {
    return starts[index + 1];
  }

  public int length(int index) {
    return starts[index + 1] - starts[index];
  }

  public boolean equals(int index, byte[] other) {
    return length(index) == other.length
        && Arrays.equals(data, start(index), end(index), other, 0, other.length);
  }

  public String utf8(int index) {
    return new String(data, start(index), length(index), StandardCharsets.UTF_8);
  }

  public byte[] copy(int index) {
    return Arrays.copyOfRange(data, start(index), end(index));
  }

  /// The index of a string, or -1. Looks at all of them.
  public int find(byte[] other) {
    for (int i = 0; i < size; i++) {
      if (equals(i, other)) {
        return i;
      }
    }
    return -1;
  }

  /// Makes room for more strings of so many bytes in all.
  void reserve(int strings, long bytes) throws MalformedException {
    long needed = starts[size] + bytes;
    if (needed > MAX_BYTES) {
      throw new MalformedException("more than 2 GiB of strings");
    }
    if (needed > data.length) {
      data = Arrays.copyOf(data, (int) Math.min(MAX_BYTES, Math.max(needed, data.length * 2L)));
    }
    if (size + strings >= starts.length) {
      starts = Arrays.copyOf(starts, Math.max(size + strings + 1, starts.length * 2));
    }
  }

  /// Adds a string for which there is room.
  void append(byte[] from, int offset, int length) {
    int start = starts[size];
    System.arraycopy(from, offset, data, start, length);
    starts[++size] = start + length;
  }

  /// Adds a string that begins with the first bytes of the one before it; there is room for it.
  void appendWithPrefix(int prefix, byte[] from, int offset, int length) {
    int start = starts[size];
    System.arraycopy(data, start - (size == 0 ? 0 : length(size - 1)), data, start, prefix);
    System.arraycopy(from, offset, data, start + prefix, length);
    starts[++size] = start + prefix + length;
  }

  /// A copy of some of the strings.
  ByteStrings range(int from, int to) {
    ByteStrings some = new ByteStrings();
    some.data = Arrays.copyOfRange(data, starts[from], starts[to]);
    some.starts = new int[to - from + 1];
    for (int i = from; i <= to; i++) {
      some.starts[i - from] = starts[i] - starts[from];
    }
    some.size = to - from;
    return some;
  }

  /// Forgets the first strings.
  void dropFirst(int count) {
    int from = starts[count];
    System.arraycopy(data, from, data, 0, starts[size] - from);
    for (int i = count; i <= size; i++) {
      starts[i - count] = starts[i] - from;
    }
    size -= count;
  }
}
