package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Live blocks that came within the last day and that this process did not publish: a sign that
/// another one stores blocks too. One thread at a time.
final class Strangers {

  static final Duration STAY = Duration.ofDays(1);

  /// More need not be known to say that there are some.
  private static final int ENOUGH = 1000;

  /// When each was seen first.
  private final Map<UUID, Instant> blocks = new HashMap<>();

  boolean any() {
    return !blocks.isEmpty();
  }

  /// Looks for them among the blocks of a tenant. That a tenant was unknown before says nothing.
  void look(Tenant tenant, Blocklist before, Blocklist now, Instant time) {
    if (before.unknown().contains(tenant)) {
      return;
    }
    TenantBlocks known = before.of(tenant);
    for (UUID block : now.of(tenant).live().keySet()) {
      if (!known.live().containsKey(block)
          && !known.compacted().containsKey(block)
          && blocks.size() < ENOUGH) {
        blocks.put(block, time);
      }
    }
  }

  /// This process published them.
  void claim(List<BlockMeta> own) {
    own.forEach(meta -> blocks.remove(meta.blockId()));
  }

  void expire(Instant now) {
    blocks.replaceAll((_, seen) -> seen.isAfter(now) ? now : seen);
    blocks.values().removeIf(seen -> seen.plus(STAY).isBefore(now));
  }
}
