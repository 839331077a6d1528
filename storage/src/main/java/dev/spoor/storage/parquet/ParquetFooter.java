package dev.spoor.storage.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/// What the end of a file says of the rest: its columns, and where their chunks are. Immutable.
public final class ParquetFooter {

  private static final int TAIL_BYTES = 8;
  private static final int MAGIC = 0x31524150; // PAR1
  private static final int MAX_DEPTH = 64;
  private static final int MAX_LEAVES = 4096;

  private final String name;
  private final List<Leaf> leaves;
  private final Map<String, Leaf> byPath;
  private final List<RowGroup> rowGroups;
  private final int length;
  private final boolean isSealed;

  private ParquetFooter(
      String name, List<Leaf> leaves, List<RowGroup> rowGroups, int length, boolean isSealed) {
    this.name = name;
    this.leaves = List.copyOf(leaves);
    this.rowGroups = List.copyOf(rowGroups);
    this.length = length;
    this.isSealed = isSealed;
    Map<String, Leaf> paths = new HashMap<>();
    leaves.forEach(leaf -> paths.put(leaf.path(), leaf));
    this.byPath = Map.copyOf(paths);
  }

  /// The file's name, for messages.
  public String name() {
    return name;
  }

  public List<Leaf> leaves() {
    return leaves;
  }

  public Optional<Leaf> leaf(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  public List<RowGroup> rowGroups() {
    return rowGroups;
  }

  public long rows() {
    return rowGroups.stream().mapToLong(RowGroup::rows).sum();
  }

  /// Length of the thrift message, in bytes.
  public int length() {
    return length;
  }

  /// Whether it had a checksum, which matched; then page headers and indexes have one too.
  boolean isSealed() {
    return isSealed;
  }

  /// Reads the footer of a file.
  ///
  /// @param name what the file is, for messages
  /// @param lengthHint length of the footer if it is known, else 0: with the right one a single
  ///   read is enough
  /// @throws IOException naming the file and what is wrong with it
  public static ParquetFooter read(RangeReader file, String name, int lengthHint)
      throws IOException {
    try {
      return parse(file, name, lengthHint);
    } catch (MalformedException e) {
      throw new IOException("%s: footer: %s".formatted(name, e.getMessage()), e);
    } catch (IOException e) {
      throw new IOException("%s: footer: %s".formatted(name, e.getMessage()), e);
    } catch (RuntimeException e) {
      throw new IOException("%s: malformed footer: %s".formatted(name, e), e);
    }
  }

  private static ParquetFooter parse(RangeReader file, String name, int lengthHint)
      throws IOException {
    long size = file.size();
    if (size < TAIL_BYTES + 4) {
      throw new MalformedException("%d bytes are no Parquet file".formatted(size));
    }
    int guess = lengthHint > 0 && lengthHint <= size - TAIL_BYTES ? lengthHint : 64 << 10;
    int tailLength = (int) Math.min(size, (long) guess + TAIL_BYTES);
    byte[] tail = file.read(size - tailLength, tailLength);
    if ((int) (BitPacking.littleEndianLong(tail, tailLength - 8) >>> 32) != MAGIC) {
      throw new MalformedException("the file does not end with PAR1");
    }
    int length = (int) BitPacking.littleEndianLong(tail, tailLength - 8);
    if (length <= 0 || length > size - TAIL_BYTES - 4) {
      throw new MalformedException("a length of %d".formatted(length));
    }
    byte[] bytes = tail;
    int offset = tailLength - TAIL_BYTES - length;
    if (offset < 0) {
      bytes = file.read(size - TAIL_BYTES - length, length);
      offset = 0;
    }
    boolean isSealed = Seal.isThere(bytes, offset, offset + length);
    if (isSealed) {
      Seal.check(bytes, offset, offset + length, "footer");
    }
    // The limit also bounds what lengths within the message may claim.
    FileMetaData metadata =
        Util.readFileMetaData(new ByteArrayInputStream(bytes, offset, length), length);
    List<Leaf> leaves = new SchemaWalk(present(metadata.getSchema(), "schema")).leaves();
    List<RowGroup> groups = new ArrayList<>();
    for (org.apache.parquet.format.RowGroup group :
        present(metadata.getRow_groups(), "row groups")) {
      groups.add(rowGroup(group, groups.size(), leaves, size));
    }
    return new ParquetFooter(name, leaves, groups, length, isSealed);
  }

  private static <T> T present(@Nullable T value, String what) throws MalformedException {
    if (value == null) {
      throw new MalformedException("no " + what);
    }
    return value;
  }

  private static RowGroup rowGroup(
      org.apache.parquet.format.RowGroup group, int index, List<Leaf> leaves, long fileSize)
      throws MalformedException {
    List<ColumnChunk> columns = present(group.getColumns(), "columns of a row group");
    if (columns.size() != leaves.size()) {
      throw new MalformedException(
          "row group %d has %d columns, the schema %d"
              .formatted(index, columns.size(), leaves.size()));
    }
    if (group.getNum_rows() < 0) {
      throw new MalformedException("row group %d has negative rows".formatted(index));
    }
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      chunks.add(chunk(columns.get(i), leaves.get(i), index, fileSize));
    }
    return new RowGroup(index, group.getNum_rows(), chunks);
  }

