package dev.spoor.traceql.query;

/// How much a search gives, and of what time.
///
/// @param traces most traces that are wanted of one batch, positive
/// @param spansPerSpanset most spans shown of a set of spans, positive
/// @param newest whether of many traces the newest are wanted, not any
/// @param fromNanos traces that end before this do not count; nanoseconds since the epoch;
///   `Long.MIN_VALUE` for no bound
/// @param toNanos traces that start after this do not count; `Long.MAX_VALUE` for no bound
public record SearchLimits(
    int traces, int spansPerSpanset, boolean newest, long fromNanos, long toNanos) {

  /// What a search without parameters gets.
  public static final SearchLimits DEFAULTS =
      new SearchLimits(20, 3, false, Long.MIN_VALUE, Long.MAX_VALUE);

  public SearchLimits {
    if (traces <= 0) {
      throw new IllegalArgumentException("limit: must be a positive number, is " + traces);
    }
    if (spansPerSpanset <= 0) {
      throw new IllegalArgumentException(
          "spans per span set: must be a positive number, is " + spansPerSpanset);
    }
  }
}
