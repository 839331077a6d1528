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
}
