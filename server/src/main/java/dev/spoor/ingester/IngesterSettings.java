package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.wal.SyncMode;
import dev.spoor.storage.wal.WalConfig;
import dev.spoor.storage.wal.WalSettings;
import java.nio.file.Path;
import java.util.UUID;

/// What one ingester is made with.
///
/// @param directory the WAL folder, `storage.trace.wal.path`
/// @param nodeId written into the lock and the log
/// @param maxAttributeBytes `distributor.max_attribute_bytes`
/// @param heapBytes what live spans are bounded by
/// @param walSettings of the log in `directory`
/// @param flushBackoff pauses between attempts to upload a block
public record IngesterSettings(
    Path directory,
    String nodeId,
    IngesterConfig config,
    BlockConfig block,
    int maxAttributeBytes,
    long heapBytes,
    WalSettings walSettings,
    BlockFlusher.Backoff flushBackoff) {

  public static IngesterSettings of(
      Path directory,
      String nodeId,
      IngesterConfig config,
      BlockConfig block,
      int maxAttributeBytes,
      long heapBytes) {
    return new IngesterSettings(
        directory,
        nodeId,
        config,
        block,
        maxAttributeBytes,
        heapBytes,
        WalSettings.of(directory, nodeId, wal(config.wal()), config.maxBlockBytes()),
        BlockFlusher.Backoff.DEFAULT);
  }

  private static WalConfig wal(IngesterConfig.WalConfig config) {
    return new WalConfig(
        config.enabled(),
        SyncMode.valueOf(config.sync().name()),
        config.syncInterval(),
        config.segmentSizeBytes(),
        config.checkpointDuration(),
        config.recover(),
        config.maxBytes());
  }

  BlockBuilderConfig blockBuilder() {
    return BlockBuilderConfig.DEFAULTS;
  }

  BlockSpec blockSpec(UUID id, Tenant tenant, long estimatedTraces) {
    return BlockSpec.fresh(id, tenant, estimatedTraces);
  }
}
