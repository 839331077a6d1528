package dev.spoor.wire.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.spoor.model.TraceId;
import io.opentelemetry.proto.common.v1.AnyValue.ValueCase;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SearchResponseTest {

  private static final MetadataMetrics NO_METRICS = new MetadataMetrics(0, 0, 0, 0, 0);

  private static final SpanSet SPAN_SET =
      new SpanSet(
          List.of(
              new SpanSet.Span(
                  0x1122334455667788L,
                  "",
                  1760000000000000000L,
                  250_000_000,
                  List.of(new KeyValue("status", new AnyValue.Text("error"))))),
          1,
          List.of());

  private static final SearchResponse EXAMPLE =
      new SearchResponse(
          List.of(
              new TraceSearchMetadata(
                  TraceId.parse("c0ffee12345678a1b2c3d4e5f60718"),
                  "cart",
                  "POST /items",
                  1760000000000000000L,
                  250,
                  List.of(SPAN_SET),
                  new TreeMap<>(java.util.Map.of("cart", new ServiceStats(2, 1))))),
          new SearchMetrics(12, 91_820, 3, 4, 4, 512_000, 0));

  @Test
  void theJsonIsThatOfTheSpecification() {
    assertThat(EXAMPLE.toJson().utf8())
        .isEqualTo(
            """
            {"traces":[{"traceID":"c0ffee12345678a1b2c3d4e5f60718","rootServiceName":"cart","rootTraceName":"POST /items",\
            "startTimeUnixNano":"1760000000000000000","durationMs":250,\
            "spanSet":{"spans":[{"spanID":"1122334455667788","startTimeUnixNano":"1760000000000000000","durationNanos":"250000000",\
            "attributes":[{"key":"status","value":{"stringValue":"error"}}]}],"matched":1},\
            "spanSets":[{"spans":[{"spanID":"1122334455667788","startTimeUnixNano":"1760000000000000000","durationNanos":"250000000",\
            "attributes":[{"key":"status","value":{"stringValue":"error"}}]}],"matched":1}],\
            "serviceStats":{"cart":{"spanCount":2,"errorCount":1}}}],\
            "metrics":{"inspectedTraces":12,"inspectedBytes":"91820","totalBlocks":3,"completedJobs":4,"totalJobs":4,"totalBlockBytes":"512000"}}\
            """);
  }

  @Test
  void anAnswerWithoutTracesStillHasTheirList() {
    SearchResponse nothing = new SearchResponse(List.of(), new SearchMetrics(0, 0, 0, 0, 0, 0, 0));
    assertThat(nothing.toJson().utf8()).isEqualTo("{\"traces\":[],\"metrics\":{}}");
    assertThat(nothing.toProtobuf().toArray()).isEqualTo(new byte[] {0x12, 0});
  }

  @Test
  void theProtobufHasTheFieldsOfTheSpecification() throws Exception {
    UnknownFieldSet response = UnknownFieldSet.parseFrom(EXAMPLE.toProtobuf().toArray());
    UnknownFieldSet trace = message(response, 1);
    assertThat(text(trace, 1)).isEqualTo("c0ffee12345678a1b2c3d4e5f60718");
    assertThat(text(trace, 2)).isEqualTo("cart");
    assertThat(text(trace, 3)).isEqualTo("POST /items");
    assertThat(number(trace, 4)).isEqualTo(1760000000000000000L);
    assertThat(number(trace, 5)).isEqualTo(250);
    assertThat(message(trace, 6)).isEqualTo(message(trace, 7));
    UnknownFieldSet span = message(message(trace, 7), 1);
    assertThat(text(span, 1)).isEqualTo("1122334455667788");
    assertThat(number(span, 4)).isEqualTo(250_000_000);
    assertThat(text(message(span, 5), 1)).isEqualTo("status");
    assertThat(number(message(trace, 7), 2)).isEqualTo(1);
    assertThat(text(message(trace, 8), 1)).isEqualTo("cart");
    assertThat(number(message(message(trace, 8), 2), 1)).isEqualTo(2);
    assertThat(number(message(message(trace, 8), 2), 2)).isEqualTo(1);
    UnknownFieldSet metrics = message(response, 2);
    assertThat(List.of(1, 2, 3, 4, 5, 6))
        .extracting(field -> number(metrics, field))
        .containsExactly(12L, 91_820L, 3L, 4L, 4L, 512_000L);
  }

  @Test
  void valuesArePrintedEvenWhenTheyAreZero() throws Exception {
    List<AnyValue> values =
        List.of(
            new AnyValue.Text(""),
            new AnyValue.Bool(false),
            new AnyValue.Int(0),
            new AnyValue.Float(0),
            new AnyValue.Array(List.of()));
    assertThat(values)
        .extracting(value -> value.toJson().utf8())
        .containsExactly(
            "{\"stringValue\":\"\"}",
            "{\"boolValue\":false}",
            "{\"intValue\":\"0\"}",
            "{\"doubleValue\":0}",
            "{\"arrayValue\":{}}");
    assertThat(values)
        .extracting(SearchResponseTest::caseOf)
        .containsExactly(
            ValueCase.STRING_VALUE,
            ValueCase.BOOL_VALUE,
            ValueCase.INT_VALUE,
            ValueCase.DOUBLE_VALUE,
            ValueCase.ARRAY_VALUE);
  }

  @Test
  void tagNamesAreThoseOfTheSpecification() throws Exception {
    TagsResponse v1 =
        new TagsResponse(List.of("db.system", "retry"), new MetadataMetrics(20_480, 0, 0, 0, 0));
    assertThat(v1.toJson().utf8())
        .isEqualTo(
            "{\"tagNames\":[\"db.system\",\"retry\"],\"metrics\":{\"inspectedBytes\":\"20480\"}}");
    assertThat(text(UnknownFieldSet.parseFrom(v1.toProtobuf().toArray()), 1))
        .isEqualTo("db.system");

    TagsV2Response v2 =
        new TagsV2Response(
            List.of(new TagsV2Response.Scope("resource", List.of("k8s.pod.name", "service.name"))),
            new MetadataMetrics(20_480, 2, 2, 1, 512_000));
    assertThat(v2.toJson().utf8())
        .isEqualTo(
            "{\"scopes\":[{\"name\":\"resource\",\"tags\":[\"k8s.pod.name\",\"service.name\"]}],"
                + "\"metrics\":{\"inspectedBytes\":\"20480\",\"totalJobs\":2,\"completedJobs\":2,"
                + "\"totalBlocks\":1,\"totalBlockBytes\":\"512000\"}}");
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(v2.toProtobuf().toArray());
    assertThat(text(message(fields, 1), 1)).isEqualTo("resource");
    assertThat(text(message(fields, 1), 2)).isEqualTo("k8s.pod.name");
    assertThat(number(message(fields, 2), 5)).isEqualTo(512_000);
    assertThat(new TagsV2Response(List.of(), NO_METRICS).toJson().utf8())
        .isEqualTo("{\"scopes\":[],\"metrics\":{}}");
  }

  @Test
  void tagValuesAreThoseOfTheSpecification() throws Exception {
    assertThat(
            new TagValuesResponse(List.of("cart"), new MetadataMetrics(4_096, 0, 0, 0, 0))
                .toJson()
                .utf8())
        .isEqualTo("{\"tagValues\":[\"cart\"],\"metrics\":{\"inspectedBytes\":\"4096\"}}");
    TagValuesV2Response v2 =
        new TagValuesV2Response(
            List.of(
                new TagValuesV2Response.TagValue("string", "cart"),
                new TagValuesV2Response.TagValue("string", "checkout")),
            new MetadataMetrics(4_096, 2, 2, 0, 0));
    assertThat(v2.toJson().utf8())
        .isEqualTo(
            "{\"tagValues\":[{\"type\":\"string\",\"value\":\"cart\"},{\"type\":\"string\",\"value\":\"checkout\"}],"
                + "\"metrics\":{\"inspectedBytes\":\"4096\",\"totalJobs\":2,\"completedJobs\":2}}");
    assertThat(v2.toLlmJson().utf8())
        .isEqualTo(
            "{\"tagValues\":{\"string\":[\"cart\",\"checkout\"]},"
                + "\"metrics\":{\"inspectedBytes\":4096,\"totalJobs\":2,\"completedJobs\":2}}");
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(v2.toProtobuf().toArray());
    assertThat(text(message(fields, 1), 1)).isEqualTo("string");
    assertThat(text(message(fields, 1), 2)).isEqualTo("cart");
  }

  private static ValueCase caseOf(AnyValue value) {
    try {
      return io.opentelemetry.proto.common.v1.AnyValue.parseFrom(value.toProtobuf().toArray())
          .getValueCase();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static UnknownFieldSet message(UnknownFieldSet fields, int field) throws Exception {
    return UnknownFieldSet.parseFrom(bytes(fields, field));
  }

  private static String text(UnknownFieldSet fields, int field) {
    return bytes(fields, field).toStringUtf8();
  }

  private static ByteString bytes(UnknownFieldSet fields, int field) {
    return fields.getField(field).getLengthDelimitedList().getFirst();
  }

  private static long number(UnknownFieldSet fields, int field) {
    return fields.getField(field).getVarintList().getFirst();
  }
}
