package dev.spoor.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// How long many things took, in buckets that are a thirty-second of their value wide. Safe for
/// many threads.
final class Latencies {

  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;

  private final AtomicLongArray counts = new AtomicLongArray(SUB * (Long.SIZE - SUB_BITS));
  private final AtomicLong max = new AtomicLong();

  void record(long nanos) {
    long value = Math.max(0, nanos);
    counts.incrementAndGet(bucket(value));
    max.accumulateAndGet(value, Math::max);
  }

  long count() {
    long count = 0;
    for (int i = 0; i < counts.length(); i++) {
      count += counts.get(i);
    }
    return count;
  }

  double maxMillis() {
    return max.get() / 1e6;
  }

  /// The value that the share `quantile` (0 to 1) of all is not above; 0 when there is none.
  double millis(double quantile) {
    long wanted = Math.max(1, (long) Math.ceil(quantile * count()));
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return Math.min(upper(i), max.get()) / 1e6;
      }
    }
    return 0;
  }

  /// `p50 1.20 p90 2.00 p99 4.10 max 8.00 ms`.
  @Override
  public String toString() {
    return "p50 %.2f p90 %.2f p99 %.2f max %.2f ms"
        .formatted(millis(.5), millis(.9), millis(.99), maxMillis());
  }

  private static int bucket(long value) {
    if (value < SUB) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value);
    return (shift + 1) * SUB + (int) (value >>> shift) - SUB;
  }

  private static long upper(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }
}
