package dev.spoor.traceql.fetch;

import java.util.Arrays;

/// A set of ordinals in `[0, size)`, one bit each. Mutable; one thread at a time.
public final class OrdinalSet {

  private final int size;
  private final long[] words;

  public OrdinalSet(int size) {
    this.size = size;
    this.words = new long[(size + 63) >>> 6];
  }

  private OrdinalSet(int size, long[] words) {
    this.size = size;
    this.words = words;
  }

  public static OrdinalSet all(int size) {
    OrdinalSet set = new OrdinalSet(size);
    set.addRange(0, size);
    return set;
  }

  /// The bound of the ordinals, not the number of members.
  public int size() {
    return size;
  }

  public void add(int ordinal) {
    words[ordinal >>> 6] |= 1L << ordinal;
  }

  public void remove(int ordinal) {
    words[ordinal >>> 6] &= ~(1L << ordinal);
  }

  /// Adds `[from, to)`.
  public void addRange(int from, int to) {
    if (from >= to) {
      return;
    }
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long firstMask = -1L << from;
    long lastMask = -1L >>> -to;
    if (first == last) {
      words[first] |= firstMask & lastMask;
      return;
    }
    words[first] |= firstMask;
    Arrays.fill(words, first + 1, last, -1L);
    words[last] |= lastMask;
  }

  /// Takes `[from, to)` out.
  public void removeRange(int from, int to) {
    if (from >= to) {
      return;
    }
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long firstMask = -1L << from;
    long lastMask = -1L >>> -to;
    if (first == last) {
      words[first] &= ~(firstMask & lastMask);
      return;
    }
    words[first] &= ~firstMask;
    Arrays.fill(words, first + 1, last, 0);
    words[last] &= ~lastMask;
  }

  public boolean contains(int ordinal) {
    return (words[ordinal >>> 6] & (1L << ordinal)) != 0;
  }

  public boolean isEmpty() {
    for (long word : words) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  public int cardinality() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /// The smallest member that is at least `from`, or -1.
  public int next(int from) {
    if (from >= size) {
      return -1;
    }
    int index = from >>> 6;
    long word = words[index] & (-1L << from);
    while (word == 0) {
      index++;
      if (index == words.length) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /// Whether there is a member in `[from, to)`.
  public boolean intersects(int from, int to) {
    int next = next(from);
    return next >= 0 && next < to;
  }

  public OrdinalSet and(OrdinalSet other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= other.words[i];
    }
    return this;
  }

  public OrdinalSet or(OrdinalSet other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
    return this;
  }

  public OrdinalSet andNot(OrdinalSet other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
    }
    return this;
  }

  public OrdinalSet copy() {
    return new OrdinalSet(size, words.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OrdinalSet that
        && size == that.size
        && Arrays.equals(words, that.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "OrdinalSet[" + cardinality() + " of " + size + "]";
  }
}
