package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.parquet.BlockSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;

/// Our files against one that the reference wrote.
class BlockSchemaTest {

  @Test
  void theSchemaIsThatOfTheReference() throws Exception {
    try (ParquetFileReader golden = ParquetJava.open(golden());
        ParquetFileReader ours = ParquetJava.open(built(BlockSchema.Profile.SMALL))) {
      MessageType expected = golden.getFileMetaData().getSchema();
      MessageType schema = ours.getFileMetaData().getSchema();

      assertThat(schema.toString()).isEqualTo(expected.toString());
      assertThat(levels(schema)).isEqualTo(levels(expected)).hasSize(103);
    }
  }

  @Test
  void theReferenceProfileHasItsEncodingsAndCodecs() throws Exception {
    try (ParquetFileReader golden = ParquetJava.open(golden());
        ParquetFileReader ours = ParquetJava.open(built(BlockSchema.Profile.REFERENCE))) {
      assertThat(chunks(ours.getRowGroups().getFirst()))
          .isEqualTo(chunks(golden.getRowGroups().getFirst()));
    }
  }

  @Test
  void columnsKnowTheirLevels() throws Exception {
    List<BlockSchema.Column> columns =
        BlockSchema.vParquet4(BlockSchema.Profile.SMALL).columns();
    try (ParquetFileReader golden = ParquetJava.open(golden())) {
      MessageType schema = golden.getFileMetaData().getSchema();

      assertThat(
              columns.stream()
                  .map(c -> c.name() + " " + c.maxRepetition() + "/" + c.maxDefinition()))
          .containsExactlyElementsOf(levels(schema));
      assertThat(columns.stream().map(BlockSchema.Column::ordinal))
          .containsExactlyElementsOf(IntStream.range(0, 103).boxed().toList());
    }
  }

  private static List<String> levels(MessageType schema) {
    List<String> levels = new ArrayList<>();
    for (ColumnDescriptor column : schema.getColumns()) {
      levels.add(
          String.join(".", column.getPath())
              + " "
              + column.getMaxRepetitionLevel()
              + "/"
              + column.getMaxDefinitionLevel());
    }
    return levels;
  }

  private static List<String> chunks(BlockMetaData rowGroup) {
    List<String> chunks = new ArrayList<>();
    for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
      chunks.add(
          chunk.getPath()
              + " "
              + chunk.getPrimitiveType()
              + " "
              + chunk.getEncodings().stream().sorted().toList()
              + " "
              + chunk.getCodec());
    }
    return chunks;
  }

  private static byte[] golden() throws Exception {
    return Golden.VPARQUET4.blockFile("data.parquet");
  }

  private static byte[] built(BlockSchema.Profile profile) throws Exception {
    return BuiltBlocks.of(profile, RandomSpans.batches(1, 2, 100, 20)).sink().dataBytes();
  }
}
