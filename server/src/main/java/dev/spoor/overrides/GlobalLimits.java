package dev.spoor.overrides;

import static dev.spoor.platform.config.Requirements.require;

/// What holds for a tenant everywhere.
///
/// @param maxBytesPerTrace larger traces are refused; 0 for no limit
public record GlobalLimits(long maxBytesPerTrace) {

  public static final GlobalLimits DEFAULTS = new GlobalLimits(5_000_000);

  public GlobalLimits {
    require(maxBytesPerTrace >= 0, "max_bytes_per_trace", "must not be negative");
  }
}
