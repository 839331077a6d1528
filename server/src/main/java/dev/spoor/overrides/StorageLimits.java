package dev.spoor.overrides;

import dev.spoor.storage.block.BlockConfig;
import java.util.List;
import java.util.Optional;

/// How a tenant's blocks are written.
///
/// @param parquetDedicatedColumns attributes that get columns of their own; empty for those of
///   `storage.trace.block`
public record StorageLimits(Optional<List<BlockConfig.Column>> parquetDedicatedColumns) {

  public static final StorageLimits DEFAULTS = new StorageLimits(Optional.empty());

  public StorageLimits {
    parquetDedicatedColumns = parquetDedicatedColumns.map(List::copyOf);
    parquetDedicatedColumns.ifPresent(BlockConfig::requireRoom);
  }
}
