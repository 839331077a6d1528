package dev.spoor.ingester;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.ByteSize;
import dev.spoor.platform.config.NoEffectYet;
import java.time.Duration;

/// The `ingester` section: how long traces stay live, when a block is cut, and its log.
///
/// @param concurrentFlushes blocks that are completed and stored at the same time
/// @param flushCheckPeriod how often traces and blocks are looked at
/// @param flushOpTimeout limit of storing one block
/// @param traceIdlePeriod a trace without a new span for this long leaves the live traces
/// @param traceLivePeriod a trace leaves the live traces after this, even if it still grows
/// @param maxBlockDuration the head block is cut at this age
/// @param maxBlockBytes the head block is cut at this size
/// @param completeBlockTimeout how long a stored block is also kept here
/// @param flushAllOnShutdown store everything before a normal stop
/// @param flushObjectStorage false keeps blocks here, and never stores them
public record IngesterConfig(
    int concurrentFlushes,
    Duration flushCheckPeriod,
    @NoEffectYet("with time limits of flushes") Duration flushOpTimeout,
    Duration traceIdlePeriod,
    Duration traceLivePeriod,
    Duration maxBlockDuration,
    long maxBlockBytes,
    Duration completeBlockTimeout,
    boolean flushAllOnShutdown,
    boolean flushObjectStorage,
    WalConfig wal) {

  public static final IngesterConfig DEFAULTS =
      new IngesterConfig(
          4,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(30),
          500L << 20,
          Duration.ofMinutes(15),
          false,
          true,
          WalConfig.DEFAULTS);

  public IngesterConfig {
    require(concurrentFlushes > 0, "ingester.concurrent_flushes", "must be at least 1");
    require(flushCheckPeriod.isPositive(), "ingester.flush_check_period", "must be positive");
    require(flushOpTimeout.isPositive(), "ingester.flush_op_timeout", "must be positive");
    require(traceIdlePeriod.isPositive(), "ingester.trace_idle_period", "must be positive");
    require(traceLivePeriod.isPositive(), "ingester.trace_live_period", "must be positive");
    require(maxBlockDuration.isPositive(), "ingester.max_block_duration", "must be positive");
    require(maxBlockBytes > 0, "ingester.max_block_bytes", "must be positive");
    require(
        !completeBlockTimeout.isNegative(),
        "ingester.complete_block_timeout",
        "must not be negative");
  }

  /// `ingester.wal`, Spoor's own: the log in which every acknowledged span is, before it is
  /// acknowledged. It lies in `storage.trace.wal.path`.
  ///
  /// @param enabled false acknowledges what is in memory alone
  /// @param sync when the log is forced to the disk
  /// @param syncInterval how often, for [Sync#INTERVAL]
  /// @param segmentSizeBytes size at which the next file of the log begins
  /// @param checkpointDuration at the latest after this it is written down what of the log is still
  ///   needed
  /// @param recover read the log back on start, even when `enabled` is false
  /// @param maxBytes disk space above which new spans are refused; 0 for no limit of its own
  public record WalConfig(
      boolean enabled,
      Sync sync,
      Duration syncInterval,
      @ByteSize long segmentSizeBytes,
      Duration checkpointDuration,
      boolean recover,
      @ByteSize long maxBytes) {

    public static final WalConfig DEFAULTS =
        new WalConfig(
            true, Sync.GROUP, Duration.ofMillis(100), 32L << 20, Duration.ofMinutes(30), true, 0);

    private static final long SMALLEST_SEGMENT = 1L << 20;
    private static final long LARGEST_SEGMENT = 1L << 30;

    public WalConfig {
      require(syncInterval.isPositive(), "ingester.wal.sync_interval", "must be positive");
      require(
          segmentSizeBytes >= SMALLEST_SEGMENT && segmentSizeBytes <= LARGEST_SEGMENT,
          "ingester.wal.segment_size_bytes",
          "must be 1MiB to 1GiB");
      require(
          checkpointDuration.isPositive(), "ingester.wal.checkpoint_duration", "must be positive");
      require(
          maxBytes == 0 || maxBytes >= 2 * segmentSizeBytes,
          "ingester.wal.max_bytes",
          "must be 0, or hold at least two segments");
    }
  }

  /// When the log is forced to the disk.
  public enum Sync {
    /// Before the acknowledgement; those who wait share one sync. Survives a power cut.
    GROUP,
    /// Every `sync_interval`. Survives the end of the process; a power cut costs the interval.
    INTERVAL,
    /// When the kernel likes. Survives the end of the process.
    NONE
  }
}
