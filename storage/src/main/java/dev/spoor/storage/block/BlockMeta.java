package dev.spoor.storage.block;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What is known of a block without opening it: the content of its meta.json.
///
/// @param format version of the block, such as `vParquet4`; exact and case-sensitive
/// @param startTime earliest start of its traces, inclusive; [#NO_TIME] when it was never set
/// @param endTime latest end of its traces, inclusive
/// @param totalObjects traces, which are the rows of the file
/// @param size length of data.parquet in bytes; 0 when the writer did not say
/// @param compactionLevel 0 for a fresh block, one more than its highest input after compaction
/// @param encoding `none` for Parquet blocks
/// @param indexPageSize 0 for Parquet blocks
/// @param totalRecords row groups of data.parquet; some writers count one too many
/// @param dataEncoding empty for Parquet blocks
/// @param bloomShards as written; see [#bloomShardCount]
/// @param footerSize length of the thrift footer in bytes
/// @param dedicatedColumns in the order that decides their columns
/// @param replicationFactor 0 for blocks of ingesters (one of several copies), 1 for blocks that
///   hold each span once
public record BlockMeta(
    String format,
    UUID blockId,
    String tenantId,
    Instant startTime,
    Instant endTime,
    long totalObjects,
    long size,
    int compactionLevel,
    String encoding,
    int indexPageSize,
    int totalRecords,
    String dataEncoding,
    int bloomShards,
    int footerSize,
    List<DedicatedColumn> dedicatedColumns,
    int replicationFactor) {

  /// The time of a meta whose time was never set: midnight of 1 January of the year 1.
  public static final Instant NO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  private static final int LEGACY_BLOOM_SHARDS = 10;

  public BlockMeta {
    dedicatedColumns = List.copyOf(dedicatedColumns);
  }

  /// A fresh Parquet block: level 0, no encodings.
  public static BlockMeta fresh(
      String format,
      UUID blockId,
      String tenantId,
      Instant startTime,
      Instant endTime,
      long totalObjects,
      long size,
      int rowGroups,
      int bloomShards,
      int footerSize,
      List<DedicatedColumn> dedicatedColumns) {
    return new BlockMeta(
        format,
        blockId,
        tenantId,
        startTime,
        endTime,
        totalObjects,
        size,
        0,
        "none",
        0,
        rowGroups,
        "",
        bloomShards,
        footerSize,
        dedicatedColumns,
        0);
  }

  /// How many bloom objects there are. Old metas say 0 and mean 10.
  public int bloomShardCount() {
    return bloomShards == 0 ? LEGACY_BLOOM_SHARDS : bloomShards;
  }

  public BlockMeta withCompactionLevel(int level) {
    return new BlockMeta(
        format,
        blockId,
        tenantId,
        startTime,
        endTime,
        totalObjects,
        size,
        level,
        encoding,
        indexPageSize,
        totalRecords,
        dataEncoding,
        bloomShards,
        footerSize,
        dedicatedColumns,
        replicationFactor);
  }

  public BlockMeta withReplicationFactor(int factor) {
    return new BlockMeta(
        format,
        blockId,
        tenantId,
        startTime,
        endTime,
        totalObjects,
        size,
        compactionLevel,
        encoding,
        indexPageSize,
        totalRecords,
        dataEncoding,
        bloomShards,
        footerSize,
        dedicatedColumns,
        factor);
  }

  /// The bytes of meta.json, with a checksum that [#parse] compares.
  public byte[] toSealedJson() {
    return Checksums.ofJson(toJson());
  }

  /// The bytes of meta.json as the reference writes it.
  public byte[] toJson() {
    return BlockMetaJson.write(this);
  }

  /// Reads the bytes of a meta.json. Fields that are not known are left out.
  ///
  /// @param source what the bytes are, for messages, such as the object's name
  /// @throws IOException naming the source and what is wrong with it
  public static BlockMeta parse(byte[] json, String source) throws IOException {
    Checksums.checkJson(json, source);
    return BlockMetaJson.read(json, source);
  }
}
