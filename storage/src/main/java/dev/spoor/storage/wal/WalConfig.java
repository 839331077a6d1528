package dev.spoor.storage.wal;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.platform.config.ByteSize;
import java.time.Duration;

/// The `wal` section: how what is acknowledged gets to disk.
///
/// @param enabled whether pushes are logged before they are acknowledged
/// @param syncInterval with [SyncMode#INTERVAL], at most this long between two syncs
/// @param segmentSizeBytes a segment is closed before it grows beyond this
/// @param checkpointDuration at most this long between two checkpoints
/// @param recover whether a log found at the start is replayed, enabled or not
/// @param maxBytes refuse pushes when the directory holds more than this; 0 for no limit of its own
public record WalConfig(
    boolean enabled,
    SyncMode sync,
    Duration syncInterval,
    @ByteSize long segmentSizeBytes,
    Duration checkpointDuration,
    boolean recover,
    @ByteSize long maxBytes) {

  public static final WalConfig DEFAULTS =
      new WalConfig(
          true, SyncMode.GROUP, Duration.ofMillis(100), 32L << 20, Duration.ofMinutes(30), true, 0);

  public WalConfig {
    require(syncInterval.isPositive(), "ingester.wal.sync_interval", "must be positive");
    require(segmentSizeBytes >= 1024, "ingester.wal.segment_size_bytes", "must be at least 1KiB");
    require(segmentSizeBytes <= 1 << 30, "ingester.wal.segment_size_bytes", "must be at most 1GiB");
    require(
        checkpointDuration.isPositive(), "ingester.wal.checkpoint_duration", "must be positive");
    require(maxBytes >= 0, "ingester.wal.max_bytes", "must not be negative");
  }
}
