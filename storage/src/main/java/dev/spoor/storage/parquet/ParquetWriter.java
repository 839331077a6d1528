package dev.spoor.storage.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/// Writes Parquet files, one after the other, a column at a time within a row group.
///
/// Whoever fills it appends the same rows to every column of the schema, then ends the row group;
/// until then its encoded pages are held in memory. One thread at a time.
public final class ParquetWriter implements AutoCloseable {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int FILE_VERSION = 2;
  private static final String CREATED_BY = "spoor version 0.1.0 (build 0)";

  private final BlockSchema schema;
  private PageOutput out;
  private final PageCompressor compressor;
  private final StringPool strings = new StringPool();
  private final List<PageColumn> columns = new ArrayList<>();
  private final List<RowGroup> rowGroups = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private long position;
  private long rows;

  /// @param zstdLevel 1 (fast) to 22
  public ParquetWriter(BlockSchema schema, int zstdLevel, PageOutput out) throws IOException {
    this.schema = schema;
    this.out = out;
    compressor = new PageCompressor(zstdLevel);
    for (BlockSchema.Column column : schema.columns()) {
      columns.add(columnOf(column));
    }
    write(MAGIC);
  }

  /// Begins another file, after the one before was finished, with the memory that this has.
  public void begin(PageOutput nextOut) throws IOException {
    out = nextOut;
    rowGroups.clear();
    chunks.clear();
    position = 0;
    rows = 0;
    write(MAGIC);
  }

  private PageColumn columnOf(BlockSchema.Column column) {
    return switch (column.encoding()) {
      case DICTIONARY -> new DictionaryColumn(column, compressor, strings);
      case DELTA_LENGTH -> new BytesColumn(column, compressor);
      case DELTA -> new LongColumn(column, compressor);
      case PLAIN ->
          column.kind() == BlockSchema.Kind.BOOLEAN
              ? new BooleanColumn(column, compressor)
              : new LongColumn(column, compressor);
    };
  }

  /// The strings of the row group; dictionary columns take numbers of this pool.
  public StringPool strings() {
    return strings;
  }

  public DictionaryColumn dictionary(int ordinal) {
    return (DictionaryColumn) columns.get(ordinal);
  }

  public LongColumn longs(int ordinal) {
    return (LongColumn) columns.get(ordinal);
  }

  public BytesColumn bytes(int ordinal) {
    return (BytesColumn) columns.get(ordinal);
  }

  public BooleanColumn booleans(int ordinal) {
    return (BooleanColumn) columns.get(ordinal);
  }

  /// Bytes of memory held for the row group, about; also near what it will take in the file.
  public long heldBytes() {
    long held = strings.dataBytes();
    for (PageColumn column : columns) {
      held += column.heldBytes();
    }
    return held;
  }

  /// Writes out what was appended since the last row group, and forgets the strings.
  public void endRowGroup(long rowCount) throws IOException {
    RowGroup group = new RowGroup();
    group.setNum_rows(rowCount);
    group.setFile_offset(position);
    group.setOrdinal((short) rowGroups.size());
    long start = position;
    long uncompressed = 0;
    for (PageColumn column : columns) {
      column.cut();
      Chunk chunk = writeChunk(column);
      chunks.add(chunk);
      uncompressed += chunk.uncompressedBytes;
      group.addToColumns(chunk.inFooter);
      column.reset();
    }
    group.setTotal_byte_size(uncompressed);
    group.setTotal_compressed_size(position - start);
    rowGroups.add(group);
    rows += rowCount;
    strings.clear();
  }

  /// A column of a row group that was written, with the indexes of its pages, which come later.
  private record Chunk(
      ColumnChunk inFooter, long uncompressedBytes, byte[] columnIndex, byte[] offsetIndex) {}

  private Chunk writeChunk(PageColumn column) throws IOException {
    long start = position;
    ColumnMetaData meta = new ColumnMetaData();
    long uncompressed = column.uncompressedBytes();
    EnumSet<Encoding> encodings = EnumSet.of(column.column.encoding().inPage());
    if (column.column.maxDefinition() > 0) {
      encodings.add(Encoding.RLE);
    }
    if (column instanceof DictionaryColumn dictionary) {
      DictionaryColumn.DictionaryPage page = dictionary.dictionaryPage();
      meta.setDictionary_page_offset(position);
      meta.addToEncoding_stats(new PageEncodingStats(PageType.DICTIONARY_PAGE, Encoding.PLAIN, 1));
      encodings.add(Encoding.PLAIN);
      uncompressed += page.uncompressedBytes();
      write(page.bytes());
    }
    long firstPage = position;
    write(column.finishedPages());
    PageType pageType =
        column.column.pages() == BlockSchema.PageVersion.V1
            ? PageType.DATA_PAGE
            : PageType.DATA_PAGE_V2;
    meta.addToEncoding_stats(
        new PageEncodingStats(pageType, column.column.encoding().inPage(), column.pages().size()));
    meta.setData_page_offset(firstPage);
    meta.setType(column.column.kind().type());
    meta.setEncodings(new ArrayList<>(encodings));
    meta.setPath_in_schema(column.column.path());
    meta.setCodec(column.column.codec().inFooter());
    meta.setNum_values(column.entriesOfChunk());
    meta.setTotal_uncompressed_size(uncompressed);
    meta.setTotal_compressed_size(position - start);
    meta.setStatistics(PageColumn.statistics(column.nullsOfChunk(), boundsOf(column)));
    ColumnChunk chunk = new ColumnChunk();
    chunk.setFile_offset(0);
    chunk.setMeta_data(meta);
    return new Chunk(chunk, uncompressed, columnIndex(column), offsetIndex(column, firstPage));
  }

