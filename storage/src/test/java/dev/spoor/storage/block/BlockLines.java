package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.parquet.example.data.Group;

/// Spans as lines of text: those that go into a block, and those that parquet-java reads from it.
final class BlockLines {

  private static final HexFormat HEX = HexFormat.of();
  private static final List<String> STATICS =
      List.of(
          "cluster",
          "namespace",
          "pod",
          "container",
          "k8s.cluster.name",
          "k8s.namespace.name",
          "k8s.pod.name",
          "k8s.container.name");
  private static final List<String> STATIC_COLUMNS =
      List.of(
          "Cluster",
          "Namespace",
          "Pod",
          "Container",
          "K8sClusterName",
          "K8sNamespaceName",
          "K8sPodName",
          "K8sContainerName");

  private BlockLines() {}

  /// What a block of these inputs must hold, each span once, sorted.
  static List<String> expected(List<SpanColumns> inputs) {
    Map<String, String> byIdentity = new LinkedHashMap<>();
    for (SpanColumns input : inputs) {
      for (int trace = 0; trace < input.traceCount(); trace++) {
        for (int span = input.firstSpan(trace); span < input.endSpan(trace); span++) {
          String identity =
              new TraceId(input.traceIdHigh(trace), input.traceIdLow(trace)).toHex()
                  + " "
                  + HEX.toHexDigits(input.spanId(span))
                  + " "
                  + input.kind(span);
          byIdentity.putIfAbsent(identity, identity + line(input, span));
        }
      }
    }
    return byIdentity.values().stream().sorted().toList();
  }

  private static String line(SpanColumns in, int span) {
    int resource = in.resource(span);
    int scope = in.scope(span);
    StringBuilder line = new StringBuilder();
    line.append(" parent ")
        .append(in.hasParent(span) ? HEX.toHexDigits(in.parentSpanId(span)) : "none")
        .append(" name ")
        .append(in.strings().utf8(in.name(span)))
        .append(" start ")
        .append(in.startNanos(span))
        .append(" duration ")
        .append(in.endNanos(span) - in.startNanos(span))
        .append(" status ")
        .append(in.statusCode(span))
        .append(' ')
        .append(in.strings().utf8(in.statusMessage(span)))
        .append(" state ")
        .append(in.strings().utf8(in.traceState(span)))
        .append(" dropped ")
        .append(in.droppedAttributes(span))
        .append(' ')
        .append(in.droppedEvents(span))
        .append(' ')
        .append(in.droppedLinks(span))
        .append(" attributes ")
        .append(attributes(in, in.spanAttributes(), span))
        .append(" resource ")
        .append(in.resourceDroppedAttributes(resource))
        .append(attributes(in, in.resourceAttributes(), resource))
        .append(" scope ")
        .append(in.strings().utf8(in.scopeName(scope)))
        .append(' ')
        .append(in.strings().utf8(in.scopeVersion(scope)))
        .append(' ')
        .append(in.scopeDroppedAttributes(scope))
        .append(attributes(in, in.scopeAttributes(), scope));
    for (int event = in.firstEvent(span); event < in.endEvent(span); event++) {
      line.append(" event ")
          .append(in.eventTime(event) - in.startNanos(span))
          .append(' ')
          .append(in.strings().utf8(in.eventName(event)))
          .append(' ')
          .append(in.eventDroppedAttributes(event))
          .append(attributes(in, in.eventAttributes(), event));
    }
    for (int link = in.firstLink(span); link < in.endLink(span); link++) {
      line.append(" link ")
          .append(hex(in.strings(), in.linkTraceId(link)))
          .append(' ')
          .append(hex(in.strings(), in.linkSpanId(link)))
          .append(' ')
          .append(in.strings().utf8(in.linkTraceState(link)))
          .append(' ')
          .append(in.linkDroppedAttributes(link))
          .append(attributes(in, in.linkAttributes(), link));
    }
    return line.toString();
  }

  private static String hex(ByteDictionary strings, int id) {
    return HEX.formatHex(strings.bytes(id).toArray());
  }

