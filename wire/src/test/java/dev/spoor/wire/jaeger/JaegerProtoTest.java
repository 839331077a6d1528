package dev.spoor.wire.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.OtlpText;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Jaeger's `PostSpansRequest`, written field by field, as OTLP. What it shares with Thrift is
/// tested there.
class JaegerProtoTest {

  private static final String SPAN = "  span 00000000000000010000000000000002 0000000000000003";

  @Test
  void aSpanKeepsItsIdsNameAndTimes() throws Exception {
    assertThat(converted(batch -> batch.bytes(1, span(span -> {})).bytes(2, process("shop"))))
        .isEqualTo(
            """
            resource service.name="shop"
            %s 'GET /cart' 1000000500..1005000500
            """
                .formatted(SPAN));
  }

  @Test
  void tagsBecomeAttributesOfTheirType() throws Exception {
    Message span =
        span(fields ->
            fields
                .bytes(8, tag("text", 0, value -> value.string(3, "größe")))
                .bytes(8, tag("yes", 1, value -> value.varint(4, 1)))
                .bytes(8, tag("count", 2, value -> value.varint(5, -5)))
                .bytes(8, tag("share", 3, value -> value.float64(6, 0.25)))
                .bytes(8, tag("raw", 4, value -> value.string(7, "ab")))
                .bytes(8, tag("odd", 9, value -> {})));

    assertThat(converted(batch -> batch.bytes(1, span)))
        .contains(
            "    count=-5 odd=\"<Unknown Jaeger tag type 9>\" raw=0x6162 share=0.25 text=\"größe\""
                + " yes=true\n");
  }

  @Test
  void scopeAndTraceStateAreTags() throws Exception {
    Message first =
        span(fields ->
            fields
                .bytes(8, text("otel.scope.name", "lib"))
                .bytes(8, text("otel.scope.version", "1.2"))
                .bytes(8, text("w3c.tracestate", "a=b")));
    Message second = span(fields -> {});
    Message third =
        span(fields ->
            fields
                .bytes(8, text("otel.scope.version", "1.2"))
                .bytes(8, text("otel.scope.name", "lib")));

    assertThat(
            converted(batch ->
                batch.bytes(2, process("shop")).bytes(1, first).bytes(1, second).bytes(1, third)))
        .isEqualTo(
            """
            resource service.name="shop"
              scope lib 1.2
            %1$s 'GET /cart' 1000000500..1005000500
                state a=b
            %1$s 'GET /cart' 1000000500..1005000500
            resource service.name="shop"
            %1$s 'GET /cart' 1000000500..1005000500
            """
                .formatted(SPAN));
  }

  @Test
  void aSpanMayHaveAProcessOfItsOwn() throws Exception {
    Message own = span(fields -> fields.bytes(10, process("bank")));

    assertThat(
            converted(
                batch -> batch.bytes(1, own).bytes(1, span(f -> {})).bytes(2, process("shop"))))
        .isEqualTo(
            """
            resource service.name="bank"
            %1$s 'GET /cart' 1000000500..1005000500
            resource service.name="shop"
            %1$s 'GET /cart' 1000000500..1005000500
            """
                .formatted(SPAN));
  }

  @Test
  void aResourceWithoutNameSaysSo() throws Exception {
    assertThat(
            converted(batch ->
                batch.bytes(1, span(f -> {})).bytes(2, process("OTLPResourceNoServiceName"))))
        .startsWith("resource\n");
  }

  @Test
  void referencesAndLogsAreKept() throws Exception {
    Message span =
        span(fields ->
            fields
                .bytes(4, reference(1, 2, 7, 0))
                .bytes(4, reference(5, 5, 6, 1))
                .bytes(
                    9,
                    new Message()
                        .bytes(1, new Message().varint(1, 1).varint(2, 100))
                        .bytes(2, text("event", "retry"))
                        .bytes(2, text("why", "late"))));

    assertThat(converted(batch -> batch.bytes(1, span)))
        .isEqualTo(
            """
            resource
            %s of 0000000000000007 'GET /cart' 1000000500..1005000500
                event 1000000100 'retry' why="late"
                link 00000000000000050000000000000005 0000000000000006 opentracing.ref_type="follows_from"
            """
                .formatted(SPAN));
  }

  @Test
  void anIdOfAWrongLengthIsMalformedAndItsPlaceNamed() {
    Message span = new Message().raw(1, new byte[8]);

    assertThatThrownBy(() -> converted(batch -> batch.bytes(1, span)))
        .hasMessage("malformed protobuf at byte 5: expected a trace id of 16 bytes, found 8");
  }

  private static String converted(Consumer<Message> fields) throws Exception {
    Message batch = new Message();
    fields.accept(batch);
    return OtlpText.of(JaegerProto.postSpans(new Message().bytes(1, batch).finish()));
  }

  /// Trace 1/2, span 3, begun at 1 s and 500 ns, 5 ms long, and what else it has.
  private static Message span(Consumer<Message> more) {
    Message span =
        new Message()
            .raw(1, ByteBuffer.allocate(16).putLong(1).putLong(2).array())
            .raw(2, ByteBuffer.allocate(8).putLong(3).array())
            .string(3, "GET /cart")
            .bytes(6, new Message().varint(1, 1).varint(2, 500))
            .bytes(7, new Message().varint(2, 5_000_000));
    more.accept(span);
    return span;
  }

  private static Message process(String service) {
    return new Message().string(1, service);
  }

  private static Message text(String key, String value) {
    return tag(key, 0, fields -> fields.string(3, value));
  }

  private static Message tag(String key, int type, Consumer<Message> value) {
    Message tag = new Message().string(1, key).varint(2, type);
    value.accept(tag);
    return tag;
  }

  private static Message reference(long high, long low, long span, int type) {
    return new Message()
        .raw(1, ByteBuffer.allocate(16).putLong(high).putLong(low).array())
        .raw(2, ByteBuffer.allocate(8).putLong(span).array())
        .varint(3, type);
  }

  /// A protobuf message that is written in a chain.
  private static final class Message {

    private final ProtoWriter writer = new ProtoWriter();

    Message bytes(int field, Message message) {
      writer.bytes(field, message.finish());
      return this;
    }

    Message raw(int field, byte[] bytes) {
      writer.bytes(field, bytes);
      return this;
    }

    Message string(int field, String value) {
      writer.string(field, value);
      return this;
    }

    Message varint(int field, long value) {
      writer.varint(field, value);
      return this;
    }

    Message float64(int field, double value) {
      writer.float64(field, value);
      return this;
    }

    Bytes finish() {
      return Bytes.of(writer.toArray());
    }
  }
}
