package dev.spoor.wire.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.spoor.model.Bytes;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// A trace export as lines of text, for tests that compare all of it: attributes are sorted, what
/// is empty is left out.
public final class OtlpText {

  private OtlpText() {}

  public static String of(Bytes export) {
    try {
      return of(ExportTraceServiceRequest.parseFrom(export.toArray()));
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError("converted to what is no OTLP", malformed);
    }
  }

  public static String of(ExportTraceServiceRequest export) {
    StringBuilder text = new StringBuilder();
    for (ResourceSpans resource : export.getResourceSpansList()) {
      text.append("resource")
          .append(attributes(resource.getResource().getAttributesList()))
          .append('\n');
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        String named = scope.getScope().getName() + " " + scope.getScope().getVersion();
        text.append(named.isBlank() ? "" : "  scope " + named.strip() + "\n");
        scope.getSpansList().forEach(span -> append(text, span));
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Span span) {
    text.append("  span ").append(hex(span.getTraceId())).append(' ').append(hex(span.getSpanId()));
    if (!span.getParentSpanId().isEmpty()) {
      text.append(" of ").append(hex(span.getParentSpanId()));
    }
    text.append(" '").append(span.getName()).append('\'');
    if (span.getKindValue() != 0) {
      text.append(' ').append(span.getKind().name().substring("SPAN_KIND_".length()));
    }
    text.append(' ').append(span.getStartTimeUnixNano());
    text.append("..").append(span.getEndTimeUnixNano());
    text.append('\n');
    if (span.hasStatus()) {
      String code = span.getStatus().getCode().name().substring("STATUS_CODE_".length());
      String message = span.getStatus().getMessage();
      text.append("    status ").append((code + " " + message).strip()).append('\n');
    }
    if (!span.getTraceState().isEmpty()) {
      text.append("    state ").append(span.getTraceState()).append('\n');
    }
    if (span.getAttributesCount() > 0) {
      text.append("   ").append(attributes(span.getAttributesList())).append('\n');
    }
    for (Span.Event event : span.getEventsList()) {
      text.append("    event ").append(event.getTimeUnixNano());
      text.append(event.getName().isEmpty() ? "" : " '" + event.getName() + "'");
      text.append(attributes(event.getAttributesList()));
      text.append(dropped(event.getDroppedAttributesCount())).append('\n');
    }
    for (Span.Link link : span.getLinksList()) {
      text.append("    link ").append(hex(link.getTraceId())).append(' ');
      text.append(hex(link.getSpanId()));
      text.append(link.getTraceState().isEmpty() ? "" : " state " + link.getTraceState());
      text.append(attributes(link.getAttributesList()));
      text.append(dropped(link.getDroppedAttributesCount())).append('\n');
    }
  }

  private static String dropped(int count) {
    return count == 0 ? "" : " dropped " + count;
  }

  private static String attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .map(attribute -> " " + attribute.getKey() + "=" + value(attribute.getValue()))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> '"' + value.getStringValue() + '"';
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BYTES_VALUE -> "0x" + hex(value.getBytesValue());
      default -> "?";
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
