package dev.spoor.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.Golden;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenColumnsTest {

  @ParameterizedTest
  @EnumSource(Golden.class)
  void everyColumnHasAsManyEntriesAsTheFooterSays(Golden golden) throws IOException {
    RangeReader file = RangeReader.of(golden.blockFile("data.parquet"));
    BlockMeta meta = golden.meta();

    ParquetFooter footer = ParquetFooter.read(file, "golden", meta.footerSize());

    assertThat(footer.length()).isEqualTo(meta.footerSize());
    assertThat(footer.rows()).isEqualTo(meta.totalObjects());
    assertThat(footer.rowGroups()).hasSize(meta.totalRecords());
    for (RowGroup group : footer.rowGroups()) {
      try (RowGroupReader reader =
          new RowGroupReader(file, footer, group.index(), new ReadCost())) {
        for (Leaf leaf : footer.leaves()) {
          ColumnCursor column = reader.open(leaf, 0, group.rows());
          column.move(0, group.rows());
          assertThat(column.endEntry() - column.firstEntry())
              .as(leaf.path())
              .isEqualTo((int) group.chunks().get(leaf.index()).values());
        }
      }
    }
  }
}
