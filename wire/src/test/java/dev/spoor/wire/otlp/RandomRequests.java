package dev.spoor.wire.otlp;

import com.google.protobuf.ByteString;
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
import java.util.List;
import java.util.Random;

/// Trace exports of every shape, from a seed.
public final class RandomRequests {

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "cart",
          "größe",
          "service.name",
          "GET /items/{id}",
          "日本語",
          "🦔",
          "x".repeat(300));

  private final Random random;

  public RandomRequests(long seed) {
    random = new Random(seed);
  }

  public ExportTraceServiceRequest request() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      request.addResourceSpans(resourceSpans());
    }
    return request.build();
  }

  private ResourceSpans.Builder resourceSpans() {
    ResourceSpans.Builder resourceSpans = ResourceSpans.newBuilder();
    if (mostly()) {
      Resource.Builder resource = Resource.newBuilder().setDroppedAttributesCount(small());
      for (int i = random.nextInt(4); i > 0; i--) {
        resource.addAttributes(attribute(0));
      }
      resourceSpans.setResource(resource);
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      resourceSpans.addScopeSpans(scopeSpans());
    }
    return resourceSpans.setSchemaUrl(text());
  }

  private ScopeSpans.Builder scopeSpans() {
    ScopeSpans.Builder scopeSpans = ScopeSpans.newBuilder();
    if (mostly()) {
      InstrumentationScope.Builder scope =
          InstrumentationScope.newBuilder().setName(text()).setVersion(text());
      for (int i = random.nextInt(2); i > 0; i--) {
        scope.addAttributes(attribute(0));
      }
      scopeSpans.setScope(scope.setDroppedAttributesCount(small()));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      scopeSpans.addSpans(span());
    }
    return scopeSpans;
  }

  public Span span() {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(traceId())
            .setSpanId(id(8))
            .setParentSpanId(random.nextBoolean() ? id(8) : ByteString.EMPTY)
            .setTraceState(text())
            .setName(text())
            .setKindValue(random.nextInt(6))
            .setStartTimeUnixNano(random.nextLong())
            .setEndTimeUnixNano(random.nextLong())
            .setDroppedAttributesCount(small())
            .setDroppedEventsCount(small())
            .setDroppedLinksCount(small())
            .setFlags(random.nextInt());
    for (int i = random.nextInt(5); i > 0; i--) {
      span.addAttributes(attribute(0));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addEvents(
          Span.Event.newBuilder()
              .setTimeUnixNano(random.nextLong())
              .setName(text())
              .addAttributes(attribute(0))
              .setDroppedAttributesCount(small()));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addLinks(
          Span.Link.newBuilder()
              .setTraceId(id(random.nextInt(18)))
              .setSpanId(id(random.nextInt(10)))
              .setTraceState(text())
              .addAttributes(attribute(0))
              .setDroppedAttributesCount(small()));
    }
    if (mostly()) {
      span.setStatus(Status.newBuilder().setCodeValue(random.nextInt(3)).setMessage(text()));
    }
    return span.build();
  }

  private KeyValue attribute(int depth) {
    KeyValue.Builder attribute = KeyValue.newBuilder().setKey(text());
    if (mostly()) {
      attribute.setValue(value(depth));
    }
    return attribute.build();
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    return switch (random.nextInt(depth > 4 ? 6 : 8)) {
      case 0, 1 -> value.setStringValue(text()).build();
      case 2 -> value.setIntValue(random.nextBoolean() ? random.nextLong() : small()).build();
      case 3 -> value.setDoubleValue(random.nextGaussian()).build();
      case 4 -> value.setBoolValue(random.nextBoolean()).build();
      case 5 -> random.nextBoolean() ? value.build() : value.setBytesValue(id(5)).build();
      case 6 -> {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.addValues(value(depth + 1));
        }
        yield value.setArrayValue(array).build();
      }
      default -> {
        KeyValueList.Builder list = KeyValueList.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.addValues(attribute(depth + 1));
        }
        yield value.setKvlistValue(list).build();
      }
    };
  }

  /// One of a few, so that traces have several spans.
  private ByteString traceId() {
    byte[] id = new byte[16];
    id[0] = (byte) random.nextInt(4);
    id[15] = (byte) random.nextInt(3);
    return ByteString.copyFrom(id);
  }

  private ByteString id(int length) {
    byte[] id = new byte[length];
    random.nextBytes(id);
    return ByteString.copyFrom(id);
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private int small() {
    return random.nextInt(3) * random.nextInt(100);
  }

  private boolean mostly() {
    return random.nextInt(4) != 0;
  }
}
