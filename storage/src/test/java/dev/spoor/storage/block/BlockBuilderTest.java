package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.BlockSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes into a block is what parquet-java reads out of it.
class BlockBuilderTest {

  private static final UUID BLOCK = UUID.fromString("0b5f6a34-6a40-4a43-b2e7-2d8d0a9c4b11");

  private final MemorySink sink = new MemorySink();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsBackTheSpansThatWentIn(long seed) throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(seed, 1 + (int) seed, 300, 60);

    BuiltBlock built = build(config(BlockSchema.Profile.SMALL, 1 << 20), inputs);

    List<String> expected = BlockLines.expected(inputs);
    assertThat(read(built)).isEqualTo(expected);
    assertThat(built.spanCount()).isEqualTo(expected.size());
    assertThat(built.duplicateSpans()).isEqualTo((1 + seed) * 300 - expected.size());
  }

  @ParameterizedTest
  @EnumSource(BlockSchema.Profile.class)
  void readsBackManyPagesAndRowGroupsInEveryProfile(BlockSchema.Profile profile)
      throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(77, 6, 5000, 3000);

    BuiltBlock built = build(config(profile, 9000), inputs);

    assertThat(built.meta().totalRecords()).isEqualTo(3);
    assertThat(read(built)).isEqualTo(BlockLines.expected(inputs));
  }

  @Test
  void readsBackTrafficLikeThatOfAShop() throws Exception {
    List<SpanColumns> inputs = ShopTraffic.batches(5, 600, 5, 50);

    BuiltBlock built = build(BlockBuilderConfig.DEFAULTS, inputs);

    assertThat(read(built)).isEqualTo(BlockLines.expected(inputs));
  }

  private BuiltBlock build(BlockBuilderConfig config, List<SpanColumns> inputs)
      throws IOException {
    return new BlockBuilder(config)
        .build(
            BlockSpec.fresh(BLOCK, Tenant.SINGLE, 1000),
            inputs.stream().map(SpanColumnsCursor::of).toList(),
            sink);
  }

  private List<String> read(BuiltBlock built) throws IOException {
    return BlockLines.read(
        ParquetJava.rows(sink.dataBytes()), built.meta().dedicatedColumns());
  }

  private static BlockBuilderConfig config(BlockSchema.Profile profile, int rowGroupSpans) {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new BlockBuilderConfig(
        profile,
        1,
        defaults.rowGroupBytes(),
        rowGroupSpans,
        defaults.bloomFalsePositive(),
        defaults.bloomShardBytes());
  }
}
