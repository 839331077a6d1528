package dev.spoor.ingester;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.storage.wal.WalConfig;
import java.time.Duration;

/// The `ingester` section: how long traces stay live, when a block is cut, and its log.
///
/// @param concurrentFlushes blocks that are completed and stored at the same time
/// @param flushCheckPeriod how often traces and blocks are looked at
/// @param flushOpTimeout an upload that takes longer is given up, and tried again
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
    Duration flushOpTimeout,
    Duration traceIdlePeriod,
    Duration traceLivePeriod,
    Duration maxBlockDuration,
    long maxBlockBytes,
    Duration completeBlockTimeout,
    boolean flushAllOnShutdown,
    boolean flushObjectStorage,
    WalConfig wal,
    LifecyclerConfig lifecycler) {

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
          WalConfig.DEFAULTS,
          LifecyclerConfig.DEFAULTS);

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
}
