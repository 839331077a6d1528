package dev.spoor.wire.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpText;
import dev.spoor.wire.thrift.MalformedThriftException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.codec.SpanBytesEncoder;

/// The formats that Zipkin's own library writes: those of one version say the same.
class ZipkinFormatsTest {

  private static final long NOW = 1_770_000_000_000_000_000L;

  @Test
  void protobufSaysWhatJsonSays() throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      List<Span> spans = ZipkinBatches.random(seed, 5);
      byte[] json = SpanBytesEncoder.JSON_V2.encodeList(spans);
      byte[] protobuf = SpanBytesEncoder.PROTO3.encodeList(spans);

      assertThat(OtlpText.of(ZipkinProto.toOtlp(Bytes.of(protobuf), false)))
          .isEqualTo(OtlpText.of(ZipkinJson.toOtlp(Bytes.of(json), false)));
    }
  }

  @Test
  void thriftSaysWhatJsonOfVersion1Says() throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      List<Span> spans = ZipkinBatches.random(seed, 5);
      byte[] json = SpanBytesEncoder.JSON_V1.encodeList(spans);
      byte[] thrift = SpanBytesEncoder.THRIFT.encodeList(spans);

      assertThat(OtlpText.of(ZipkinV1Thrift.toOtlp(Bytes.of(thrift), false, NOW)))
          .isEqualTo(OtlpText.of(ZipkinV1Json.toOtlp(Bytes.of(json), false, NOW)));
    }
  }

  @Test
  void aClientSpanOfVersion1IsUnderstood() throws Exception {
    Span span =
        Span.newBuilder()
            .traceId(1, 2)
            .id(3)
            .parentId(9)
            .kind(Span.Kind.CLIENT)
            .name("get")
            .timestamp(1_000_000)
            .duration(5_000L)
            .localEndpoint(
                Endpoint.newBuilder().serviceName("shop").ip("10.0.0.1").port(80).build())
            .remoteEndpoint(Endpoint.newBuilder().serviceName("bank").port(443).build())
            .addAnnotation(1_002_000, "retry")
            .putTag("http.path", "/")
            .putTag("error", "true")
            .build();
    String expected =
        """
        resource ipv4="10.0.0.1" port="80" service.name="shop"
          span 00000000000000010000000000000002 0000000000000003 of 0000000000000009 'get' CLIENT 1000000000..1005000000
            status ERROR
            http.path="/" net.peer.port=443 peer.service="bank" sa=true
            event 1002000000 'retry'
        """;

    assertThat(v1Json(new String(SpanBytesEncoder.JSON_V1.encodeList(List.of(span)))))
        .isEqualTo(expected);
    assertThat(
            OtlpText.of(
                ZipkinV1Thrift.toOtlp(
                    Bytes.of(SpanBytesEncoder.THRIFT.encodeList(List.of(span))), false, NOW)))
        .isEqualTo(expected);
  }

  @Test
  void timesMayComeFromAnnotationsAlone() throws Exception {
    assertThat(
            v1Json(
                """
                [{"traceId": "1", "id": "3", "name": "get", "annotations": [
                  {"timestamp": 1000, "value": "sr", "endpoint": {"serviceName": "shop"}},
                  {"timestamp": 1700, "value": "ss", "endpoint": {"serviceName": "shop"}}]}]
                """))
        .isEqualTo(
            """
            resource service.name="shop"
              span 00000000000000000000000000000001 0000000000000003 'get' SERVER 1000000..1700000
            """);
  }

  @Test
  void aSpanWithoutAnyTimeIsOfNow() throws Exception {
    assertThat(v1Json("[{\"traceId\": \"1\", \"id\": \"3\", \"name\": \"x\"}]"))
        .isEqualTo(
            """
            resource service.name="unknown-service"
              span 00000000000000000000000000000001 0000000000000003 'x' %1$d..%1$d
                otel.zipkin.absentField.startTime=true
            """
                .formatted(NOW));
  }

  @Test
  void theServiceIsLookedForInBinaryAnnotationsToo() throws Exception {
    String json =
        """
        [{"traceId": "1", "id": "3", "timestamp": 5, "binaryAnnotations": [
          {"key": "lc", "value": "spring"%s},
          {"key": "n", "value": 5}, {"key": "d", "value": 0.5}, {"key": "b", "value": true}]}]
        """;

    assertThat(v1Json(json.formatted(", \"endpoint\": {\"serviceName\": \"shop\"}")))
        .startsWith("resource service.name=\"shop\"\n")
        .endsWith("    b=true component=\"spring\" d=0.5 n=5\n");
    assertThat(v1Json(json.formatted(""))).startsWith("resource service.name=\"spring\"\n");
  }

  @Test
  void theStatusOfVersion1IsFound() throws Exception {
    assertThat(tagged("census.status_code", "5")).contains("    status ERROR\n");
    assertThat(tagged("census.status_code", "0")).doesNotContain("status");
    assertThat(tagged("otel.status_code", "OK")).contains("    status OK\n");
    assertThat(tagged("error", "timeout")).contains("    status ERROR\n    error=\"timeout\"\n");
    assertThat(tagged("http.status_code", "503"))
        .contains("    status ERROR\n    http.status_code=\"503\"\n");
    assertThat(tagged("http.status_code", "200")).doesNotContain("status ");
  }

  @Test
  void everyTruncationOfThriftIsMalformed() {
    byte[] thrift = SpanBytesEncoder.THRIFT.encodeList(ZipkinBatches.random(1, 3));

    for (int length = 0; length < thrift.length; length++) {
      Bytes cut = Bytes.of(Arrays.copyOf(thrift, length));
      assertThatThrownBy(() -> ZipkinV1Thrift.toOtlp(cut, false, NOW))
          .isInstanceOf(MalformedThriftException.class);
    }
  }

  @Test
  void anIdOfAWrongLengthIsMalformedAndItsPlaceNamed() {
    byte[] protobuf = {10, 6, 10, 4, 1, 2, 3, 4};

    assertThatThrownBy(() -> ZipkinProto.toOtlp(Bytes.of(protobuf), false))
        .isInstanceOf(MalformedProtoException.class)
        .hasMessage("malformed protobuf at byte 3: expected a trace id of 16 or 8 bytes, found 4");
  }

  @Test
  void addressesAreWrittenAsPeopleWriteThem() {
    assertThat(address("20010db8000000000000000000000001")).isEqualTo("2001:db8::1");
    assertThat(address("00000000000000000000000000000001")).isEqualTo("::1");
    assertThat(address("fe800000000000000000000000000000")).isEqualTo("fe80::");
    assertThat(address("00010000000200000000000300040005")).isEqualTo("1:0:2::3:4:5");
    assertThat(address("0a000001")).isEqualTo("10.0.0.1");
    assertThat(address("0a00")).isEmpty();
  }

  private static String address(String hex) {
    return ZipkinEndpoint.text(HexFormat.of().parseHex(hex)).utf8();
  }

  private static String tagged(String key, String value) throws Exception {
    return v1Json(
        """
        [{"traceId": "1", "id": "3", "timestamp": 5,
          "binaryAnnotations": [{"key": "%s", "value": "%s"}]}]\
        """
            .formatted(key, value));
  }

  private static String v1Json(String json) throws Exception {
    return OtlpText.of(ZipkinV1Json.toOtlp(Bytes.utf8(json), false, NOW));
  }
}
