package dev.spoor.storage.block;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Contents that were looked at, as rows of numbers, and what each of them is known as.
///
/// Look one up with [#begin], [#add] for each part and [#find]; when it is not there, [#keep] it.
/// Beyond [#MOST_PARTS] it begins anew. One thread at a time.
final class KnownContents {

  /// Parts that are kept, eight bytes each.
  private static final int MOST_PARTS = 1 << 18;

  private static final long MIX = 0x9E3779B97F4A7C15L;

  /// Senders choose the parts, so they must not be able to choose the slots.
  private final long seed = ThreadLocalRandom.current().nextLong();

  private long[] parts = new long[256];
  private int size;

  /// Where the content begins that is being looked up.
  private int begin;

  private long hash;

  /// By content, in the order in which they came: where it ends, the upper half of its hash, and
  /// what it is known as.
  private int[] ends = new int[16];

  private int[] hashes = new int[16];
  private int[] numbers = new int[16];
  private int count;

  /// Open addressing with linear probing: content + 1, or 0 where it is free. Its length is a power
  /// of 2.
  private int[] table = new int[64];

  void clear() {
    size = 0;
    begin = 0;
    count = 0;
    Arrays.fill(table, 0);
  }

  void begin() {
    if (begin > MOST_PARTS) {
      clear();
    }
    size = begin;
    hash = seed;
  }

  void add(long part) {
    if (size == parts.length) {
      parts = Arrays.copyOf(parts, 2 * size);
    }
    parts[size++] = part;
    hash = (hash ^ part ^ seed) * MIX;
    hash ^= hash >>> 32;
  }

  /// What the content is known as, or -1.
  int find() {
    int slot = slot();
    while (table[slot] != 0) {
      int other = table[slot] - 1;
      int start = other == 0 ? 0 : ends[other - 1];
      if (hashes[other] == (int) hash
          && Arrays.equals(parts, start, ends[other], parts, begin, size)) {
        return numbers[other];
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return -1;
  }

  /// Keeps the content that was not found.
  ///
  /// @return the number
  int keep(int number) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      hashes = Arrays.copyOf(hashes, 2 * count);
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    ends[count] = size;
    hashes[count] = (int) hash;
    numbers[count] = number;
    begin = size;
    count++;
    if (2 * count > table.length) {
      table = new int[2 * table.length];
      for (int content = 0; content < count; content++) {
        put(content);
      }
    } else {
      put(count - 1);
    }
    return number;
  }

  private void put(int content) {
    int slot = hashes[content] & (table.length - 1);
    while (table[slot] != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = content + 1;
  }

  private int slot() {
    return (int) hash & (table.length - 1);
  }
}
