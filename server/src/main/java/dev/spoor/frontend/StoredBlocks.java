package dev.spoor.frontend;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// The blocks of the object store that a query may read.
///
/// @param lists gives the newest list, or nothing as long as it is unknown
public record StoredBlocks(BlockStore store, Supplier<Optional<Blocklist>> lists) {

  /// The blocks of a tenant; empty when no list could be read yet, so that nothing is known.
  Optional<TenantBlocks> of(Tenant tenant) {
    return lists
        .get()
        .filter(list -> !list.unknown().contains(tenant))
        .map(list -> list.of(tenant));
  }

  BlockReader open(Tenant tenant, BlockMeta meta) throws IOException {
    return BlockReader.open(meta, store.open(tenant, meta));
  }
}
