package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class OtlpJsonTest {

  private static final Set<String> IDS =
      Set.of("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id");

  private final ObjectMapper mapper = new ObjectMapper();

  @Property(tries = 300)
  void readsWhatProtobufJavaPrints(
      @ForAll long seed, @ForAll boolean underscores, @ForAll boolean numbers) throws Exception {
    ExportTraceServiceRequest request = new RandomRequests(seed).request();
    JsonFormat.Printer printer = JsonFormat.printer();
    printer = underscores ? printer.preservingProtoFieldNames() : printer;
    printer = numbers ? printer.printingEnumsAsInts() : printer;

    Bytes protobuf = OtlpJson.toProtobuf(withHexIds(printer.print(request)));

    assertThat(ExportTraceServiceRequest.parseFrom(protobuf.toArray())).isEqualTo(request);
  }

  @Test
  void readsTheExampleOfTheSpecification() throws Exception {
    ExportTraceServiceRequest request =
        parse(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
             "scopeSpans":[{"scope":{"name":"demo"},"spans":[{"traceId":"00C0FFEE12345678a1b2c3d4e5f60718","spanId":"1122334455667788",
             "name":"add-item","kind":2,"startTimeUnixNano":"1760000000000000000","endTimeUnixNano":1760000000250000000,
             "status":{"code":2,"message":"sold out"}}]}]}]}
            """);
    Span span = request.getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(HexFormat.of().formatHex(span.getTraceId().toByteArray()))
        .isEqualTo("00c0ffee12345678a1b2c3d4e5f60718");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()).isEqualTo(250_000_000);
    assertThat(span.getStatus())
        .isEqualTo(Status.newBuilder().setCodeValue(2).setMessage("sold out").build());
  }

  @Test
  void anEmptyRequestIsOne() throws Exception {
    assertThat(OtlpJson.toProtobuf(Bytes.utf8("{}")).isEmpty()).isTrue();
    assertThat(parse("{\"resourceSpans\":null}").getResourceSpansCount()).isZero();
  }

  @Test
  void unknownMembersAreIgnoredWhateverTheyHold() throws Exception {
    Span span =
        span("\"name\":\"kept\",\"novel\":{\"a\":[1,{\"b\":[[]]}],\"c\":null},\"other\":\"x\"");
    assertThat(span).isEqualTo(Span.newBuilder().setName("kept").build());
  }

  @Test
  void valuesAreTakenInAllTheirForms() throws Exception {
    assertThat(value("\"intValue\":\"-9223372036854775808\"").getIntValue())
        .isEqualTo(Long.MIN_VALUE);
    assertThat(value("\"intValue\":9223372036854775807").getIntValue()).isEqualTo(Long.MAX_VALUE);
    assertThat(value("\"intValue\":1e3").getIntValue()).isEqualTo(1_000);
    assertThat(value("\"intValue\":0").hasIntValue()).isTrue();
    assertThat(value("\"doubleValue\":1").getDoubleValue()).isEqualTo(1);
    assertThat(value("\"doubleValue\":\"NaN\"").getDoubleValue()).isNaN();
    assertThat(value("\"doubleValue\":\"-Infinity\"").getDoubleValue())
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(value("\"boolValue\":false").hasBoolValue()).isTrue();
    assertThat(value("\"stringValue\":\"\"").hasStringValue()).isTrue();
    assertThat(value("\"bytesValue\":\"-_8\"").getBytesValue().toByteArray())
        .containsExactly(0xfb, 0xff);
    assertThat(value("\"bytesValue\":\"+/8=\"").getBytesValue().toByteArray())
        .containsExactly(0xfb, 0xff);
    assertThat(value("\"stringValue\":null")).isEqualTo(AnyValue.getDefaultInstance());
  }

  @Test
  void errorsNameLineColumnAndPath() {
    assertThatThrownBy(() ->
            parse(
                """
                {"resourceSpans":[{"scopeSpans":[
                  {"spans":[{},{"traceId":"xyz"}]}]}]}\
                """))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage(
            "malformed JSON at line 2, column 27"
                + " (resourceSpans[0].scopeSpans[0].spans[1].traceId):"
                + " expected an id in hex digits, found 'xyz'");
    assertRefused("", "expected an object, found the end");
    assertRefused("[]", "expected an object, found an array");
    assertRefused("{} x", "Unrecognized token");
    assertRefused("{}{}", "expected the end after the request");
    assertRefused("{\"resourceSpans\":{}}", "expected an array, found an object");
    assertRefused("{\"resourceSpans\":[1]}", "expected an object, found 1");
    assertRefused("{\"resourceSpans\":[", "Unexpected end-of-input");
    assertThatThrownBy(() -> OtlpJson.toProtobuf(Bytes.utf8("{\"resourceSpans\":[")))
        .hasMessageEndingWith("Unexpected end-of-input: expected close marker for Array");
    assertSpanRefused("\"kind\":\"SPAN_KIND_MASTER\"", "expected a number or one of");
    assertSpanRefused("\"kind\":5000000000", "expected a number of 32 bits");
    assertSpanRefused("\"name\":5", "expected a string, found 5");
    assertSpanRefused("\"startTimeUnixNano\":-1", "64 bits, not negative, found -1");
    assertSpanRefused("\"startTimeUnixNano\":1.5", "expected an integer, found 1.5");
    assertSpanRefused("\"droppedEventsCount\":4294967296", "32 bits, not negative");
    assertSpanRefused("\"attributes\":[{\"value\":{\"boolValue\":\"x\"}}]", "expected true or");
    assertSpanRefused("\"attributes\":[{\"value\":{\"bytesValue\":\"!\"}}]", "bytes in base64");
    assertSpanRefused("\"attributes\":[{\"value\":{\"doubleValue\":\"x\"}}]", "a number, found");
  }

  @Test
  void valuesMayBeNestedAsDeepAsInProtobuf() throws Exception {
    Bytes deepest = OtlpJson.toProtobuf(Bytes.utf8(spanJson(nested(64))));
    assertThat(OtlpDecoder.decode(deepest).spanCount()).isEqualTo(1);
    assertSpanRefused(nested(65), "nested deeper than 64");
    assertSpanRefused(nested(100_000), "nested deeper than 64");
    assertRefused("{\"x\":" + "[".repeat(100_000), "nesting depth");
  }

  private static String nested(int depth) {
    String open = "{\"arrayValue\":{\"values\":[";
    return "\"attributes\":[{\"value\":"
        + open.repeat(depth - 1)
        + "{\"intValue\":1}"
        + "]}}".repeat(depth - 1)
        + "}]";
  }

  private void assertSpanRefused(String members, String problem) {
    assertRefused(spanJson(members), problem);
  }

  private void assertRefused(String json, String problem) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("malformed JSON at line 1, column ")
        .hasMessageContaining(problem);
  }

  private AnyValue value(String member) throws Exception {
    return span("\"attributes\":[{\"key\":\"k\",\"value\":{" + member + "}}]")
        .getAttributes(0)
        .getValue();
  }

  private Span span(String members) throws Exception {
    return parse(spanJson(members)).getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private static String spanJson(String members) {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + members + "}]}]}]}";
  }

  private static ExportTraceServiceRequest parse(String json) throws Exception {
    return ExportTraceServiceRequest.parseFrom(OtlpJson.toProtobuf(Bytes.utf8(json)).toArray());
  }

  private Bytes withHexIds(String json) {
    JsonNode tree = mapper.readTree(json);
    makeIdsHex(tree);
    return Bytes.utf8(mapper.writeValueAsString(tree));
  }

  private static void makeIdsHex(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String name : object.propertyNames().toArray(String[]::new)) {
        JsonNode value = object.get(name);
        if (IDS.contains(name) && value.isString()) {
          byte[] id = Base64.getDecoder().decode(value.stringValue());
          object.put(name, HexFormat.of().withUpperCase().formatHex(id));
        }
      }
    }
    node.forEach(OtlpJsonTest::makeIdsHex);
  }
}
