package dev.spoor.ingester;

import dev.spoor.storage.block.BlockConfig;
import dev.spoor.storage.wal.WalSettings;
import java.nio.file.Path;

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
        WalSettings.of(directory, nodeId, config.wal(), config.maxBlockBytes()),
        BlockFlusher.Backoff.DEFAULT);
  }
}
