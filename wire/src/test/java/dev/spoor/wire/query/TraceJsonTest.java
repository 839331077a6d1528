package dev.spoor.wire.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.JsonFormat;
import dev.spoor.model.Bytes;
import dev.spoor.wire.json.Json;
import dev.spoor.wire.otlp.OtlpJson;
import dev.spoor.wire.otlp.RandomRequests;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceJsonTest {

  @Test
  void printsAGoldenTraceAsTheReferenceDoes() throws Exception {
    Bytes trace = golden("trace-v1.pb");
    assertThat(Json.tree(TraceJson.v1(trace))).isEqualTo(Json.tree(golden("trace-v1.json")));
  }

  @Test
  void aGoldenAnswerIsWrittenAsTheReferenceWritesIt() throws Exception {
    Bytes golden = golden("trace-v2.pb");
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(golden.toArray());
    Bytes trace = Bytes.of(fields.getField(1).getLengthDelimitedList().getFirst().toByteArray());
    UnknownFieldSet metrics =
        UnknownFieldSet.parseFrom(fields.getField(2).getLengthDelimitedList().getFirst());
    long inspected = metrics.hasField(1) ? metrics.getField(1).getVarintList().getFirst() : 0;

    TraceByIdResponse response = new TraceByIdResponse(trace, inspected, false, "");

    assertThat(response.toProtobuf()).isEqualTo(golden);
    assertThat(Json.tree(response.toJson()).get("trace").get("resourceSpans"))
        .isEqualTo(Json.tree(golden("trace-v1.json")).get("batches"));
  }

  @Property(tries = 300)
  void printsWhatProtobufJavaPrints(@ForAll long seed) throws Exception {
    ExportTraceServiceRequest request = new RandomRequests(seed).request();
    TracesData trace = TracesData.parseFrom(request.toByteArray());
    TraceByIdResponse response =
        new TraceByIdResponse(Bytes.of(request.toByteArray()), 0, false, "");
    assertThat(Json.tree(response.toJson()).get("trace"))
        .isEqualTo(Json.tree(JsonFormat.printer().print(trace)));
  }

  @Property(tries = 50)
  void whatIsWrittenPieceByPieceIsTheSame(@ForAll long seed) throws Exception {
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    RandomRequests requests = new RandomRequests(seed);
    for (int i = 0; i < 40; i++) {
      many.write(requests.request().toByteArray());
    }
    Bytes trace = Bytes.of(many.toByteArray());
    TraceByIdResponse response = new TraceByIdResponse(trace, 48_213, true, "too large");

    assertThat(written(out -> TraceJson.v1(trace, out))).isEqualTo(TraceJson.v1(trace));
    assertThat(written(response::writeJson)).isEqualTo(response.toJson());
    assertThat(written(response::writeLlmJson)).isEqualTo(response.toLlmJson());
    assertThat(written(response::writeProtobuf)).isEqualTo(response.toProtobuf());
  }

  @Test
  void aStreamThatFailsEndsTheWriting() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no room");
          }
        };
    assertThatThrownBy(() -> TraceJson.v1(example(), full))
        .isInstanceOf(IOException.class)
        .hasMessage("no room");
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private static Bytes written(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writing.to(out);
    return Bytes.of(out.toByteArray());
  }

  @Test
  void theV1BodyIsThatOfTheSpecification() throws Exception {
    assertThat(TraceJson.v1(example()).utf8())
        .isEqualTo(
            """
            {"batches":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},\
            "scopeSpans":[{"scope":{"name":"demo","version":"1.2"},"spans":[\
            {"traceId":"AMD/7hI0VnihssPU5fYHGA==","spanId":"ESIzRFVmd4g=","name":"POST /items","kind":"SPAN_KIND_SERVER",\
            "startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000000250000000",\
            "attributes":[{"key":"http.response.status_code","value":{"intValue":"500"}},{"key":"retry","value":{"boolValue":false}}],\
            "events":[{"timeUnixNano":"1760000000100000000","name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"SoldOut"}}]}],\
            "links":[{"traceId":"AAAAAAAAAAAAAAAAAAC+7w==","spanId":"AJmqu8zd7v8="}],\
            "status":{"message":"sold out","code":"STATUS_CODE_ERROR"}},\
            {"traceId":"AMD/7hI0VnihssPU5fYHGA==","spanId":"AJmqu8zd7v8=","parentSpanId":"ESIzRFVmd4g=","name":"SELECT stock",\
            "kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1760000000020000000","endTimeUnixNano":"1760000000090000000","status":{}}]}]}]}\
            """);
  }

  @Test
  void theV2BodyHasItsEnvelope() throws Exception {
    assertThat(new TraceByIdResponse(Bytes.EMPTY, 0, false, "").toJson().utf8())
        .isEqualTo("{\"trace\":{},\"metrics\":{}}");
    assertThat(new TraceByIdResponse(Bytes.EMPTY, 48_213, true, "too large").toJson().utf8())
        .isEqualTo(
            "{\"trace\":{},\"metrics\":{\"inspectedBytes\":\"48213\"},"
                + "\"status\":\"PARTIAL\",\"message\":\"too large\"}");
    assertThat(new TraceByIdResponse(Bytes.EMPTY, 0, true, "x").toProtobuf().toArray())
        .isEqualTo(new byte[] {0x0a, 0, 0x12, 0, 0x18, 1, 0x22, 1, 'x'});
  }

  @Test
  void theFormForLanguageModelsIsFlat() throws Exception {
    String json = new TraceByIdResponse(example(), 48_213, false, "").toLlmJson().utf8();
    assertThat(json)
        .isEqualTo(
            """
            {"trace":{"traceId":"00c0ffee12345678a1b2c3d4e5f60718","services":[{"serviceName":"cart","resource":{},\
            "scopes":[{"name":"demo","version":"1.2","spans":[{"spanId":"1122334455667788","name":"POST /items","kind":"SPAN_KIND_SERVER",\
            "startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000000250000000","durationMs":250,\
            "attributes":{"http.response.status_code":500,"retry":false},\
            "events":[{"name":"exception","timeUnixNano":"1760000000100000000","attributes":{"exception.type":"SoldOut"}}],\
            "links":[{"traceId":"0000000000000000000000000000beef","spanId":"0099aabbccddeeff"}],\
            "status":{"code":"STATUS_CODE_ERROR","message":"sold out"}},\
            {"spanId":"0099aabbccddeeff","parentSpanId":"1122334455667788","name":"SELECT stock","kind":"SPAN_KIND_CLIENT",\
            "startTimeUnixNano":"1760000000020000000","endTimeUnixNano":"1760000000090000000","durationMs":70}]}]}]},\
            "metrics":{"inspectedBytes":48213}}\
            """);
    assertThat(new TraceByIdResponse(Bytes.EMPTY, 0, false, "").toLlmJson().utf8())
        .isEqualTo("{\"trace\":{},\"metrics\":{}}");
  }

  @Property(tries = 200)
  void theFormForLanguageModelsIsJson(@ForAll long seed) throws Exception {
    ExportTraceServiceRequest request = new RandomRequests(seed).request();
    Bytes trace = Bytes.of(request.toByteArray());
    assertThat(
            Json.tree(new TraceByIdResponse(trace, 0, false, "").toLlmJson())
                .get("trace")
                .path("services")
                .size())
        .isEqualTo(request.getResourceSpansCount());
  }

  private static Bytes example() throws IOException {
    return OtlpJson.toProtobuf(
        Bytes.utf8(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
             "scopeSpans":[{"scope":{"name":"demo","version":"1.2"},"spans":[
              {"traceId":"00c0ffee12345678a1b2c3d4e5f60718","spanId":"1122334455667788","name":"POST /items","kind":2,
               "startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000000250000000",
               "attributes":[{"key":"http.response.status_code","value":{"intValue":500}},{"key":"retry","value":{"boolValue":false}}],
               "events":[{"timeUnixNano":"1760000000100000000","name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"SoldOut"}}]}],
               "links":[{"traceId":"0000000000000000000000000000beef","spanId":"0099aabbccddeeff"}],
               "status":{"message":"sold out","code":2}},
              {"traceId":"00c0ffee12345678a1b2c3d4e5f60718","spanId":"0099aabbccddeeff","parentSpanId":"1122334455667788",
               "name":"SELECT stock","kind":3,"startTimeUnixNano":"1760000000020000000",
               "endTimeUnixNano":"1760000000090000000","status":{}}]}]}]}\
            """));
  }

  private static Bytes golden(String name) throws IOException {
    try (InputStream in = TraceJsonTest.class.getResourceAsStream("/golden/" + name)) {
      return Bytes.of(Objects.requireNonNull(in).readAllBytes());
    }
  }
}
