package dev.spoor.storage.columns;

import dev.spoor.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Distinct byte strings, numbered from 0 in the order in which they came. Number 0 is always the
/// empty string.
///
/// Immutable; [Builder] makes one.
public final class ByteDictionary {

  /// The id of the empty string.
  public static final int EMPTY = 0;

  private final byte[] data;
  private final int[] ends;
  private final int size;

  /// Takes over the arrays. Entry `i` is `data[ends[i-1] .. ends[i])`, entry 0 is empty.
  ByteDictionary(byte[] data, int[] ends, int size) {
    this.data = data;
    this.ends = ends;
    this.size = size;
  }

  public int size() {
    return size;
  }

  /// Where the entries stand; entry `id` is `[start(id), end(id))`. Not to be changed.
  public byte[] data() {
    return data;
  }

  public int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  public int end(int id) {
    return ends[id];
  }

  public int length(int id) {
    return end(id) - start(id);
  }

  public Bytes bytes(int id) {
    return Bytes.of(data, start(id), length(id));
  }

  public String utf8(int id) {
    return new String(data, start(id), length(id), StandardCharsets.UTF_8);
  }

  public boolean equals(int id, byte[] other, int offset, int length) {
    return Arrays.equals(data, start(id), end(id), other, offset, offset + length);
  }

  /// The id of a string, or -1 when it is not in here. Looks at every entry: once a query, not once
  /// a span.
  public int find(byte[] other) {
    for (int id = 0; id < size; id++) {
      if (length(id) == other.length && equals(id, other, 0, other.length)) {
        return id;
      }
    }
    return -1;
  }

  /// Bytes of heap, about.
  public long memoryBytes() {
    return data.length + 4L * ends.length + 48;
  }

  /// Numbers byte strings. One thread at a time.
  public static final class Builder {

    private byte[] data = new byte[16 << 10];
    private int[] ends = new int[512];
    private int[] hashes = new int[512];
    private int size;

    /// Open addressing with linear probing; holds id + 1, 0 is free. Its length is a power of two.
    private int[] table = new int[1024];

    public Builder() {
      intern(data, 0, 0);
    }

    public int size() {
      return size;
    }

    public long dataBytes() {
      return size == 0 ? 0 : ends[size - 1];
    }

    /// The number of this string; it is added when it is new.
    ///
    /// @throws IllegalStateException past 2 GiB of distinct strings
    public int intern(byte[] source, int offset, int length) {
      int hash = hash(source, offset, length);
      int slot = hash & (table.length - 1);
      while (table[slot] != 0) {
        int id = table[slot] - 1;
        if (hashes[id] == hash && same(id, source, offset, length)) {
          return id;
        }
        slot = (slot + 1) & (table.length - 1);
      }
      int id = append(source, offset, length, hash);
      table[slot] = id + 1;
      if (size * 2 > table.length) {
        rehash();
      }
      return id;
    }

    public int intern(Bytes bytes) {
      return intern(bytes.array(), bytes.offset(), bytes.length());
    }

    public int intern(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return intern(utf8, 0, utf8.length);
    }

    /// The dictionary so far. The builder may go on; what it adds is not seen in the result.
    public ByteDictionary build() {
      return new ByteDictionary(
          Arrays.copyOf(data, (int) dataBytes()), Arrays.copyOf(ends, size), size);
    }

    private int append(byte[] source, int offset, int length, int hash) {
      long from = dataBytes();
      long to = from + length;
      if (to > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("more than 2 GiB of distinct strings in one batch");
      }
      if (to > data.length) {
        data =
            Arrays.copyOf(
                data, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(to, data.length * 2L)));
      }
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, size * 2);
        hashes = Arrays.copyOf(hashes, size * 2);
      }
      System.arraycopy(source, offset, data, (int) from, length);
      ends[size] = (int) to;
      hashes[size] = hash;
      return size++;
    }

    private boolean same(int id, byte[] source, int offset, int length) {
      int start = id == 0 ? 0 : ends[id - 1];
      return Arrays.equals(data, start, ends[id], source, offset, offset + length);
    }

    private void rehash() {
      int[] larger = new int[table.length * 2];
      for (int id = 0; id < size; id++) {
        int slot = hashes[id] & (larger.length - 1);
        while (larger[slot] != 0) {
          slot = (slot + 1) & (larger.length - 1);
        }
        larger[slot] = id + 1;
      }
      table = larger;
    }

    private static int hash(byte[] source, int offset, int length) {
      int hash = length;
      int end = offset + length;
      for (int i = offset; i < end; i++) {
        hash = hash * 31 + source[i];
      }
      return hash ^ (hash >>> 15) * 0x9E3779B1;
    }
  }
}
