package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantBlocks.Broken;
import dev.spoor.storage.blocklist.TenantBlocks.Compacted;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.ObjectStoreException;
import dev.spoor.storage.objectstore.ObjectTooLargeException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The blocklist, read by listing the store and fetching the metas that are new.
public final class ListingSource implements BlocklistSource {

  private static final Logger log = LoggerFactory.getLogger(ListingSource.class);

  /// Room for a meta with very many dedicated columns.
  static final int META_LIMIT = 1 << 20;

  private final ObjectStore store;
  private final StoreListing listing;
  private final Tolerance tolerance;
  private final int concurrency;
  private final BlocklistMetrics metrics;

  /// How much may go wrong.
  ///
  /// @param consecutiveErrors further tries of a tenant before it counts as failed
  /// @param tenantFailures tenants that may fail and keep their blocks of before
  public record Tolerance(int consecutiveErrors, int tenantFailures) {}

  /// @param concurrency metas that are fetched at the same time, at least 1
  public ListingSource(
      ObjectStore store, Tolerance tolerance, int concurrency, BlocklistMetrics metrics) {
    this.store = store;
    this.listing = new StoreListing(store);
    this.tolerance = tolerance;
    this.concurrency = concurrency;
    this.metrics = metrics;
  }

  @Override
  public Blocklist read(Blocklist previous) throws IOException {
    Map<Tenant, TenantBlocks> tenants = new TreeMap<>();
    SortedSet<Tenant> unknown = new TreeSet<>();
    List<IOException> failures = new ArrayList<>();
    for (Tenant tenant : listing.tenants()) {
      try {
        tenants.put(tenant, readPatiently(tenant, previous.of(tenant)));
      } catch (IOException failure) {
        failures.add(failure);
        if (failures.size() > tolerance.tenantFailures()) {
          failures.subList(0, failures.size() - 1).forEach(failure::addSuppressed);
          throw failure;
        }
        log.warn(
            "blocks of a tenant cannot be listed, keeping the last ones tenant={}",
            tenant,
            failure);
        keep(tenant, previous, tenants, unknown);
      }
    }
    return new Blocklist(tenants, unknown);
  }

  private static void keep(
      Tenant tenant,
      Blocklist previous,
      Map<Tenant, TenantBlocks> tenants,
      SortedSet<Tenant> unknown) {
    @Nullable TenantBlocks before = previous.tenants().get(tenant);
    if (before == null) {
      unknown.add(tenant);
    } else {
      tenants.put(tenant, before);
    }
  }

  private TenantBlocks readPatiently(Tenant tenant, TenantBlocks previous) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        return read(tenant, previous);
      } catch (IOException failure) {
        metrics.pollFailed(tenant);
        if (attempt >= tolerance.consecutiveErrors() || Thread.currentThread().isInterrupted()) {
          throw failure;
        }
      }
    }
  }

  private TenantBlocks read(Tenant tenant, TenantBlocks previous) throws IOException {
    Found found = new Found();
    List<BlockListing> unread = new ArrayList<>();
    for (BlockListing block : listing.blocks(tenant)) {
      if (!found.takeKnown(block, previous)) {
        unread.add(block);
      }
    }
    fetch(tenant, unread, previous, found);
    return found.blocks();
  }

  private void fetch(Tenant tenant, List<BlockListing> blocks, TenantBlocks previous, Found found)
      throws IOException {
    Semaphore free = new Semaphore(concurrency);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (BlockListing block : blocks) {
        free.acquire();
        running.add(
            threads.submit(() -> {
              try {
                fetch(tenant, block, previous, found);
                return true;
              } finally {
                free.release();
              }
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException io ? io : new IOException(failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the metas of tenant " + tenant, stopped);
    }
  }

  /// The two objects of one block may change places between the listing and now: it was compacted.
  private void fetch(Tenant tenant, BlockListing block, TenantBlocks previous, Found found)
      throws IOException {
    String folder = tenant.id() + "/" + block.id() + "/";
    try {
      boolean gone = false;
      if (block.live()) {
        try {
          found.live(meta(folder + BlockFiles.META, block.id()));
        } catch (ObjectNotFoundException compactedMeanwhile) {
          gone = true;
        }
      }
      if (gone || block.compacted().isPresent()) {
        Instant time = block.compacted().orElseGet(Instant::now);
        found.compacted(meta(folder + BlockFiles.COMPACTED_META, block.id()), time);
      }
    } catch (ObjectNotFoundException deletedMeanwhile) {
      log.debug("block is gone since it was listed tenant={} block={}", tenant, block.id());
    } catch (UnusableMetaException unusable) {
      if (!previous.broken().containsKey(block.id())) {
        log.error("block is broken, set aside tenant={} block={}", tenant, block.id(), unusable);
      }
      found.broken(new Broken(block.id(), String.valueOf(unusable.getMessage())));
    }
  }

  private BlockMeta meta(String key, UUID id) throws IOException {
    byte[] json;
    try {
      json = store.get(key, META_LIMIT);
    } catch (ObjectTooLargeException tooLarge) {
      throw new UnusableMetaException(key + " is too large for a meta", tooLarge);
    }
    BlockMeta meta;
    try {
      meta = BlockMeta.parse(json, key);
    } catch (ObjectStoreException notOfTheContent) {
      throw notOfTheContent;
    } catch (IOException | RuntimeException malformed) {
      throw new UnusableMetaException(malformed.getMessage(), malformed);
    }
    if (!meta.blockId().equals(id)) {
      throw new UnusableMetaException(key + " is of another block, " + meta.blockId(), null);
    }
    return meta;
  }

  /// The object came, and is no meta.
  private static final class UnusableMetaException extends IOException {

    private static final long serialVersionUID = 1L;

    UnusableMetaException(@Nullable String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// What a tenant's blocks turn out to be; filled by many threads.
  private static final class Found {

    private final Map<UUID, BlockMeta> live = new TreeMap<>();
    private final Map<UUID, Compacted> compacted = new TreeMap<>();
    private final Map<UUID, Broken> broken = new TreeMap<>();

    /// A meta does not change, whether its block is live or compacted.
    synchronized boolean takeKnown(BlockListing block, TenantBlocks previous) {
      @Nullable BlockMeta known = previous.live().get(block.id());
      if (known == null && previous.compacted().containsKey(block.id())) {
        known = previous.compacted().get(block.id()).meta();
      }
      if (known == null) {
        return false;
      }
      if (block.live()) {
        live.put(block.id(), known);
      }
      if (block.compacted().isPresent()) {
        compacted.put(block.id(), new Compacted(known, block.compacted().get()));
      }
      return true;
    }

    synchronized void live(BlockMeta meta) {
      live.put(meta.blockId(), meta);
    }

    synchronized void compacted(BlockMeta meta, Instant time) {
      compacted.put(meta.blockId(), new Compacted(meta, time));
    }

    synchronized void broken(Broken block) {
      broken.put(block.blockId(), block);
    }

    synchronized TenantBlocks blocks() {
      return new TenantBlocks(live, compacted, broken);
    }
  }
}
