package dev.spoor.overrides;

import dev.spoor.model.Tenant;

/// The limits of each tenant. Safe for many threads.
public final class Overrides {

  private final OverridesConfig config;

  public Overrides(OverridesConfig config) {
    this.config = config;
  }

  /// What holds for a tenant now.
  public TenantLimits limitsOf(Tenant tenant) {
    return config.defaults();
  }
}
