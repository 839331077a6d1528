package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When blocks end: at the end of their last span, but not after they were written.
///
/// Clocks of senders are not to be trusted: a span of next year must not keep its block for a year,
/// and one without a time must not have its block deleted at once. For such blocks alone the store
/// is asked when they were written. Safe for many threads.
final class BlockAges {

  private static final Logger log = LoggerFactory.getLogger(BlockAges.class);

  private final BlockStore store;
  private final InstantSource clock;

  /// What the store said.
  private final Map<UUID, Instant> written = new ConcurrentHashMap<>();

  BlockAges(BlockStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// When the store can't say it, now.
  Instant endOf(Tenant tenant, BlockMeta meta) {
    Instant end = meta.endTime();
    if (hasEnd(meta) && !end.isAfter(clock.instant())) {
      return end;
    }
    Instant known = written.get(meta.blockId());
    if (known == null) {
      try {
        known = store.written(tenant, meta.blockId());
        written.put(meta.blockId(), known);
      } catch (IOException failure) {
        log.warn("cannot find out when block {} was written", meta.blockId(), failure);
        known = clock.instant();
      }
    }
    return hasEnd(meta) && end.isBefore(known) ? end : known;
  }

  private static boolean hasEnd(BlockMeta meta) {
    return meta.endTime().getEpochSecond() > 0;
  }

  /// Forgets what the store said of others.
  void keepOnly(Predicate<UUID> which) {
    written.keySet().removeIf(which.negate());
  }
}
