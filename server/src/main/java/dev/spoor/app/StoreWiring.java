package dev.spoor.app;

import dev.spoor.frontend.StoredBlocks;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.StorageConfig;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.BlocklistMetrics;
import dev.spoor.storage.blocklist.BlocklistPoller;
import dev.spoor.storage.blocklist.StoreBlocklist;
import dev.spoor.storage.blocklist.TenantIndexReader;
import dev.spoor.storage.blocklist.TenantListing;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.ObservedObjectStore;
import dev.spoor.storage.objectstore.S3ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The object store that blocks are kept in, as the configuration names it, and what knows which
/// blocks it has.
final class StoreWiring {

  /// What is older was written by a process that is gone.
  private static final Duration LONGEST_PUT = Duration.ofHours(1);

  private final Disk disk;
  private final InstantSource clock;
  private final ObjectStore objects;
  private final BlockStore blocks;
  private final BlocklistPoller poller;

  /// The folder, when blocks are kept in one. Written by the constructor alone.
  private Optional<LocalObjectStore> localStore = Optional.empty();

  /// @throws IOException when the settings can't be used
  StoreWiring(StorageConfig.Trace config, Disk disk, InstantSource clock, Metrics metrics)
      throws IOException {
    this.disk = disk;
    this.clock = clock;
    this.objects = objectStore(config, metrics);
    this.blocks =
        new BlockStore(objects, BlockCache.of(objects, Runtime.getRuntime().maxMemory() / 16));
    this.poller = poller(config, metrics);
  }

  ObjectStore objects() {
    return objects;
  }

  BlockStore blocks() {
    return blocks;
  }

  BlocklistPoller poller() {
    return poller;
  }

  /// Deletes what puts of processes that are gone have left of unfinished objects.
  void removeLeftovers() throws IOException {
    if (localStore.isPresent()) {
      // Other processes may have the folder too, and be writing.
      localStore.get().removeLeftovers(clock.instant().minus(LONGEST_PUT));
    }
  }

  private ObjectStore objectStore(StorageConfig.Trace config, Metrics metrics) throws IOException {
    BackendMetrics observer = new BackendMetrics(metrics);
    return switch (config.backend()) {
      case LOCAL -> {
        LocalObjectStore local = new LocalObjectStore(disk, Path.of(config.local().path()));
        localStore = Optional.of(local);
        yield new ObservedObjectStore(local, observer);
      }
      case S3 -> S3ObjectStore.open(config.s3(), observer);
      case UNSET, GCS, AZURE ->
          throw new IOException("storage.trace.backend " + config.backend() + " cannot be used");
    };
  }

  /// A block that is stored stays with its ingester for a while; the list has to be younger. Less
  /// than two polls would be no sign that anything is wrong. Where others store blocks, whose
  /// ingesters can't be asked, or may, what is not found is looked for in the store: in a process
  /// that makes no index, that waits for the lease, or that saw blocks of others.
  ///
  /// @param hasLease whether this process is the one that merges; not asked where it never will
  StoredBlocks.Lists lists(SpoorConfig config, BooleanSupplier hasLease) {
    boolean merges = !config.compactor().disabled();
    Duration kept = config.ingester().completeBlockTimeout();
    Duration twoPolls = config.storage().trace().blocklistPoll().multipliedBy(2);
    boolean isReader = config.storage().trace().blocklistPollTenantIndexBuilders() == 0;
    Duration mostAge = kept.compareTo(twoPolls) > 0 ? kept : twoPolls;
    return new StoredBlocks.Lists() {
      @Override
      public Optional<Blocklist> latest() {
        return poller.latest();
      }

      @Override
      public boolean refresh(Tenant tenant) throws IOException {
        boolean isAlone = !isReader && !poller.hasOthers() && (!merges || hasLease.getAsBoolean());
        return poller.refresh(tenant, isAlone ? mostAge : Duration.ZERO);
      }
    };
  }

  private static int orDefault(int value, int ifZero) {
    return value == 0 ? ifZero : value;
  }

  private BlocklistPoller poller(StorageConfig.Trace config, Metrics metrics) {
    BlocklistMetrics listMetrics = new BlocklistMetrics(metrics, clock);
    TenantListing listing =
        new TenantListing(
            objects,
            orDefault(config.blocklistPollConcurrency(), 50),
            Duration.ofMillis(config.blocklistPollJitterMs()),
            clock);
    boolean builds = config.blocklistPollTenantIndexBuilders() > 0;
    TenantIndexReader.Settings indexes =
        new TenantIndexReader.Settings(
            tenant -> builds,
            config.blocklistPollStaleTenantIndex(),
            config.blocklistPollFallback(),
            config.emptyTenantsGoAfter());
    StoreBlocklist.Tolerance tolerance =
        new StoreBlocklist.Tolerance(
            config.blocklistPollTolerateConsecutiveErrors(),
            config.blocklistPollTolerateTenantFailures());
    return new BlocklistPoller(
        new StoreBlocklist(
            objects,
            new TenantIndexReader(objects, listing, indexes, clock, listMetrics),
            tolerance,
            orDefault(config.blocklistPollTenantConcurrency(), 1),
            clock,
            listMetrics),
        Ticks.everyWithJitter(config.blocklistPoll()),
        clock,
        listMetrics);
  }
}
