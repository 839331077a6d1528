package dev.spoor.overrides;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.NoEffectYet;
import dev.spoor.platform.config.PrometheusDuration;
import java.time.Duration;

/// What a tenant may ask.
///
/// @param maxBytesPerTagValuesQuery size of a list of values; 0 for no limit
/// @param maxBlocksPerTagValuesQuery blocks read for a list of values; 0 for no limit
/// @param maxSearchDuration longest time range of a search; zero for that of the query front end
/// @param maxMetricsDuration longest time range of a metrics query; zero for that of the front end
/// @param unsafeQueryHints whether a query may carry hints that can make it expensive
public record ReadLimits(
    long maxBytesPerTagValuesQuery,
    int maxBlocksPerTagValuesQuery,
    @PrometheusDuration Duration maxSearchDuration,
    @PrometheusDuration Duration maxMetricsDuration,
    @NoEffectYet("with query hints") boolean unsafeQueryHints) {

  public static final ReadLimits DEFAULTS =
      new ReadLimits(1_000_000, 0, Duration.ZERO, Duration.ZERO, false);

  public ReadLimits {
    require(
        maxBytesPerTagValuesQuery >= 0, "max_bytes_per_tag_values_query", "must not be negative");
    require(
        maxBlocksPerTagValuesQuery >= 0, "max_blocks_per_tag_values_query", "must not be negative");
  }

  /// Of each limit the smaller one; none is the largest.
  ReadLimits stricter(ReadLimits other) {
    return new ReadLimits(
        least(maxBytesPerTagValuesQuery, other.maxBytesPerTagValuesQuery),
        (int) least(maxBlocksPerTagValuesQuery, other.maxBlocksPerTagValuesQuery),
        least(maxSearchDuration, other.maxSearchDuration),
        least(maxMetricsDuration, other.maxMetricsDuration),
        unsafeQueryHints && other.unsafeQueryHints);
  }

  /// The smaller one, where 0 is no limit.
  static long least(long one, long other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  private static Duration least(Duration one, Duration other) {
    return Duration.ofNanos(least(one.toNanos(), other.toNanos()));
  }
}
