package dev.spoor.compactor;

import static dev.spoor.platform.config.Requirements.require;

import java.time.Duration;

/// The `compactor` section: how blocks are merged, and when they go.
///
/// @param disabled merge nothing, delete nothing
/// @param lease so that of two processes over one store only one works; not known to Tempo
/// @param orphans what happens to blocks that were never finished; not known to Tempo
public record CompactorConfig(
    boolean disabled, Compaction compaction, Lease lease, Orphans orphans) {

  public static final CompactorConfig DEFAULTS =
      new CompactorConfig(false, Compaction.DEFAULTS, Lease.DEFAULTS, Orphans.DEFAULTS);

  /// `compactor.compaction`.
  ///
  /// @param compactionWindow blocks whose ends fall into the same window are merged
  /// @param maxCompactionObjects traces that a merged block may have
  /// @param maxBlockBytes size of data that a merged block may have
  /// @param blockRetention age at which blocks are retired
  /// @param compactedBlockRetention how long retired blocks stay in the store
  /// @param retentionConcurrency tenants whose old blocks are looked for at the same time
  /// @param maxTimePerTenant then it is the next tenant's turn
  /// @param compactionCycle pause between two tenants
  public record Compaction(
      Duration compactionWindow,
      long maxCompactionObjects,
      long maxBlockBytes,
      Duration blockRetention,
      Duration compactedBlockRetention,
      int retentionConcurrency,
      Duration maxTimePerTenant,
      Duration compactionCycle) {

    private static final int DEFAULT_CONCURRENCY = 10;

    public static final Compaction DEFAULTS =
        new Compaction(
            Duration.ofHours(1),
            6_000_000,
            100L << 30,
            Duration.ofHours(336),
            Duration.ofHours(1),
            DEFAULT_CONCURRENCY,
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    public Compaction {
      require(
          compactionWindow.toSeconds() > 0,
          "compactor.compaction.compaction_window",
          "must be at least a second");
      require(
          maxCompactionObjects > 0,
          "compactor.compaction.max_compaction_objects",
          "must be positive");
      require(maxBlockBytes > 0, "compactor.compaction.max_block_bytes", "must be positive");
      require(
          blockRetention.isPositive(), "compactor.compaction.block_retention", "must be positive");
      require(
          !compactedBlockRetention.isNegative(),
          "compactor.compaction.compacted_block_retention",
          "must not be negative");
      require(
          retentionConcurrency >= 0,
          "compactor.compaction.retention_concurrency",
          "must not be negative");
      require(
          maxTimePerTenant.isPositive(),
          "compactor.compaction.max_time_per_tenant",
          "must be positive");
      require(
          compactionCycle.isPositive(),
          "compactor.compaction.compaction_cycle",
          "must be positive");
    }

    /// 0 means the default.
    int tenantsAtOnce() {
      return retentionConcurrency == 0 ? DEFAULT_CONCURRENCY : retentionConcurrency;
    }
  }

  /// `compactor.lease`.
  ///
  /// @param enabled false where the store has no conditional writes; then there must be one process
  /// @param ttl after so long without a sign of life another process takes over
  public record Lease(boolean enabled, Duration ttl) {

    public static final Lease DEFAULTS = new Lease(true, Duration.ofMinutes(1));

    public Lease {
      require(ttl.toSeconds() > 0, "compactor.lease.ttl", "must be at least a second");
    }
  }

  /// `compactor.orphans`.
  ///
  /// @param dryRun report them only
  /// @param minAge they are left alone until their youngest object is so old
  /// @param period between two looks
  public record Orphans(boolean dryRun, Duration minAge, Duration period) {

    public static final Orphans DEFAULTS =
        new Orphans(false, Duration.ofHours(24), Duration.ofHours(1));

    public Orphans {
      require(
          minAge.compareTo(Duration.ofHours(1)) >= 0,
          "compactor.orphans.min_age",
          "must be at least an hour: what is younger may still be written");
      require(period.isPositive(), "compactor.orphans.period", "must be positive");
    }
  }
}
