package dev.spoor.storage.parquet;

import dev.spoor.storage.filter.StringFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Byte strings one after the other: a dictionary, or the values of a column without one.
public final class ByteStrings {

  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final int MAX_PROBES = 256;

  private byte[] data = new byte[0];
  private int[] starts = new int[16];
  private int size;

  /// For look-ups, by hash with open addressing: index + 1, or 0; null until they are shared.
  private int @Nullable [] slots;

  /// Whether they stand in an array that is not theirs alone.
  private boolean moved;

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

  /// Bytes of all strings.
  public long dataBytes() {
    return starts[size] - starts[0];
  }

  /// Moves the strings to an array that somebody keeps for many of them. Nothing may be added any
  /// more.
  public void moveTo(byte[] target, int at) {
    if (slots != null) {
      throw new IllegalStateException("others use these strings");
    }
    System.arraycopy(data, starts[0], target, at, (int) dataBytes());
    int shift = at - starts[0];
    for (int i = 0; i <= size; i++) {
      starts[i] += shift;
    }
    data = target;
    moved = true;
  }

  /// Whether strings may be added.
  boolean isFixed() {
    return moved || slots != null;
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

  /// The index of a string, or -1; the first one of several. Of strings that are [#share]d it looks
  /// at few, else at all.
  public int find(byte[] other) {
    int[] table = slots;
    if (table != null) {
      int slot = hash(other, 0, other.length) & (table.length - 1);
      while (table[slot] != 0) {
        if (equals(table[slot] - 1, other)) {
          return table[slot] - 1;
        }
        slot = (slot + 1) & (table.length - 1);
      }
      return -1;
    }
    for (int i = 0; i < size; i++) {
      if (equals(i, other)) {
        return i;
      }
    }
    return -1;
  }

  /// Makes ready for being used by many threads, and for many look-ups. Nothing may be added any
  /// more.
  void share() {
    int[] table = new int[Integer.highestOneBit(Math.max(4, size)) * 4];
    for (int i = 0; i < size; i++) {
      int slot = hash(data, start(i), end(i)) & (table.length - 1);
      int probes = 0;
      while (table[slot] != 0) {
        // Strings that come twice, or were made to collide: then all have to be looked at.
        if (++probes > MAX_PROBES || same(table[slot] - 1, i)) {
          return;
        }
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = i + 1;
    }
    slots = table;
  }

  /// Whether many threads may use it; then no string is there twice.
  public boolean isShared() {
    return slots != null;
  }

  /// Tells which strings are not among these.
  StringFilter filter() {
    StringFilter.Builder builder = new StringFilter.Builder(size);
    for (int i = 0; i < size; i++) {
      builder.add(data, start(i), end(i));
    }
    return builder.build();
  }

  private boolean same(int a, int b) {
    return Arrays.equals(data, start(a), end(a), data, start(b), end(b));
  }

  /// The same strings, to be added to.
  ByteStrings copy() {
    return range(0, size);
  }

  /// Bytes of heap, about.
  long memoryBytes() {
    int[] table = slots;
    return data.length + 4L * starts.length + (table == null ? 0 : 4L * table.length) + 64;
  }

  private static int hash(byte[] bytes, int from, int to) {
    long hash = to - from;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = (hash ^ BitPacking.littleEndianLong(bytes, at)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; at < to; at++) {
      hash = (hash ^ bytes[at]) * MULTIPLIER;
    }
    return (int) (hash ^ hash >>> 32);
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
