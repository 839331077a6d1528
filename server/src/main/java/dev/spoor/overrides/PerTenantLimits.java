package dev.spoor.overrides;

import dev.spoor.model.Tenant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one reading of the per-tenant file gave. Immutable.
///
/// @param entries by tenant id, in the order of the file; [#WILDCARD] for all tenants without one
/// @param hash SHA-256 of the file in hex
/// @param warnings what is doubtful in it
public record PerTenantLimits(
    Map<String, TenantEntry> entries, String hash, List<String> warnings) {

  /// The id of all tenants that have no entry.
  public static final String WILDCARD = "*";

  public static final PerTenantLimits NONE = new PerTenantLimits(Map.of(), "", List.of());

  public PerTenantLimits {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    warnings = List.copyOf(warnings);
  }

  /// The entry that holds for a tenant: its own, or the wildcard's.
  public Optional<TenantEntry> of(Tenant tenant) {
    TenantEntry own = entries.get(tenant.id());
    return Optional.ofNullable(own != null ? own : entries.get(WILDCARD));
  }

  Map<Tenant, TenantLimits> byTenant() {
    Map<Tenant, TenantLimits> limits = new HashMap<>();
    entries.forEach((id, entry) -> {
      if (Tenant.isValid(id) && !id.equals(WILDCARD)) {
        limits.put(new Tenant(id), entry.limits());
      }
    });
    return limits;
  }
}
