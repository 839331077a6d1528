package dev.spoor.storage.compact;

import dev.spoor.storage.block.BlockMeta;
import java.util.List;

/// Blocks that are to be merged into one, in the order in which they are merged.
///
/// @param key what they have in common, for messages: level, window, replication factor
public record MergePlan(List<BlockMeta> blocks, String key) {

  public MergePlan {
    blocks = List.copyOf(blocks);
  }

  /// Length of their data.
  public long bytes() {
    return blocks.stream().mapToLong(BlockMeta::size).sum();
  }

  public long traces() {
    return blocks.stream().mapToLong(BlockMeta::totalObjects).sum();
  }

  /// The level of what they become.
  public int nextLevel() {
    return 1 + blocks.stream().mapToInt(BlockMeta::compactionLevel).max().orElse(-1);
  }
}
