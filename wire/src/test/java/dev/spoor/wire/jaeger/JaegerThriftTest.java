package dev.spoor.wire.jaeger;

import static dev.spoor.wire.jaeger.JaegerBatches.batch;
import static dev.spoor.wire.jaeger.JaegerBatches.childOf;
import static dev.spoor.wire.jaeger.JaegerBatches.followsFrom;
import static dev.spoor.wire.jaeger.JaegerBatches.process;
import static dev.spoor.wire.jaeger.JaegerBatches.span;
import static dev.spoor.wire.jaeger.JaegerBatches.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.OtlpText;
import dev.spoor.wire.thrift.MalformedThriftException;
import dev.spoor.wire.thrift.ThriftReader;
import io.jaegertracing.thriftjava.Batch;
import io.jaegertracing.thriftjava.Log;
import io.jaegertracing.thriftjava.Span;
import io.jaegertracing.thriftjava.Tag;
import java.util.Arrays;
import java.util.List;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Jaeger's Thrift, written by Jaeger's own classes, as OTLP.
class JaegerThriftTest {

  private static final String SPAN = "  span 00000000000000010000000000000002 0000000000000003";

  @Test
  void aSpanKeepsItsIdsNameAndTimes() throws Exception {
    Span span = span("GET /cart").setParentSpanId(9);

    assertThat(converted(batch(process("shop"), span)))
        .isEqualTo(
            """
            resource service.name="shop"
            %s of 0000000000000009 'GET /cart' 1000000000..1005000000
            """
                .formatted(SPAN));
  }

  @Test
  void traceIdsOf64BitsAreFilledUpWithZeros() throws Exception {
    Span span = span("x").setTraceIdHigh(0).setTraceIdLow(-1);

    assertThat(converted(batch(process("shop"), span)))
        .contains("span 0000000000000000ffffffffffffffff 0000000000000003 ");
  }

  @Test
  void tagsBecomeAttributesOfTheirType() throws Exception {
    Span span =
        span(
            "x",
            tag("text", "größe"),
            tag("yes", true),
            tag("count", -5L),
            tag("share", 0.25),
            tag("raw", new byte[] {1, (byte) 0xfe}));

    assertThat(converted(batch(process("shop"), span)))
        .contains("    count=-5 raw=0x01fe share=0.25 text=\"größe\" yes=true\n");
  }

  @Test
  void theProcessBecomesTheResource() throws Exception {
    Batch batch =
        batch(
            process(
                "shop", tag("hostname", "box-1"), tag("jaeger.version", "Go-2.30"), tag("n", 1L)),
            span("x"));

    assertThat(converted(batch))
        .startsWith(
            "resource host.name=\"box-1\" n=1 opencensus.exporterversion=\"Jaeger-Go-2.30\""
                + " service.name=\"shop\"\n");
  }

  @Test
  void whatTheProcessSaysAlreadyIsNotReplaced() throws Exception {
    Batch batch =
        batch(process("shop", tag("hostname", "box-1"), tag("host.name", "real")), span("x"));

    assertThat(converted(batch))
        .startsWith("resource host.name=\"real\" hostname=\"box-1\" service.name=\"shop\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "client, CLIENT",
    "server, SERVER",
    "producer, PRODUCER",
    "consumer, CONSUMER",
    "internal, INTERNAL"
  })
  void theKindIsATag(String tag, String kind) throws Exception {
    assertThat(converted(batch(process("shop"), span("x", tag("span.kind", tag)))))
        .endsWith(SPAN + " 'x' " + kind + " 1000000000..1005000000\n");
  }

  @Test
  void anUnknownKindIsNone() throws Exception {
    assertThat(converted(batch(process("shop"), span("x", tag("span.kind", "SERVER")))))
        .endsWith(SPAN + " 'x' 1000000000..1005000000\n");
  }

  @Test
  void theTagErrorIsTheStatus() throws Exception {
    assertThat(rest(span("x", tag("error", true)))).isEqualTo("    status ERROR\n");
  }

  @Test
  void onlyATrueErrorCounts() throws Exception {
    assertThat(rest(span("x", tag("error", false)))).isEqualTo("    error=false\n");
    assertThat(rest(span("x", tag("error", "true")))).isEqualTo("    error=\"true\"\n");
  }

  @Test
  void anErrorIsDescribedByTheStatusDescriptionOrElseByHttp() throws Exception {
    assertThat(
            rest(
                span(
                    "x",
                    tag("error", true),
                    tag("otel.status_description", "sold out"),
                    tag("otel.status_code", "OK"),
                    tag("http.status_message", "Gone"))))
        .isEqualTo("    status ERROR sold out\n    http.status_message=\"Gone\"\n");
    assertThat(rest(span("x", tag("http.status_message", "Gone"), tag("error", true))))
        .isEqualTo("    status ERROR Gone\n    http.status_message=\"Gone\"\n");
  }

