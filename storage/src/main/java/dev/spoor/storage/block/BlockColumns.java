package dev.spoor.storage.block;

import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the parts of spans stand in the file of one block, whatever its version.
///
/// vParquet3 and 4 wrap lists in groups named `list` and `element`, vParquet5 does not; each
/// version, and each block of vParquet5, has columns that others lack. A column that is not there
/// is null, and all its values are absent.
final class BlockColumns {

  /// Repetition levels of what repeats.
  static final int TRACE = 0;

  static final int RESOURCE = 1;
  static final int SCOPE = 2;
  static final int SPAN = 3;
  static final int EVENT = 4;
  static final int LINK = 4;

  private static final String WRAPPED = ".list.element";

  private static final Map<String, String> STATIC_RESOURCE_COLUMNS = staticResourceColumns();
  private static final Map<String, String> STATIC_SPAN_COLUMNS = staticSpanColumns();

  private final ParquetFooter footer;
  private final String wrap;
  private final String spanPrefix;

  final Leaf traceId;
  final @Nullable Leaf traceStart;
  final @Nullable Leaf traceEnd;
  final @Nullable Leaf traceDuration;
  final @Nullable Leaf rootService;
  final @Nullable Leaf rootName;
  final @Nullable Leaf statsService;
  final @Nullable Leaf statsSpans;
  final @Nullable Leaf statsErrors;

  final @Nullable Leaf serviceName;
  final @Nullable Leaf resourceDropped;
  final @Nullable Leaf scopeName;
  final @Nullable Leaf scopeVersion;
  final @Nullable Leaf scopeDropped;

  final Leaf spanId;
  final @Nullable Leaf parentSpanId;
  final @Nullable Leaf nestedParent;
  final @Nullable Leaf nestedLeft;
  final @Nullable Leaf nestedRight;
  final @Nullable Leaf childCount;
  final @Nullable Leaf name;
  final @Nullable Leaf kind;
  final @Nullable Leaf traceState;
  final @Nullable Leaf start;
  final @Nullable Leaf duration;
  final @Nullable Leaf statusCode;
  final @Nullable Leaf statusMessage;
  final @Nullable Leaf spanDropped;
  final @Nullable Leaf eventsDropped;
  final @Nullable Leaf linksDropped;

  final @Nullable Leaf eventSinceStart;

  /// vParquet3 stores the time of an event itself.
  final @Nullable Leaf eventTime;

  final @Nullable Leaf eventName;
  final @Nullable Leaf eventDropped;

  final @Nullable Leaf linkTraceId;
  final @Nullable Leaf linkSpanId;
  final @Nullable Leaf linkTraceState;
  final @Nullable Leaf linkDropped;

  /// vParquet3 stores the links of a span as one message.
  final @Nullable Leaf linksMessage;

  private final Map<Owner, Attributes> attributes = new EnumMap<>(Owner.class);

  /// Whom an attribute belongs to.
  enum Owner {
    RESOURCE(BlockColumns.RESOURCE),
    SCOPE(BlockColumns.SCOPE),
    SPAN(BlockColumns.SPAN),
    EVENT(BlockColumns.EVENT),
    LINK(BlockColumns.LINK);

    private final int level;

    Owner(int level) {
      this.level = level;
    }

    int level() {
      return level;
    }
  }

  /// An attribute with a column of its own.
  ///
  /// @param emptyIsAbsent whether an empty string says that there is no such attribute
  record Fixed(String name, Leaf leaf, boolean emptyIsAbsent) {}

  /// Where the attributes of one kind of owner are.
  ///
  /// @param level repetition level of the owner; the generic list is one deeper
  /// @param key null when there is no generic list
  /// @param message whether `strings` holds the values of all types, each as an OTLP `AnyValue`
  /// @param json columns that hold a value as protobuf JSON, or an empty string
  /// @param fixed in the order in which they follow the generic list
  record Attributes(
      int level,
      @Nullable Leaf key,
      @Nullable Leaf isArray,
      @Nullable Leaf strings,
      @Nullable Leaf ints,
      @Nullable Leaf doubles,
      @Nullable Leaf bools,
      boolean message,
      List<Leaf> json,
      List<Fixed> fixed) {

    List<Leaf> leaves() {
      List<Leaf> all = new ArrayList<>();
      for (Leaf leaf : new @Nullable Leaf[] {key, isArray, strings, ints, doubles, bools}) {
        if (leaf != null) {
          all.add(leaf);
        }
      }
      all.addAll(json);
      fixed.forEach(column -> all.add(column.leaf()));
      return all;
    }

    /// The columns that hold an attribute of this name, besides the generic list.
    List<Fixed> fixed(String attribute) {
      return fixed.stream().filter(column -> column.name().equals(attribute)).toList();
    }
  }

