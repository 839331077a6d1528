package dev.spoor.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The distinct strings of a row group, each held once and numbered from 0; number 0 is the empty
/// string. The dictionaries of all columns refer to it. One thread at a time.
public final class StringPool {

  /// The number of the empty string.
  public static final int EMPTY = 0;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX_A = 0x9E3779B97F4A7C15L;
  private static final long MIX_B = 0xD6E8FEB86659FD93L;

  /// Senders choose the strings, so they must not be able to choose the slots.
  private final long seed = ThreadLocalRandom.current().nextLong();

  private byte[] data = new byte[1 << 16];
  private int[] ends = new int[1 << 10];

  /// The first 8 bytes of each string as a number that orders as they do.
  private long[] prefixes = new long[1 << 10];

  private int size;

  /// Open addressing with linear probing; holds the hash and, in the lower half, number + 1; 0 is
  /// free. Its length is a power of 2.
  private long[] table = new long[1 << 12];

  public StringPool() {
    clear();
  }

  public void clear() {
    size = 0;
    Arrays.fill(table, 0);
    intern(data, 0, 0);
  }

  public int size() {
    return size;
  }

  public long dataBytes() {
    return size == 0 ? 0 : ends[size - 1];
  }

  /// Where the strings stand: string `number` is `[start(number), end(number))`.
  public byte[] data() {
    return data;
  }

  public int start(int number) {
    return number == 0 ? 0 : ends[number - 1];
  }

  public int end(int number) {
    return ends[number];
  }

  public int length(int number) {
    return end(number) - start(number);
  }

  /// The number of a string; it is added when it is new.
  public int intern(byte[] source, int offset, int length) {
    int hash = hash(source, offset, length);
    int slot = hash & (table.length - 1);
    while (table[slot] != 0) {
      long entry = table[slot];
      int number = (int) entry - 1;
      if ((int) (entry >>> 32) == hash && same(number, source, offset, length)) {
        return number;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = (long) hash << 32 | (size + 1);
    append(source, offset, length);
    if (size * 2 > table.length) {
      rehash();
    }
    return size - 1;
  }

  /// The first bytes of a string as an unsigned number: where two differ, the strings are ordered
  /// as they are.
  long prefix(int number) {
    return prefixes[number];
  }

  /// Orders two strings by their unsigned bytes.
  int compare(int a, int b) {
    int byPrefix = Long.compareUnsigned(prefixes[a], prefixes[b]);
    return byPrefix != 0
        ? byPrefix
        : Arrays.compareUnsigned(data, start(a), end(a), data, start(b), end(b));
  }

  private boolean same(int number, byte[] source, int offset, int length) {
    return Arrays.equals(data, start(number), ends[number], source, offset, offset + length);
  }

  private void append(byte[] source, int offset, int length) {
    long from = dataBytes();
    long to = from + length;
    if (to > Integer.MAX_VALUE - 16) {
      throw new IllegalStateException("more than 2 GiB of distinct strings in one row group");
    }
    if (to > data.length) {
      long larger = Math.max(to, data.length * 2L);
      data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 16, larger));
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
      prefixes = Arrays.copyOf(prefixes, size * 2);
    }
    System.arraycopy(source, offset, data, (int) from, length);
    ends[size] = (int) to;
    prefixes[size] = prefix(source, offset, length);
    size++;
  }

  private void rehash() {
    long[] larger = new long[table.length * 2];
    for (long entry : table) {
      if (entry != 0) {
        int slot = (int) (entry >>> 32) & (larger.length - 1);
        while (larger[slot] != 0) {
          slot = (slot + 1) & (larger.length - 1);
        }
        larger[slot] = entry;
      }
    }
    table = larger;
  }

  private int hash(byte[] source, int offset, int length) {
    long hash = seed ^ length * MIX_A;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      hash = mix(hash ^ (long) LONG.get(source, at));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << 8 | (source[at] & 0xFF);
    }
    hash = mix(hash ^ rest);
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long value) {
    long word = value ^ MIX_B;
    return Math.multiplyHigh(word, MIX_A) ^ (word * MIX_A);
  }

  /// Shorter strings are filled up with zeros; that they may tie with others is settled by
  /// [#compare].
  static long prefix(byte[] source, int offset, int length) {
    if (length >= 8) {
      return Long.reverseBytes((long) LONG.get(source, offset));
    }
    long prefix = 0;
    for (int i = 0; i < length; i++) {
      prefix |= (source[offset + i] & 0xFFL) << (56 - 8 * i);
    }
    return prefix;
  }
}
