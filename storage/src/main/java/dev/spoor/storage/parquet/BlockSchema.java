package dev.spoor.storage.parquet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;

/// The columns of a block version as they are written: names and types, levels, encodings, codecs
/// and how pages are cut. The order of the columns is part of the format.
///
/// Immutable.
public final class BlockSchema {

  private final String format;
  private final List<Column> columns;
  private final List<SchemaElement> elements;
  private final Map<String, Integer> ordinals = new HashMap<>();

  private BlockSchema(String format, List<Column> columns, List<SchemaElement> elements) {
    this.format = format;
    this.columns = List.copyOf(columns);
    this.elements = List.copyOf(elements);
    for (Column column : columns) {
      ordinals.put(column.name(), column.ordinal());
    }
  }

  /// The version's name in meta.json.
  public String format() {
    return format;
  }

  /// The leaves, by ordinal.
  public List<Column> columns() {
    return columns;
  }

  /// All groups and leaves as the footer lists them.
  List<SchemaElement> elements() {
    return elements;
  }

  /// One leaf.
  ///
  /// @param ordinal its place among the leaves, from 0
  public record Column(
      int ordinal,
      List<String> path,
      Kind kind,
      Encoding encoding,
      PageCodec codec,
      PageVersion pages,
      boolean optional,
      int maxRepetition,
      int maxDefinition) {

    public Column {
      path = List.copyOf(path);
    }

    public String name() {
      return String.join(".", path);
    }
  }

  /// What the values of a leaf are.
  public enum Kind {
    BYTES(Type.BYTE_ARRAY),
    STRING(Type.BYTE_ARRAY),
    INT32(Type.INT32),
    UINT32(Type.INT32),
    INT64(Type.INT64),
    UINT64(Type.INT64),
    DOUBLE(Type.DOUBLE),
    BOOLEAN(Type.BOOLEAN);

    private final Type type;

    Kind(Type type) {
      this.type = type;
    }

    Type type() {
      return type;
    }

    boolean isUnsigned() {
      return this == UINT32 || this == UINT64;
    }
  }

  /// How the values of a leaf are written.
  public enum Encoding {
    PLAIN(org.apache.parquet.format.Encoding.PLAIN),
    DELTA(org.apache.parquet.format.Encoding.DELTA_BINARY_PACKED),
    DELTA_LENGTH(org.apache.parquet.format.Encoding.DELTA_LENGTH_BYTE_ARRAY),
    DICTIONARY(org.apache.parquet.format.Encoding.RLE_DICTIONARY);

    private final org.apache.parquet.format.Encoding inPage;

    Encoding(org.apache.parquet.format.Encoding inPage) {
      this.inPage = inPage;
    }

    org.apache.parquet.format.Encoding inPage() {
      return inPage;
    }
  }

  /// Which kind of data page. In the second, levels stand before the compressed part and can be
  /// read without it; in the first they are compressed too, which matters for attributes: their
  /// levels are larger than their values.
  public enum PageVersion {
    V1,
    V2
  }

  /// Which codecs and pages a block is written with. Every reader of vParquet4 takes all of them.
  public enum Profile {
    /// ZSTD wherever it saves something, levels of repeated columns inside of it. The default.
    SMALL,

    /// ZSTD as well, but data pages of version 2 only.
    SMALL_V2,

    /// The codecs that the reference writes: SNAPPY or none, version 2 only.
    REFERENCE
  }

  /// vParquet4, which Tempo 2.8 to 3.x read.
  public static BlockSchema vParquet4(Profile profile) {
    Tree tree = new Tree(profile);
    tree.group("Trace", 9);
    tree.leaf("TraceID", Kind.BYTES, Encoding.DELTA_LENGTH, false);
    tree.leaf("TraceIDText", Kind.STRING, Encoding.DELTA_LENGTH, true);
    tree.leaf("StartTimeUnixNano", Kind.UINT64, Encoding.DELTA, false);
    tree.leaf("EndTimeUnixNano", Kind.UINT64, Encoding.DELTA, false);
    tree.leaf("DurationNano", Kind.UINT64, Encoding.DELTA, false);
    tree.leaf("RootServiceName", Kind.STRING, Encoding.DICTIONARY, false);
    tree.leaf("RootSpanName", Kind.STRING, Encoding.DICTIONARY, false);
    tree.map("ServiceStats", 2);
    tree.leaf("SpanCount", Kind.UINT32, Encoding.DELTA, false);
    tree.leaf("ErrorCount", Kind.UINT32, Encoding.DELTA, false);
    tree.endMap();
    tree.list("rs", 2);
    resource(tree);
    tree.list("ss", 2);
    scope(tree);
    tree.list("Spans", 22);
    span(tree);
    tree.endList();
    tree.endList();
    tree.endList();
    return new BlockSchema("vParquet4", tree.columns, tree.elements);
  }

