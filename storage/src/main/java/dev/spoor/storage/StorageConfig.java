package dev.spoor.storage;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.Key;
import dev.spoor.platform.config.NoEffectYet;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.objectstore.LocalConfig;
import dev.spoor.storage.objectstore.S3Config;
import java.time.Duration;
import java.util.Optional;

/// The `storage` section.
public record StorageConfig(Trace trace) {

  public static final StorageConfig DEFAULTS = new StorageConfig(Trace.DEFAULTS);

  /// `storage.trace`: where blocks are kept, and how they are found.
  ///
  /// @param blocklistPoll how often it is looked which blocks there are
  /// @param blocklistPollConcurrency blocks whose meta is read at the same time; 0 for 50
  /// @param blocklistPollTenantConcurrency tenants that are looked at at the same time; 0 for 1
  /// @param blocklistPollFallback whether the store is listed when the index cannot be used
  /// @param blocklistPollTenantIndexBuilders processes that list the store and write the index of a
  ///   tenant; with 0 this process only reads it
  /// @param blocklistPollStaleTenantIndex an older index cannot be used; zero for any age
  /// @param blocklistPollJitterMs a random pause of up to so many milliseconds before each meta is
  ///   read
  /// @param blocklistPollTolerateConsecutiveErrors of one tenant before a look counts as failed
  /// @param blocklistPollTolerateTenantFailures tenants before a look counts as failed
  /// @param emptyTenantDeletionEnabled whether what is left of a tenant without blocks is deleted
  /// @param emptyTenantDeletionAge how old it has to be; zero for 12 hours
  public record Trace(
      Backend backend,
      LocalConfig local,
      S3Config s3,
      WalPathConfig wal,
      BlockConfig block,
      @NoEffectYet("with the pool of readers") PoolConfig pool,
      Duration blocklistPoll,
      int blocklistPollConcurrency,
      int blocklistPollTenantConcurrency,
      boolean blocklistPollFallback,
      int blocklistPollTenantIndexBuilders,
      Duration blocklistPollStaleTenantIndex,
      int blocklistPollJitterMs,
      int blocklistPollTolerateConsecutiveErrors,
      int blocklistPollTolerateTenantFailures,
      boolean emptyTenantDeletionEnabled,
      Duration emptyTenantDeletionAge) {

    public static final Trace DEFAULTS =
        new Trace(
            Backend.UNSET,
            LocalConfig.DEFAULTS,
            S3Config.DEFAULTS,
            WalPathConfig.DEFAULTS,
            BlockConfig.DEFAULTS,
            PoolConfig.DEFAULTS,
            Duration.ofMinutes(5),
            50,
            0,
            true,
            2,
            Duration.ZERO,
            0,
            1,
            1,
            false,
            Duration.ZERO);

    private static final Duration USUAL_DELETION_AGE = Duration.ofHours(12);

    public Trace {
      require(
          backend != Backend.GCS && backend != Backend.AZURE,
          "storage.trace.backend",
          "names a store that is not supported yet; local and s3 are");
      require(blocklistPoll.isPositive(), "storage.trace.blocklist_poll", "must be positive");
      requireNotNegative(blocklistPollConcurrency, "blocklist_poll_concurrency");
      requireNotNegative(blocklistPollTenantConcurrency, "blocklist_poll_tenant_concurrency");
      requireNotNegative(blocklistPollTenantIndexBuilders, "blocklist_poll_tenant_index_builders");
      require(
          !blocklistPollStaleTenantIndex.isNegative(),
          "storage.trace.blocklist_poll_stale_tenant_index",
          "must not be negative");
      requireNotNegative(blocklistPollJitterMs, "blocklist_poll_jitter_ms");
      requireNotNegative(
          blocklistPollTolerateConsecutiveErrors, "blocklist_poll_tolerate_consecutive_errors");
      requireNotNegative(
          blocklistPollTolerateTenantFailures, "blocklist_poll_tolerate_tenant_failures");
      require(
          !emptyTenantDeletionAge.isNegative(),
          "storage.trace.empty_tenant_deletion_age",
          "must not be negative");
    }

    /// How old all that is left of a tenant without blocks has to be, so that it is deleted; empty
    /// when it never is.
    public Optional<Duration> emptyTenantsGoAfter() {
      Duration age = emptyTenantDeletionAge.isZero() ? USUAL_DELETION_AGE : emptyTenantDeletionAge;
      return emptyTenantDeletionEnabled ? Optional.of(age) : Optional.empty();
    }

    private static void requireNotNegative(int value, String key) {
      require(value >= 0, "storage.trace." + key, "must not be negative");
    }

    /// A copy that keeps its blocks in one folder and its log in another.
    public Trace inFolders(String blocks, String log) {
      return new Trace(
          Backend.LOCAL,
          new LocalConfig(blocks),
          s3,
          new WalPathConfig(log, wal.ingestionTimeRangeSlack()),
          block,
          pool,
          blocklistPoll,
          blocklistPollConcurrency,
          blocklistPollTenantConcurrency,
          blocklistPollFallback,
          blocklistPollTenantIndexBuilders,
          blocklistPollStaleTenantIndex,
          blocklistPollJitterMs,
          blocklistPollTolerateConsecutiveErrors,
          blocklistPollTolerateTenantFailures,
          emptyTenantDeletionEnabled,
          emptyTenantDeletionAge);
    }
  }

  /// Where blocks are kept.
  public enum Backend {
    /// Not said: nothing that needs the store can start.
    @Key("")
    UNSET,
    LOCAL,
    S3,
    GCS,
    AZURE
  }

  /// `storage.trace.wal`.
  ///
  /// @param path folder of the log and of the blocks that are not stored yet; not empty
  /// @param ingestionTimeRangeSlack traces that are further than this from now when they are cut
  ///   are counted; the time range of a block is always that of its spans
  public record WalPathConfig(String path, Duration ingestionTimeRangeSlack) {

    public static final WalPathConfig DEFAULTS =
        new WalPathConfig("/var/tempo/wal", Duration.ofMinutes(2));

    public WalPathConfig {
      require(!path.isEmpty(), "storage.trace.wal.path", "must not be empty");
      require(
          !ingestionTimeRangeSlack.isNegative(),
          "storage.trace.wal.ingestion_time_range_slack",
          "must not be negative");
    }
  }

  /// `storage.trace.pool`: the workers that read blocks.
  ///
  /// @param maxWorkers reads at the same time
  /// @param queueDepth reads that may wait
  public record PoolConfig(int maxWorkers, int queueDepth) {

    public static final PoolConfig DEFAULTS = new PoolConfig(400, 20_000);

    public PoolConfig {
      require(maxWorkers > 0, "storage.trace.pool.max_workers", "must be at least 1");
      require(queueDepth >= 0, "storage.trace.pool.queue_depth", "must not be negative");
    }
  }
}
