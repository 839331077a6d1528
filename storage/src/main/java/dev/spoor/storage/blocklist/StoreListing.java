package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.ObjectInfo;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What there is in a store, found by listing it: the layout is Tempo's, `<tenant>/<block>/<file>`.
public final class StoreListing {

  private static final int UUID_LENGTH = 36;

  private final ObjectStore store;

  public StoreListing(ObjectStore store) {
    this.store = store;
  }

  /// The folders at the root that can be tenants, sorted.
  public List<Tenant> tenants() throws IOException {
    List<Tenant> tenants = new ArrayList<>();
    for (String folder : store.folders("")) {
      asTenant(folder).ifPresent(tenants::add);
    }
    return tenants;
  }

  /// The blocks that have a meta, live or compacted, by id. Whatever else is there is left alone: a
  /// folder without any meta is a block that was never finished.
  public List<BlockListing> blocks(Tenant tenant) throws IOException {
    String prefix = tenant.id() + "/";
    Map<String, Marks> found = new TreeMap<>();
    store.forEach(ListRequest.below(prefix), object -> mark(found, prefix, object));
    List<BlockListing> blocks = new ArrayList<>(found.size());
    found.forEach((id, marks) -> {
      if (marks.live || marks.compacted != null) {
        blocks.add(marks.listing(UUID.fromString(id)));
      }
    });
    return blocks;
  }

  /// Every folder of a tenant that has the name of a block, by id. One recursive listing.
  public List<BlockFolder> folders(Tenant tenant) throws IOException {
    String prefix = tenant.id() + "/";
    Map<String, Contents> found = new TreeMap<>();
    store.forEach(
        ListRequest.below(prefix),
        object -> {
          String key = object.key();
          int nameAt = prefix.length() + UUID_LENGTH + 1;
          if (isOfBlock(prefix, key)) {
            found
                .computeIfAbsent(key.substring(prefix.length(), nameAt - 1), _ -> new Contents())
                .add(key.substring(nameAt), object);
          }
        });
    List<BlockFolder> folders = new ArrayList<>(found.size());
    found.forEach((id, contents) -> folders.add(contents.folder(UUID.fromString(id))));
    return folders;
  }

  /// Whether an object of a tenant is one of a block, finished or not.
  static boolean isOfBlock(String prefix, String key) {
    int nameAt = prefix.length() + UUID_LENGTH + 1;
    return key.length() > nameAt
        && key.charAt(nameAt - 1) == '/'
        && isBlockId(key.substring(prefix.length(), nameAt - 1));
  }

  private static final class Contents {

    private boolean live;
    private @Nullable Instant compacted;
    private boolean hasOrigin;
    private Instant newest = Instant.EPOCH;
    private int objects;
    private long bytes;

    void add(String name, ObjectInfo object) {
      live |= name.equals(BlockFiles.META);
      compacted = name.equals(BlockFiles.COMPACTED_META) ? object.lastModified() : compacted;
      hasOrigin |= name.equals(BlockFiles.ORIGIN);
      newest = object.lastModified().isAfter(newest) ? object.lastModified() : newest;
      objects++;
      bytes += object.size();
    }

    BlockFolder folder(UUID id) {
      return new BlockFolder(
          id, live, Optional.ofNullable(compacted), hasOrigin, newest, objects, bytes);
    }
  }

  private static void mark(Map<String, Marks> found, String prefix, ObjectInfo object) {
    String key = object.key();
    int nameAt = prefix.length() + UUID_LENGTH + 1;
    if (key.length() <= nameAt || key.charAt(nameAt - 1) != '/') {
      return;
    }
    if (isNamed(key, nameAt, BlockFiles.META)) {
      marks(found, key, prefix).ifPresent(marks -> marks.live = true);
    } else if (isNamed(key, nameAt, BlockFiles.COMPACTED_META)) {
      marks(found, key, prefix).ifPresent(marks -> marks.compacted = object.lastModified());
    } else if (isNamed(key, nameAt, BlockFiles.NO_COMPACT)) {
      marks(found, key, prefix).ifPresent(marks -> marks.flagged = true);
    }
  }

  private static boolean isNamed(String key, int nameAt, String name) {
    return key.length() == nameAt + name.length() && key.startsWith(name, nameAt);
  }

  private static Optional<Marks> marks(Map<String, Marks> found, String key, String prefix) {
    String id = key.substring(prefix.length(), prefix.length() + UUID_LENGTH);
    return isBlockId(id)
        ? Optional.of(found.computeIfAbsent(id, _ -> new Marks()))
        : Optional.empty();
  }

  /// Only the one spelling that a block's folder has.
  private static boolean isBlockId(String text) {
    try {
      return UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException noId) {
      return false;
    }
  }

  private static Optional<Tenant> asTenant(String folder) {
    try {
      return Optional.of(new Tenant(folder));
    } catch (IllegalArgumentException noTenant) {
      return Optional.empty();
    }
  }

  private static final class Marks {

    private boolean live;
    private @Nullable Instant compacted;
    private boolean flagged;

    BlockListing listing(UUID id) {
      return new BlockListing(id, live, Optional.ofNullable(compacted), flagged);
    }
  }
}
