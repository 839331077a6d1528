package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.BlocklistPoller;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// What a compactor works with.
///
/// @param blocks the list that queries use; told of each change in one step
/// @param merged told of blocks whose spans are in others now, after the list was
public record CompactorParts(
    Disk disk,
    BlockStore store,
    BlocklistPoller blocks,
    Overrides overrides,
    InstantSource clock,
    CompactorMetrics metrics,
    MergedListener merged) {

  /// Somebody who keeps copies of stored blocks.
  public interface MergedListener {
    /// The spans of these blocks are in others, which can be found.
    void merged(Tenant tenant, Collection<UUID> blocks);
  }

  void replaced(Tenant tenant, List<BlockMeta> published, List<UUID> inputs) {
    blocks.replaced(tenant, published, inputs);
    merged.merged(tenant, inputs);
  }
}
