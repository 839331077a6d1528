package dev.spoor.frontend;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.util.Optional;

/// The blocks of the object store that a query may read.
public record StoredBlocks(BlockStore store, Lists lists) {

  /// Where the blocklist comes from. Safe for many threads.
  @FunctionalInterface
  public interface Lists {

    /// The newest list, or nothing as long as it is unknown.
    Optional<Blocklist> latest();

    /// Reads the blocks of a tenant anew if the list is so old that a block may be missing in it
    /// which no ingester has any more.
    ///
    /// @return whether there is another list now
    /// @throws IOException when it is too old and can't be read
    default boolean refresh(Tenant tenant) throws IOException {
      return false;
    }
  }

  /// The blocks of a tenant; empty when no list could be read yet, so that nothing is known.
  Optional<TenantBlocks> of(Tenant tenant) {
    return lists
        .latest()
        .filter(list -> !list.unknown().contains(tenant))
        .map(list -> list.of(tenant));
  }

  /// As [Lists#refresh], for each of the tenants.
  boolean refresh(Tenants tenants) throws IOException {
    boolean isNew = false;
    for (Tenant tenant : tenants.all()) {
      isNew |= lists.refresh(tenant);
    }
    return isNew;
  }

  BlockReader open(Tenant tenant, BlockMeta meta) throws IOException {
    return BlockReader.open(meta, store.open(tenant, meta));
  }
}
