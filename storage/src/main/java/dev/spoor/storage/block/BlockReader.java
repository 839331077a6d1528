package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads one block, of the versions vParquet3, 4 and 5.
///
/// Nothing is fetched before it is needed. Every failure is an `IOException` that names the block
/// and the place in it. Safe for many threads.
public final class BlockReader {

  private static final Set<String> VERSIONS = Set.of("vParquet3", "vParquet4", "vParquet5");

  /// The newest version that this release reads.
  public static final String NEWEST = "vParquet5";

  private static final Pattern NUMBERED = Pattern.compile("vParquet(\\d{1,9})");

  private final BlockMeta meta;
  private final BlockParts files;

  private BlockReader(BlockMeta meta, BlockParts files) {
    this.meta = meta;
    this.files = files;
  }

  /// Whether blocks of this version can be read.
  public static boolean reads(String format) {
    return VERSIONS.contains(format);
  }

  /// Whether blocks of this version come from a release that knows more than this one.
  public static boolean isNewer(String format) {
    Matcher version = NUMBERED.matcher(format);
    return version.matches() && Integer.parseInt(version.group(1)) > 5;
  }

  /// @throws IOException when the block has a version that can't be read; nothing is fetched yet
  public static BlockReader open(BlockMeta meta, BlockParts files) throws IOException {
    if (!reads(meta.format())) {
      throw new IOException(
          "block %s: version %s can't be read".formatted(meta.blockId(), meta.format()));
    }
    return new BlockReader(meta, files);
  }

  public BlockMeta meta() {
    return meta;
  }

  /// All spans of one trace in this block.
  public Optional<SpanColumns> findTrace(TraceId id) throws IOException {
    return findTrace(id, new ReadCost());
  }

  /// All spans of one trace in this block; what it took is added to `cost`, without what `files`
  /// fetched.
  public Optional<SpanColumns> findTrace(TraceId id, ReadCost cost) throws IOException {
    return named("trace", id, () -> find(id, cost));
  }

  private Optional<SpanColumns> find(TraceId id, ReadCost cost) throws IOException {
    if (!mayHold(id)) {
      return Optional.empty();
    }
    ParquetFooter footer = files.footer();
    BlockColumns columns = BlockColumns.of(footer, meta.dedicatedColumns());
    int group = rowGroupOf(id, footer, columns, cost);
    if (group < 0) {
      return Optional.empty();
    }
    long row = rowOf(id, group, columns, cost);
    return row < 0 ? Optional.empty() : Optional.of(assemble(columns, group, row, row + 1, cost));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /// What contradicts itself in a way nothing else noticed becomes a failure that names the block.
  private <T> T named(String what, Object which, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (RuntimeException e) {
      throw new IOException(
          "block %s, %s %s: malformed: %s".formatted(meta.blockId(), what, which, e), e);
    }
  }

  /// Whether the bloom filter lets a trace be in this block; false is sure.
  public boolean mayHold(TraceId id) throws IOException {
    int shard = BloomFilter.shardOf(id, meta.bloomShardCount());
    byte[] bloom = files.bloom(shard);
    try {
      return BloomFilter.mightContain(bloom, id);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "block %s, bloom-%d: %s".formatted(meta.blockId(), shard, e.getMessage()), e);
    }
  }

  /// The spans of the rows (traces) `[fromRow, toRow)` of a row group.
  public SpanColumns rows(int rowGroup, long fromRow, long toRow) throws IOException {
    return rows(rowGroup, fromRow, toRow, new ReadCost());
  }

  public SpanColumns rows(int rowGroup, long fromRow, long toRow, ReadCost cost)
      throws IOException {
    return named(
        "row group",
        rowGroup,
        () -> {
          BlockColumns columns = BlockColumns.of(files.footer(), meta.dedicatedColumns());
          return assemble(columns, rowGroup, fromRow, toRow, cost);
        });
  }

  public int rowGroups() throws IOException {
    return files.footer().rowGroups().size();
  }

  /// All spans of the block, for merging. A trace with more than `largeTraceSpans` spans comes in
  /// several batches, see [SpanColumnsCursor#goesOn].
  ///
  /// @param spansPerBatch about how many spans a batch has
  public SpanColumnsCursor columns(int spansPerBatch, int largeTraceSpans) throws IOException {
    return columns(
        spansPerBatch, largeTraceSpans, BlockColumnsCursor.DEFAULT_ROW_BYTES, Long.MAX_VALUE);
  }

  /// @param rowBytes of memory for the columns of a large trace, about: with less of it, the trace
  ///   is decoded more often
  /// @param columnBytes that a column of such a trace may take while it is decoded; the cursor
  ///   fails at a trace with a larger one
  public SpanColumnsCursor columns(
      int spansPerBatch, int largeTraceSpans, long rowBytes, long columnBytes) throws IOException {
    return new BlockColumnsCursor(this, spansPerBatch, largeTraceSpans, rowBytes, columnBytes);
  }

  /// Traces in a row group.
  public long rows(int rowGroup) throws IOException {
    return files.footer().rowGroups().get(rowGroup).rows();
  }

  /// The trace ids of a row group, in their order.
  public TraceId[] traceIds(int rowGroup) throws IOException {
    return traceIds(rowGroup, new ReadCost());
  }

  public TraceId[] traceIds(int rowGroup, ReadCost cost) throws IOException {
    return named("ids of row group", rowGroup, () -> readIds(rowGroup, cost));
  }

