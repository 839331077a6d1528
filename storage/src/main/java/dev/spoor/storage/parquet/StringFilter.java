package dev.spoor.storage.parquet;

/// Tells that a string is not among some others, in about ten bits for each of them: a Bloom
/// filter. One in a hundred of those that are absent is taken for one that may be there. Immutable.
public final class StringFilter {

  private static final int BITS_PER_STRING = 10;
  private static final int PROBES = 5;

  private final long[] words;

  private StringFilter(long[] words) {
    this.words = words;
  }

  static StringFilter of(ByteStrings strings) {
    long bits = (long) BITS_PER_STRING * Math.max(1, strings.size());
    StringFilter filter = new StringFilter(new long[(int) ((bits + 63) >>> 6)]);
    for (int i = 0; i < strings.size(); i++) {
      filter.add(ByteStrings.hash64(strings.data(), strings.start(i), strings.end(i)));
    }
    return filter;
  }

  /// False when the string is not there for sure.
  public boolean mayHold(byte[] string) {
    long hash = ByteStrings.hash64(string, 0, string.length);
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

  private void add(long hash) {
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
}
