package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.blocklist.BlockFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes objects of blocks that were never finished: folders without any meta, of which even the
/// youngest object is old.
///
/// The first look at one only reports it; it is deleted by a later look, if nothing in it has
/// changed. One that is older by two periods is deleted by the first look, since a process that is
/// restarted often has no second one. A folder with a meta is never touched. One thread at a time
/// looks.
final class OrphanJanitor {

  private static final Logger log = LoggerFactory.getLogger(OrphanJanitor.class);

  private final CompactorConfig.Orphans config;
  private final CompactorParts parts;
  private final BlockStore store;

  /// Orphans that were reported, as they were.
  private final Map<Tenant, Set<BlockFolder>> reported = new HashMap<>();

  OrphanJanitor(CompactorConfig.Orphans config, CompactorParts parts) {
    this.config = config;
    this.parts = parts;
    this.store = parts.store();
  }

  /// @param folders of the tenant, as they are now
  void look(Tenant tenant, List<BlockFolder> folders) throws IOException {
    Set<BlockFolder> seen = reported.getOrDefault(tenant, Set.of());
    Map<UUID, BlockFolder> stay = new HashMap<>();
    for (BlockFolder folder : orphansAmong(folders)) {
      if (!config.dryRun() && (seen.contains(folder) || isOverdue(folder))) {
        delete(tenant, folder);
      } else {
        report(tenant, folder, seen.contains(folder));
        stay.put(folder.id(), folder);
      }
    }
    reported.put(tenant, Set.copyOf(stay.values()));
    parts
        .metrics()
        .orphans(tenant, stay.size(), stay.values().stream().mapToLong(BlockFolder::bytes).sum());
  }

  /// Those that are old enough to go. Safe for many threads.
  List<BlockFolder> orphansAmong(List<BlockFolder> folders) {
    Instant before = parts.clock().instant().minus(config.minAge());
    return folders.stream()
        .filter(folder -> folder.isWithoutMeta() && folder.newest().isBefore(before))
        .toList();
  }

  private boolean isOverdue(BlockFolder folder) {
    Instant before =
        parts.clock().instant().minus(config.minAge()).minus(config.period().multipliedBy(2));
    return folder.newest().isBefore(before);
  }

  private void report(Tenant tenant, BlockFolder folder, boolean again) {
    if (again) {
      return;
    }
    log.info(
        "block {} of tenant {} was never finished: {} objects, {} bytes, the last of {}; {}",
        folder.id(),
        tenant,
        folder.objects(),
        folder.bytes(),
        folder.newest(),
        config.dryRun()
            ? "left there, since compactor.orphans.dry_run is set"
            : "to be deleted at the next look, in " + config.period());
  }

  /// Deletes an orphan. Safe for many threads: what has a meta by now stays.
  ///
  /// @return whether it is gone
  boolean delete(Tenant tenant, BlockFolder folder) throws IOException {
    int objects = store.deleteUnfinished(tenant, folder.id());
    if (objects > 0) {
      parts.metrics().orphanDeleted();
      log.info(
          "deleted {} objects of block {} of tenant {}, which was never finished",
          objects,
          folder.id(),
          tenant);
    }
    return objects > 0;
  }

  /// Tenants that are gone are no longer told of.
  void keepOnly(Set<Tenant> tenants) {
    for (Tenant gone : new TreeSet<>(reported.keySet())) {
      if (!tenants.contains(gone)) {
        reported.remove(gone);
        parts.metrics().orphans(gone, 0, 0);
      }
    }
  }
}
