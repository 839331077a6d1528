package dev.spoor.it;

import com.google.protobuf.ByteString;
import dev.spoor.model.TraceId;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/// Exports made by hand, with the classes of OpenTelemetry.
final class Traces {

  private Traces() {}

  /// One trace of so many spans, begun now: the first is the root, its service is `shop`.
  static byte[] export(TraceId id, int spans) {
    return request(spansOf(id, spans, System.currentTimeMillis() * 1_000_000)).toByteArray();
  }

  static ExportTraceServiceRequest request(List<Span> spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder().addAttributes(attribute("service.name", text("shop"))))
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("by-hand"))
                        .addAllSpans(spans)))
        .build();
  }

  static List<Span> spansOf(TraceId id, int spans, long startNanos) {
    return IntStream.range(0, spans).mapToObj(number -> span(id, number, startNanos)).toList();
  }

  /// The first span is the root; it takes 250 ms and fails. The others are its children.
  static Span span(TraceId id, int number, long startNanos) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(bytes(id))
            .setSpanId(spanId(number + 1))
            .setName(number == 0 ? "checkout" : "step")
            .setKind(number == 0 ? Span.SpanKind.SPAN_KIND_SERVER : Span.SpanKind.SPAN_KIND_CLIENT)
            .setStartTimeUnixNano(startNanos + number)
            .setEndTimeUnixNano(startNanos + 250_000_000)
            .addAttributes(attribute("number", AnyValue.newBuilder().setIntValue(number).build()))
            .addAttributes(attribute("trace", text(id.toString())));
    return number == 0
        ? span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)).build()
        : span.setParentSpanId(spanId(1)).build();
  }

  static ByteString bytes(TraceId id) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).flip());
  }

  static ByteString spanId(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
  }

  static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }
}
