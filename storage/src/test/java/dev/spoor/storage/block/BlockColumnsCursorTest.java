package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanCopier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A block read as columns, and written again.
class BlockColumnsCursorTest {

  private static final int ALL = 1 << 20;

  @TempDir Path folder;

  private final Disk disk = new RealDisk();

  @ParameterizedTest
  @ValueSource(longs = {0, 3000, Long.MAX_VALUE})
  void batchesThatShareTheirStringsSayWhatOneBatchSays(long mostStringBytes) throws IOException {
    BlockReader block = block(1);

    try (SpanColumnsCursor cursor =
            new BlockColumnsCursor(block, 100, ALL, ALL, ALL, mostStringBytes);
        SpanColumnsCursor whole = block.columns(ALL, ALL)) {
      assertThat(lines(cursor)).isEqualTo(lines(whole)).hasSizeGreaterThan(6000);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3000, Long.MAX_VALUE})
  void whatIsBuiltOfSharedStringsIsWhatWasRead(long mostStringBytes) throws IOException {
    BlockReader first = block(1);
    BlockReader second = block(2);
    BlockReader merged;
    try (SpanColumnsCursor a = new BlockColumnsCursor(first, 100, ALL, ALL, ALL, mostStringBytes);
        SpanColumnsCursor b = new BlockColumnsCursor(second, 150, ALL, ALL, ALL, mostStringBytes)) {
      merged = built(List.of(a, b));
    }
    List<String> expected = new ArrayList<>();
    for (BlockReader block : List.of(first, second)) {
      try (SpanColumnsCursor cursor = block.columns(ALL, ALL)) {
        expected.addAll(lines(cursor));
      }
    }

    try (SpanColumnsCursor cursor = merged.columns(ALL, ALL)) {
      assertThat(lines(cursor)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void batchesOfARowGroupGoOnWithTheSameStrings() throws IOException {
    BlockReader block = block(1);
    int batches = 0;
    int anew = 0;
    try (SpanColumnsCursor cursor =
        new BlockColumnsCursor(block, 100, ALL, ALL, ALL, Long.MAX_VALUE)) {
      SpanColumns before = null;
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        batches++;
        anew += before == null || !batch.strings().continues(before.strings()) ? 1 : 0;
        before = batch;
      }
    }

    assertThat(anew).isEqualTo((int) block.meta().totalRecords()).isLessThan(batches / 4);
  }

  @Test
  void theStringsOfARowGroupAreCountedOnceInAllOfItsBatches() throws IOException {
    BlockReader block = block(1);
    long inBatches = 0;
    try (SpanColumnsCursor cursor =
        new BlockColumnsCursor(block, 100, ALL, ALL, ALL, Long.MAX_VALUE)) {
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        inBatches += batch.strings().memoryBytes();
      }
    }
    long whole = 0;
    try (SpanColumnsCursor cursor =
        new BlockColumnsCursor(block, ALL, ALL, ALL, ALL, Long.MAX_VALUE)) {
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        whole += batch.strings().memoryBytes();
      }
    }

    assertThat(inBatches).isBetween(whole, whole + whole / 4);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3000, Long.MAX_VALUE})
  void whatIsCopiedFromSharedStringsIsWhatWasRead(long mostStringBytes) throws IOException {
    BlockReader block = largeRows(4);
    SpanCopier copier = new SpanCopier();
    List<String> copied = new ArrayList<>();
    try (SpanColumnsCursor cursor =
            new BlockColumnsCursor(block, 10, ALL, ALL, ALL, mostStringBytes);
        SpanColumnsCursor whole = block.columns(ALL, ALL)) {
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        for (int trace = 0; trace < batch.traceCount(); trace++) {
          copier.add(batch, trace);
        }
        copied.addAll(SpanText.of(copier.build()));
      }
      assertThat(copied).isEqualTo(lines(whole)).hasSizeGreaterThan(100);
    }
  }

  /// From one part at a time, over a few, to all of them.
  @ParameterizedTest
  @ValueSource(longs = {1, 20_000, 70_000, Long.MAX_VALUE})
  void aLargeRowInPartsIsWhatItIsAsAWhole(long rowBytes) throws IOException {
    BlockReader block = largeRows(1);
    int parts = 0;
    List<String> inParts = new ArrayList<>();
    try (SpanColumnsCursor cursor = block.columns(10, 10, rowBytes, ALL);
        SpanColumnsCursor whole = block.columns(ALL, ALL)) {
      for (SpanColumns part = cursor.next(); part != null; part = cursor.next()) {
        assertThat(part.spanCount()).isLessThanOrEqualTo(20);
        inParts.addAll(SpanText.of(part));
        parts++;
      }
      assertThat(inParts).isEqualTo(lines(whole));
    }
    assertThat(parts).isGreaterThan(40);
  }

  @Test
  void aRowThatIsTooLargeForTheHeapIsNamedAndNotRead() throws IOException {
    BlockReader block = largeRows(1);
    try (SpanColumnsCursor cursor = block.columns(10, 10, ALL, 100)) {
      assertThatThrownBy(cursor::next)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in one row")
          .hasMessageContaining("row group 0, row 0")
          .hasMessageContaining("may take 100");
    }
  }

  /// Of a few traces.
  private BlockReader largeRows(long seed) throws IOException {
    List<SpanColumnsCursor> batches = new ArrayList<>();
    for (SpanColumns batch : RandomSpans.batches(seed, 2, 600, 3)) {
      batches.add(SpanColumnsCursor.of(batch));
    }
    return built(batches);
  }

  /// Of several row groups.
  private BlockReader block(long seed) throws IOException {
    List<SpanColumnsCursor> batches = new ArrayList<>();
    for (SpanColumns batch : ShopTraffic.batches(seed, 200, 2, 40)) {
      batches.add(SpanColumnsCursor.of(batch));
    }
    return built(batches);
  }

  private BlockReader built(List<SpanColumnsCursor> cursors) throws IOException {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    BlockBuilder builder =
        new BlockBuilder(
            new BlockBuilderConfig(
                defaults.profile(),
                1,
                defaults.rowGroupBytes(),
                3000,
                defaults.bloomFalsePositive(),
                defaults.bloomShardBytes()));
    UUID id = UUID.randomUUID();
    Path directory = folder.resolve(id.toString());
    BuiltBlock built =
        builder.build(BlockSpec.fresh(id, Tenant.SINGLE, 1000), cursors, disk, directory);
    return BlockReader.open(built.meta(), DiskBlock.open(disk, directory, built.meta()));
  }

  private static List<String> lines(SpanColumnsCursor cursor) throws IOException {
    List<String> lines = new ArrayList<>();
    for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
      lines.addAll(SpanText.of(batch));
    }
    return lines;
  }
}
