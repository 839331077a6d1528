package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.time.Instant;

/// A way to learn which blocks a tenant has. Safe for many threads.
public interface TenantReader {

  /// Reads them anew.
  ///
  /// @param previous the blocks of before, whose metas need not be read again
  /// @throws IOException when they can't be known; the blocks of before stay
  Reading read(Tenant tenant, TenantBlocks previous) throws IOException;

  /// As [#read], by listing the store itself, whatever an index says.
  Reading list(Tenant tenant, TenantBlocks previous) throws IOException;

  /// What was read.
  ///
  /// @param asOf what was published before is among the blocks
  record Reading(TenantBlocks blocks, Instant asOf) {}
}