  private static TreeSet<String> attributes(SpanColumns in, AttributeLists lists, int owner) {
    TreeSet<String> texts = new TreeSet<>();
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      String key = in.strings().utf8(lists.key(entry));
      long value = lists.value(entry);
      String text =
          switch (lists.type(entry)) {
            case ValueType.STRING -> "'" + in.strings().utf8((int) value) + "'";
            case ValueType.INT -> value + "i";
            case ValueType.DOUBLE -> Double.longBitsToDouble(value) + "d";
            case ValueType.BOOL -> value == 1 ? "true" : "false";
            default -> SampleValues.textOf(in.strings().bytes((int) value));
          };
      texts.add(key + "=" + text);
    }
    return texts;
  }

  /// The spans of a block, sorted.
  static List<String> read(List<Group> rows, List<DedicatedColumn> dedicated) {
    List<String> lines = new ArrayList<>();
    for (Group trace : rows) {
      String id = HEX.formatHex(trace.getBinary("TraceID", 0).getBytes());
      for (Group resource : list(trace, "rs")) {
        String resourceText = resource(resource.getGroup("Resource", 0), dedicated);
        for (Group scope : list(resource, "ss")) {
          String scopeText = scope(scope.getGroup("Scope", 0));
          for (Group span : list(scope, "Spans")) {
            lines.add(id + span(span, resourceText, scopeText, dedicated));
          }
        }
      }
    }
    return lines.stream().sorted().toList();
  }

  static List<Group> list(Group parent, String name) {
    List<Group> elements = new ArrayList<>();
    Group list = parent.getGroup(name, 0);
    for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
      elements.add(list.getGroup("list", i).getGroup("element", 0));
    }
    return elements;
  }

  private static String resource(Group resource, List<DedicatedColumn> dedicated) {
    TreeSet<String> attributes = generic(resource);
    String service = resource.getString("ServiceName", 0);
    if (!service.isEmpty()) {
      attributes.add("service.name='" + service + "'");
    }
    for (int i = 0; i < STATICS.size(); i++) {
      optional(resource, STATIC_COLUMNS.get(i), STATICS.get(i), attributes);
    }
    dedicated(resource, DedicatedColumn.Scope.RESOURCE, dedicated, attributes);
    return " resource " + resource.getInteger("DroppedAttributesCount", 0) + attributes;
  }

  private static String scope(Group scope) {
    return " scope "
        + scope.getString("Name", 0)
        + " "
        + scope.getString("Version", 0)
        + " "
        + scope.getInteger("DroppedAttributesCount", 0)
        + generic(scope);
  }

  private static String span(
      Group span, String resource, String scope, List<DedicatedColumn> dedicated) {
    TreeSet<String> attributes = generic(span);
    optional(span, "HttpMethod", "http.method", attributes);
    optional(span, "HttpUrl", "http.url", attributes);
    if (span.getFieldRepetitionCount("HttpStatusCode") > 0) {
      attributes.add("http.status_code=" + span.getLong("HttpStatusCode", 0) + "i");
    }
    dedicated(span, DedicatedColumn.Scope.SPAN, dedicated, attributes);
    byte[] parent = span.getBinary("ParentSpanID", 0).getBytes();
    StringBuilder line = new StringBuilder();
    line.append(' ')
        .append(HEX.formatHex(span.getBinary("SpanID", 0).getBytes()))
        .append(' ')
        .append(span.getLong("Kind", 0))
        .append(" parent ")
        .append(parent.length == 0 ? "none" : HEX.formatHex(parent))
        .append(" name ")
        .append(span.getString("Name", 0))
        .append(" start ")
        .append(span.getLong("StartTimeUnixNano", 0))
        .append(" duration ")
        .append(span.getLong("DurationNano", 0))
        .append(" status ")
        .append(span.getLong("StatusCode", 0))
        .append(' ')
        .append(span.getString("StatusMessage", 0))
        .append(" state ")
        .append(span.getString("TraceState", 0))
        .append(" dropped ")
        .append(span.getInteger("DroppedAttributesCount", 0))
        .append(' ')
        .append(span.getInteger("DroppedEventsCount", 0))
        .append(' ')
        .append(span.getInteger("DroppedLinksCount", 0))
        .append(" attributes ")
        .append(attributes)
        .append(resource)
        .append(scope);
    for (Group event : list(span, "Events")) {
      line.append(" event ")
          .append(event.getLong("TimeSinceStartNano", 0))
          .append(' ')
          .append(event.getString("Name", 0))
          .append(' ')
          .append(event.getInteger("DroppedAttributesCount", 0))
          .append(generic(event));
    }
    for (Group link : list(span, "Links")) {
      line.append(" link ")
          .append(HEX.formatHex(link.getBinary("TraceID", 0).getBytes()))
          .append(' ')
          .append(HEX.formatHex(link.getBinary("SpanID", 0).getBytes()))
          .append(' ')
          .append(link.getString("TraceState", 0))
          .append(' ')
          .append(link.getInteger("DroppedAttributesCount", 0))
          .append(generic(link));
    }
    return line.toString();
  }

  private static void optional(
      Group owner, String column, String name, TreeSet<String> attributes) {
    if (owner.getFieldRepetitionCount(column) > 0) {
      attributes.add(name + "='" + owner.getString(column, 0) + "'");
    }
  }

  private static void dedicated(
      Group owner,
      DedicatedColumn.Scope scope,
      List<DedicatedColumn> dedicated,
      TreeSet<String> attributes) {
    Group columns = owner.getGroup("DedicatedAttributes", 0);
    int next = 1;
    for (DedicatedColumn column : dedicated) {
      if (column.scope() == scope) {
        optional(columns, "String%02d".formatted(next++), column.name(), attributes);
      }
    }
  }

  private static TreeSet<String> generic(Group owner) {
    TreeSet<String> texts = new TreeSet<>();
    for (Group attribute : list(owner, "Attrs")) {
      texts.add(attribute.getString("Key", 0) + "=" + value(attribute));
    }
    return texts;
  }

  private static String value(Group attribute) {
    List<String> values = new ArrayList<>();
    for (String column : List.of("Value", "ValueInt", "ValueDouble", "ValueBool")) {
      Group list = attribute.getGroup(column, 0);
      for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
        Group element = list.getGroup("list", i);
        values.add(
            switch (column) {
              case "Value" -> "'" + element.getString("element", 0) + "'";
              case "ValueInt" -> element.getLong("element", 0) + "i";
              case "ValueDouble" -> element.getDouble("element", 0) + "d";
              default -> element.getBoolean("element", 0) ? "true" : "false";
            });
      }
    }
    if (attribute.getBoolean("IsArray", 0)) {
      return values.toString();
    }
    if (attribute.getFieldRepetitionCount("ValueUnsupported") > 0) {
      values.add(attribute.getString("ValueUnsupported", 0));
    }
    return String.join(" and ", values);
  }
}