  private static @Nullable PageBounds boundsOf(PageColumn column) {
    PageBounds bounds = null;
    for (PageColumn.Page page : column.pages()) {
      bounds = PageBounds.union(bounds, page.bounds(), column.column.kind());
    }
    return bounds;
  }

  private static byte[] columnIndex(PageColumn column) throws IOException {
    ColumnIndex index = new ColumnIndex();
    index.setNull_pages(new ArrayList<>());
    index.setMin_values(new ArrayList<>());
    index.setMax_values(new ArrayList<>());
    for (PageColumn.Page page : column.pages()) {
      PageBounds bounds = page.bounds();
      index.addToNull_pages(page.isNull());
      index.addToMin_values(ByteBuffer.wrap(bounds == null ? new byte[0] : bounds.min()));
      index.addToMax_values(ByteBuffer.wrap(bounds == null ? new byte[0] : bounds.max()));
      index.addToNull_counts(page.nulls());
    }
    index.setBoundary_order(orderOf(column));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writeColumnIndex(index, bytes);
    return Seal.sealed(bytes.toByteArray());
  }

  /// Ascending when both bounds never fall from one page to the next, pages of nulls left out.
  private static BoundaryOrder orderOf(PageColumn column) {
    PageBounds before = null;
    for (PageColumn.Page page : column.pages()) {
      PageBounds bounds = page.bounds();
      if (bounds == null) {
        continue;
      }
      if (before != null
          && (PageBounds.compare(before.min(), bounds.min(), column.column.kind()) > 0
              || PageBounds.compare(before.max(), bounds.max(), column.column.kind()) > 0)) {
        return BoundaryOrder.UNORDERED;
      }
      before = bounds;
    }
    return BoundaryOrder.ASCENDING;
  }

  private static byte[] offsetIndex(PageColumn column, long firstPage) throws IOException {
    List<PageLocation> locations = new ArrayList<>();
    for (PageColumn.Page page : column.pages()) {
      locations.add(new PageLocation(firstPage + page.offset(), page.size(), page.firstRow()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writeOffsetIndex(new OffsetIndex(locations), bytes);
    return Seal.sealed(bytes.toByteArray());
  }

  /// Writes the indexes and the footer. Nothing may be appended afterwards, unless to another file.
  public Finished finish() throws IOException {
    writeIndexes();
    FileMetaData meta = new FileMetaData(FILE_VERSION, schema.elements(), rows, rowGroups);
    meta.setCreated_by(CREATED_BY);
    for (int i = 0; i < columns.size(); i++) {
      meta.addToColumn_orders(ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writeFileMetaData(meta, bytes);
    byte[] footer = Seal.sealed(bytes.toByteArray());
    write(footer);
    write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(footer.length)
            .array());
    write(MAGIC);
    return new Finished(position, footer.length, rowGroups.size());
  }

  /// A file that was written.
  ///
  /// @param size its length in bytes
  /// @param footerSize the length of the thrift footer alone
  public record Finished(long size, int footerSize, int rowGroups) {}

  /// All indexes of one kind stand together, in the order of row groups and columns: readers take
  /// them in one piece.
  private void writeIndexes() throws IOException {
    for (Chunk chunk : chunks) {
      chunk.inFooter.setColumn_index_offset(position);
      chunk.inFooter.setColumn_index_length(chunk.columnIndex.length);
      write(chunk.columnIndex);
    }
    for (Chunk chunk : chunks) {
      chunk.inFooter.setOffset_index_offset(position);
      chunk.inFooter.setOffset_index_length(chunk.offsetIndex.length);
      write(chunk.offsetIndex);
    }
  }

  private void write(byte[] data) throws IOException {
    out.write(data, 0, data.length);
    position += data.length;
  }

  private void write(PageBytes data) throws IOException {
    out.write(data.data(), 0, data.size());
    position += data.size();
  }

  @Override
  public void close() {
    compressor.close();
  }
}
