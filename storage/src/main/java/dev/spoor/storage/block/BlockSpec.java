package dev.spoor.storage.block;

import dev.spoor.model.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Which block is to be built.
///
/// @param dedicatedColumns as configured; what the block version cannot do is left out
/// @param estimatedTraces about how many traces will come, rather too many than too few: decides
///   the size of the bloom filter
/// @param compactionLevel 0 for a fresh block
/// @param replicationFactor see [BlockMeta]
/// @param covers what the times of the block cover at least, beside those of its spans
public record BlockSpec(
    UUID blockId,
    Tenant tenant,
    List<DedicatedColumn> dedicatedColumns,
    long estimatedTraces,
    int compactionLevel,
    int replicationFactor,
    Optional<Times> covers) {

  /// From the earliest start to the latest end.
  public record Times(Instant start, Instant end) {}

  public BlockSpec(
      UUID blockId,
      Tenant tenant,
      List<DedicatedColumn> dedicatedColumns,
      long estimatedTraces,
      int compactionLevel,
      int replicationFactor) {
    this(
        blockId,
        tenant,
        dedicatedColumns,
        estimatedTraces,
        compactionLevel,
        replicationFactor,
        Optional.empty());
  }

  /// The dedicated columns that apply where none are configured.
  public static final List<DedicatedColumn> DEFAULT_COLUMNS = ColumnMapping.defaults();

  public BlockSpec {
    dedicatedColumns = List.copyOf(dedicatedColumns);
  }

  /// A fresh block of an ingester, with the default columns.
  public static BlockSpec fresh(UUID blockId, Tenant tenant, long estimatedTraces) {
    return new BlockSpec(blockId, tenant, DEFAULT_COLUMNS, estimatedTraces, 0, 0);
  }
}
