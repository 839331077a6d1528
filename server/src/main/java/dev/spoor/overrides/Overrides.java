package dev.spoor.overrides;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import java.util.Map;
import java.util.Optional;

/// The limits of each tenant. Safe for many threads.
///
/// For a tenant holds its entry in the per-tenant file, else the entry of `*` there, else the
/// defaults. What tenants set themselves concerns other things, see [#userLimitsOf].
public final class Overrides {

  private final OverridesConfig config;

  /// Written by the reloader alone.
  private volatile InForce inForce;

  /// Written by whoever reads or changes the store, under `this`.
  private volatile Map<Tenant, UserOverrides> users = Map.of();

  /// What one reading of the file comes to.
  ///
  /// @param others of tenants without an entry of their own
  private record InForce(
      PerTenantLimits file, Map<Tenant, TenantLimits> byTenant, TenantLimits others) {}

  public Overrides(OverridesConfig config) {
    this.config = config;
    this.inForce = new InForce(PerTenantLimits.NONE, Map.of(), config.defaults());
  }

  /// What holds for a tenant now.
  public TenantLimits limitsOf(Tenant tenant) {
    InForce now = inForce;
    TenantLimits own = now.byTenant.get(tenant);
    return own != null ? own : now.others;
  }

  /// What holds for a read over these tenants: the strictest limits of them.
  public TenantLimits limitsOf(Tenants tenants) {
    TenantLimits strictest = limitsOf(tenants.first());
    for (Tenant tenant : tenants.all()) {
      strictest = strictest.readWith(limitsOf(tenant));
    }
    return strictest;
  }

  /// What a tenant has set itself; empty when nothing.
  public Optional<UserLimits> userLimitsOf(Tenant tenant) {
    return Optional.ofNullable(users.get(tenant)).map(UserOverrides::limits);
  }

  /// What the per-tenant file says now.
  public PerTenantLimits perTenant() {
    return inForce.file;
  }

  /// What tenants have set themselves, by tenant.
  public Map<Tenant, UserOverrides> users() {
    return users;
  }

  public TenantLimits defaults() {
    return config.defaults();
  }

  void replace(PerTenantLimits file) {
    TenantEntry wildcard = file.entries().get(PerTenantLimits.WILDCARD);
    TenantLimits others = wildcard == null ? config.defaults() : wildcard.limits();
    inForce = new InForce(file, Map.copyOf(file.byTenant()), others);
  }

  synchronized void replaceUsers(Map<Tenant, UserOverrides> all) {
    users = Map.copyOf(all);
  }
}
