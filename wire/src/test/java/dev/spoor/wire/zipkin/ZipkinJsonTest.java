package dev.spoor.wire.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.OtlpText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Zipkin's JSON of version 2 as OTLP.
class ZipkinJsonTest {

  private static final String SPAN = "  span 00000000000000010000000000000002 0000000000000003";

  @Test
  void aSpanKeepsWhatItSays() throws Exception {
    assertThat(
            converted(
                """
                [{
                  "traceId": "5982fe77008310cc80f1da5e10147517",
                  "parentId": "90394f6bcffb5d13",
                  "id": "67fae42571535f60",
                  "kind": "SERVER",
                  "name": "/m/n/2.6.1",
                  "timestamp": 1516781775726000,
                  "duration": 26000,
                  "localEndpoint": {"serviceName": "api", "ipv4": "10.0.0.1", "port": 8080},
                  "remoteEndpoint": {"serviceName": "apip", "ipv6": "2001:db8::c001", "port": 443},
                  "annotations": [{"timestamp": 1516781775726100, "value": "größe"}],
                  "tags": {"data.http_response_code": "201"},
                  "debug": true,
                  "shared": true
                }]
                """))
        .isEqualTo(
            """
            resource service.name="api"
              span 5982fe77008310cc80f1da5e10147517 67fae42571535f60 of 90394f6bcffb5d13 '/m/n/2.6.1' SERVER 1516781775726000000..1516781775752000000
                data.http_response_code="201" net.host.ip="10.0.0.1" net.host.port=8080 net.peer.ip="2001:db8::c001" net.peer.port=443 peer.service="apip"
                event 1516781775726100000 'größe'
            """);
  }

  @Test
  void shortIdsAreFilledUpWithZeros() throws Exception {
    assertThat(converted("[{\"traceId\": \"ff00000000000001\", \"id\": \"1f\"}]"))
        .contains("span 0000000000000000ff00000000000001 000000000000001f");
    assertThat(converted("[{\"traceId\": \"1ff00000000000001\", \"id\": \"000000000000000A\"}]"))
        .contains("span 0000000000000001ff00000000000001 000000000000000a");
  }

  @Test
  void aSpanIsNotItsOwnParent() throws Exception {
    assertThat(rest("\"parentId\": \"0000000000000003\""))
        .startsWith(SPAN + " '' 1000000000..1005000000");
  }

  @ParameterizedTest
  @CsvSource({"CLIENT", "SERVER", "PRODUCER", "CONSUMER"})
  void theKindIsKept(String kind) throws Exception {
    assertThat(rest("\"kind\": \"%s\"".formatted(kind)))
        .isEqualTo(SPAN + " '' " + kind + " 1000000000..1005000000\n");
  }

  @Test
  void withoutAKindATagMaySayInternal() throws Exception {
    assertThat(tagged("\"span.kind\": \"internal\""))
        .isEqualTo(SPAN + " '' INTERNAL 1000000000..1005000000\n");
    assertThat(tagged("\"span.kind\": \"odd\"")).isEqualTo(SPAN + " '' 1000000000..1005000000\n");
  }

  @Test
  void aSpanWithoutTimestampSaysSo() throws Exception {
    assertThat(converted("[{\"traceId\": \"1\", \"id\": \"3\", \"duration\": 7}]"))
        .endsWith(" '' 0..7000\n    otel.zipkin.absentField.startTime=true\n");
  }

  @Test
  void spansStandWithTheirService() throws Exception {
    String span = "{\"traceId\": \"1\", \"id\": \"%d\", \"timestamp\": 1, %s}";
    String ofShop = "\"localEndpoint\": {\"serviceName\": \"shop\"}";
    String ofBank = "\"localEndpoint\": {\"serviceName\": \"bank\"}";

    assertThat(
            converted(
                "["
                    + String.join(
                        ",",
                        span.formatted(1, ofShop),
                        span.formatted(2, ofBank),
                        span.formatted(3, ofShop),
                        span.formatted(4, "\"tags\": {}"))
                    + "]"))
        .isEqualTo(
            """
            resource service.name="shop"
              span 00000000000000000000000000000001 0000000000000001 '' 1000..1000
              span 00000000000000000000000000000001 0000000000000003 '' 1000..1000
            resource service.name="bank"
              span 00000000000000000000000000000001 0000000000000002 '' 1000..1000
            resource
              span 00000000000000000000000000000001 0000000000000004 '' 1000..1000
            """);
  }

