package dev.spoor.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.BlockFolder;
import dev.spoor.storage.blocklist.BlockListing;
import dev.spoor.storage.blocklist.StoreListing;
import dev.spoor.storage.compact.UnreadableBlockException;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectInfo;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectSource;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.ShortObjectException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The blocks of all tenants in an object store, in Tempo's layout.
///
/// A block is there from the moment its meta.json is, which is written last and is taken away
/// first. All failures are `IOException`s that name the object. Safe for many threads.
public final class BlockStore {

  /// Bytes that are asked for at once of a block that is merged.
  public static final int FETCH_BYTES = 8 << 20;

  private static final int META_LIMIT = 1 << 20;

  private final ObjectStore store;
  private final BlockCache cache;
  private final StoreListing listing;

  /// Footers, as they are in files, of the blocks that stay open.
  private static final long OPEN_FOOTER_BYTES = 16 << 20;

  private final Cache<Opened, StoredBlock> open;

  public BlockStore(ObjectStore store, BlockCache cache) {
    this.store = store;
    this.cache = cache;
    this.listing = new StoreListing(store);
    this.open =
        Caffeine.newBuilder()
            .maximumWeight(OPEN_FOOTER_BYTES)
            .weigher((Opened key, StoredBlock block) -> 1024 + block.meta().footerSize())
            .executor(Runnable::run)
            .build();
  }

  /// What a publication came to.
  public enum Publication {
    /// All of it was sent.
    SENT,
    /// Every object was there already, as it would have been sent.
    ALREADY_THERE,
    /// It was there, and has been compacted since: others hold its traces.
    ALREADY_COMPACTED
  }

  /// Sends a block, its meta last. When it fails, nobody sees the block, and publishing again
  /// begins anew; publishing what is there already changes nothing.
  public Publication publish(Tenant tenant, LocalBlock block) throws IOException {
    UUID id = block.meta().blockId();
    Map<String, Long> there = sizesOf(tenant, id);
    if (there.containsKey(BlockFiles.COMPACTED_META)) {
      return Publication.ALREADY_COMPACTED;
    }
    if (there.containsKey(BlockFiles.META) && differences(tenant, block, there).isEmpty()) {
      return Publication.ALREADY_THERE;
    }
    String folder = folder(tenant, id);
    for (String name : block.files()) {
      store.put(folder + name, block.content(name));
      cache.forget(folder + name);
    }
    store.put(folder + BlockFiles.META, block.metaJson());
    return Publication.SENT;
  }

  /// Sends a block that was merged from others, its meta last. Its id is new: nothing is there yet.
  public void publishMerged(Tenant tenant, LocalBlock block, BlockOrigin origin)
      throws IOException {
    String folder = folder(tenant, block.meta().blockId());
    for (String name : block.files()) {
      store.put(folder + name, block.content(name));
    }
    store.put(folder + BlockFiles.ORIGIN, origin.toBytes());
    store.put(folder + BlockFiles.META, block.metaJson());
  }

  /// What a block was merged from; empty when that is done, or when it was not merged.
  public Optional<BlockOrigin> origin(Tenant tenant, UUID id) throws IOException {
    String key = folder(tenant, id) + BlockFiles.ORIGIN;
    try {
      return Optional.of(BlockOrigin.parse(store.get(key, META_LIMIT), key));
    } catch (ObjectNotFoundException done) {
      return Optional.empty();
    }
  }

  /// A merge is done: all that went into it is retired.
  public void forgetOrigin(Tenant tenant, UUID id) throws IOException {
    store.delete(folder(tenant, id) + BlockFiles.ORIGIN);
  }

  /// Whether a block can be merged with others.
  public enum Mergeable {
    YES,
    /// It was retired since it was listed.
    GONE,
    /// Its writer asked to leave it alone.
    FLAGGED
  }

  /// Looks at the objects of a block, with one request.
  ///
  /// @throws UnreadableBlockException when its data is missing, or is not as long as the meta says
  public Mergeable mergeable(Tenant tenant, BlockMeta meta) throws IOException {
    Map<String, Long> there = sizesOf(tenant, meta.blockId());
    if (!there.containsKey(BlockFiles.META) || there.containsKey(BlockFiles.COMPACTED_META)) {
      return Mergeable.GONE;
    }
    if (there.containsKey(BlockFiles.NO_COMPACT)) {
      return Mergeable.FLAGGED;
    }
    @Nullable Long size = there.get(BlockFiles.DATA);
    if (size == null || (meta.size() > 0 && size != meta.size())) {
      throw new UnreadableBlockException(
          meta.blockId(),
          size == null
              ? "data.parquet is missing"
              : "data.parquet has %d bytes, its meta says %d".formatted(size, meta.size()),
          null);
    }
    return Mergeable.YES;
  }

  /// Copies data.parquet of a block to a folder of this machine, in ranges of [#FETCH_BYTES].
  ///
  /// @param folder exists, and has no data.parquet
  /// @throws UnreadableBlockException when it ends before it should
  public void fetchData(Tenant tenant, BlockMeta meta, Disk disk, Path folder) throws IOException {
    String key = folder(tenant, meta.blockId()) + BlockFiles.DATA;
    long size = meta.size() > 0 ? meta.size() : store.head(key).size();
    try (WritableFile file = disk.create(folder.resolve(BlockFiles.DATA))) {
      for (long at = 0; at < size; at += FETCH_BYTES) {
        int length = (int) Math.min(FETCH_BYTES, size - at);
        file.write(ByteBuffer.wrap(store.read(key, at, length)));
      }
    } catch (ShortObjectException cutOff) {
      throw new UnreadableBlockException(
          meta.blockId(), String.valueOf(cutOff.getMessage()), cutOff);
    }
  }

