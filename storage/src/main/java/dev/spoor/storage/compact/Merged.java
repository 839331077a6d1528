package dev.spoor.storage.compact;

import dev.spoor.storage.block.BlockMeta;
import java.nio.file.Path;
import java.util.List;

/// What blocks were merged into.
///
/// @param blocks the folders of the new blocks: those with parts of large traces first, the block
///   with everything else last; none when the inputs had no spans
/// @param spansRead of all inputs
/// @param duplicateSpans spans that were left out since they came more than once
/// @param combinedTraces traces less than the inputs had together
public record Merged(
    List<Output> blocks, long spansRead, long duplicateSpans, long combinedTraces) {

  public Merged {
    blocks = List.copyOf(blocks);
  }

  /// A new block in a folder.
  public record Output(Path folder, BlockMeta meta) {}
}
