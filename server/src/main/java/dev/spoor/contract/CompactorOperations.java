package dev.spoor.contract;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What an operator may ask of a compactor.
public interface CompactorOperations {

  /// Blocks that were never finished.
  ///
  /// @param minAge of the youngest object of each
  /// @param orphans by tenant and id
  record Orphans(Duration minAge, List<Orphan> orphans) {

    public Orphans {
      orphans = List.copyOf(orphans);
    }
  }

  /// Objects of a block without any meta.
  ///
  /// @param newest when the youngest of them was written, by the store's clock
  /// @param deleted whether they are gone now
  record Orphan(
      Tenant tenant, UUID block, int objects, long bytes, Instant newest, boolean deleted) {}

  /// Lists the store for blocks that were never finished and are old enough to go.
  ///
  /// @param only one tenant, or all
  /// @param deletes whether to delete them at once, without a second look
  /// @throws IOException when the store can't be listed, or what was found can't be deleted
  /// @throws dev.spoor.platform.errors.ServiceException UNAVAILABLE when they are to be deleted and
  ///   this process may not change the store
  Orphans orphans(Optional<Tenant> only, boolean deletes) throws IOException;
}
