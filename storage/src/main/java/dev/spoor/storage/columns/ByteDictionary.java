package dev.spoor.storage.columns;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Byte strings, numbered from 0 in the order in which they came. Number 0 is always the empty
/// string. They are distinct, unless the builder went on behind strings that were not.
///
/// Immutable; [Builder] makes one.
public final class ByteDictionary {

  /// The id of the empty string.
  public static final int EMPTY = 0;

  private final byte[] data;
  private final int[] ends;
  private final int size;

  /// Bytes of heap that this one takes, others that share its arrays not counted.
  private final long ownBytes;

  /// The builder that goes on with this dictionary, or null.
  private final @Nullable Builder origin;

  /// Takes over the arrays. Entry `i` is `data[ends[i-1] .. ends[i])`, entry 0 is empty.
  ByteDictionary(byte[] data, int[] ends, int size) {
    this(data, ends, size, data.length + 4L * ends.length, null);
  }

  private ByteDictionary(
      byte[] data, int[] ends, int size, long ownBytes, @Nullable Builder origin) {
    this.data = data;
    this.ends = ends;
    this.size = size;
    this.ownBytes = ownBytes;
    this.origin = origin;
  }

  /// Whether others may go on with this one, or this one with others.
  boolean isView() {
    return origin != null;
  }

  /// Whether the numbers of the other one mean the same here.
  public boolean continues(ByteDictionary other) {
    return this == other || (origin != null && origin == other.origin && size >= other.size);
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

  /// The id of a string, the first one of several, or -1 when it is not in here. Looks at every
  /// entry: once a query, not once a span.
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
    return ownBytes + 48;
  }

  /// Numbers byte strings. One thread at a time.
  ///
  /// This is where most of the time of ingest goes, hence the care: the table holds hashes beside
  /// the ids, so that a look-up touches the table, one end and the string itself, and strings are
  /// hashed eight bytes at a time. The hash has a secret start, since the strings are anybody's.
  public static final class Builder {

    private static final VarHandle LONGS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long SECRET = new SecureRandom().nextLong();
    private static final long STIR = 0xA0761D6478BD642FL;
    private static final long STIR_TAIL = 0xE7037ED1A0B428DBL;

    private static final int MAX_DATA = Integer.MAX_VALUE - 16;
    private static final int MUCH = 4 << 20;
    private static final byte[] EMPTY_STRING = {};

    private byte[] data = new byte[16 << 10];

    /// Entry `id` ends before `data[ends[id]]`, where the next one begins.
    private int[] ends = new int[512];

    private int size;

    /// Entries that the table knows, of those that are there now.
    private int interned;

    /// Bytes and entries that [#view] has shown.
    private long shownBytes;

    private long charged;

    private int shown;

    /// Open addressing with linear probing: half a hash above id + 1, 0 is free. Its length is a
    /// power of two, and at most half of it is used.
    private long[] table = new long[1024];

    public Builder() {
      intern(data, 0, 0);
    }

    /// Goes on behind strings that are there. [#intern] does not find them: a string that comes
    /// again gets a second number.
    ///
    /// @param data where the strings stand, the first one at 0; there may be room behind them,
    ///   which is used
    /// @param ends of the strings, the first of which is empty; likewise
    /// @param count how many there are
    public Builder(byte[] data, int[] ends, int count) {
      this.data = data;
      this.ends = ends;
      intern(EMPTY_STRING, 0, 0);
      size = count;
      shown = size;
      shownBytes = dataBytes();
    }

    /// Says that the next [#view] takes so many bytes of the heap more, a part of strings that were
    /// there from the beginning.
    public void charge(long bytes) {
      charged += bytes;
    }

    public int size() {
      return size;
    }

    /// How many entries the table has room for, free ones included.
    int slots() {
      return table.length;
    }

    public long dataBytes() {
      return size == 0 ? 0 : ends[size - 1];
    }

    /// Forgets all strings and keeps the room that they took. Not after [#view], whose reader would
    /// see others.
    void clear() {
      if (shown > 0) {
        throw new IllegalStateException("somebody reads these strings");
      }
      size = 0;
      interned = 0;
      Arrays.fill(table, 0);
      intern(data, 0, 0);
    }

