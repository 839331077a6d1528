package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.PhysicalType;
import dev.spoor.storage.parquet.RangeReader;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our decoder and parquet-java read the same from each column of a block of ours: levels and
/// values, by checksum.
class ColumnsJudgeTest {

  @ParameterizedTest
  @EnumSource(BlockSchema.Profile.class)
  void everyColumnIsTheSameForParquetJava(BlockSchema.Profile profile) throws Exception {
    BuiltBlocks block =
        BuiltBlocks.of(BuiltBlocks.config(profile, 2500), RandomSpans.batches(21, 3, 2500, 900));
    byte[] data = block.sink().dataBytes();

    Map<String, String> judge = byParquetJava(data);

    assertThat(ours(data)).isEqualTo(judge).hasSizeGreaterThan(150);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void everyColumnOfTheReferenceIsTheSameForParquetJava(Golden golden) throws Exception {
    byte[] data = golden.blockFile("data.parquet");

    assertThat(ours(data)).isEqualTo(byParquetJava(data));
  }

  private static Map<String, String> ours(byte[] data) throws IOException {
    RangeReader file = RangeReader.of(data);
    ParquetFooter footer = ParquetFooter.read(file, "data", 0);
    Map<String, String> sums = new TreeMap<>();
    for (RowGroup group : footer.rowGroups()) {
      try (RowGroupReader reader =
          new RowGroupReader(file, footer, group.index(), new ReadCost())) {
        for (Leaf leaf : footer.leaves()) {
          ColumnCursor column = reader.open(leaf, 0, group.rows());
          column.move(0, group.rows());
          sums.put(group.index() + " " + leaf.path(), sum(leaf, column));
        }
      }
    }
    return sums;
  }

  private static String sum(Leaf leaf, ColumnCursor column) {
    Sum sum = new Sum();
    int value = column.firstValue();
    for (int entry = column.firstEntry(); entry < column.endEntry(); entry++) {
      int repetition = leaf.maxRepetition() == 0 ? 0 : column.repetitions()[entry];
      int definition = leaf.maxDefinition() == 0 ? 0 : column.definitions()[entry];
      sum.levels(repetition, definition);
      if (definition == leaf.maxDefinition()) {
        if (leaf.type().isBytes()) {
          ByteStrings strings = column.strings();
          sum.bytes(strings.copy(column.id(value)));
        } else {
          long number = column.longs()[value];
          sum.number(leaf.type() == PhysicalType.INT32 ? (int) number : number);
        }
        value++;
      }
    }
    return sum.toString();
  }

  private static Map<String, String> byParquetJava(byte[] data) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (ParquetFileReader reader = ParquetJava.open(data)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      for (int group = 0; group < reader.getRowGroups().size(); group++) {
        PageReadStore store = reader.readNextRowGroup();
        ColumnReadStoreImpl columns =
            new ColumnReadStoreImpl(
                store, new GroupRecordConverter(schema).getRootConverter(), schema, "judge");
        for (ColumnDescriptor column : schema.getColumns()) {
          sums.put(
              group + " " + String.join(".", column.getPath()),
              sum(column, columns.getColumnReader(column)));
        }
      }
    }
    return sums;
  }

  private static String sum(ColumnDescriptor column, ColumnReader reader) {
    Sum sum = new Sum();
    for (long i = 0; i < reader.getTotalValueCount(); i++) {
      int definition = reader.getCurrentDefinitionLevel();
      sum.levels(reader.getCurrentRepetitionLevel(), definition);
      if (definition == column.getMaxDefinitionLevel()) {
        switch (column.getPrimitiveType().getPrimitiveTypeName()) {
          case BINARY -> sum.bytes(reader.getBinary().getBytes());
          case INT32 -> sum.number(reader.getInteger());
          case INT64 -> sum.number(reader.getLong());
          case BOOLEAN -> sum.number(reader.getBoolean() ? 1 : 0);
          case DOUBLE -> sum.number(Double.doubleToRawLongBits(reader.getDouble()));
          default -> throw new IllegalStateException(column.toString());
        }
      }
      reader.consume();
    }
    return sum.toString();
  }

  /// Of the entries of a column.
  private static final class Sum {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private long entries;
    private long values;

    void levels(int repetition, int definition) {
      entries++;
      crc.update(repetition);
      crc.update(definition);
    }

    void number(long value) {
      values++;
      crc.update(number.putLong(0, value).array());
    }

    void bytes(byte[] value) {
      number(value.length);
      crc.update(value);
    }

    @Override
    public String toString() {
      return "%d entries, %d values, %08x".formatted(entries, values, crc.getValue());
    }
  }
}
