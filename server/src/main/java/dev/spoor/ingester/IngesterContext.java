package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
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
    IngesterFiles files,
    Quarantine quarantine,
    IngesterMetrics metrics) {

  /// Keys and string values longer than this are cut.
  int maxAttributeBytes(Tenant tenant) {
    int own = overrides.limitsOf(tenant).ingestion().maxAttributeBytes();
    return own > 0 ? own : distributorMaxAttributeBytes;
  }

  List<String> unreadableOf(Tenant tenant) {
    return quarantine.of(tenant);
  }
}