  @Test
  void tagsAboutTheProcessBelongToTheResource() throws Exception {
    String tags =
        """
        "tags": {"host.name": "box", "k8s.pod.name": "p", "aws.ecs.task.arn": "a", "http.path": "/",
                 "faas.trigger": "http", "faas.name": "f", "otel.library.name": "lib",
                 "otel.library.version": "1", "deployment.environment": "prod", "process": "no"},
        "localEndpoint": {"serviceName": "shop"}
        """;

    assertThat(converted(spanWith(tags)))
        .isEqualTo(
            """
            resource aws.ecs.task.arn="a" deployment.environment="prod" faas.name="f" host.name="box" k8s.pod.name="p" service.name="shop"
              scope lib 1
            %s '' 1000000000..1005000000
                faas.trigger="http" http.path="/" process="no"
            """
                .formatted(SPAN));
  }

  @Test
  void theNameOfTheServiceMayComeFromElsewhere() throws Exception {
    assertThat(
            converted(
                spanWith(
                    "\"tags\": {\"otlp.service.name.source\": \"k8s.deployment.name\"},"
                        + " \"localEndpoint\": {\"serviceName\": \"shop\"}")))
        .startsWith("resource k8s.deployment.name=\"shop\"\n");
    assertThat(
            converted(
                spanWith(
                    "\"tags\": {\"service.name\": \"Shop\"},"
                        + " \"localEndpoint\": {\"serviceName\": \"shop\"}")))
        .startsWith("resource service.name=\"Shop\"\n");
  }

  @Test
  void anErrorIsTheStatus() throws Exception {
    assertThat(tagged("\"error\": \"true\"")).endsWith("000000\n    status ERROR\n");
    assertThat(tagged("\"error\": \"timeout\""))
        .endsWith("    status ERROR\n    error=\"timeout\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "STATUS_CODE_OK, OK why",
    "Ok, OK why",
    "STATUS_CODE_ERROR, ERROR why",
    "ERROR, ERROR why",
    "Unset, UNSET why"
  })
  void theStatusOfOpenTelemetryIsTaken(String tag, String status) throws Exception {
    assertThat(
            tagged(
                "\"otel.status_description\": \"why\", \"otel.status_code\": \"%s\""
                    .formatted(tag)))
        .endsWith("000000\n    status " + status + "\n");
  }

  @Test
  void aTraceStateIsTaken() throws Exception {
    assertThat(tagged("\"w3c.tracestate\": \"a=b\"")).endsWith("000000\n    state a=b\n");
  }

  @Test
  void linksAndEventsOfOpenTelemetryAreTakenApart() throws Exception {
    assertThat(
            rest(
                """
                "tags": {"otlp.link.0":
                  "0102030405060708090a0b0c0d0e0f10|0102030405060708|a=b|{\\"k\\":\\"a|b\\",\\"n\\":5,\\"d\\":0.5}|2",
                  "otlp.link.1": "not|one"},
                "annotations": [{"timestamp": 5, "value": "retry|{\\"again\\":true}|1"},
                                {"timestamp": 6, "value": "a|b|c"},
                                {"timestamp": 7, "value": "a|{\\"x\\":}|1"}]
                """))
        .isEqualTo(
            """
            %s '' 1000000000..1005000000
                otlp.link.1="not|one"
                event 5000 'retry' again=true dropped 1
                event 6000 'a|b|c'
                event 7000 'a|{"x":}|1'
                link 0102030405060708090a0b0c0d0e0f10 0102030405060708 state a=b d=0.5 k="a|b" n=5 dropped 2
            """
                .formatted(SPAN));
  }

  @Test
  void tagsMayBeParsed() throws Exception {
    String json =
        spanWith(
            """
            "tags": {"a": "5", "b": "-0.5", "c": "true", "d": "1e3", "e": "", "f": "NaN", "g": "0x1",
                     "h": "99999999999999999999", "i": "True"}
            """);

    assertThat(OtlpText.of(ZipkinJson.toOtlp(Bytes.utf8(json), true)))
        .endsWith(
            "    a=5 b=-0.5 c=true d=1000.0 e=\"\" f=\"NaN\" g=\"0x1\" h=1.0E20 i=\"True\"\n");
    assertThat(OtlpText.of(ZipkinJson.toOtlp(Bytes.utf8(json), false)))
        .contains("a=\"5\" b=\"-0.5\"");
  }

