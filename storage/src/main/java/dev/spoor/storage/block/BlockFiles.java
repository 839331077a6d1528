package dev.spoor.storage.block;

/// The names of what a block is made of, each an object in the block's folder.
public final class BlockFiles {

  public static final String META = "meta.json";

  /// The meta of a block that compaction or retention retired; then there is no [#META].
  public static final String COMPACTED_META = "meta.compacted.json";

  public static final String DATA = "data.parquet";

  /// The last trace id of each row group; see [RowGroupIndex].
  public static final String INDEX = "index";

  /// Values of attributes and where they are. Ours alone, may be absent.
  public static final String SPOOR_INDEX = "spoor-index";

  /// What the block was merged from, as long as that may not be finished. Ours alone.
  public static final String ORIGIN = "spoor-origin";

  /// An empty object: compaction leaves the block alone.
  public static final String NO_COMPACT = "nocompact.flg";

  private BlockFiles() {}

  /// A shard of the bloom filter.
  public static String bloom(int shard) {
    return "bloom-" + shard;
  }
}
