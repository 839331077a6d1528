package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Everything a batch says about a span as one line, without the numbers that depend on the batch:
/// two spans are the same when their lines are.
public final class SpanText {

  private final SpanColumns columns;

  private SpanText(SpanColumns columns) {
    this.columns = columns;
  }

  /// The spans in their order.
  public static List<String> of(SpanColumns columns) {
    SpanText text = new SpanText(columns);
    List<String> lines = new ArrayList<>();
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      for (int span = columns.firstSpan(trace); span < columns.endSpan(trace); span++) {
        lines.add(text.line(trace, span));
      }
    }
    return lines;
  }

  /// What is the same when a span came twice: trace id, span id and kind.
  public static String key(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private String line(int trace, int span) {
    StringBuilder line = new StringBuilder();
    line.append(new TraceId(columns.traceIdHigh(trace), columns.traceIdLow(trace)))
        .append('/')
        .append(HexFormat.of().toHexDigits(columns.spanId(span)))
        .append('/')
        .append(columns.kind(span))
        .append(" parent=")
        .append(columns.hasParent(span))
        .append(columns.parentSpanId(span))
        .append(" time=")
        .append(columns.startNanos(span))
        .append("..")
        .append(columns.endNanos(span))
        .append(" name=")
        .append(string(columns.name(span)))
        .append(" status=")
        .append(columns.statusCode(span))
        .append(string(columns.statusMessage(span)))
        .append(" state=")
        .append(string(columns.traceState(span)))
        .append(" dropped=")
        .append(columns.droppedAttributes(span))
        .append(',')
        .append(columns.droppedEvents(span))
        .append(',')
        .append(columns.droppedLinks(span))
        .append(attributes(columns.spanAttributes(), span));
    int resource = columns.resource(span);
    line.append(" resource=")
        .append(columns.resourceDroppedAttributes(resource))
        .append(attributes(columns.resourceAttributes(), resource));
    int scope = columns.scope(span);
    line.append(" scope=")
        .append(string(columns.scopeName(scope)))
        .append(string(columns.scopeVersion(scope)))
        .append(columns.scopeDroppedAttributes(scope))
        .append(attributes(columns.scopeAttributes(), scope));
    for (int event = columns.firstEvent(span); event < columns.endEvent(span); event++) {
      line.append(" event=")
          .append(columns.eventTime(event))
          .append(string(columns.eventName(event)))
          .append(columns.eventDroppedAttributes(event))
          .append(attributes(columns.eventAttributes(), event));
    }
    for (int link = columns.firstLink(span); link < columns.endLink(span); link++) {
      line.append(" link=")
          .append(string(columns.linkTraceId(link)))
          .append(string(columns.linkSpanId(link)))
          .append(string(columns.linkTraceState(link)))
          .append(columns.linkDroppedAttributes(link))
          .append(attributes(columns.linkAttributes(), link));
    }
    return line.toString();
  }

  private String attributes(AttributeLists lists, int owner) {
    List<String> entries = new ArrayList<>();
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      long value = lists.value(entry);
      byte type = lists.type(entry);
      boolean isString = type == ValueType.STRING || type == ValueType.OTHER;
      entries.add(
          string(lists.key(entry)) + ":" + type + ":" + (isString ? string((int) value) : value));
    }
    return entries.toString();
  }

  private String string(int id) {
    return '"' + HexFormat.of().formatHex(columns.strings().bytes(id).toArray()) + '"';
  }
}
