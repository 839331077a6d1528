package dev.spoor.storage.parquet;

import dev.spoor.storage.filter.StringFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Byte strings one after the other: a dictionary, or the values of a column without one.
///
/// Those of a dictionary page stay where they are in the page, each behind its length; all others
/// are put together without gaps.
public final class ByteStrings {

  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final int MAX_PROBES = 256;

  private byte[] data;

  /// Of each string, and of one more.
  private int[] starts;

  private int size;

  /// Bytes between two strings.
  private int gap;

  /// Whether they stand in an array that is not theirs alone.
  private boolean moved;

  /// Whether many threads may use it, so that nothing may be added any more.
  private boolean shared;

  /// For look-ups, by hash with open addressing: index + 1, or 0; null until that is asked for, and
  /// when strings repeat or collide too often.
  private volatile int @Nullable [] slots;

  private volatile boolean repeats;

  ByteStrings() {
    this(new byte[0], new int[16], 0, 0);
  }

  private ByteStrings(byte[] data, int[] starts, int size, int gap) {
    this.data = data;
    this.starts = starts;
    this.size = size;
    this.gap = gap;
  }

  /// Strings that stand in a page, with a gap before each. With a gap, nothing can be added.
  ///
  /// @param starts of each string, and where one more would start behind the last
  static ByteStrings inPage(byte[] page, int[] starts, int gap) {
    return new ByteStrings(page, starts, starts.length - 1, gap);
  }

  /// Whether strings may be added to these.
  boolean canGrow() {
    return gap == 0 && !shared && !moved;
  }

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
    return starts[index + 1] - gap;
  }

  public int length(int index) {
    return starts[index + 1] - starts[index] - gap;
  }

  /// Bytes of all strings.
  public long dataBytes() {
    return starts[size] - starts[0] - (long) gap * size;
  }

  /// Moves the strings, one behind the other, to an array that somebody keeps for many of them.
  /// Nothing may be added any more.
  public void moveTo(byte[] target, int at) {
    if (shared) {
      throw new IllegalStateException("others use these strings");
    }
    int[] places = new int[size + 1];
    int to = at;
    for (int i = 0; i < size; i++) {
      int length = length(i);
      System.arraycopy(data, start(i), target, to, length);
      places[i] = to;
      to += length;
    }
    places[size] = to;
    data = target;
    starts = places;
    gap = 0;
    moved = true;
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

  /// The index of a string, or -1; the first one of several. Strings that are [#share]d and
  /// distinct are found by their hash; of others, each one is looked at.
  public int find(byte[] other) {
    int[] table = shared ? table() : null;
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
    shared = true;
  }

  /// Whether it is [#share]d and no string is known to be there twice. The first call makes the
  /// table of [#find], which takes its time.
  public boolean isDistinct() {
    return shared && table() != null;
  }

  /// Null when strings repeat. Two threads may make it, and then it is the same.
  private int @Nullable [] table() {
    int[] known = slots;
    if (known == null && !repeats) {
      known = newTable();
      slots = known;
      repeats = known == null;
    }
    return known;
  }

  private int @Nullable [] newTable() {
    int[] table = new int[tableSize()];
    for (int i = 0; i < size; i++) {
      int slot = hash(data, start(i), end(i)) & (table.length - 1);
      int probes = 0;
      while (table[slot] != 0) {
        // Strings that come twice, or were made to collide: then all have to be looked at.
        if (++probes > MAX_PROBES || same(table[slot] - 1, i)) {
          return null;
        }
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = i + 1;
    }
    return table;
  }

  private int tableSize() {
    return Integer.highestOneBit(Math.max(4, size)) * 4;
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

  /// Bytes of heap, about, when it has been asked for strings.
  long memoryBytes() {
    return data.length + 4L * starts.length + 4L * tableSize() + 64;
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
    int bytes = starts[to] - starts[from] - gap * (to - from);
    ByteStrings some = new ByteStrings(new byte[bytes], new int[Math.max(16, to - from + 1)], 0, 0);
    for (int i = from; i < to; i++) {
      some.append(data, start(i), length(i));
    }
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
