package dev.spoor.overrides;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.NoEffectYet;

/// What a tenant may send.
///
/// @param rateStrategy whether the rate holds for each distributor, or is shared between them
/// @param rateLimitBytes bytes per second
/// @param burstSizeBytes bytes that may come at once
/// @param maxTracesPerUser live traces in one ingester; 0 for no limit
/// @param maxGlobalTracesPerUser live traces in all ingesters; 0 for no limit
/// @param maxAttributeBytes longer keys and values are cut; 0 for the distributor's limit
/// @param retryInfoEnabled whether a refusal tells when to come back
public record IngestionLimits(
    @NoEffectYet("with the cluster") RateStrategy rateStrategy,
    long rateLimitBytes,
    long burstSizeBytes,
    int maxTracesPerUser,
    int maxGlobalTracesPerUser,
    int maxAttributeBytes,
    boolean retryInfoEnabled) {

  public static final IngestionLimits DEFAULTS =
      new IngestionLimits(RateStrategy.LOCAL, 15_000_000, 20_000_000, 10_000, 0, 0, true);

  public IngestionLimits {
    require(rateLimitBytes >= 0, "rate_limit_bytes", "must not be negative");
    require(burstSizeBytes >= 0, "burst_size_bytes", "must not be negative");
    require(maxTracesPerUser >= 0, "max_traces_per_user", "must not be negative");
    require(maxGlobalTracesPerUser >= 0, "max_global_traces_per_user", "must not be negative");
    require(maxAttributeBytes >= 0, "max_attribute_bytes", "must not be negative");
  }

  /// Live traces that this ingester may have, as the only one; 0 for no limit.
  public int liveTraces() {
    return maxTracesPerUser == 0 || maxGlobalTracesPerUser == 0
        ? Math.max(maxTracesPerUser, maxGlobalTracesPerUser)
        : Math.min(maxTracesPerUser, maxGlobalTracesPerUser);
  }

  /// For whom the rate holds.
  public enum RateStrategy {
    LOCAL,
    GLOBAL
  }
}
