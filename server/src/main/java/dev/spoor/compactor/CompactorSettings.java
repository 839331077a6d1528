package dev.spoor.compactor;

import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.compact.MergerConfig;
import java.nio.file.Path;
import java.time.Duration;

/// What one compactor is made with.
///
/// @param scratch folder of its own, where blocks are merged; its content means nothing after a
///   restart, but for the name of the process
/// @param retentionPeriod between two looks for old blocks, `storage.trace.blocklist_poll`
public record CompactorSettings(
    CompactorConfig config,
    Path scratch,
    Duration retentionPeriod,
    BlockBuilderConfig builder,
    MergerConfig merger) {

  /// A row group is built in memory and takes a sixteenth of the heap at most.
  public static CompactorSettings of(
      CompactorConfig config,
      Path scratch,
      Duration retentionPeriod,
      BlockConfig block,
      long heapBytes) {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new CompactorSettings(
        config,
        scratch,
        retentionPeriod,
        new BlockBuilderConfig(
            defaults.profile(),
            defaults.zstdLevel(),
            Math.min(block.parquetRowGroupSizeBytes(), heapBytes / 16),
            defaults.rowGroupSpans(),
            block.bloomFilterFalsePositive(),
            block.bloomFilterShardSizeBytes()),
        MergerConfig.DEFAULTS);
  }
}