  private BlockColumns(ParquetFooter footer, List<DedicatedColumn> dedicated) throws IOException {
    this.footer = footer;
    this.wrap = footer.leaf("rs.list.element.Resource.ServiceName").isPresent() ? WRAPPED : "";
    String resource = "rs" + wrap + ".Resource.";
    String scopeSpans = "rs" + wrap + ".ss" + wrap + ".";
    String scope = scopeSpans + "Scope.";
    String span = scopeSpans + "Spans" + wrap + ".";
    spanPrefix = span;
    String event = span + "Events" + wrap + ".";
    String link = span + "Links" + wrap + ".";

    traceId = required("TraceID", TRACE);
    traceStart = find("StartTimeUnixNano", TRACE);
    traceEnd = find("EndTimeUnixNano", TRACE);
    traceDuration = find("DurationNano", TRACE);
    rootService = find("RootServiceName", TRACE);
    rootName = find("RootSpanName", TRACE);
    boolean map = footer.leaf("ServiceStats.key_value.key").isPresent();
    statsService = find(map ? "ServiceStats.key_value.key" : "ServiceStats.ServiceName", 1);
    String stats = map ? "ServiceStats.key_value.value." : "ServiceStats.";
    statsSpans = find(stats + "SpanCount", 1);
    statsErrors = find(stats + "ErrorCount", 1);

    serviceName = find(resource + "ServiceName", RESOURCE);
    resourceDropped = find(resource + "DroppedAttributesCount", RESOURCE);
    scopeName = find(scope + "Name", SCOPE);
    scopeVersion = find(scope + "Version", SCOPE);
    scopeDropped = find(scope + "DroppedAttributesCount", SCOPE);

    spanId = required(span + "SpanID", SPAN);
    parentSpanId = find(span + "ParentSpanID", SPAN);
    nestedParent = find(span + "ParentID", SPAN);
    nestedLeft = find(span + "NestedSetLeft", SPAN);
    nestedRight = find(span + "NestedSetRight", SPAN);
    childCount = find(span + "ChildCount", SPAN);
    name = find(span + "Name", SPAN);
    kind = find(span + "Kind", SPAN);
    traceState = find(span + "TraceState", SPAN);
    start = find(span + "StartTimeUnixNano", SPAN);
    duration = find(span + "DurationNano", SPAN);
    statusCode = find(span + "StatusCode", SPAN);
    statusMessage = find(span + "StatusMessage", SPAN);
    spanDropped = find(span + "DroppedAttributesCount", SPAN);
    eventsDropped = find(span + "DroppedEventsCount", SPAN);
    linksDropped = find(span + "DroppedLinksCount", SPAN);

    eventSinceStart = find(event + "TimeSinceStartNano", EVENT);
    eventTime = find(event + "TimeUnixNano", EVENT);
    eventName = find(event + "Name", EVENT);
    eventDropped = find(event + "DroppedAttributesCount", EVENT);

    linkTraceId = find(link + "TraceID", LINK);
    linkSpanId = find(link + "SpanID", LINK);
    linkTraceState = find(link + "TraceState", LINK);
    linkDropped = find(link + "DroppedAttributesCount", LINK);
    linksMessage = find(span + "Links", SPAN);

    attributes.put(Owner.RESOURCE, attributes(resource, Owner.RESOURCE, dedicated));
    attributes.put(Owner.SCOPE, attributes(scope, Owner.SCOPE, dedicated));
    attributes.put(Owner.SPAN, attributes(span, Owner.SPAN, dedicated));
    attributes.put(Owner.EVENT, attributes(event, Owner.EVENT, dedicated));
    attributes.put(Owner.LINK, attributes(link, Owner.LINK, dedicated));
  }

  /// @throws IOException naming a column that every block has and this one lacks
  static BlockColumns of(ParquetFooter footer, List<DedicatedColumn> dedicated) throws IOException {
    return new BlockColumns(footer, dedicated);
  }

  Attributes attributes(Owner owner) {
    Attributes of = attributes.get(owner);
    if (of == null) {
      throw new IllegalStateException("no columns of " + owner);
    }
    return of;
  }

  /// Whether a column has exactly one entry a span, so that its levels tell where spans begin.
  boolean isSpanColumn(Leaf leaf) {
    return leaf.maxRepetition() == SPAN && leaf.path().startsWith(spanPrefix);
  }

  /// Whether a column has entries for each span, or for what spans have.
  boolean isOfSpans(Leaf leaf) {
    return leaf.maxRepetition() >= SPAN && leaf.path().startsWith(spanPrefix);
  }

