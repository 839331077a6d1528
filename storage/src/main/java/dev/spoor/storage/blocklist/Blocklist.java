package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
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
public record Blocklist(Map<Tenant, TenantBlocks> tenants, SortedSet<Tenant> unknown) {

  public static final Blocklist EMPTY = new Blocklist(Map.of(), new TreeSet<>());

  public Blocklist {
    tenants = Map.copyOf(tenants);
    unknown = Collections.unmodifiableSortedSet(new TreeSet<>(unknown));
  }

  /// Never null: no blocks when the tenant is not there.
  public TenantBlocks of(Tenant tenant) {
    return Optional.ofNullable(tenants.get(tenant)).orElse(TenantBlocks.NONE);
  }

  Blocklist with(Tenant tenant, TenantBlocks blocks) {
    Map<Tenant, TenantBlocks> changed = new TreeMap<>(tenants);
    changed.put(tenant, blocks);
    return new Blocklist(changed, unknown);
  }
}