    /// The number of this string; it is added when it is new.
    ///
    /// @throws IllegalStateException past 2 GiB of distinct strings
    public int intern(byte[] source, int offset, int length) {
      int hash = hash(source, offset, length);
      long[] slots = table;
      int mask = slots.length - 1;
      int slot = hash & mask;
      while (slots[slot] != 0) {
        if ((int) (slots[slot] >>> Integer.SIZE) == hash) {
          int id = (int) slots[slot] - 1;
          if (same(id, source, offset, length)) {
            return id;
          }
        }
        slot = (slot + 1) & mask;
      }
      int id = append(source, offset, length);
      slots[slot] = (long) hash << Integer.SIZE | (id + 1);
      if (++interned * 2 > slots.length) {
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

    /// The dictionary so far, without a copy: for somebody who reads it in the same thread, and who
    /// is given one after the other ([ByteDictionary#continues]). What it takes of the heap is what
    /// came since the last one.
    public ByteDictionary view() {
      long own = charged + dataBytes() - shownBytes + (long) Integer.BYTES * (size - shown);
      charged = 0;
      shownBytes = dataBytes();
      shown = size;
      return new ByteDictionary(data, ends, size, own, this);
    }

    private int append(byte[] source, int offset, int length) {
      int from = (int) dataBytes();
      long to = (long) from + length;
      if (to > MAX_DATA) {
        throw new IllegalStateException("more than 2 GiB of distinct strings in one batch");
      }
      if (to > data.length) {
        data = Arrays.copyOf(data, (int) Math.min(MAX_DATA, Math.max(to, larger(data.length))));
      }
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, (int) Math.min(MAX_DATA, larger(ends.length)));
      }
      System.arraycopy(source, offset, data, from, length);
      ends[size] = (int) to;
      return size++;
    }

    /// Large arrays grow by a part of themselves, since twice as much is a lot of memory.
    private static long larger(int length) {
      return length < MUCH ? 16 + length * 2L : length + length / 4L;
    }

    private boolean same(int id, byte[] source, int offset, int length) {
      int start = id == 0 ? 0 : ends[id - 1];
      return Arrays.equals(data, start, ends[id], source, offset, offset + length);
    }

    private void rehash() {
      long[] larger = new long[table.length * 2];
      int mask = larger.length - 1;
      for (long entry : table) {
        if (entry != 0) {
          int slot = (int) (entry >>> Integer.SIZE) & mask;
          while (larger[slot] != 0) {
            slot = (slot + 1) & mask;
          }
          larger[slot] = entry;
        }
      }
      table = larger;
    }

    private static int hash(byte[] source, int offset, int length) {
      long hash = SECRET ^ length;
      if (length >= Long.BYTES) {
        int last = offset + length - Long.BYTES;
        for (int at = offset; at < last; at += Long.BYTES) {
          hash = stir(hash ^ (long) LONGS.get(source, at), STIR);
        }
        hash = stir(hash ^ (long) LONGS.get(source, last), STIR_TAIL);
      } else {
        hash = stir(hash ^ upToSevenBytes(source, offset, length), STIR_TAIL);
      }
      return (int) (hash ^ hash >>> Integer.SIZE);
    }

    private static long upToSevenBytes(byte[] source, int offset, int length) {
      if (length >= Integer.BYTES) {
        long first = (int) INTS.get(source, offset);
        long last = (int) INTS.get(source, offset + length - Integer.BYTES);
        return first << Integer.SIZE ^ last & 0xffffffffL;
      }
      if (length == 0) {
        return 0;
      }
      return (source[offset] & 0xffL) << 16
          | (source[offset + (length >> 1)] & 0xffL) << 8
          | (source[offset + length - 1] & 0xffL);
    }

    /// Both halves of the product, folded: every bit in has a say in every bit out.
    private static long stir(long bits, long by) {
      return bits * by ^ Math.unsignedMultiplyHigh(bits, by);
    }
  }
}
