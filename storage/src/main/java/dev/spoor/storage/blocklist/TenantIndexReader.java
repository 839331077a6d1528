package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.TenantIndex;
import dev.spoor.storage.block.TenantIndex.CompactedBlock;
import dev.spoor.storage.blocklist.TenantBlocks.Compacted;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the blocks of a tenant from its index, which one or a few processes, the builders, make by
/// listing the store. That spares all others the listing.
///
/// A builder never reads an index. One that can't write it still knows the blocks. A process that
/// is none lists, and writes the index too, where there is no index that can be used: it is
/// missing, damaged or too old.
public final class TenantIndexReader implements TenantReader {

  private static final Logger log = LoggerFactory.getLogger(TenantIndexReader.class);

  /// By this much the clocks of the processes may differ, and an index be older than it says, since
  /// Tempo writes the time at which it was finished.
  static final Duration SLACK = Duration.ofMinutes(2);

  private final ObjectStore store;
  private final TenantListing listing;
  private final TenantIndexStore indexes;
  private final Settings settings;
  private final InstantSource clock;
  private final BlocklistMetrics metrics;

  /// Who makes indexes, and which are used.
  ///
  /// @param builds whether this process makes the index of a tenant
  /// @param staleAfter an index older than this can't be used; zero for any age
  /// @param fallback whether to list where no index can be used; otherwise the tenant fails
  /// @param emptyFor where whoever lists finds a tenant without blocks, what is left of unfinished
  ///   ones is deleted when all of it is older than this; empty to leave it
  public record Settings(
      Predicate<Tenant> builds,
      Duration staleAfter,
      boolean fallback,
      Optional<Duration> emptyFor) {}

  public TenantIndexReader(
      ObjectStore store,
      TenantListing listing,
      Settings settings,
      InstantSource clock,
      BlocklistMetrics metrics) {
    this.listing = listing;
    this.store = store;
    this.indexes = new TenantIndexStore(store, metrics);
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public Reading read(Tenant tenant, TenantBlocks previous) throws IOException {
    if (settings.builds().test(tenant)) {
      return build(tenant, previous);
    }
    Optional<TenantIndex> index = usable(tenant);
    if (index.isEmpty()) {
      return build(tenant, previous);
    }
    metrics.readsIndex(tenant, index.get().createdAt());
    return new Reading(blocks(index.get()), index.get().createdAt().minus(SLACK));
  }

  @Override
  public Reading list(Tenant tenant, TenantBlocks previous) throws IOException {
    return listing.list(tenant, previous);
  }

  /// @return empty when to list instead
  private Optional<TenantIndex> usable(Tenant tenant) throws IOException {
    try {
      Optional<TenantIndex> index = indexes.read(tenant);
      if (index.isEmpty()) {
        throw new IOException("tenant " + tenant + " has no index");
      }
      Duration age = Duration.between(index.get().createdAt(), clock.instant());
      if (settings.staleAfter().isPositive() && age.compareTo(settings.staleAfter()) > 0) {
        throw new IOException(
            "index of tenant %s is %d s old, more than %d s"
                .formatted(tenant, age.toSeconds(), settings.staleAfter().toSeconds()));
      }
      return index;
    } catch (IOException unusable) {
      metrics.indexFailed(tenant);
      if (!settings.fallback()) {
        throw unusable;
      }
      log.warn("no index that can be used, listing the store tenant={}", tenant, unusable);
      return Optional.empty();
    }
  }

  private Reading build(Tenant tenant, TenantBlocks previous) throws IOException {
    Reading listed = listing.list(tenant, previous);
    TenantBlocks blocks = listed.blocks();
    List<CompactedBlock> compacted =
        blocks.compacted().values().stream()
            .map(block -> new CompactedBlock(block.meta(), block.time()))
            .toList();
    try {
      indexes.write(
          tenant, new TenantIndex(listed.asOf(), List.copyOf(blocks.live().values()), compacted));
      metrics.builtIndex(tenant, listed.asOf());
    } catch (IOException failure) {
      metrics.indexFailed(tenant);
      log.warn("could not write the index of blocks tenant={}", tenant, failure);
    }
    if (blocks.isEmpty() && settings.emptyFor().isPresent()) {
      clearAway(tenant, clock.instant().minus(settings.emptyFor().get()));
    }
    return listed;
  }

  /// Deletes what is left of a tenant without blocks. Anything young, any meta or index, and any
  /// object that is of no block keeps all of it.
  private void clearAway(Tenant tenant, Instant before) {
    String prefix = tenant.id() + "/";
    try {
      List<String> left = new ArrayList<>();
      boolean[] keep = {false};
      store.forEach(
          ListRequest.below(prefix),
          object -> {
            String key = object.key();
            boolean isMeta =
                key.endsWith("/" + BlockFiles.META)
                    || key.endsWith("/" + BlockFiles.COMPACTED_META);
            keep[0] |=
                isMeta
                    || !StoreListing.isOfBlock(prefix, key)
                    || !object.lastModified().isBefore(before);
            left.add(key);
          });
      if (keep[0] || left.isEmpty()) {
        return;
      }
      for (String key : left) {
        store.delete(key);
      }
      log.info("tenant {} has no blocks: its last {} objects are deleted", tenant, left.size());
    } catch (IOException failure) {
      log.warn("what is left of a tenant without blocks stays tenant={}", tenant, failure);
    }
  }

  private static TenantBlocks blocks(TenantIndex index) {
    Map<UUID, BlockMeta> live = new TreeMap<>();
    index.blocks().forEach(meta -> live.put(meta.blockId(), meta));
    Map<UUID, Compacted> compacted = new TreeMap<>();
    for (CompactedBlock block : index.compacted()) {
      compacted.put(block.meta().blockId(), new Compacted(block.meta(), block.compactedTime()));
    }
    return new TenantBlocks(live, compacted, Map.of());
  }
}
