package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Whole spans as lines of text, to be compared: from columns, and from answers in JSON.
public final class SpanText {

  private static final HexFormat HEX = HexFormat.of();

  private SpanText() {}

  public static List<String> of(SpanColumns columns) {
    List<String> lines = new ArrayList<>();
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      String id = new TraceId(columns.traceIdHigh(trace), columns.traceIdLow(trace)).toHex();
      for (int span = columns.firstSpan(trace); span < columns.endSpan(trace); span++) {
        lines.add(id + " " + span(columns, span));
      }
    }
    return lines;
  }

  private static String span(SpanColumns columns, int span) {
    int resource = columns.resource(span);
    int scope = columns.scope(span);
    StringBuilder text = new StringBuilder();
    text.append(HEX.toHexDigits(columns.spanId(span)));
    text.append(" parent ")
        .append(columns.hasParent(span) ? HEX.toHexDigits(columns.parentSpanId(span)) : "");
    text.append(" name ").append(string(columns, columns.name(span)));
    text.append(" kind ").append(columns.kind(span));
    text.append(" time ")
        .append(columns.startNanos(span))
        .append(' ')
        .append(columns.endNanos(span));
    text.append(" status ").append(columns.statusCode(span));
    text.append(' ').append(string(columns, columns.statusMessage(span)));
    text.append(" state ").append(string(columns, columns.traceState(span)));
    text.append(" dropped ").append(columns.droppedAttributes(span));
    text.append(' ')
        .append(columns.droppedEvents(span))
        .append(' ')
        .append(columns.droppedLinks(span));
    text.append("\n  attributes ").append(attributes(columns, columns.spanAttributes(), span));
    text.append("\n  resource ").append(columns.resourceDroppedAttributes(resource)).append(' ');
    text.append(attributes(columns, columns.resourceAttributes(), resource));
    text.append("\n  scope ").append(string(columns, columns.scopeName(scope)));
    text.append(' ').append(string(columns, columns.scopeVersion(scope)));
    text.append(' ').append(columns.scopeDroppedAttributes(scope));
    text.append(attributes(columns, columns.scopeAttributes(), scope));
    for (int event = columns.firstEvent(span); event < columns.endEvent(span); event++) {
      text.append("\n  event ").append(columns.eventTime(event)).append(' ');
      text.append(string(columns, columns.eventName(event))).append(' ');
      text.append(columns.eventDroppedAttributes(event));
      text.append(attributes(columns, columns.eventAttributes(), event));
    }
    for (int link = columns.firstLink(span); link < columns.endLink(span); link++) {
      text.append("\n  link ").append(hex(columns, columns.linkTraceId(link))).append(' ');
      text.append(hex(columns, columns.linkSpanId(link))).append(' ');
      text.append(string(columns, columns.linkTraceState(link))).append(' ');
      text.append(columns.linkDroppedAttributes(link));
      text.append(attributes(columns, columns.linkAttributes(), link));
    }
    return text.toString();
  }

  private static String attributes(SpanColumns columns, AttributeLists lists, int owner) {
    StringBuilder text = new StringBuilder();
    for (int i = lists.first(owner); i < lists.end(owner); i++) {
      text.append(' ').append(string(columns, lists.key(i))).append('=');
      long value = lists.value(i);
      switch (lists.type(i)) {
        case ValueType.STRING -> text.append('"').append(string(columns, (int) value)).append('"');
        case ValueType.INT -> text.append(value);
        case ValueType.DOUBLE -> text.append(Double.longBitsToDouble(value)).append('d');
        case ValueType.BOOL -> text.append(value != 0);
        default -> text.append(hex(columns, (int) value));
      }
    }
    return text.toString();
  }

  private static String string(SpanColumns columns, int id) {
    return columns.strings().utf8(id);
  }

  private static String hex(SpanColumns columns, int id) {
    return HEX.formatHex(columns.strings().bytes(id).toArray());
  }

  /// The spans of an answer to `/api/v2/traces/<id>`.
  static List<String> of(JsonNode answer) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode resourceSpans : answer.path("trace").path("resourceSpans")) {
      JsonNode resource = resourceSpans.path("resource");
      for (JsonNode scopeSpans : resourceSpans.path("scopeSpans")) {
        for (JsonNode span : scopeSpans.path("spans")) {
          lines.add(
              hex(span.path("traceId")) + " " + span(span, resource, scopeSpans.path("scope")));
        }
      }
    }
    return lines;
  }

  private static String span(JsonNode span, JsonNode resource, JsonNode scope) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(hex(span.path("spanId")));
    text.append(" parent ").append(hex(span.path("parentSpanId")));
    text.append(" name ").append(span.path("name").asString(""));
    text.append(" kind ").append(kind(span.path("kind").asString("")));
    text.append(" time ").append(span.path("startTimeUnixNano").asString("0"));
    text.append(' ').append(span.path("endTimeUnixNano").asString("0"));
    text.append(" status ").append(status(span.path("status").path("code").asString("")));
    text.append(' ').append(span.path("status").path("message").asString(""));
    text.append(" state ").append(span.path("traceState").asString(""));
    text.append(" dropped ").append(dropped(span, "Attributes"));
    text.append(' ').append(dropped(span, "Events")).append(' ').append(dropped(span, "Links"));
    text.append("\n  attributes ").append(attributes(span));
    text.append("\n  resource ").append(dropped(resource, "Attributes")).append(' ');
    text.append(attributes(resource));
    text.append("\n  scope ").append(scope.path("name").asString(""));
    text.append(' ').append(scope.path("version").asString(""));
    text.append(' ').append(dropped(scope, "Attributes")).append(attributes(scope));
    for (JsonNode event : span.path("events")) {
      text.append("\n  event ").append(event.path("timeUnixNano").asString("0")).append(' ');
      text.append(event.path("name").asString("")).append(' ').append(dropped(event, "Attributes"));
      text.append(attributes(event));
    }
    for (JsonNode link : span.path("links")) {
      text.append("\n  link ").append(hex(link.path("traceId"))).append(' ');
      text.append(hex(link.path("spanId"))).append(' ');
      text.append(link.path("traceState").asString("")).append(' ');
      text.append(dropped(link, "Attributes")).append(attributes(link));
    }
    return text.toString();
  }

  private static String attributes(JsonNode owner) throws IOException {
    StringBuilder text = new StringBuilder();
    for (JsonNode pair : owner.path("attributes")) {
      text.append(' ').append(pair.path("key").asString()).append('=');
      JsonNode value = pair.path("value");
      if (value.has("stringValue")) {
        text.append('"').append(value.path("stringValue").asString()).append('"');
      } else if (value.has("intValue")) {
        text.append(value.path("intValue").asString());
      } else if (value.has("doubleValue")) {
        text.append(value.path("doubleValue").asDouble()).append('d');
      } else if (value.has("boolValue")) {
        text.append(value.path("boolValue").asBoolean());
      } else {
        text.append(HEX.formatHex(AnyValueJson.toMessage(value.toString().getBytes(UTF_8))));
      }
    }
    return text.toString();
  }

  private static int dropped(JsonNode owner, String what) {
    return owner.path("dropped" + what + "Count").asInt(0);
  }

  private static int kind(String name) {
    return List.of(
            "",
            "SPAN_KIND_INTERNAL",
            "SPAN_KIND_SERVER",
            "SPAN_KIND_CLIENT",
            "SPAN_KIND_PRODUCER",
            "SPAN_KIND_CONSUMER")
        .indexOf(name);
  }

  private static int status(String name) {
    return List.of("", "STATUS_CODE_OK", "STATUS_CODE_ERROR").indexOf(name);
  }

  private static String hex(JsonNode base64) {
    return HEX.formatHex(Base64.getDecoder().decode(base64.asString("")));
  }
}
