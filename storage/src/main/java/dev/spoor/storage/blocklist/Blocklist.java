package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The blocks of all tenants at one moment.
///
/// A tenant without blocks may be missing. One whose blocks could not be listed, not even once, is
/// among the unknown ones: that it has no blocks here says nothing.
///
/// @param asOf what was published before is in the list
/// @param older tenants of which that is only true of an earlier moment: their blocks come from an
///   index, or could not be read again
public record Blocklist(
    Map<Tenant, TenantBlocks> tenants,
    SortedSet<Tenant> unknown,
    Instant asOf,
    Map<Tenant, Instant> older) {

  public static final Blocklist EMPTY =
      new Blocklist(Map.of(), new TreeSet<>(), Instant.MIN, Map.of());

  public Blocklist {
    tenants = Map.copyOf(tenants);
    unknown = Collections.unmodifiableSortedSet(new TreeSet<>(unknown));
    older = Map.copyOf(older);
  }

  /// What was published before is among the blocks of this tenant.
  public Instant asOf(Tenant tenant) {
    return unknown.contains(tenant) ? Instant.MIN : older.getOrDefault(tenant, asOf);
  }

  /// Never null: no blocks when the tenant is not there.
  public TenantBlocks of(Tenant tenant) {
    return Optional.ofNullable(tenants.get(tenant)).orElse(TenantBlocks.NONE);
  }

  Blocklist with(Tenant tenant, TenantBlocks blocks) {
    Map<Tenant, TenantBlocks> changed = new TreeMap<>(tenants);
    changed.put(tenant, blocks);
    return new Blocklist(changed, unknown, asOf, older);
  }

  /// With the blocks of a tenant that was read apart from the others.
  Blocklist with(Tenant tenant, TenantBlocks blocks, Instant read) {
    SortedSet<Tenant> stillUnknown = new TreeSet<>(unknown);
    stillUnknown.remove(tenant);
    Map<Tenant, Instant> times = new TreeMap<>(older);
    times.put(tenant, read);
    Blocklist changed = with(tenant, blocks);
    return new Blocklist(changed.tenants, stillUnknown, asOf, times);
  }
}
