package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.BlockSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DuckDbTest {

  private static final String SPANS_IN_LISTS =
      "select sum(list_sum(list_transform(rs, lambda r: list_sum(list_transform(r.ss,"
          + " lambda s: len(s.Spans))))))::bigint from '%s'";
  private static final String SPANS_IN_STATS =
      "select sum(list_sum(list_transform(map_values(ServiceStats), lambda s: s.SpanCount)))::bigint"
          + " from '%s'";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(BlockSchema.Profile.class)
  void countsTheSameTracesAndSpans(BlockSchema.Profile profile) throws Exception {
    List<SpanColumns> inputs = RandomSpans.batches(21, 3, 3000, 900);
    BuiltBlocks block = BuiltBlocks.of(BuiltBlocks.config(profile, 5000), inputs);
    Path file = folder.resolve("data.parquet");
    Files.write(file, block.sink().dataBytes());
    long traces = block.built().meta().totalObjects();

    assertThat(query("select count(*) from '%s'", file)).isEqualTo(traces);
    assertThat(query("select count(distinct TraceID) from '%s'", file)).isEqualTo(traces);
    assertThat(query(SPANS_IN_LISTS, file)).isEqualTo(block.built().spanCount());
    assertThat(query(SPANS_IN_STATS, file)).isEqualTo(block.built().spanCount());
  }

  private static long query(String sql, Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql.formatted(file))) {
      answer.next();
      return answer.getLong(1);
    }
  }
}