  @Test
  void theStatusCodeCountsWithoutAnError() throws Exception {
    assertThat(rest(span("x", tag("otel.status_code", "Ok")))).isEqualTo("    status OK\n");
    assertThat(
            rest(
                span(
                    "x",
                    tag("otel.status_description", "why"),
                    tag("otel.status_code", "ERROR"),
                    tag("http.status_code", 200L))))
        .isEqualTo("    status ERROR why\n    http.status_code=200\n");
  }

  @Test
  void aDescriptionWithoutAStatusStaysAnAttribute() throws Exception {
    assertThat(rest(span("x", tag("otel.status_description", "why"))))
        .isEqualTo("    otel.status_description=\"why\"\n");
  }

  @ParameterizedTest
  @CsvSource({
    "200, client, false", "302, client, false", "404, server, false", "404, client, true",
    "404, internal, true", "500, server, true", "503, client, true", "42, client, true"
  })
  void httpDecidesWhenNothingElseDoes(long code, String kind, boolean failed) throws Exception {
    for (Tag tag :
        List.of(tag("http.status_code", code), tag("http.status_code", Long.toString(code)))) {
      String text = converted(batch(process("shop"), span("x", tag, tag("span.kind", kind))));
      assertThat(text.contains("status ERROR\n")).isEqualTo(failed);
      assertThat(text).contains("http.status_code=");
    }
  }

  @Test
  void theParentIsFoundAmongTheReferences() throws Exception {
    Span span =
        span("x")
            .setReferences(
                List.of(
                    followsFrom(1, 2, 7), childOf(5, 5, 6), childOf(1, 2, 8), childOf(1, 2, 9)));

    assertThat(converted(batch(process("shop"), span)))
        .endsWith(
            """
            %s of 0000000000000008 'x' 1000000000..1005000000
                link 00000000000000010000000000000002 0000000000000007 opentracing.ref_type="follows_from"
                link 00000000000000050000000000000005 0000000000000006 opentracing.ref_type="child_of"
                link 00000000000000010000000000000002 0000000000000009 opentracing.ref_type="child_of"
            """
                .formatted(SPAN));
  }

  @Test
  void aReferenceToWhatItFollowsIsTheParentWhenThereIsNoOther() throws Exception {
    Span span = span("x").setReferences(List.of(followsFrom(1, 2, 7)));

    assertThat(converted(batch(process("shop"), span)))
        .contains(SPAN + " of 0000000000000007 'x'")
        .contains("link 00000000000000010000000000000002 0000000000000007");
  }

  @Test
  void logsBecomeEvents() throws Exception {
    Span span =
        span("x")
            .setLogs(
                List.of(
                    new Log(1_000_100, List.of(tag("event", "retry"), tag("attempt", 2L))),
                    new Log(1_000_200, List.of(tag("message", "nameless"))),
                    new Log(1_000_300, List.of(tag("event", 5L)))));

    assertThat(rest(span))
        .isEqualTo(
            """
                event 1000100000 'retry' attempt=2
                event 1000200000 message="nameless"
                event 1000300000 event=5
            """);
  }

  @Test
  void aScopeAndATraceStateAreOrdinaryTagsHere() throws Exception {
    assertThat(rest(span("x", tag("otel.scope.name", "lib"), tag("w3c.tracestate", "a=b"))))
        .isEqualTo("    otel.scope.name=\"lib\" w3c.tracestate=\"a=b\"\n");
  }

  @Test
  void aTypeThatNobodyKnowsLeavesAMark() throws Exception {
    byte[] body = JaegerBatches.binary(batch(process("shop"), span("x", tag("odd", "?"))));
    int type = indexOf(body, "odd") + "odd".length() + 3 + 3;
    body[type] = 77;

    assertThat(OtlpText.of(JaegerThrift.batch(Bytes.of(body))))
        .contains("odd=\"<Unknown Jaeger tag type 77>\"");
  }

  @Test
  void theProcessMayComeAfterTheSpans() throws Exception {
    Batch batch = batch(process("shop"), span("x"));
    byte[] body = JaegerBatches.binary(batch);
    byte[] process = Arrays.copyOfRange(body, 0, indexOf(body, "shop") + "shop".length() + 1);
    byte[] spans = Arrays.copyOfRange(body, process.length, body.length - 1);
    byte[] swapped = new byte[body.length];
    System.arraycopy(spans, 0, swapped, 0, spans.length);
    System.arraycopy(process, 0, swapped, spans.length, process.length);

    assertThat(OtlpText.of(JaegerThrift.batch(Bytes.of(swapped)))).isEqualTo(converted(batch));
  }

  @Test
  void bothProtocolsOfTheAgentGiveTheSame() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = JaegerBatches.random(seed, 5);
      String expected = converted(batch);
      byte[] binary = JaegerBatches.emitBatch(batch, new TBinaryProtocol.Factory());
      byte[] compact = JaegerBatches.emitBatch(batch, new TCompactProtocol.Factory());

