package dev.spoor.overrides;

import dev.spoor.platform.config.NoEffectYet;
import dev.spoor.platform.config.PrometheusDuration;
import java.time.Duration;

/// The `overrides` section: what every tenant may do, and where the exceptions are.
///
/// @param defaults limits of every tenant
/// @param perTenantOverrideConfig file with the limits of single tenants; empty for none
/// @param perTenantOverridePeriod how often that file is read again
public record OverridesConfig(
    TenantLimits defaults,
    @NoEffectYet("with limits per tenant") String perTenantOverrideConfig,
    @NoEffectYet("with limits per tenant") @PrometheusDuration Duration perTenantOverridePeriod) {

  public static final OverridesConfig DEFAULTS =
      new OverridesConfig(TenantLimits.DEFAULTS, "", Duration.ofSeconds(10));
}