  private TraceId[] readIds(int rowGroup, ReadCost cost) throws IOException {
    ParquetFooter footer = files.footer();
    BlockColumns columns = BlockColumns.of(footer, meta.dedicatedColumns());
    RowGroup group = footer.rowGroups().get(rowGroup);
    try (RowGroupReader reader = reader(footer, rowGroup, cost)) {
      ColumnCursor ids = reader.open(columns.traceId, 0, group.rows());
      ids.move(0, group.rows());
      TraceId[] all = new TraceId[ids.valueCount()];
      for (int i = 0; i < all.length; i++) {
        all[i] = TraceAssembler.traceId(ids.strings(), ids.id(ids.firstValue() + i));
      }
      return all;
    }
  }

  /// Reads every byte of the block that queries may need, and compares all checksums. What has
  /// none, as in blocks of other writers, is read as far as it goes.
  ///
  /// @throws IOException naming the place that can't be read, or is not what was written
  public void verify() throws IOException {
    ParquetFooter footer = files.footer();
    if (footer.rows() != meta.totalObjects()) {
      throw new IOException(
          "block %s: %d traces, its meta says %d"
              .formatted(meta.blockId(), footer.rows(), meta.totalObjects()));
    }
    for (RowGroup group : footer.rowGroups()) {
      try (RowGroupReader reader = reader(footer, group.index(), new ReadCost())) {
        reader.verify();
      }
    }
    for (int shard = 0; shard < meta.bloomShardCount(); shard++) {
      files.bloom(shard);
    }
    files.index();
  }

  BlockParts files() {
    return files;
  }

  private RowGroupReader reader(ParquetFooter footer, int rowGroup, ReadCost cost)
      throws IOException {
    return new RowGroupReader(files.data(), footer, rowGroup, cost, files.dictionaries());
  }

  private SpanColumns assemble(
      BlockColumns columns, int group, long fromRow, long toRow, ReadCost cost) throws IOException {
    try (RowWindow window =
        new RowWindow(reader(columns.footer(), group, cost), columns, fromRow, toRow)) {
      window.prefetch(neededLeaves(columns).stream().filter(window::mayHaveValues).toList());
      window.move(fromRow, toRow);
      return TraceAssembler.assemble(window);
    } catch (RuntimeException e) {
      // Columns that contradict each other in a way nothing else noticed.
      throw new IOException(
          "block %s, row group %d, rows %d to %d: malformed: %s"
              .formatted(meta.blockId(), group, fromRow, toRow, e),
          e);
    }
  }

  /// What an assembled trace is made of, and so neither text forms of ids nor tree positions.
  static List<Leaf> neededLeaves(BlockColumns columns) {
    Set<String> derived =
        Set.of("TraceIDText", "ParentID", "NestedSetLeft", "NestedSetRight", "ChildCount");
    return columns.all().stream()
        .filter(leaf -> leaf.path().startsWith("rs.") || leaf == columns.traceId)
        .filter(leaf -> !derived.contains(lastName(leaf)))
        .filter(leaf -> !lastName(leaf).startsWith("StartTimeRounded"))
        .toList();
  }

  private static String lastName(Leaf leaf) {
    return leaf.path().substring(leaf.path().lastIndexOf('.') + 1);
  }

  /// The row group that may hold an id, or -1: by statistics of the column, else by the index
  /// object, else by its first values.
  private int rowGroupOf(TraceId id, ParquetFooter footer, BlockColumns columns, ReadCost cost)
      throws IOException {
    List<RowGroup> groups = footer.rowGroups();
    if (!groups.stream().allMatch(group -> hasLastId(group, columns))) {
      Optional<RowGroupIndex> index = files.index();
      if (index.isPresent() && index.get().lastIds().size() == groups.size()) {
        return index.get().find(id);
      }
    }
    int low = 0;
    int high = groups.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lastId(groups.get(middle), footer, columns, cost).compareTo(id) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == groups.size() ? -1 : low;
  }

  private static boolean hasLastId(RowGroup group, BlockColumns columns) {
    byte[] max = group.chunks().get(columns.traceId.index()).max();
    return max != null && max.length == TraceId.LENGTH;
  }

  private TraceId lastId(RowGroup group, ParquetFooter footer, BlockColumns columns, ReadCost cost)
      throws IOException {
    byte[] max = group.chunks().get(columns.traceId.index()).max();
    if (max != null && hasLastId(group, columns)) {
      return TraceId.at(max, 0);
    }
    if (group.rows() == 0) {
      return new TraceId(0, 0);
    }
    try (RowGroupReader reader = reader(footer, group.index(), cost)) {
      ColumnCursor ids = reader.open(columns.traceId, group.rows() - 1, group.rows());
      ids.move(group.rows() - 1, group.rows());
      return TraceAssembler.traceId(ids.strings(), ids.id(ids.firstValue()));
    }
  }

  /// The row of a trace in a row group, or -1. Pages whose bounds exclude the id are not read.
  private long rowOf(TraceId id, int group, BlockColumns columns, ReadCost cost)
      throws IOException {
    try (RowGroupReader reader = reader(columns.footer(), group, cost)) {
      RowGroupReader.Rows rows = reader.rowsThatMayHold(columns.traceId, id.toBytes());
      if (rows.isEmpty()) {
        return -1;
      }
      ColumnCursor ids = reader.open(columns.traceId, rows.from(), rows.to());
      ids.move(rows.from(), rows.to());
      ByteStrings strings = ids.strings();
      int low = 0;
      int high = ids.valueCount() - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        TraceId found = TraceAssembler.traceId(strings, ids.id(ids.firstValue() + middle));
        int order = found.compareTo(id);
        if (order == 0) {
          return rows.from() + middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }
}
