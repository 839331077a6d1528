package dev.spoor.overrides;

import dev.spoor.platform.config.PrometheusDuration;
import java.time.Duration;

/// How a tenant's blocks are kept.
///
/// @param blockRetention age at which blocks go; zero for that of the compactor
/// @param compactionWindow blocks of the same window are merged; zero for that of the compactor
/// @param compactionDisabled leave the tenant's blocks as they are
public record CompactionLimits(
    @PrometheusDuration Duration blockRetention,
    @PrometheusDuration Duration compactionWindow,
    boolean compactionDisabled) {

  public static final CompactionLimits DEFAULTS =
      new CompactionLimits(Duration.ZERO, Duration.ZERO, false);
}
