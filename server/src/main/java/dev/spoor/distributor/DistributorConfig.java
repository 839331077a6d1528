package dev.spoor.distributor;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.NoEffectYet;
import java.time.Duration;

/// The `distributor` section, apart from its receivers.
///
/// @param retryAfterOnResourceExhausted when positive, a refusal tells the sender to come back
///   after this
/// @param maxAttributeBytes longer keys and values of attributes are cut to this; 0 for no limit
public record DistributorConfig(
    Duration retryAfterOnResourceExhausted,
    int maxAttributeBytes,
    @NoEffectYet("with the log of spans") SpanLog logReceivedSpans,
    @NoEffectYet("with the log of spans") SpanLog logDiscardedSpans) {

  public static final DistributorConfig DEFAULTS =
      new DistributorConfig(Duration.ZERO, 2048, SpanLog.DEFAULTS, SpanLog.DEFAULTS);

  public DistributorConfig {
    require(
        !retryAfterOnResourceExhausted.isNegative(),
        "distributor.retry_after_on_resource_exhausted",
        "must not be negative");
    require(maxAttributeBytes >= 0, "distributor.max_attribute_bytes", "must not be negative");
  }

  /// One line in the log for every span, for a hunt after what a sender sends.
  public record SpanLog(
      boolean enabled, boolean includeAllAttributes, boolean filterByStatusError) {

    public static final SpanLog DEFAULTS = new SpanLog(false, false, false);
  }
}