  /// The ordinal of a leaf, by its dotted path.
  ///
  /// @throws IllegalArgumentException when there is none
  public int ordinal(String path) {
    Integer ordinal = ordinals.get(path);
    if (ordinal == null) {
      throw new IllegalArgumentException("no column " + path + " in " + format);
    }
    return ordinal;
  }

  private static void resource(Tree tree) {
    tree.group("Resource", 12);
    attributes(tree);
    tree.leaf("DroppedAttributesCount", Kind.INT32, Encoding.DELTA, true);
    tree.leaf("ServiceName", Kind.STRING, Encoding.DICTIONARY, true);
    for (String name :
        List.of(
            "Cluster",
            "Namespace",
            "Pod",
            "Container",
            "K8sClusterName",
            "K8sNamespaceName",
            "K8sPodName",
            "K8sContainerName")) {
      tree.optional(name, Kind.STRING, Encoding.DICTIONARY);
    }
    dedicated(tree);
    tree.end();
  }

  private static void scope(Tree tree) {
    tree.group("Scope", 4);
    tree.leaf("Name", Kind.STRING, Encoding.DICTIONARY, true);
    tree.leaf("Version", Kind.STRING, Encoding.DICTIONARY, true);
    attributes(tree);
    tree.leaf("DroppedAttributesCount", Kind.INT32, Encoding.DELTA, true);
    tree.end();
  }

  private static void span(Tree tree) {
    tree.noise("SpanID", Kind.BYTES, Encoding.DELTA_LENGTH);
    tree.leaf("ParentSpanID", Kind.BYTES, Encoding.DELTA_LENGTH, false);
    tree.leaf("ParentID", Kind.INT32, Encoding.DELTA, false);
    tree.leaf("NestedSetLeft", Kind.INT32, Encoding.DELTA, false);
    tree.leaf("NestedSetRight", Kind.INT32, Encoding.DELTA, false);
    tree.leaf("Name", Kind.STRING, Encoding.DICTIONARY, true);
    tree.leaf("Kind", Kind.INT64, Encoding.DELTA, false);
    tree.leaf("TraceState", Kind.STRING, Encoding.DELTA_LENGTH, true);
    tree.noise("StartTimeUnixNano", Kind.UINT64, Encoding.DELTA);
    tree.noise("DurationNano", Kind.UINT64, Encoding.DELTA);
    tree.leaf("StatusCode", Kind.INT64, Encoding.DELTA, false);
    tree.leaf("StatusMessage", Kind.STRING, Encoding.DELTA_LENGTH, true);
    attributes(tree);
    tree.leaf("DroppedAttributesCount", Kind.INT32, Encoding.DELTA, true);
    tree.list("Events", 4);
    tree.leaf("TimeSinceStartNano", Kind.UINT64, Encoding.DELTA, false);
    tree.leaf("Name", Kind.STRING, Encoding.DICTIONARY, true);
    attributes(tree);
    tree.leaf("DroppedAttributesCount", Kind.INT32, Encoding.DELTA, true);
    tree.endList();
    tree.leaf("DroppedEventsCount", Kind.INT32, Encoding.PLAIN, true);
    tree.list("Links", 5);
    tree.leaf("TraceID", Kind.BYTES, Encoding.DELTA_LENGTH, false);
    tree.leaf("SpanID", Kind.BYTES, Encoding.DELTA_LENGTH, false);
    tree.leaf("TraceState", Kind.STRING, Encoding.DELTA_LENGTH, true);
    attributes(tree);
    tree.leaf("DroppedAttributesCount", Kind.INT32, Encoding.DELTA, true);
    tree.endList();
    tree.leaf("DroppedLinksCount", Kind.INT32, Encoding.PLAIN, true);
    tree.optional("HttpMethod", Kind.STRING, Encoding.DICTIONARY);
    tree.optional("HttpUrl", Kind.STRING, Encoding.DICTIONARY);
    tree.optional("HttpStatusCode", Kind.INT64, Encoding.PLAIN);
    dedicated(tree);
  }

  private static void attributes(Tree tree) {
    tree.list("Attrs", 7);
    tree.leaf("Key", Kind.STRING, Encoding.DICTIONARY, true);
    tree.leaf("IsArray", Kind.BOOLEAN, Encoding.PLAIN, true);
    tree.leafList("Value", Kind.STRING, Encoding.DICTIONARY);
    tree.leafList("ValueInt", Kind.INT64, Encoding.PLAIN);
    tree.leafList("ValueDouble", Kind.DOUBLE, Encoding.PLAIN);
    tree.leafList("ValueBool", Kind.BOOLEAN, Encoding.PLAIN);
    tree.optional("ValueUnsupported", Kind.STRING, Encoding.DELTA_LENGTH);
    tree.endList();
  }

