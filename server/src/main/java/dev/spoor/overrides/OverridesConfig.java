package dev.spoor.overrides;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.PrometheusDuration;
import dev.spoor.storage.StorageConfig.Backend;
import dev.spoor.storage.objectstore.LocalConfig;
import dev.spoor.storage.objectstore.S3Config;
import java.time.Duration;

/// The `overrides` section: what every tenant may do, and where the exceptions are.
///
/// @param defaults limits of every tenant
/// @param perTenantOverrideConfig file with the limits of single tenants; empty for none
/// @param perTenantOverridePeriod how often that file is read again
/// @param inheritDefaults whether a key that a tenant's entry leaves out has its default, not zero
public record OverridesConfig(
    TenantLimits defaults,
    String perTenantOverrideConfig,
    @PrometheusDuration Duration perTenantOverridePeriod,
    boolean inheritDefaults,
    UserConfigurable userConfigurableOverrides) {

  public static final OverridesConfig DEFAULTS =
      new OverridesConfig(
          TenantLimits.DEFAULTS, "", Duration.ofSeconds(10), false, UserConfigurable.DEFAULTS);

  public OverridesConfig {
    require(
        perTenantOverridePeriod.isPositive(),
        "overrides.per_tenant_override_period",
        "must be positive");
  }

  /// `overrides.user_configurable_overrides`: what tenants set themselves, through an API.
  ///
  /// @param pollInterval how often it is looked what other processes have stored
  public record UserConfigurable(boolean enabled, Duration pollInterval, Client client, Api api) {

    public static final UserConfigurable DEFAULTS =
        new UserConfigurable(false, Duration.ofMinutes(1), Client.DEFAULTS, Api.DEFAULTS);

    public UserConfigurable {
      require(pollInterval.isPositive(), "poll_interval", "must be positive");
    }
  }

  /// Where they are kept.
  public record Client(Backend backend, LocalConfig local, S3Config s3) {

    public static final Client DEFAULTS =
        new Client(Backend.UNSET, LocalConfig.DEFAULTS, S3Config.DEFAULTS);
  }

  /// @param checkForConflictingRuntimeOverrides whether a tenant's first entry is refused where the
  ///   per-tenant file says something of the same
  public record Api(boolean checkForConflictingRuntimeOverrides) {

    public static final Api DEFAULTS = new Api(false);
  }
}
