package dev.spoor.frontend;

import com.google.protobuf.ByteString;
import dev.spoor.ingester.ShreddedSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.TestSpan;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Plain spans as a sender would send them, and as a batch of columns.
final class OtlpOf {

  /// @param trace the lower half of the trace id
  record Placed(long trace, TestSpan span) {}

  private OtlpOf() {}

  static SpanColumns columns(List<Placed> spans) throws Exception {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (Placed placed : spans) {
      TestSpan span = placed.span();
      request.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(Resource.newBuilder().addAllAttributes(attributes(span.resource)))
              .addScopeSpans(
                  ScopeSpans.newBuilder()
                      .setScope(
                          InstrumentationScope.newBuilder()
                              .setName(span.scopeName)
                              .setVersion(span.scopeVersion)
                              .addAllAttributes(attributes(span.scopeAttributes)))
                      .addSpans(span(placed.trace(), span))));
    }
    return ShreddedSpans.of(request.build().toByteArray());
  }

  private static Span.Builder span(long trace, TestSpan span) {
    Span.Builder otlp =
        Span.newBuilder()
            .setTraceId(traceId(trace))
            .setSpanId(id(span.id))
            .setName(span.name)
            .setKindValue(otlp(span.kind))
            .setStatus(
                Status.newBuilder()
                    .setCodeValue(
                        switch (span.status) {
                          case UNSET -> 0;
                          case OK -> 1;
                          case ERROR -> 2;
                        })
                    .setMessage(span.statusMessage))
            .setStartTimeUnixNano(span.start)
            .setEndTimeUnixNano(span.start + span.duration)
            .addAllAttributes(attributes(span.attributes));
    if (span.parentId != 0) {
      otlp.setParentSpanId(id(span.parentId));
    }
    for (TestSpan.Event event : span.events) {
      otlp.addEvents(
          Span.Event.newBuilder()
              .setName(event.name())
              .setTimeUnixNano(span.start + event.sinceStart())
              .addAllAttributes(attributes(event.attributes())));
    }
    for (TestSpan.Link link : span.links) {
      otlp.addLinks(
          Span.Link.newBuilder()
              .setTraceId(traceId(Long.parseLong(link.traceId(), 16)))
              .setSpanId(id(link.spanId()))
              .addAllAttributes(attributes(link.attributes())));
    }
    return otlp;
  }

  private static int otlp(Value.SpanKind kind) {
    return IntStream.range(0, 6)
        .filter(code -> Value.SpanKind.ofOtlp(code) == kind)
        .findFirst()
        .orElseThrow();
  }

  private static ByteString traceId(long low) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(8, low).array());
  }

  private static ByteString id(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, id).array());
  }

  private static List<KeyValue> attributes(Map<String, Value> attributes) {
    List<KeyValue> pairs = new ArrayList<>();
    attributes.forEach((key, value) ->
        pairs.add(KeyValue.newBuilder().setKey(key).setValue(value(value)).build()));
    return pairs;
  }

  private static AnyValue value(Value value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    return switch (value) {
      case Value.Str(String text) -> any.setStringValue(text).build();
      case Value.Int(long number) -> any.setIntValue(number).build();
      case Value.Float(double number) -> any.setDoubleValue(number).build();
      case Value.Bool(boolean bool) -> any.setBoolValue(bool).build();
      case Value.Array(List<Value> elements) ->
          any.setArrayValue(
                  ArrayValue.newBuilder()
                      .addAllValues(elements.stream().map(OtlpOf::value).toList()))
              .build();
      case Value.Opaque _ -> any.setKvlistValue(KeyValueList.getDefaultInstance()).build();
      case Value.Duration _, Value.Status _, Value.Kind _, Value.Nil _ ->
          throw new IllegalArgumentException("no attribute is " + value);
    };
  }
}
