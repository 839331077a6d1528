package dev.spoor.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.BlockListing;
import dev.spoor.storage.blocklist.StoreListing;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectInfo;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectSource;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The blocks of all tenants in an object store, in Tempo's layout.
///
/// A block is there from the moment its meta.json is, which is written last and is taken away
/// first. All failures are `IOException`s that name the object. Safe for many threads.
public final class BlockStore {

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