      assertThat(emitted(ThriftReader.binary(Bytes.of(binary)), binary)).isEqualTo(expected);
      assertThat(emitted(ThriftReader.compact(Bytes.of(compact)), compact)).isEqualTo(expected);
    }
  }

  @Test
  void aSpanWithoutIdIsARefusedSpanAndNotAMalformedBatch() throws Exception {
    Span bad = span("bad").setSpanId(0);
    Bytes otlp = JaegerThrift.batch(Bytes.of(JaegerBatches.binary(batch(process("shop"), bad))));

    assertThat(OtlpDecoder.decode(otlp).problemCount()).isEqualTo(1);
  }

  @Test
  void anEmptyBatchIsFine() throws Exception {
    Batch batch = new Batch(process("shop"), List.of());

    assertThat(converted(batch)).isEmpty();
  }

  @Test
  void whatIsMissingIsNamedWithItsPlace() {
    byte[] body = {12, 0, 1, 11, 0, 1, 0, 0, 0, 1, 'a', 0, 0};

    assertThatThrownBy(() -> JaegerThrift.batch(Bytes.of(body)))
        .isInstanceOf(MalformedThriftException.class)
        .hasMessage("malformed thrift at byte 13: Batch ends without its required field 2");
  }

  @Test
  void aCountThatNobodyCanHaveSentCostsNothing() {
    byte[] body = {15, 0, 2, 12, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0};

    assertThatThrownBy(() -> JaegerThrift.batch(Bytes.of(body)))
        .hasMessage("malformed thrift at byte 4: expected at most 1 elements, found 2147483647");
  }

  @Test
  void unknownFieldsAreLeftOutHoweverTheyAreNested() throws Exception {
    byte[] known = JaegerBatches.binary(batch(process("shop"), span("x")));
    byte[] unknown = {12, 0, 99, 15, 0, 1, 12, 0, 0, 0, 1, 2, 0, 1, 1, 0, 0};
    byte[] body = new byte[known.length + unknown.length];
    System.arraycopy(unknown, 0, body, 0, unknown.length);
    System.arraycopy(known, 0, body, unknown.length, known.length);

    assertThat(OtlpText.of(JaegerThrift.batch(Bytes.of(body))))
        .isEqualTo(OtlpText.of(JaegerThrift.batch(Bytes.of(known))));
  }

  @Test
  void nestingIsLimited() {
    byte[] body = new byte[3000];
    for (int i = 0; i < body.length; i += 3) {
      body[i] = 12;
      body[i + 2] = 99;
    }

    assertThatThrownBy(() -> JaegerThrift.batch(Bytes.of(body)))
        .hasMessageContaining("values are nested deeper than 64");
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] body = JaegerBatches.binary(JaegerBatches.random(1, 2));
    byte[] compact =
        JaegerBatches.emitBatch(JaegerBatches.random(1, 2), new TCompactProtocol.Factory());

    for (int length = 0; length < body.length; length++) {
      Bytes cut = Bytes.of(body, 0, length);
      assertThatThrownBy(() -> JaegerThrift.batch(cut))
          .isInstanceOf(MalformedThriftException.class);
    }
    for (int length = 0; length < compact.length; length++) {
      Bytes cut = Bytes.of(compact, 0, length);
      assertThatThrownBy(() -> JaegerThrift.emitBatch(ThriftReader.compact(cut), cut.length()))
          .isInstanceOf(MalformedThriftException.class);
    }
  }

  @Test
  void otherCallsOfTheAgentAreNamed() {
    byte[] call = {
      (byte) 0x82,
      (byte) 0x81,
      0,
      15,
      'e',
      'm',
      'i',
      't',
      'Z',
      'i',
      'p',
      'k',
      'i',
      'n',
      'B',
      'a',
      't',
      'c',
      'h',
      0
    };

    assertThatThrownBy(
            () -> JaegerThrift.emitBatch(ThriftReader.compact(Bytes.of(call)), call.length))
        .hasMessage(
            "malformed thrift at byte 19: expected a call of emitBatch, found one of"
                + " 'emitZipkinBatch'");
  }

  private static String converted(Batch batch) throws Exception {
    return OtlpText.of(JaegerThrift.batch(Bytes.of(JaegerBatches.binary(batch))));
  }

  private static String emitted(ThriftReader reader, byte[] datagram) throws Exception {
    return OtlpText.of(JaegerThrift.emitBatch(reader, datagram.length));
  }

  /// The lines after those of the resource and of ids and times.
  private static String rest(Span span) throws Exception {
    String text = converted(batch(process("shop"), span));
    return text.substring(text.indexOf('\n', text.indexOf('\n') + 1) + 1);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
