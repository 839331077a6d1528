package dev.spoor.storage.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Tells that a string is not among some others, in about ten bits for each of them: a Bloom
/// filter. One in a hundred of those that are absent is taken for one that may be there. Immutable.
public final class StringFilter {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private static final int BITS_PER_STRING = 10;
  private static final int PROBES = 5;

  private final long[] words;

  private StringFilter(long[] words) {
    this.words = words;
  }

  /// Collects strings. One thread at a time.
  public static final class Builder {

    private final StringFilter filter;

    /// @param strings how many there will be, about
    public Builder(int strings) {
      this.filter = new StringFilter(new long[words(strings)]);
    }

    /// Adds the string that stands in `[from, to)`.
    public void add(byte[] data, int from, int to) {
      filter.set(hash(data, from, to));
    }

    public StringFilter build() {
      return filter;
    }
  }

  /// Bytes of heap that a filter of so many strings takes, about.
  public static long memoryBytes(int strings) {
    return 8L * words(strings) + 32;
  }

  private static int words(int strings) {
    return (int) (((long) BITS_PER_STRING * Math.max(1, strings) + 63) >>> 6);
  }

  /// False when the string is not there for sure.
  public boolean mayHold(byte[] string) {
    long hash = hash(string, 0, string.length);
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash, probe);
      if ((words[(int) (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  /// Bytes of heap, about.
  public long memoryBytes() {
    return 8L * words.length + 32;
  }

  private void set(long hash) {
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash, probe);
      words[(int) (bit >>> 6)] |= 1L << bit;
    }
  }

  /// Double hashing: the upper half of the hash is the step between probes.
  private long bit(long hash, int probe) {
    long mixed = (hash & 0xFFFF_FFFFL) + probe * (hash >>> 32 | 1);
    return (mixed & 0x7FFF_FFFFL) % (64L * words.length);
  }

  private static long hash(byte[] bytes, int from, int to) {
    long hash = to - from;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = (hash ^ (long) LONG.get(bytes, at)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; at < to; at++) {
      hash = (hash ^ bytes[at]) * MULTIPLIER;
    }
    return hash ^ hash >>> 29;
  }
}
