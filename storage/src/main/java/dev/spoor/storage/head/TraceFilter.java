package dev.spoor.storage.head;

/// A Bloom filter over trace ids: says of most ids that are not in a segment that they are not.
///
/// Twenty bits an id and seven probes: one in five thousand absent ids passes. There may be some
/// hundred segments, each of which is asked about every trace. How bits are chosen is part of the
/// format.
final class TraceFilter {

  private static final int BITS_PER_TRACE = 20;
  private static final int PROBES = 7;

  private final long[] words;

  TraceFilter(long[] words) {
    this.words = words;
  }

  static TraceFilter forTraces(long traces) {
    long bits = Math.max(64, traces * BITS_PER_TRACE);
    return new TraceFilter(new long[Math.toIntExact((bits + 63) >>> 6)]);
  }

  long[] words() {
    return words;
  }

  void add(long idHigh, long idLow) {
    long hash = mix(idHigh ^ mix(idLow));
    long step = mix(hash) | 1;
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash + probe * step);
      words[(int) (bit >>> 6)] |= 1L << bit;
    }
  }

  boolean mayContain(long idHigh, long idLow) {
    if (words.length == 0) {
      return false;
    }
    long hash = mix(idHigh ^ mix(idLow));
    long step = mix(hash) | 1;
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash + probe * step);
      if ((words[(int) (bit >>> 6)] & (1L << bit)) == 0) {
        return false;
      }
    }
    return true;
  }

  private long bit(long hash) {
    return Math.unsignedMultiplyHigh(hash, words.length * 64L);
  }

  /// The finaliser of MurmurHash3, by Austin Appleby, in the public domain.
  private static long mix(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
