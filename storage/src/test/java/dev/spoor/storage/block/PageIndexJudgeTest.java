package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.parquet.BlockSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveComparator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Page and chunk statistics keep what they promise: parquet-java's values lie within our bounds,
/// in the page that our index names.
class PageIndexJudgeTest {

  @ParameterizedTest
  @EnumSource(BlockSchema.Profile.class)
  void everyValueLiesWithinTheBoundsOfItsPage(BlockSchema.Profile profile) throws Exception {
    BuiltBlocks block =
        BuiltBlocks.of(
            BuiltBlocks.config(profile, 9000), RandomSpans.batches(11, 5, 4000, 2000));
    try (ParquetFileReader reader = ParquetJava.open(block.sink().dataBytes())) {
      MessageType schema = reader.getFileMetaData().getSchema();
      int pages = 0;
      for (BlockMetaData group : reader.getRowGroups()) {
        PageReadStore store = reader.readNextRowGroup();
        ColumnReadStoreImpl columns =
            new ColumnReadStoreImpl(
                store, new GroupRecordConverter(schema).getRootConverter(), schema, "judge");
        for (ColumnChunkMetaData chunk : group.getColumns()) {
          ColumnDescriptor column = schema.getColumnDescription(chunk.getPath().toArray());
          pages += check(reader, chunk, column, columns.getColumnReader(column));
        }
      }
      assertThat(pages).isGreaterThan(500);
    }
  }

  private static int check(
      ParquetFileReader reader,
      ColumnChunkMetaData chunk,
      ColumnDescriptor column,
      ColumnReader values)
      throws IOException {
    ColumnIndex bounds = reader.readColumnIndex(chunk);
    OffsetIndex places = reader.readOffsetIndex(chunk);
    assertThat(bounds).as(chunk.getPath().toDotString()).isNotNull();
    long[] nulls = new long[places.getPageCount()];
    long[] present = new long[places.getPageCount()];
    long allNulls = 0;
    int page = -1;
    long row = -1;
    for (long i = 0; i < values.getTotalValueCount(); i++) {
      if (values.getCurrentRepetitionLevel() == 0) {
        row++;
        if (page + 1 < places.getPageCount() && places.getFirstRowIndex(page + 1) == row) {
          page++;
        }
      }
      if (values.getCurrentDefinitionLevel() < column.getMaxDefinitionLevel()) {
        nulls[page]++;
        allNulls++;
      } else {
        present[page]++;
        checkValue(column, values, bounds.getMinValues().get(page), bounds.getMaxValues().get(page));
      }
      values.consume();
    }
    for (int i = 0; i < nulls.length; i++) {
      assertThat(bounds.getNullCounts().get(i)).isEqualTo(nulls[i]);
      assertThat(bounds.getNullPages().get(i)).isEqualTo(present[i] == 0);
    }
    assertThat(chunk.getStatistics().getNumNulls()).isEqualTo(allNulls);
    assertThat(chunk.getValueCount()).isEqualTo(values.getTotalValueCount());
    return nulls.length;
  }

  private static void checkValue(
      ColumnDescriptor column, ColumnReader values, ByteBuffer min, ByteBuffer max) {
    PrimitiveComparator<Object> order = column.getPrimitiveType().comparator();
    switch (column.getPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> {
        Binary value = values.getBinary();
        holds(
            order.compare(Binary.fromReusedByteBuffer(min), value) <= 0
                && order.compare(Binary.fromReusedByteBuffer(max), value) >= 0,
            column,
            value);
      }
      case INT32 -> {
        int value = values.getInteger();
        holds(
            order.compare(number(min).getInt(0), value) <= 0
                && order.compare(number(max).getInt(0), value) >= 0,
            column,
            value);
      }
      case INT64 -> {
        long value = values.getLong();
        holds(
            order.compare(number(min).getLong(0), value) <= 0
                && order.compare(number(max).getLong(0), value) >= 0,
            column,
            value);
      }
      case DOUBLE -> {
        double value = values.getDouble();
        holds(
            Double.isNaN(value)
                || (number(min).getDouble(0) <= value && number(max).getDouble(0) >= value),
            column,
            value);
      }
      case BOOLEAN -> {
        boolean value = values.getBoolean();
        holds(
            (value || min.get(min.position()) == 0) && (!value || max.get(max.position()) == 1),
            column,
            value);
      }
      default -> throw new IllegalStateException(column.toString());
    }
  }

  private static ByteBuffer number(ByteBuffer bytes) {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void holds(boolean condition, ColumnDescriptor column, Object value) {
    if (!condition) {
      throw new AssertionError(Arrays.toString(column.getPath()) + " out of bounds: " + value);
    }
  }
}
