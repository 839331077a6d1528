package dev.spoor.storage.blocklist;

import dev.spoor.storage.block.BlockMeta;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// The blocks of one tenant.
///
/// @param live blocks to be read
/// @param compacted blocks whose content is in others, still there for those who don't know yet; a
///   block whose marking was cut short is here and among the live ones
/// @param broken blocks that are there and cannot be used; nothing deletes them
/// @param flagged those with a nocompact.flg: who wrote them wants them neither merged nor retired
///   for now. Queries don't care. Only a listing of the store tells, an index does not
public record TenantBlocks(
    Map<UUID, BlockMeta> live,
    Map<UUID, Compacted> compacted,
    Map<UUID, Broken> broken,
    Set<UUID> flagged) {

  public static final TenantBlocks NONE = new TenantBlocks(Map.of(), Map.of(), Map.of());

  /// @param time when it was marked, by the store's clock
  public record Compacted(BlockMeta meta, Instant time) {}

  /// @param reason what is wrong, with the name of the object
  public record Broken(UUID blockId, String reason) {}

  public TenantBlocks {
    live = Map.copyOf(live);
    compacted = Map.copyOf(compacted);
    broken = Map.copyOf(broken);
    flagged = Set.copyOf(flagged);
  }

  /// With none that are flagged.
  public TenantBlocks(
      Map<UUID, BlockMeta> live, Map<UUID, Compacted> compacted, Map<UUID, Broken> broken) {
    this(live, compacted, broken, Set.of());
  }

  public boolean isEmpty() {
    return live.isEmpty() && compacted.isEmpty() && broken.isEmpty();
  }

  /// A block that was retired never comes back.
  TenantBlocks withLive(BlockMeta meta) {
    if (compacted.containsKey(meta.blockId())) {
      return this;
    }
    Map<UUID, BlockMeta> all = new TreeMap<>(live);
    all.put(meta.blockId(), meta);
    return new TenantBlocks(all, compacted, broken, flagged);
  }

  TenantBlocks withCompacted(Collection<UUID> ids, Instant time) {
    Map<UUID, BlockMeta> stay = new TreeMap<>(live);
    Map<UUID, Compacted> retired = new TreeMap<>(compacted);
    for (UUID id : ids) {
      BlockMeta meta = stay.remove(id);
      if (meta != null) {
        retired.putIfAbsent(id, new Compacted(meta, time));
      }
    }
    return new TenantBlocks(stay, retired, broken, flagged);
  }

  TenantBlocks without(UUID id) {
    Map<UUID, BlockMeta> stayLive = new TreeMap<>(live);
    Map<UUID, Compacted> stayCompacted = new TreeMap<>(compacted);
    stayLive.remove(id);
    stayCompacted.remove(id);
    return new TenantBlocks(stayLive, stayCompacted, broken, flagged);
  }
}