  private static Chunk chunk(ColumnChunk column, Leaf leaf, int group, long fileSize)
      throws MalformedException {
    ColumnMetaData meta = column.getMeta_data();
    if (meta == null) {
      throw new MalformedException(
          "row group %d, column %s: no metadata (encrypted?)".formatted(group, leaf.path()));
    }
    long offset = meta.getData_page_offset();
    if (meta.isSetDictionary_page_offset() && meta.getDictionary_page_offset() > 0) {
      offset = Math.min(offset, meta.getDictionary_page_offset());
    }
    long length = meta.getTotal_compressed_size();
    long values = meta.getNum_values();
    if (offset < 0 || length < 0 || offset > fileSize || length > fileSize - offset || values < 0) {
      throw new MalformedException(
          "row group %d, column %s: %d values in bytes %d + %d of %d"
              .formatted(group, leaf.path(), values, offset, length, fileSize));
    }
    org.apache.parquet.format.Statistics statistics = meta.getStatistics();
    return new Chunk(
        leaf,
        codec(meta.getCodec()),
        offset,
        length,
        values,
        statistics == null || !statistics.isSetNull_count() ? -1 : statistics.getNull_count(),
        isAllDictionary(meta),
        statistics == null ? null : statistics.getMin_value(),
        statistics == null ? null : statistics.getMax_value(),
        place(column.getOffset_index_offset(), column.getOffset_index_length(), fileSize),
        place(column.getColumn_index_offset(), column.getColumn_index_length(), fileSize));
  }

  private static Chunk.Place place(long offset, int length, long fileSize) {
    boolean sound = offset > 0 && length > 0 && length <= fileSize && offset <= fileSize - length;
    return sound ? new Chunk.Place(offset, length) : Chunk.Place.NONE;
  }

  private static Codec codec(@Nullable CompressionCodec codec) {
    if (codec == null) {
      return Codec.OTHER;
    }
    return switch (codec) {
      case UNCOMPRESSED -> Codec.UNCOMPRESSED;
      case SNAPPY -> Codec.SNAPPY;
      case GZIP -> Codec.GZIP;
      case ZSTD -> Codec.ZSTD;
      case LZ4_RAW -> Codec.LZ4_RAW;
      case LZO, BROTLI, LZ4 -> Codec.OTHER;
    };
  }

  /// Without statistics about encodings nobody can tell: PLAIN in the list may mean the dictionary
  /// page or data pages.
  private static boolean isAllDictionary(ColumnMetaData meta) {
    if (meta.getEncoding_stats() == null || meta.getEncoding_stats().isEmpty()) {
      return false;
    }
    for (PageEncodingStats stats : meta.getEncoding_stats()) {
      boolean data =
          stats.getPage_type() == PageType.DATA_PAGE
              || stats.getPage_type() == PageType.DATA_PAGE_V2;
      boolean byDictionary =
          stats.getEncoding() == Encoding.RLE_DICTIONARY
              || stats.getEncoding() == Encoding.PLAIN_DICTIONARY;
      if (data && !byDictionary && stats.getCount() > 0) {
        return false;
      }
    }
    return true;
  }

  /// Turns the flattened tree of the schema into leaves with their levels.
  private static final class SchemaWalk {
    private final List<SchemaElement> elements;
    private final List<Leaf> leaves = new ArrayList<>();
    private int next;

    SchemaWalk(List<SchemaElement> elements) {
      this.elements = elements;
    }

    List<Leaf> leaves() throws MalformedException {
      SchemaElement root = take();
      for (int i = 0; i < root.getNum_children(); i++) {
        walk("", 0, List.of(0), 0);
      }
      if (next != elements.size()) {
        throw new MalformedException("the schema is no tree");
      }
      return leaves;
    }

    private void walk(String prefix, int definition, List<Integer> levelDefs, int depth)
        throws MalformedException {
      SchemaElement element = take();
      if (depth > MAX_DEPTH || leaves.size() >= MAX_LEAVES) {
        throw new MalformedException("the schema is too deep or too large");
      }
      String name = present(element.getName(), "name of a column");
      String path = prefix.isEmpty() ? name : prefix + "." + name;
      int ownDefinition = definition;
      List<Integer> ownLevels = levelDefs;
      if (element.getRepetition_type() != FieldRepetitionType.REQUIRED) {
        ownDefinition++;
      }
      if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
        ownLevels = new ArrayList<>(levelDefs);
        ownLevels.add(ownDefinition);
      }
      if (element.isSetType()) {
        leaves.add(leaf(element, path, ownDefinition, ownLevels));
        return;
      }
      for (int i = 0; i < element.getNum_children(); i++) {
        walk(path, ownDefinition, ownLevels, depth + 1);
      }
    }

    private Leaf leaf(SchemaElement element, String path, int definition, List<Integer> levels)
        throws MalformedException {
      PhysicalType type =
          switch (present(element.getType(), "type of a column")) {
            case BOOLEAN -> PhysicalType.BOOLEAN;
            case INT32 -> PhysicalType.INT32;
            case INT64 -> PhysicalType.INT64;
            case INT96 -> PhysicalType.INT96;
            case FLOAT -> PhysicalType.FLOAT;
            case DOUBLE -> PhysicalType.DOUBLE;
            case BYTE_ARRAY -> PhysicalType.BYTE_ARRAY;
            case FIXED_LEN_BYTE_ARRAY -> PhysicalType.FIXED_LEN_BYTE_ARRAY;
          };
      return new Leaf(leaves.size(), path, type, element.getType_length(), definition, levels);
    }

    private SchemaElement take() throws MalformedException {
      if (next >= elements.size()) {
        throw new MalformedException("the schema is no tree");
      }
      return elements.get(next++);
    }
  }
}
