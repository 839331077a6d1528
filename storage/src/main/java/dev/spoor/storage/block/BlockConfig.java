package dev.spoor.storage.block;

import static dev.spoor.platform.config.Requirements.require;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The `storage.trace.block` section: how blocks are written.
///
/// @param version of the block's format; only `vParquet4` is written
/// @param bloomFilterFalsePositive share of wrong yes answers, between 0 and 1
/// @param bloomFilterShardSizeBytes size of one file of the bloom filter
/// @param parquetRowGroupSizeBytes size that a row group aims at
/// @param parquetDedicatedColumns attributes that get columns of their own
public record BlockConfig(
    String version,
    double bloomFilterFalsePositive,
    int bloomFilterShardSizeBytes,
    long parquetRowGroupSizeBytes,
    List<Column> parquetDedicatedColumns) {

  private static final int STRING_COLUMNS = 10;
  private static final int INT_COLUMNS = 5;

  /// The columns that Tempo 2.10 has when none are named.
  private static final List<Column> USUAL_COLUMNS =
      List.of(
          Column.ofResource("k8s.cluster.name"),
          Column.ofResource("k8s.namespace.name"),
          Column.ofResource("k8s.pod.name"),
          Column.ofResource("k8s.container.name"),
          Column.ofSpan("http.request.method", ColumnType.STRING),
          Column.ofSpan("http.response.status_code", ColumnType.INT),
          Column.ofSpan("url.path", ColumnType.STRING),
          Column.ofSpan("url.route", ColumnType.STRING),
          Column.ofSpan("server.address", ColumnType.STRING),
          Column.ofSpan("server.port", ColumnType.INT),
          Column.ofSpan("http.method", ColumnType.STRING),
          Column.ofSpan("http.url", ColumnType.STRING),
          Column.ofSpan("http.route", ColumnType.STRING),
          Column.ofSpan("http.status_code", ColumnType.INT));

  public static final BlockConfig DEFAULTS =
      new BlockConfig("vParquet4", 0.01, 100 << 10, 100_000_000, USUAL_COLUMNS);

  public BlockConfig {
    parquetDedicatedColumns = List.copyOf(parquetDedicatedColumns);
    require(
        version.equals("vParquet4"),
        "version",
        "must be vParquet4, the only one that Spoor writes so far");
    require(
        bloomFilterFalsePositive > 0 && bloomFilterFalsePositive < 1,
        "bloom_filter_false_positive",
        "must be between 0 and 1");
    require(bloomFilterShardSizeBytes > 0, "bloom_filter_shard_size_bytes", "must be positive");
    require(parquetRowGroupSizeBytes > 0, "parquet_row_group_size_bytes", "must be positive");
    requireRoom(parquetDedicatedColumns);
  }

  /// The dedicated columns as blocks name them.
  public List<DedicatedColumn> dedicatedColumns() {
    return dedicated(parquetDedicatedColumns);
  }

  public static List<DedicatedColumn> dedicated(List<Column> columns) {
    return columns.stream().map(Column::dedicated).toList();
  }

  /// @throws dev.spoor.platform.config.InvalidValueException for columns that a block has no room
  ///   for, or that are named twice
  public static void requireRoom(List<Column> columns) {
    Set<String> names = new HashSet<>();
    int[][] used = new int[ColumnScope.values().length][ColumnType.values().length];
    for (Column column : columns) {
      require(!column.name().isEmpty(), "parquet_dedicated_columns", "has an entry without a name");
      String scope = column.scope().name().toLowerCase(Locale.ROOT);
      require(
          names.add(scope + "." + column.name()),
          "parquet_dedicated_columns",
          "names " + scope + "." + column.name() + " twice");
      int room = column.type() == ColumnType.STRING ? STRING_COLUMNS : INT_COLUMNS;
      int taken = ++used[column.scope().ordinal()][column.type().ordinal()];
      require(
          taken <= room,
          "parquet_dedicated_columns",
          "has room for only %d %s columns of type %s"
              .formatted(room, scope, column.type().name().toLowerCase(Locale.ROOT)));
    }
  }

  /// An attribute that gets a column of its own.
  ///
  /// @param options `array` and `blob`
  public record Column(ColumnScope scope, String name, ColumnType type, List<String> options) {

    /// What an entry of the list starts from; its name must be given.
    public static final Column DEFAULTS =
        new Column(ColumnScope.SPAN, "", ColumnType.STRING, List.of());

    public Column {
      options = List.copyOf(options);
    }

    DedicatedColumn dedicated() {
      return new DedicatedColumn(
          DedicatedColumn.Scope.valueOf(scope.name()),
          name,
          DedicatedColumn.Type.valueOf(type.name()),
          options);
    }

    static Column ofResource(String name) {
      return new Column(ColumnScope.RESOURCE, name, ColumnType.STRING, List.of());
    }

    static Column ofSpan(String name, ColumnType type) {
      return new Column(ColumnScope.SPAN, name, type, List.of());
    }
  }

  /// Whose attribute it is.
  public enum ColumnScope {
    RESOURCE,
    SPAN,
    EVENT
  }

  /// The type of the values that go to the column.
  public enum ColumnType {
    STRING,
    INT
  }
}
