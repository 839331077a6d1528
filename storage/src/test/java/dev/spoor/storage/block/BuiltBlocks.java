package dev.spoor.storage.block;

import dev.spoor.model.Tenant;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.BlockSchema;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/// A block that was built in memory, for tests.
record BuiltBlocks(BuiltBlock built, MemorySink sink) {

  static final UUID ID = UUID.fromString("0b5f6a34-6a40-4a43-b2e7-2d8d0a9c4b11");

  static BuiltBlocks of(BlockSchema.Profile profile, List<SpanColumns> inputs)
      throws IOException {
    return of(config(profile, 1 << 20), inputs);
  }

  static BuiltBlocks of(BlockBuilderConfig config, List<SpanColumns> inputs) throws IOException {
    return of(config, BlockSpec.fresh(ID, Tenant.SINGLE, 1000), inputs);
  }

  static BuiltBlocks of(BlockBuilderConfig config, BlockSpec spec, List<SpanColumns> inputs)
      throws IOException {
    MemorySink sink = new MemorySink();
    BuiltBlock built =
        new BlockBuilder(config)
            .build(spec, inputs.stream().map(SpanColumnsCursor::of).toList(), sink);
    return new BuiltBlocks(built, sink);
  }

  static BlockBuilderConfig config(BlockSchema.Profile profile, int rowGroupSpans) {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new BlockBuilderConfig(
        profile,
        1,
        defaults.rowGroupBytes(),
        rowGroupSpans,
        defaults.bloomFalsePositive(),
        defaults.bloomShardBytes());
  }

  /// All its spans as parquet-java reads them.
  List<String> lines() throws IOException {
    return BlockLines.read(ParquetJava.rows(sink.dataBytes()), built.meta().dedicatedColumns());
  }
}