  private static void dedicated(Tree tree) {
    tree.group("DedicatedAttributes", 10);
    for (int i = 1; i <= 10; i++) {
      tree.optional("String%02d".formatted(i), Kind.STRING, Encoding.DICTIONARY);
    }
    tree.end();
  }

  /// Walks down the groups and writes them in the order of the file.
  private static final class Tree {

    private final Profile profile;
    private final List<SchemaElement> elements = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final List<String> path = new ArrayList<>();
    private int repetition;
    private int definition;

    Tree(Profile profile) {
      this.profile = profile;
    }

    void group(String name, int children) {
      SchemaElement element = new SchemaElement(name);
      element.setNum_children(children);
      if (!elements.isEmpty()) {
        element.setRepetition_type(FieldRepetitionType.REQUIRED);
        path.add(name);
      }
      elements.add(element);
    }

    void end() {
      leave(1);
    }

    void list(String name, int children) {
      annotated(name, ConvertedType.LIST, LogicalType.LIST(new ListType()));
      repeated("list", 1);
      group("element", children);
    }

    void endList() {
      leave(3);
      repetition--;
      definition--;
    }

    void endMap() {
      endList();
    }

    private void leave(int groups) {
      for (int i = 0; i < groups; i++) {
        path.removeLast();
      }
    }

    /// A map from strings to a group of so many children.
    void map(String name, int children) {
      annotated(name, ConvertedType.MAP, LogicalType.MAP(new MapType()));
      repeated("key_value", 2);
      leaf("key", Kind.STRING, Encoding.DELTA_LENGTH, false);
      group("value", children);
    }

    void leafList(String name, Kind kind, Encoding encoding) {
      annotated(name, ConvertedType.LIST, LogicalType.LIST(new ListType()));
      repeated("list", 1);
      leaf("element", kind, encoding, true);
      leave(2);
      repetition--;
      definition--;
    }

    void leaf(String name, Kind kind, Encoding encoding, boolean compressed) {
      add(name, kind, encoding, codec(compressed), false);
    }

    /// Values that hardly get smaller: ZSTD would save a third of a byte each, and cost as much as
    /// all the rest of reading them.
    void noise(String name, Kind kind, Encoding encoding) {
      add(name, kind, encoding, PageCodec.NONE, false);
    }

    void optional(String name, Kind kind, Encoding encoding) {
      add(name, kind, encoding, codec(true), true);
    }

    private void annotated(String name, ConvertedType converted, LogicalType logical) {
      group(name, 1);
      elements.getLast().setConverted_type(converted).setLogicalType(logical);
    }

    private void repeated(String name, int children) {
      group(name, children);
      elements.getLast().setRepetition_type(FieldRepetitionType.REPEATED);
      repetition++;
      definition++;
    }

    private void add(String name, Kind kind, Encoding encoding, PageCodec codec, boolean optional) {
      elements.add(element(name, kind, optional));
      List<String> leafPath = new ArrayList<>(path);
      leafPath.add(name);
      columns.add(
          new Column(
              columns.size(),
              leafPath,
              kind,
              encoding,
              codec,
              pages(),
              optional,
              repetition,
              optional ? definition + 1 : definition));
    }

    private PageCodec codec(boolean compressedByReference) {
      return switch (profile) {
        case SMALL, SMALL_V2 -> PageCodec.ZSTD;
        case REFERENCE -> compressedByReference ? PageCodec.SNAPPY : PageCodec.NONE;
      };
    }

    private PageVersion pages() {
      return switch (profile) {
        case SMALL -> PageVersion.V1;
        case SMALL_V2, REFERENCE -> PageVersion.V2;
      };
    }

    private static SchemaElement element(String name, Kind kind, boolean optional) {
      SchemaElement element = new SchemaElement(name);
      element.setType(kind.type());
      element.setRepetition_type(
          optional ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
      switch (kind) {
        case STRING ->
            element
                .setConverted_type(ConvertedType.UTF8)
                .setLogicalType(LogicalType.STRING(new StringType()));
        case INT32 -> integer(element, ConvertedType.INT_32, 32, true);
        case UINT32 -> integer(element, ConvertedType.UINT_32, 32, false);
        case INT64 -> integer(element, ConvertedType.INT_64, 64, true);
        case UINT64 -> integer(element, ConvertedType.UINT_64, 64, false);
        case BYTES, DOUBLE, BOOLEAN -> {}
      }
      return element;
    }

    private static void integer(
        SchemaElement element, ConvertedType converted, int bits, boolean signed) {
      element.setConverted_type(converted);
      element.setLogicalType(LogicalType.INTEGER(new IntType((byte) bits, signed)));
    }
  }
}
