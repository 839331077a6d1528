package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.DedicatedColumn;
import dev.spoor.storage.wal.WalSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// What one ingester is made with.
///
/// @param directory the WAL folder, `storage.trace.wal.path`
/// @param nodeId written into the lock and the log
/// @param maxAttributeBytes `distributor.max_attribute_bytes`
/// @param heapBytes what live spans are bounded by
/// @param merging how much of a trace comes together
/// @param walSettings of the log in `directory`
/// @param flushBackoff pauses between attempts to upload a block
/// @param timeSlack traces further than this from now are counted
public record IngesterSettings(
    Path directory,
    String nodeId,
    IngesterConfig config,
    BlockConfig block,
    int maxAttributeBytes,
    long heapBytes,
    MergeLimits merging,
    WalSettings walSettings,
    BlockFlusher.Backoff flushBackoff,
    Duration timeSlack) {

  public static IngesterSettings of(
      Path directory,
      String nodeId,
      IngesterConfig config,
      BlockConfig block,
      int maxAttributeBytes,
      long heapBytes,
      Duration timeSlack) {
    return new IngesterSettings(
        directory,
        nodeId,
        config,
        block,
        maxAttributeBytes,
        heapBytes,
        MergeLimits.ofHeap(heapBytes),
        WalSettings.of(directory, nodeId, config.wal(), config.maxBlockBytes()),
        BlockFlusher.Backoff.DEFAULT,
        timeSlack);
  }

  /// The same with another log.
  public IngesterSettings with(WalSettings other) {
    return new IngesterSettings(
        directory,
        nodeId,
        config,
        block,
        maxAttributeBytes,
        heapBytes,
        merging,
        other,
        flushBackoff,
        timeSlack);
  }

  /// As configured; a row group, which is built in memory, takes a sixteenth of the heap at most.
  BlockBuilderConfig blockBuilder() {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new BlockBuilderConfig(
        defaults.profile(),
        defaults.zstdLevel(),
        Math.min(block.parquetRowGroupSizeBytes(), heapBytes / 16),
        defaults.rowGroupSpans(),
        block.bloomFilterFalsePositive(),
        block.bloomFilterShardSizeBytes());
  }

  BlockSpec blockSpec(UUID id, Tenant tenant, List<DedicatedColumn> columns, long estimatedTraces) {
    List<DedicatedColumn> dedicated = columns.isEmpty() ? block.dedicatedColumns() : columns;
    return new BlockSpec(id, tenant, dedicated, estimatedTraces, 0, 0);
  }
}
