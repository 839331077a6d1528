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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the blocks of a tenant by listing the store and fetching the metas that are new.
///
/// Of a tenant with `o` objects, `n` of whose blocks are new, that takes one request per 1,000
/// objects, and `n` more.
public final class TenantListing implements TenantReader {

  private static final Logger log = LoggerFactory.getLogger(TenantListing.class);

  /// Room for a meta with very many dedicated columns.
  static final int META_LIMIT = 1 << 20;

  private final ObjectStore store;
  private final StoreListing listing;
  private final int concurrency;
  private final Duration jitter;
  private final InstantSource clock;

  /// @param concurrency metas that are fetched at the same time, at least 1
  /// @param jitter before each meta a pause of up to this is made; zero for none
  public TenantListing(ObjectStore store, int concurrency, Duration jitter, InstantSource clock) {
    this.store = store;
    this.listing = new StoreListing(store);
    this.concurrency = concurrency;
    this.jitter = jitter;
    this.clock = clock;
  }

  @Override
  public Reading read(Tenant tenant, TenantBlocks previous) throws IOException {
    return list(tenant, previous);
  }

  @Override
  public Reading list(Tenant tenant, TenantBlocks previous) throws IOException {
    Instant begin = clock.instant();
    Found found = new Found();
    List<BlockListing> unread = new ArrayList<>();
    for (BlockListing block : listing.blocks(tenant)) {
      if (block.flagged()) {
        found.flagged(block.id());
      }
      if (!found.takeKnown(block, previous)) {
        unread.add(block);
      }
    }
    fetch(tenant, unread, previous, found);
    return new Reading(found.blocks(), begin);
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
      throws IOException, InterruptedException {
    pauseAtRandom();
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

  private void pauseAtRandom() throws InterruptedException {
    if (jitter.isPositive()) {
      Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextLong(jitter.toNanos())));
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
    private final Set<UUID> flagged = new TreeSet<>();

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

    synchronized void flagged(UUID block) {
      flagged.add(block);
    }

    synchronized TenantBlocks blocks() {
      return new TenantBlocks(live, compacted, broken, flagged);
    }
  }
}
