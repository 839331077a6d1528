package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockOnDiskTest {

  private static final Path FOLDER = Path.of("/blocks/acme/" + BuiltBlocks.ID);

  private final FailingDisk disk = new FailingDisk();
  private final List<SpanColumns> inputs = RandomSpans.batches(3, 2, 200, 50);

  @Test
  void theFolderHoldsTheWholeBlock() throws Exception {
    BuiltBlock built = build();

    BuiltBlocks inMemory = BuiltBlocks.of(BlockBuilderConfig.DEFAULTS, inputs);
    assertThat(disk.content(FOLDER.resolve("data.parquet"))).isEqualTo(inMemory.sink().dataBytes());
    assertThat(disk.content(FOLDER.resolve("bloom-0")))
        .isEqualTo(inMemory.sink().blooms.getFirst());
    assertThat(disk.content(FOLDER.resolve("index"))).isEqualTo(inMemory.sink().index);
    assertThat(disk.content(FOLDER.resolve("meta.json"))).isEqualTo(built.meta().toSealedJson());
    long bytes = 0;
    for (Path file : disk.list(FOLDER)) {
      bytes += disk.content(file).length;
    }
    assertThat(built.byteSize()).isEqualTo(bytes);
  }

  @Test
  void everyFileIsSafeBeforeTheFolderGetsItsName() throws Exception {
    build();

    String building = BuiltBlocks.ID + ".building";
    assertThat(disk.operations)
        .containsSubsequence(
            "create data.parquet",
            "sync bloom-0",
            "sync index",
            "sync data.parquet",
            "sync meta.json",
            "sync " + building,
            "rename " + building,
            "sync acme");
  }

  @Test
  void whereverTheDiskBreaksNothingIsThereUnderTheName() throws Exception {
    build();
    int steps = disk.operations.size();

    for (int step = 0; step < steps - 1; step++) {
      FailingDisk broken = new FailingDisk();
      broken.breakAfter(step);
      assertThatThrownBy(() -> build(broken))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the disk broke");
      assertThat(broken.exists(FOLDER)).isFalse();
      assertThat(broken.list(FOLDER)).isEmpty();
    }
  }

  @Test
  void whatABrokenBuildLeftBehindIsReplaced() throws Exception {
    Path building = FOLDER.resolveSibling(FOLDER.getFileName() + ".building");
    disk.createDirectories(building);
    disk.create(building.resolve("data.parquet"));

    build();

    assertThat(disk.exists(FOLDER)).isTrue();
    assertThat(disk.exists(building)).isFalse();
  }

  @Test
  void aBlockThatIsThereIsNotOverwritten() throws Exception {
    build();

    assertThatThrownBy(this::build)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("exists already");
    assertThat(disk.exists(FOLDER.resolve("meta.json"))).isTrue();
  }

  private BuiltBlock build() throws IOException {
    return build(disk);
  }

  private BuiltBlock build(FailingDisk on) throws IOException {
    return new BlockBuilder(BlockBuilderConfig.DEFAULTS)
        .build(
            BlockSpec.fresh(BuiltBlocks.ID, Tenant.SINGLE, 1000),
            inputs.stream().map(SpanColumnsCursor::of).toList(),
            on,
            FOLDER);
  }
}