  /// Whether a block is there and was not retired.
  public boolean isLive(Tenant tenant, UUID id) throws IOException {
    try {
      store.head(folder(tenant, id) + BlockFiles.META);
      return true;
    } catch (ObjectNotFoundException gone) {
      return false;
    }
  }

  /// When the meta of a live block was written, by the store's clock.
  public Instant written(Tenant tenant, UUID id) throws IOException {
    return store.head(folder(tenant, id) + BlockFiles.META).lastModified();
  }

  /// Every folder of a tenant, by one recursive listing: blocks, and what was never finished.
  public List<BlockFolder> folders(Tenant tenant) throws IOException {
    return listing.folders(tenant);
  }

  /// Deletes the objects of a folder without any meta.
  ///
  /// @return how many there were; 0 when there is a meta by now, and nothing was deleted
  public int deleteUnfinished(Tenant tenant, UUID id) throws IOException {
    Set<String> names = sizesOf(tenant, id).keySet();
    if (names.contains(BlockFiles.META) || names.contains(BlockFiles.COMPACTED_META)) {
      return 0;
    }
    for (String name : names) {
      store.delete(folder(tenant, id) + name);
    }
    return names.size();
  }

  /// Makes sure that the store holds every object of a block at its exact size, and its very meta.
  ///
  /// @throws IncompleteBlockException naming each difference
  public void verify(Tenant tenant, LocalBlock block) throws IOException {
    UUID id = block.meta().blockId();
    List<String> differences = differences(tenant, block, sizesOf(tenant, id));
    if (!differences.isEmpty()) {
      throw new IncompleteBlockException(
          "block %s of tenant %s is not whole in the store: %s"
              .formatted(id, tenant, String.join(", ", differences)));
    }
  }

  /// Who has blocks, or at least a folder.
  public List<Tenant> tenants() throws IOException {
    return listing.tenants();
  }

  /// The blocks of a tenant with their state, by one recursive listing.
  public List<BlockListing> blocks(Tenant tenant) throws IOException {
    return listing.blocks(tenant);
  }

  /// The meta of a live block.
  public BlockMeta meta(Tenant tenant, UUID id) throws IOException {
    String key = folder(tenant, id) + BlockFiles.META;
    return BlockMeta.parse(store.get(key, META_LIMIT), key);
  }

  /// Opens a block for reading. The store is not asked. Blocks that were opened lately are the same
  /// again, with their footer.
  public StoredBlock open(Tenant tenant, BlockMeta meta) {
    return open.get(new Opened(tenant, meta), key -> new StoredBlock(store, cache, tenant, meta));
  }

  private record Opened(Tenant tenant, BlockMeta meta) {}

  /// Retires a block: its content is in others, or its time is over. It can be read until it is
  /// deleted. Repeating it, also after it was cut short, is no failure.
  public void markCompacted(Tenant tenant, UUID id) throws IOException {
    String folder = folder(tenant, id);
    byte[] meta;
    try {
      meta = store.get(folder + BlockFiles.META, META_LIMIT);
    } catch (ObjectNotFoundException missing) {
      store.head(folder + BlockFiles.COMPACTED_META);
      return;
    }
    store.put(folder + BlockFiles.COMPACTED_META, meta);
    store.delete(folder + BlockFiles.META);
  }

  /// Deletes every object of a block. Its compacted meta goes last: what a failure leaves can still
  /// be listed, and is deleted by doing it again.
  public void delete(Tenant tenant, UUID id) throws IOException {
    Set<String> names = sizesOf(tenant, id).keySet();
    if (names.contains(BlockFiles.META)) {
      markCompacted(tenant, id);
    }
    String folder = folder(tenant, id);
    for (String name : names) {
      if (!name.equals(BlockFiles.META) && !name.equals(BlockFiles.COMPACTED_META)) {
        store.delete(folder + name);
        cache.forget(folder + name);
      }
    }
    store.delete(folder + BlockFiles.COMPACTED_META);
  }

  static String folder(Tenant tenant, UUID id) {
    return tenant.id() + "/" + id + "/";
  }

  /// Names in the folder of a block, with their lengths.
  private Map<String, Long> sizesOf(Tenant tenant, UUID id) throws IOException {
    String folder = folder(tenant, id);
    Map<String, Long> sizes = new HashMap<>();
    store.forEach(
        ListRequest.below(folder),
        (ObjectInfo object) -> sizes.put(object.key().substring(folder.length()), object.size()));
    return sizes;
  }

  private List<String> differences(Tenant tenant, LocalBlock block, Map<String, Long> there)
      throws IOException {
    List<String> differences = new ArrayList<>();
    for (String name : block.files()) {
      ObjectSource content = block.content(name);
      @Nullable Long size = there.get(name);
      if (size == null) {
        differences.add(name + " is missing");
      } else if (size != content.length()) {
        differences.add("%s has %d bytes, not %d".formatted(name, size, content.length()));
      }
    }
    String key = folder(tenant, block.meta().blockId()) + BlockFiles.META;
    if (!there.containsKey(BlockFiles.META)) {
      differences.add("meta.json is missing");
    } else if (!Arrays.equals(store.get(key, META_LIMIT), block.metaJson())) {
      differences.add("meta.json differs");
    }
    return differences;
  }
}
