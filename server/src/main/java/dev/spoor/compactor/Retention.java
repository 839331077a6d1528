package dev.spoor.compactor;

import dev.spoor.compactor.Lease.LeaseLostException;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Retires blocks whose time is over, and deletes those that were retired long enough ago.
final class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final CompactorConfig.Compaction config;
  private final CompactorParts parts;
  private final BlockAges ages;
  private final Lease lease;

  Retention(CompactorConfig.Compaction config, CompactorParts parts, BlockAges ages, Lease lease) {
    this.config = config;
    this.parts = parts;
    this.ages = ages;
    this.lease = lease;
  }

  /// Looks at all tenants, several at once. A failure is counted and ends the look at its tenant.
  void run(Blocklist list) throws InterruptedException {
    long begin = System.nanoTime();
    Semaphore free = new Semaphore(config.tenantsAtOnce());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      try {
        for (Map.Entry<Tenant, TenantBlocks> tenant : list.tenants().entrySet()) {
          free.acquire();
          running.add(
              threads.submit(() -> {
                try {
                  run(tenant.getKey(), tenant.getValue());
                } finally {
                  free.release();
                }
              }));
        }
        for (Future<?> one : running) {
          one.get();
        }
      } catch (InterruptedException stopped) {
        threads.shutdownNow();
        throw stopped;
      } catch (ExecutionException failure) {
        throw new IllegalStateException(failure.getCause());
      }
    }
    parts.metrics().retentionTook(Duration.ofNanos(System.nanoTime() - begin));
  }

  private void run(Tenant tenant, TenantBlocks blocks) {
    CompactionLimits limits = parts.overrides().limitsOf(tenant).compaction();
    if (limits.compactionDisabled()) {
      return;
    }
    Right right = new Right();
    try {
      retire(tenant, blocks, limits, right);
      delete(tenant, blocks, right);
    } catch (LeaseLostException lost) {
      log.info("retention of tenant {} is another process's now: {}", tenant, lost.getMessage());
    } catch (IOException | RuntimeException failure) {
      parts.metrics().retentionFailed();
      log.error("retention of tenant {} failed, trying again later", tenant, failure);
    }
  }

  /// Whether blocks of one tenant may be changed: the store is asked before the first one, and not
  /// for each of them.
  private final class Right {

    private boolean isConfirmed;

    boolean isThere() throws IOException {
      if (lease.isHeld() && !isConfirmed) {
        lease.confirm();
        isConfirmed = true;
      }
      return lease.isHeld();
    }
  }

  private void retire(Tenant tenant, TenantBlocks blocks, CompactionLimits limits, Right right)
      throws IOException {
    Duration retention =
        limits.blockRetention().isZero() ? config.blockRetention() : limits.blockRetention();
    Instant before = parts.clock().instant().minus(retention);
    for (BlockMeta block : blocks.live().values()) {
      boolean isFlagged = blocks.flagged().contains(block.blockId());
      if (!isFlagged && ages.endOf(tenant, block).isBefore(before)) {
        if (!right.isThere()) {
          return;
        }
        parts.store().markCompacted(tenant, block.blockId());
        parts.blocks().compacted(tenant, List.of(block.blockId()));
        parts.metrics().marked();
        log.info("retired block {} of tenant {}: its time is over", block.blockId(), tenant);
      }
    }
  }

  private void delete(Tenant tenant, TenantBlocks blocks, Right right) throws IOException {
    Instant before = parts.clock().instant().minus(config.compactedBlockRetention());
    for (Map.Entry<UUID, TenantBlocks.Compacted> block : blocks.compacted().entrySet()) {
      boolean halfRetired = blocks.live().containsKey(block.getKey());
      if (block.getValue().time().isBefore(before) && !halfRetired) {
        if (!right.isThere()) {
          return;
        }
        parts.store().delete(tenant, block.getKey());
        parts.blocks().deleted(tenant, block.getKey());
        parts.metrics().deleted();
        log.info("deleted block {} of tenant {}", block.getKey(), tenant);
      }
    }
  }
}