  @Test
  void whatIsNullOrUnknownIsAbsent() throws Exception {
    assertThat(
            rest("\"kind\": null, \"new\": {\"a\": [1, {}]}, \"parentId\": null, \"tags\": null"))
        .isEqualTo(SPAN + " '' 1000000000..1005000000\n");
  }

  @Test
  void stringsMayHoldEscapesAndAnyCharacter() throws Exception {
    assertThat(tagged("\"a\\u0062\": \"x\\n\\\"\\u00fc\", \"größe\": \"日本語🦔\", \"\": \"\""))
        .endsWith("    =\"\" ab=\"x\n\"ü\" größe=\"日本語🦔\"\n");
  }

  @Test
  void theTextMayBeginLaterInItsArrayAndBeInAnotherEncoding() throws Exception {
    String json = spanWith("\"tags\": {\"größe\": \"ü\"}");
    byte[] utf8 = ("xyz" + json).getBytes(StandardCharsets.UTF_8);

    assertThat(OtlpText.of(ZipkinJson.toOtlp(Bytes.of(utf8, 3, utf8.length - 3), false)))
        .isEqualTo(converted(json));
    assertThat(
            OtlpText.of(
                ZipkinJson.toOtlp(Bytes.of(json.getBytes(StandardCharsets.UTF_16BE)), false)))
        .isEqualTo(converted(json));
    assertThat(converted("\ufeff" + json)).isEqualTo(converted(json));
  }

  @Test
  void bytesThatAreNoUtf8AreMalformed() {
    byte[] json = spanWith("\"tags\": {\"a\": \"?\"}").getBytes(StandardCharsets.UTF_8);
    json[new String(json, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;

    assertThatThrownBy(() -> ZipkinJson.toOtlp(Bytes.of(json), false))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void anEmptyListIsFine() throws Exception {
    assertThat(converted("[]")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "{}!line 1, column 1: expected an array, found an object",
        "[{\"id\": \"1\"}]!line 1, column 12 ([0]): the span has no traceId",
        "[{\"traceId\": \"1\"}]!line 1, column 17 ([0]): the span has no id",
        "[{\"id\": \"xyz\"}]!line 1, column 9 ([0].id): expected an id in hex digits, found 'xyz' (at byte 8)",
        "[{\"id\": \"12345678123456781\"}]!([0].id): expected a span id of 16 hex digits",
        "[{\"timestamp\": {}}]!([0].timestamp): expected an integer, found an object (at byte 15)",
        "[{\"tags\": {\"a\": [1]}}]!([0].tags.a): expected a string, found an array",
        "[]]!line 1, column",
        "[{!line 1, column",
      })
  void whatIsWrongIsNamedWithItsPlace(String json, String problem) {
    assertThatThrownBy(() -> converted(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageStartingWith("malformed JSON at line ")
        .hasMessageContaining(problem);
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] json =
        spanWith("\"tags\": {\"a\": \"b\"}, \"localEndpoint\": {\"port\": 80}")
            .getBytes(StandardCharsets.UTF_8);

    for (int length = 0; length < json.length; length++) {
      Bytes cut = Bytes.of(Arrays.copyOf(json, length));
      assertThatThrownBy(() -> ZipkinJson.toOtlp(cut, false))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  private static String converted(String json) throws Exception {
    return OtlpText.of(ZipkinJson.toOtlp(Bytes.utf8(json), false));
  }

  /// Trace 1/2, span 3, begun at 1 s, 5 ms long.
  private static String spanWith(String members) {
    return """
    [{"traceId": "00000000000000010000000000000002", "id": "0000000000000003",
      "timestamp": 1000000, "duration": 5000, %s}]\
    """
        .formatted(members);
  }

  private static String tagged(String tags) throws Exception {
    return rest("\"tags\": {%s}".formatted(tags));
  }

  /// The lines after that of the resource.
  private static String rest(String members) throws Exception {
    String text = converted(spanWith(members));
    return text.substring(text.indexOf('\n') + 1);
  }
}
