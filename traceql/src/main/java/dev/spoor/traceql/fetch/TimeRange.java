package dev.spoor.traceql.fetch;

/// Which traces are in a range of time. Senders mean times as unsigned numbers: those that are
/// negative here are later than all others.
public final class TimeRange {

  private TimeRange() {}

  /// Whether a trace is before the range that ends then.
  ///
  /// @param endNanos since the epoch, unsigned
  /// @param fromNanos the begin of the range, inclusive; 0 or less for no bound
  public static boolean isTooEarly(long endNanos, long fromNanos) {
    return fromNanos > 0 && Long.compareUnsigned(endNanos, fromNanos) < 0;
  }

  /// Whether a trace is after the range that starts then.
  ///
  /// @param startNanos since the epoch, unsigned
  /// @param toNanos the end of the range, inclusive; less than 0 for a range without any trace,
  ///   `Long.MAX_VALUE` for no bound
  public static boolean isTooLate(long startNanos, long toNanos) {
    return toNanos < 0
        || (toNanos != Long.MAX_VALUE && Long.compareUnsigned(startNanos, toNanos) > 0);
  }
}
