package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.wire.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanShredderTest {

  private static final int MAX = 10;

  private final SpanColumnsBuilder builder = new SpanColumnsBuilder();
  private final SpanShredder shredder = new SpanShredder(builder, MAX);

  @Test
  void equalResourcesAndScopesShareANumberAcrossBodies() throws Exception {
    shredder.shred(body("cart", "lib", span()));
    shredder.shred(body("checkout", "lib", span()));
    shredder.shred(body("cart", "other", span()));

    SpanColumns columns = builder.build();

    assertThat(columns.resourceCount()).isEqualTo(2);
    assertThat(columns.scopeCount()).isEqualTo(2);
    assertThat(columns.resource(2)).isEqualTo(columns.resource(0));
    assertThat(columns.scope(1)).isEqualTo(columns.scope(0));
    assertThat(columns.strings().utf8(columns.scopeName(columns.scope(2)))).isEqualTo("other");
  }

  @Test
  void manyDifferentResourcesAreKeptApart() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      shredder.shred(body("s" + i, "", span()));
    }
    SpanColumns columns = builder.build();
    for (int i = 0; i < 10_000; i++) {
      assertThat(text(columns, columns.resourceAttributes(), columns.resource(i)))
          .isEqualTo("s" + i);
    }
  }

  @Test
  void keysAndTextsThatAreTooLongAreCutBetweenCharactersAndCounted() throws Exception {
    shredder.shred(
        body(
            "0123456789",
            "a scope's name is no attribute",
            span()
                .setName("a span's name is no attribute")
                .addAttributes(attribute("0123456789x", string("fits")))
                .addAttributes(attribute("ascii", string("0123456789x")))
                .addAttributes(attribute("two", string("0123456789".substring(1) + "ß")))
                .addAttributes(attribute("four", string("01234567🦔")))
                .addAttributes(attribute("whole", string("012345🦔8")))));

    SpanColumns columns = builder.build();
    AttributeLists attributes = columns.spanAttributes();
    assertThat(columns.strings().utf8(attributes.key(0))).isEqualTo("0123456789");
    assertThat(texts(columns, attributes))
        .containsExactly("fits", "0123456789", "123456789", "01234567", "012345🦔");
    assertThat(shredder.truncatedAttributes()).isEqualTo(5);
    assertThat(columns.strings().utf8(columns.name(0))).isEqualTo("a span's name is no attribute");
  }

  @Test
  void textThatIsNotUtf8IsCutAtTheLimit() throws Exception {
    byte[] noText = new byte[20];
    Arrays.fill(noText, (byte) 0x80);
    ProtoWriter request = new ProtoWriter();
    int[] open = {request.begin(1), request.begin(2), request.begin(2)};
    request.bytes(1, new byte[16]);
    request.fixed64(7, 42);
    request.bytes(2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    int attribute = request.begin(9);
    request.bytes(1, noText);
    request.end(attribute);
    for (int i = open.length - 1; i >= 0; i--) {
      request.end(open[i]);
    }

    shredder.shred(request.finish());

    SpanColumns columns = builder.build();
    assertThat(columns.strings().length(columns.spanAttributes().key(0))).isEqualTo(MAX);
    assertThat(columns.spanAttributes().type(0)).isEqualTo(ValueType.OTHER);
    assertThat(columns.spanAttributes().value(0)).isZero();
  }

  @Test
  void valuesHaveTheirTypes() throws Exception {
    AnyValue array =
        AnyValue.newBuilder()
            .setArrayValue(ArrayValue.newBuilder().addValues(string("in it")))
            .build();
    shredder.shred(
        body(
            "cart",
            "",
            span()
                .addAttributes(attribute("s", string("")))
                .addAttributes(attribute("i", AnyValue.newBuilder().setIntValue(-3).build()))
                .addAttributes(attribute("d", AnyValue.newBuilder().setDoubleValue(-0.0).build()))
                .addAttributes(attribute("b", AnyValue.newBuilder().setBoolValue(true).build()))
                .addAttributes(attribute("a", array))
                .addAttributes(attribute("e", AnyValue.getDefaultInstance()))));

    SpanColumns columns = builder.build();
    AttributeLists attributes = columns.spanAttributes();
    assertThat(types(attributes))
        .containsExactly(
            ValueType.STRING,
            ValueType.INT,
            ValueType.DOUBLE,
            ValueType.BOOL,
            ValueType.OTHER,
            ValueType.OTHER);
    assertThat(attributes.value(1)).isEqualTo(-3);
    assertThat(attributes.value(2)).isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(attributes.value(3)).isEqualTo(1);
    assertThat(columns.strings().bytes((int) attributes.value(4)).toArray())
        .isEqualTo(array.toByteArray());
    assertThat(attributes.value(5)).isZero();
  }

  @Test
  void whatStandsTwiceIsMergedAsProtobufDoesIt() throws Exception {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    int span = request.begin(2);
    request.bytes(1, new byte[16]);
    request.bytes(2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    request.bytes(15, new byte[] {0x18, 2});
    request.bytes(15, new byte[] {0x12, 1, 'm'});
    int attribute = request.begin(9);
    request.bytes(2, new byte[] {0x0a, 1, 'x'});
    request.bytes(1, new byte[] {'k'});
    request.bytes(2, new byte[] {0x18, 5});
    request.end(attribute);
    request.end(span);
    request.end(scopeSpans);
    request.bytes(1, resource("first").toByteArray());
    request.bytes(1, resource("second").toByteArray());
    request.end(resourceSpans);
    Bytes body = request.finish();
    ExportTraceServiceRequest parsed = ExportTraceServiceRequest.parseFrom(body.toArray());
    assertThat(OtlpDecoder.decode(body).spanCount()).isEqualTo(1);

    shredder.shred(body);

    SpanColumns columns = builder.build();
    Span oracle = parsed.getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(columns.statusCode(0)).isEqualTo(oracle.getStatus().getCodeValue()).isEqualTo(2);
    assertThat(columns.strings().utf8(columns.statusMessage(0)))
        .isEqualTo(oracle.getStatus().getMessage())
        .isEqualTo("m");
    assertThat(columns.spanAttributes().type(0)).isEqualTo(ValueType.INT);
    assertThat(columns.spanAttributes().value(0))
        .isEqualTo(oracle.getAttributes(0).getValue().getIntValue())
        .isEqualTo(5);
    assertThat(texts(columns, columns.resourceAttributes()))
        .hasSize(parsed.getResourceSpans(0).getResource().getAttributesCount())
        .containsExactly("first", "second");
  }

  @Test
  void whatStandsAHundredThousandTimesIsCopiedOnce() throws Exception {
    int times = 100_000;
    byte[] name = {0x0a, 3, 0x0a, 1, 'n'}; // a field 1 with a field 1 in it
    byte[] value = {0x12, 3, 0x0a, 1, 'v'};
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    repeat(request, new byte[] {0x0a, 2, 0x10, 1}, times); // a resource's dropped attributes
    int scopeSpans = request.begin(2);
    repeat(request, name, times);
    int span = request.begin(2);
    request.bytes(1, new byte[16]);
    request.bytes(2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    int attribute = request.begin(9);
    repeat(request, value, times);
    request.end(attribute);
    request.end(span);
    request.end(scopeSpans);
    request.end(resourceSpans);
    Bytes body = request.finish();

    shredder.shred(body);

    assertThat(shredder.copiedBytes()).isEqualTo(times * (2L + 3 + 3));
    SpanColumns columns = builder.build();
    assertThat(columns.strings().utf8(columns.scopeName(columns.scope(0)))).isEqualTo("n");
    assertThat(texts(columns, columns.spanAttributes())).containsExactly("v");
  }

  @Test
  void aBodyThatIsTooLargeBecomesSeveralPartsWithTheirResourcesInEach() throws Exception {
    List<SpanColumns> parts = new ArrayList<>();
    SpanShredder inParts = new SpanShredder(MAX, 1 << 20, parts::add);
    ScopeSpans.Builder spans = ScopeSpans.newBuilder();
    for (int i = 0; i < 10; i++) {
      Span.Builder span = span();
      for (int event = 0; event < 20_000; event++) {
        span.addEvents(Span.Event.getDefaultInstance());
      }
      spans.addSpans(span);
    }
    inParts.shred(
        Bytes.of(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(resource("cart"))
                        .addScopeSpans(
                            spans.setScope(InstrumentationScope.newBuilder().setName("lib"))))
                .build()
                .toByteArray()));
    inParts.shred(body("checkout", "lib", span()));
    parts.add(inParts.lastPart());

    assertThat(parts).hasSize(4);
    assertThat(parts.stream().mapToInt(SpanColumns::spanCount).sum()).isEqualTo(11);
    assertThat(parts).allMatch(part -> part.memoryBytes() < 2 << 20);
    for (SpanColumns part : parts) {
      assertThat(text(part, part.resourceAttributes(), part.resource(0))).isEqualTo("cart");
      assertThat(part.strings().utf8(part.scopeName(part.scope(0)))).isEqualTo("lib");
    }
    SpanColumns last = parts.getLast();
    int span = last.spanCount() - 1;
    assertThat(text(last, last.resourceAttributes(), last.resource(span))).isEqualTo("checkout");
  }

  @Test
  void whatABatchTakesIsKnownBeforeItIsBuilt() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      Span.Builder span = span().setName("n" + i);
      for (int entry = 0; entry < i % 50; entry++) {
        span.addAttributes(attribute("k" + entry, string("v" + i)))
            .addEvents(Span.Event.newBuilder().setName("e" + entry))
            .addLinks(Span.Link.newBuilder().addAttributes(attribute("l", string("v"))));
      }
      shredder.shred(body("s" + i, "", span));
    }
    long before = builder.memoryBytes();

    assertThat((double) before / builder.build().memoryBytes()).isBetween(0.95, 1.05);
  }

  @Test
  void resourcesAndScopesOfNoSpanAreLeftOut() throws Exception {
    shredder.shred(
        Bytes.of(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().setResource(resource("nobody")))
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .setResource(resource("nothing"))
                        .addScopeSpans(
                            ScopeSpans.newBuilder()
                                .setScope(InstrumentationScope.newBuilder().setName("idle"))))
                .build()
                .toByteArray()));
    shredder.shred(body("cart", "lib", span()));

    SpanColumns columns = builder.build();
    assertThat(columns.resourceCount()).isEqualTo(1);
    assertThat(columns.scopeCount()).isEqualTo(1);
    assertThat(text(columns, columns.resourceAttributes(), columns.resource(0))).isEqualTo("cart");
  }

  private static void repeat(ProtoWriter writer, byte[] field, int times) {
    for (int i = 0; i < times; i++) {
      writer.raw(field, 0, field.length);
    }
  }

  /// Which cannot happen to a body that was checked, whatever the order in which things happen.
  @Test
  void aBodyThatTurnsOutMalformedLeavesNothingHalf() throws Exception {
    byte[] body = body("cart", "lib", span().setName("cut off")).toArray();
    for (int i = 0; i < body.length; i++) {
      byte[] damaged = body.clone();
      damaged[i] = 0x7f;
      try {
        shredder.shred(Bytes.of(damaged));
      } catch (MalformedProtoException | IllegalArgumentException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
    int before = builder.spanCount();

    shredder.shred(body("other", "lib2", span()));

    SpanColumns columns = builder.build();
    assertThat(columns.spanCount()).isEqualTo(before + 1);
    int span = -1;
    for (int i = 0; i < columns.spanCount(); i++) {
      if (text(columns, columns.resourceAttributes(), columns.resource(i)).equals("other")) {
        span = i;
      }
    }
    AttributeLists attributes = columns.resourceAttributes();
    int resource = columns.resource(span);
    assertThat(attributes.end(resource) - attributes.first(resource)).isEqualTo(1);
    assertThat(columns.spanAttributes().end(span) - columns.spanAttributes().first(span)).isZero();
  }

  private static Span.Builder span() {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(new byte[16]))
        .setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  private static Bytes body(String service, String scope, Span.Builder span) {
    return Bytes.of(
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource(service))
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(InstrumentationScope.newBuilder().setName(scope))
                            .addSpans(span)))
            .build()
            .toByteArray());
  }

  private static Resource resource(String service) {
    return Resource.newBuilder().addAttributes(attribute("svc", string(service))).build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static AnyValue string(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static String text(SpanColumns columns, AttributeLists lists, int owner) {
    return columns.strings().utf8((int) lists.value(lists.first(owner)));
  }

  private static String[] texts(SpanColumns columns, AttributeLists lists) {
    String[] texts = new String[lists.entryCount()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = columns.strings().utf8((int) lists.value(i));
    }
    return texts;
  }

  private static byte[] types(AttributeLists lists) {
    byte[] types = new byte[lists.entryCount()];
    for (int i = 0; i < types.length; i++) {
      types[i] = lists.type(i);
    }
    return types;
  }
}
