package dev.spoor.storage.compact;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.Golden;
import dev.spoor.storage.block.RandomSpans;
import dev.spoor.storage.block.SpanText;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.Chunk;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockMergerTest {

  private static final MergerConfig SMALL = new MergerConfig(200, 400, 1 << 20);

  private final Disk disk = new RealDisk();

  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void makeFolders() throws IOException {
    target = Files.createDirectory(folder.resolve("merged"));
  }

  @Test
  void everySpanOfTheInputsIsThereOnce() throws Exception {
    List<BlockReader> inputs = new ArrayList<>();
    for (SpanColumns batch : RandomSpans.batches(7, 4, 3000, 300)) {
      inputs.add(TestBlocks.write(disk, folder, batch));
    }
    Merged merged = merge(MergerConfig.DEFAULTS, inputs);

    assertThat(merged.blocks()).hasSize(1);
    assertThat(spansOf(merged)).isEqualTo(TestBlocks.merged(inputs));
    assertThat(merged.spansRead() - merged.duplicateSpans()).isEqualTo(spansOf(merged).size());
    assertThat(merged.duplicateSpans()).isPositive();
  }

  @Property(tries = 12)
  void everySpanIsThereOnceWhateverIsMerged(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int blocks,
      @ForAll @IntRange(min = 1, max = 900) int spans,
      @ForAll @IntRange(min = 1, max = 80) int traces)
      throws Exception {
    Path root = Files.createTempDirectory("merge");
    try {
      List<BlockReader> inputs = new ArrayList<>();
      for (SpanColumns batch : RandomSpans.batches(seed, blocks, spans, traces)) {
        inputs.add(TestBlocks.write(new RealDisk(), root, batch));
      }
      BlockMerger merger =
          new BlockMerger(TestBlocks.builder(), new MergerConfig(50, 40, 1 << 20), new RealDisk());
      Merged merged = merger.merge(Tenant.SINGLE, inputs, 1, root);

      assertThat(spansOf(merged)).isEqualTo(TestBlocks.merged(inputs));
    } finally {
      deleteTree(root);
    }
  }

  @Test
  void theNewBlockSaysWhatItIs() throws Exception {
    List<BlockReader> inputs =
        List.of(
            TestBlocks.write(disk, folder, TestBlocks.trace(1, 1, 10), TestBlocks.trace(2, 1, 5)),
            TestBlocks.write(disk, folder, TestBlocks.trace(1, 6, 10)));
    Merged merged = merge(MergerConfig.DEFAULTS, inputs);

    var meta = merged.blocks().getFirst().meta();
    assertThat(meta.format()).isEqualTo("vParquet4");
    assertThat(meta.compactionLevel()).isEqualTo(3);
    assertThat(meta.totalObjects()).isEqualTo(2);
    assertThat(meta.startTime()).isEqualTo(inputs.getFirst().meta().startTime());
    assertThat(meta.endTime()).isEqualTo(inputs.getLast().meta().endTime());
    assertThat(meta.dedicatedColumns()).isEqualTo(inputs.getFirst().meta().dedicatedColumns());
    assertThat(merged.combinedTraces()).isEqualTo(1);
    assertThat(merged.duplicateSpans()).isEqualTo(5);
    assertThat(open(merged.blocks().getFirst()).findTrace(new TraceId(0, 1)).orElseThrow())
        .extracting(SpanColumns::spanCount)
        .isEqualTo(15);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aBlockOfTheReferenceMergesWithOurs(Golden golden) throws Exception {
    BlockReader reference = golden.open();
    BlockReader ours =
        TestBlocks.write(disk, folder, RandomSpans.batches(3, 1, 500, 60).getFirst());
    List<BlockReader> inputs = List.of(reference, ours);
    Merged merged = merge(MergerConfig.DEFAULTS, inputs);

    // Other dedicated columns mean another order of attributes.
    assertThat(withSortedWords(spansOf(merged)))
        .isEqualTo(withSortedWords(TestBlocks.merged(inputs)));
    assertThat(merged.blocks().getFirst().meta().format()).isEqualTo("vParquet4");
  }

  @Test
  void aTraceThatIsTooLargeIsSpreadOverBlocksAndNoSpanIsLost() throws Exception {
    List<BlockReader> inputs =
        List.of(
            TestBlocks.write(
                disk, folder, TestBlocks.trace(1, 1, 20), TestBlocks.trace(5, 1, 2500)),
            TestBlocks.write(
                disk, folder, TestBlocks.trace(5, 2000, 800), TestBlocks.trace(7, 1, 9)),
            TestBlocks.write(
                disk, folder, TestBlocks.trace(3, 1, 30), TestBlocks.trace(5, 1, 450)));
    Merged merged = merge(SMALL, inputs);

    // 2799 spans of trace 5: six parts of 400, and 399 that stay with the others.
    assertThat(merged.blocks()).hasSize(7);
    assertThat(spansOf(merged)).isEqualTo(TestBlocks.merged(inputs));
    assertThat(merged.duplicateSpans()).isEqualTo(501 + 450);
    for (Merged.Output part : merged.blocks().subList(0, 6)) {
      assertThat(BlockSelector.isCompactable(part.meta())).isFalse();
      assertThat(part.meta().totalObjects()).isEqualTo(1);
    }
    assertThat(merged.blocks().getLast().meta().totalObjects()).isEqualTo(4);
    assertThat(BlockSelector.isCompactable(merged.blocks().getLast().meta())).isTrue();
  }

  @Test
  void largeTracesShareTheBlockOfTheirFirstParts() throws Exception {
    List<BlockReader> inputs =
        List.of(
            TestBlocks.write(
                disk, folder, TestBlocks.trace(1, 1, 800), TestBlocks.trace(2, 1, 1200)),
            TestBlocks.write(disk, folder, TestBlocks.trace(2, 5000, 10)));
    Merged merged = merge(SMALL, inputs);

    assertThat(merged.blocks())
        .extracting(output -> output.meta().totalObjects())
        .containsExactly(2L, 1L, 1L, 1L, 1L);
    assertThat(spansOf(merged)).isEqualTo(TestBlocks.merged(inputs));
  }

  @Test
  void whenNothingIsLeftOfLargeTracesThereIsNoOtherBlock() throws Exception {
    List<BlockReader> inputs =
        List.of(
            TestBlocks.write(disk, folder, TestBlocks.trace(1, 1, 400)),
            TestBlocks.write(disk, folder, TestBlocks.trace(1, 401, 400)));
    Merged merged = merge(SMALL, inputs);

    assertThat(merged.blocks()).hasSize(2);
    assertThat(spansOf(merged)).isEqualTo(TestBlocks.merged(inputs));
  }

  @Test
  void aLargeTraceIsReadInPartsFromEveryVersion() throws Exception {
    for (Golden golden : Golden.values()) {
      List<String> parts = new ArrayList<>();
      try (var cursor = golden.open().columns(3, 4)) {
        for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
          parts.addAll(SpanText.of(batch));
        }
      }
      assertThat(parts).as(golden.toString()).isEqualTo(TestBlocks.spans(golden.open()));
    }
  }

  @Test
  void anInputWithARowThatIsTooLargeForTheHeapIsNamed() throws Exception {
    BlockReader large = TestBlocks.write(disk, folder, TestBlocks.trace(2, 1, 900));
    List<BlockReader> inputs =
        List.of(TestBlocks.write(disk, folder, TestBlocks.trace(1, 1, 20)), large);

    assertThatThrownBy(() -> merge(new MergerConfig(200, 400, 1 << 20, 1 << 20, 100), inputs))
        .isInstanceOf(UnreadableBlockException.class)
        .hasMessageContaining("a trace of 900 spans in one row")
        .extracting(failure -> ((UnreadableBlockException) failure).block())
        .isEqualTo(large.meta().blockId());
  }

  @Test
  void anInputThatIsDamagedIsNamed() throws Exception {
    BlockReader good = TestBlocks.write(disk, folder, TestBlocks.trace(1, 1, 3000));
    BlockReader bad = TestBlocks.write(disk, folder, TestBlocks.trace(2, 1, 3000));
    Path data = folder.resolve(bad.meta().blockId().toString()).resolve("data.parquet");
    byte[] bytes = Files.readAllBytes(data);
    int spanIds = placeOfSpanIds(bytes);
    for (int i = spanIds; i < spanIds + 400; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(data, bytes);

    assertThatThrownBy(() -> merge(MergerConfig.DEFAULTS, List.of(good, bad)))
        .isInstanceOfSatisfying(
            UnreadableBlockException.class,
            failure -> assertThat(failure.block()).isEqualTo(bad.meta().blockId()));
    try (var left = Files.list(target)) {
      assertThat(left).isEmpty();
    }
  }

  private static int placeOfSpanIds(byte[] file) throws IOException {
    ParquetFooter footer = ParquetFooter.read(RangeReader.of(file), "damaged", 0);
    Chunk chunk =
        footer.rowGroups().getFirst().chunks().stream()
            .filter(column -> column.leaf().path().endsWith(".SpanID"))
            .findFirst()
            .orElseThrow();
    return (int) chunk.offset();
  }

  private Merged merge(MergerConfig config, List<BlockReader> inputs) throws IOException {
    return new BlockMerger(TestBlocks.builder(), config, disk)
        .merge(Tenant.SINGLE, inputs, 3, target);
  }

  private BlockReader open(Merged.Output output) throws IOException {
    return TestBlocks.open(disk, output.folder(), output.meta());
  }

  private static List<String> spansOf(Merged merged) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Merged.Output output : merged.blocks()) {
      BlockReader block = TestBlocks.open(new RealDisk(), output.folder(), output.meta());
      Set<TraceId> ids = new HashSet<>();
      for (int group = 0; group < block.rowGroups(); group++) {
        for (TraceId id : block.traceIds(group)) {
          assertThat(ids.add(id)).as("trace %s is once in a block", id).isTrue();
        }
      }
      lines.addAll(TestBlocks.spans(block));
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> withSortedWords(List<String> lines) {
    return lines.stream()
        .map(line -> Arrays.stream(line.split("[ \n]", -1)).sorted().collect(joining(" ")))
        .sorted()
        .toList();
  }

  private static void deleteTree(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
