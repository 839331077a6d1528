package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.block.DedicatedColumn;
import java.time.InstantSource;
import java.util.List;

/// What the parts of one ingester share.
///
/// @param clock the time of day; only differences of milliseconds are taken from it
record IngesterContext(
    IngesterConfig config,
    int distributorMaxAttributeBytes,
    Overrides overrides,
    InstantSource clock,
    MemoryBudget memory,
    MergeLimits merging,
    IngesterFiles files,
    Reserve reserve,
    Quarantine quarantine,
    IngesterMetrics metrics) {

  /// Keys and string values longer than this are cut.
  int maxAttributeBytes(Tenant tenant) {
    int own = overrides.limitsOf(tenant).ingestion().maxAttributeBytes();
    int most = own > 0 ? own : distributorMaxAttributeBytes;
    return most > 0 ? most : Integer.MAX_VALUE;
  }

  /// The attributes with columns of their own in a tenant's blocks; none for those of all tenants.
  List<DedicatedColumn> dedicatedColumns(Tenant tenant) {
    return BlockConfig.dedicated(overrides.limitsOf(tenant).storage().parquetDedicatedColumns());
  }

  List<String> unreadableOf(Tenant tenant) {
    return quarantine.of(tenant);
  }
}
