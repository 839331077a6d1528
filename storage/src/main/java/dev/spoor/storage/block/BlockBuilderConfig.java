package dev.spoor.storage.block;

import static dev.spoor.platform.config.Requirements.require;

import dev.spoor.storage.parquet.BlockSchema;

/// How blocks are written.
///
/// @param profile codecs and page versions
/// @param zstdLevel 1 (fast) to 22
/// @param rowGroupBytes a row group ends when its encoded pages and its strings take so much; this
///   is also the memory that writing a block takes, apart from one batch of each input
/// @param rowGroupSpans or when it has so many spans, whichever comes first
/// @param bloomFalsePositive share of absent ids that the bloom filter lets through
/// @param bloomShardBytes length of a shard of the bloom filter
public record BlockBuilderConfig(
    BlockSchema.Profile profile,
    int zstdLevel,
    long rowGroupBytes,
    int rowGroupSpans,
    double bloomFalsePositive,
    int bloomShardBytes) {

  public static final BlockBuilderConfig DEFAULTS =
      new BlockBuilderConfig(
          BlockSchema.Profile.SMALL,
          1,
          64L << 20,
          1 << 18,
          BloomFilter.DEFAULT_FALSE_POSITIVE,
          BloomFilter.DEFAULT_SHARD_BYTES);

  public BlockBuilderConfig {
    require(zstdLevel >= 1 && zstdLevel <= 22, "zstd_level", "must be between 1 and 22");
    require(rowGroupBytes > 0, "parquet_row_group_size_bytes", "must be positive");
    require(rowGroupSpans > 0, "parquet_row_group_spans", "must be positive");
  }
}