  List<Leaf> all() {
    return footer.leaves();
  }

  ParquetFooter footer() {
    return footer;
  }

  private Attributes attributes(String prefix, Owner owner, List<DedicatedColumn> dedicated)
      throws IOException {
    String list = prefix + "Attrs" + wrap + ".";
    int level = owner.level() + 1;
    Leaf ints = typed(list + "ValueInt", level);
    List<Leaf> json = new ArrayList<>();
    for (String column : List.of("ValueUnsupported", "ValueKVList", "ValueArray")) {
      Leaf leaf = find(list + column, level);
      if (leaf != null) {
        json.add(leaf);
      }
    }
    return new Attributes(
        owner.level(),
        find(list + "Key", level),
        find(list + "IsArray", level),
        typed(list + "Value", level),
        ints,
        typed(list + "ValueDouble", level),
        typed(list + "ValueBool", level),
        ints == null,
        json,
        fixed(prefix, owner, dedicated));
  }

  private List<Fixed> fixed(String prefix, Owner owner, List<DedicatedColumn> dedicated)
      throws IOException {
    List<Fixed> columns = new ArrayList<>();
    int strings = 0;
    int ints = 0;
    for (DedicatedColumn column : dedicated) {
      if (owner != owner(column.scope())) {
        continue;
      }
      String spare =
          switch (column.type()) {
            case STRING -> "String%02d".formatted(++strings);
            case INT -> "Int%02d".formatted(++ints);
          };
      Leaf leaf = atLeast(prefix + "DedicatedAttributes." + spare, owner.level());
      if (leaf != null) {
        columns.add(new Fixed(column.name(), leaf, false));
      }
    }
    if (owner == Owner.RESOURCE && serviceName != null) {
      columns.add(new Fixed("service.name", serviceName, true));
    }
    Map<String, String> statics =
        switch (owner) {
          case RESOURCE -> STATIC_RESOURCE_COLUMNS;
          case SPAN -> STATIC_SPAN_COLUMNS;
          case SCOPE, EVENT, LINK -> Map.of();
        };
    for (Map.Entry<String, String> entry : statics.entrySet()) {
      Leaf leaf = find(prefix + entry.getValue(), owner.level());
      if (leaf != null) {
        columns.add(new Fixed(entry.getKey(), leaf, false));
      }
    }
    return List.copyOf(columns);
  }

  private static Owner owner(DedicatedColumn.Scope scope) {
    return switch (scope) {
      case RESOURCE -> Owner.RESOURCE;
      case SPAN -> Owner.SPAN;
      case EVENT -> Owner.EVENT;
    };
  }

  /// A column of values: a list of its own in vParquet4 and 5, a scalar in vParquet3.
  private @Nullable Leaf typed(String path, int level) throws IOException {
    Leaf leaf = atLeast(path + wrap, level);
    return leaf == null ? atLeast(path, level) : leaf;
  }

  private Leaf required(String path, int level) throws IOException {
    Leaf leaf = find(path, level);
    if (leaf == null) {
      throw new IOException("%s: no column %s".formatted(footer.name(), path));
    }
    return leaf;
  }

  private @Nullable Leaf find(String path, int level) throws IOException {
    Leaf leaf = footer.leaf(path).orElse(null);
    if (leaf != null && leaf.maxRepetition() != level) {
      throw strange(leaf);
    }
    return leaf;
  }

  /// A column whose values may repeat below the level.
  private @Nullable Leaf atLeast(String path, int level) throws IOException {
    Leaf leaf = footer.leaf(path).orElse(null);
    if (leaf != null && leaf.maxRepetition() != level && leaf.maxRepetition() != level + 1) {
      throw strange(leaf);
    }
    return leaf;
  }

  private IOException strange(Leaf leaf) {
    return new IOException(
        "%s: column %s repeats at %d levels"
            .formatted(footer.name(), leaf.path(), leaf.maxRepetition()));
  }

  private static Map<String, String> staticResourceColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("cluster", "Cluster");
    columns.put("namespace", "Namespace");
    columns.put("pod", "Pod");
    columns.put("container", "Container");
    columns.put("k8s.cluster.name", "K8sClusterName");
    columns.put("k8s.namespace.name", "K8sNamespaceName");
    columns.put("k8s.pod.name", "K8sPodName");
    columns.put("k8s.container.name", "K8sContainerName");
    return columns;
  }

  private static Map<String, String> staticSpanColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("http.method", "HttpMethod");
    columns.put("http.url", "HttpUrl");
    columns.put("http.status_code", "HttpStatusCode");
    return columns;
  }
}
