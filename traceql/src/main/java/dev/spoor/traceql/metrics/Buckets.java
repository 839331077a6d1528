package dev.spoor.traceql.metrics;

/// Buckets whose upper bounds are powers of two, and quantiles out of them.
final class Buckets {

  /// Bounds above this are no longs.
  private static final long LARGEST = 1L << 62;

  private Buckets() {}

  /// The smallest power of two that is at least the value, or -1 for values below 2, which are not
  /// counted.
  static long of(long value) {
    if (value < 2) {
      return -1;
    }
    return value > LARGEST ? LARGEST : Long.highestOneBit(value - 1) << 1;
  }

  /// @param bounds ascending upper bounds
  /// @param counts how many values each bucket has
  /// @return 0 without values
  static double quantile(double p, double[] bounds, double[] counts) {
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    if (total == 0) {
      return 0;
    }
    double want = Math.max(1, Math.ceil(p * total));
    double seen = 0;
    int previous = -1;
    for (int i = 0; i < bounds.length; i++) {
      if (counts[i] == 0) {
        continue;
      }
      if (seen + counts[i] > want) {
        double high = log2(bounds[i]);
        double low = previous >= 0 ? log2(bounds[previous]) : high - 1;
        return Math.pow(2, low + (high - low) * ((want - seen) / counts[i]));
      }
      seen += counts[i];
      if (seen == want) {
        return bounds[i];
      }
      previous = i;
    }
    return previous >= 0 ? bounds[previous] : 0;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
