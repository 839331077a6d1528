package dev.spoor.overrides;

import dev.spoor.storage.block.BlockConfig;
import java.util.List;

/// How a tenant's blocks are written.
///
/// @param parquetDedicatedColumns attributes that get columns of their own; none for those of
///   `storage.trace.block`
public record StorageLimits(List<BlockConfig.Column> parquetDedicatedColumns) {

  public static final StorageLimits DEFAULTS = new StorageLimits(List.of());

  public StorageLimits {
    parquetDedicatedColumns = List.copyOf(parquetDedicatedColumns);
    BlockConfig.requireRoom(parquetDedicatedColumns);
  }
}
