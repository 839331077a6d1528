package dev.spoor.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that DuckDB writes, whose encodings, pages and codecs are not those of the reference.
class ForeignFilesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "v1, uncompressed",
    "v1, snappy",
    "v1, gzip",
    "v1, zstd",
    "v1, lz4_raw",
    "v2, snappy",
    "v2, zstd",
  })
  void valuesAreThoseThatWereWritten(String version, String codec)
      throws IOException, SQLException {
    Path file = folder.resolve("foreign.parquet");
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(
          """
          create table t as select i,
            (hash(i) % 1000)::integer as small,
            case when i % 7 = 0 then null else i * 1000003 end as large,
            i % 3 = 0 as flag,
            (hash(i) % 100000) / 64.0::double as number,
            (i / 8.0)::float as narrow,
            'user-' || (hash(i) % 50) as common,
            case when i % 11 = 0 then null else 'path/' || hash(i) end as rare,
            case when i % 5 = 0 then [] when i % 13 = 0 then null
                 else list_transform(range(i % 4), lambda x: 'tag-' || (x + i % 100)) end as tags
          from range(6000) r(i)\
          """);
      statement.execute(
          "copy t to '%s' (format parquet, codec '%s', parquet_version '%s', row_group_size 2048)"
              .formatted(file, codec, version));
      RangeReader reader = RangeReader.of(Files.readAllBytes(file));
      ParquetFooter footer = ParquetFooter.read(reader, "foreign", 0);
      assertThat(footer.rowGroups().size()).isGreaterThan(1);

      for (String column :
          List.of("i", "small", "large", "flag", "number", "narrow", "common", "rare")) {
        assertThat(decoded(reader, footer, column, 1 << 20))
            .as(column)
            .isEqualTo(wanted(statement, "select %s::varchar from t order by i".formatted(column)));
        assertThat(decoded(reader, footer, column, 777))
            .as(column)
            .isEqualTo(decoded(reader, footer, column, 1 << 20));
      }
      String list = footer.leaves().getLast().path();
      List<String> elements =
          wanted(statement, "select e from (select i, unnest(tags) e from t) order by i");
      assertThat(values(decoded(reader, footer, list, 1 << 20))).hasSameElementsAs(elements);
      assertThat(values(decoded(reader, footer, list, 333))).hasSize(elements.size());
    }
  }

  private static List<String> values(List<String> decoded) {
    return decoded.stream().filter(value -> value != null).toList();
  }

  private static List<String> wanted(Statement statement, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        values.add(result.getString(1));
      }
    }
    return values;
  }

  /// All values of a column in pieces of some rows, null where there is none.
  private static List<String> decoded(RangeReader file, ParquetFooter footer, String path, int rows)
      throws IOException {
    Leaf leaf = footer.leaf(path).orElseThrow();
    List<String> values = new ArrayList<>();
    for (RowGroup group : footer.rowGroups()) {
      try (RowGroupReader reader =
          new RowGroupReader(file, footer, group.index(), new ReadCost())) {
        ColumnCursor column = reader.open(leaf, 0, group.rows());
        for (long row = 0; row < group.rows(); row += rows) {
          column.move(row, Math.min(group.rows(), row + rows));
          int value = column.firstValue();
          for (int i = column.firstEntry(); i < column.endEntry(); i++) {
            boolean present =
                leaf.maxDefinition() == 0 || column.definitions()[i] == leaf.maxDefinition();
            values.add(present ? text(column, value++) : null);
          }
          assertThat(value).isEqualTo(column.endValue());
        }
      }
    }
    return values;
  }

  private static String text(ColumnCursor column, int value) {
    return switch (column.leaf().type()) {
      case BOOLEAN -> Boolean.toString(column.longs()[value] != 0);
      case INT32, INT64 -> Long.toString(column.longs()[value]);
      case FLOAT, DOUBLE -> number(Double.longBitsToDouble(column.longs()[value]));
      default -> column.strings().utf8(column.id(value));
    };
  }

  /// The values are chosen so that all spellings agree.
  private static String number(double value) {
    return Double.toString(value);
  }
}
