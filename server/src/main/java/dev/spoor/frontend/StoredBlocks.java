package dev.spoor.frontend;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.blocklist.BlocklistPoller;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.util.Optional;

/// The blocks of the object store that a query may read.
///
/// @param poller has the newest list
public record StoredBlocks(BlockStore store, BlocklistPoller poller) {

  /// The blocks of a tenant; empty when no list could be read yet, so that nothing is known.
  Optional<TenantBlocks> of(Tenant tenant) {
    return poller
        .latest()
        .filter(list -> !list.unknown().contains(tenant))
        .map(list -> list.of(tenant));
  }

  BlockReader open(Tenant tenant, BlockMeta meta) throws IOException {
    return BlockReader.open(meta, store.open(tenant, meta));
  }
}
