package dev.spoor.wire.jaeger;

import static dev.spoor.wire.jaeger.JaegerBatches.childOf;
import static dev.spoor.wire.jaeger.JaegerBatches.followsFrom;
import static dev.spoor.wire.jaeger.JaegerBatches.process;
import static dev.spoor.wire.jaeger.JaegerBatches.span;
import static dev.spoor.wire.jaeger.JaegerBatches.tag;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.GoldenExport;
import dev.spoor.wire.thrift.ThriftReader;
import io.jaegertracing.thriftjava.Batch;
import io.jaegertracing.thriftjava.Log;
import io.jaegertracing.thriftjava.Process;
import io.jaegertracing.thriftjava.Span;
import io.jaegertracing.thriftjava.SpanRef;
import io.jaegertracing.thriftjava.Tag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.junit.jupiter.api.Test;

/// Every rule that turns Jaeger's spans into OTLP, as golden files: each span is named after its
/// rule. The Thrift is written by Jaeger's own classes, the protobuf from the same spans.
class JaegerGoldenTest {

  private static final String THRIFT = "jaeger/thrift.expected.json";

  private static final Process SHOP =
      process(
          "shop",
          tag("hostname", "box-1"),
          tag("jaeger.version", "Java-1.8.1"),
          tag("replica", 2L),
          tag("weight", 0.5),
          tag("canary", true),
          tag("raw", new byte[] {1, 2}));

  @Test
  void thriftOverHttp() throws Exception {
    GoldenExport.assertIs(
        THRIFT, JaegerThrift.batch(Bytes.of(JaegerBatches.binary(new Batch(SHOP, spans())))));
  }

  @Test
  void compactThriftInADatagram() throws Exception {
    byte[] datagram =
        JaegerBatches.emitBatch(new Batch(SHOP, spans()), new TCompactProtocol.Factory());
    GoldenExport.assertIs(
        THRIFT, JaegerThrift.emitBatch(ThriftReader.compact(Bytes.of(datagram)), datagram.length));
  }

  @Test
  void binaryThriftInADatagram() throws Exception {
    byte[] datagram =
        JaegerBatches.emitBatch(new Batch(SHOP, spans()), new TBinaryProtocol.Factory());
    GoldenExport.assertIs(
        THRIFT, JaegerThrift.emitBatch(ThriftReader.binary(Bytes.of(datagram)), datagram.length));
  }

  @Test
  void protobuf() throws Exception {
    ProtoWriter batch = new ProtoWriter();
    for (Span span : spans()) {
      batch.bytes(1, proto(span).toArray());
    }
    ProtoWriter own = proto(span("its own process"));
    own.bytes(10, proto(process("bank", tag("hostname", "box-2"))).toArray());
    batch.bytes(1, own.toArray());
    ProtoWriter nameless = proto(span("a process without name"));
    nameless.bytes(10, proto(process("OTLPResourceNoServiceName", tag("n", 1L))).toArray());
    batch.bytes(1, nameless.toArray());
    batch.bytes(2, proto(SHOP).toArray());
    ProtoWriter request = new ProtoWriter();
    request.bytes(1, batch.toArray());

    GoldenExport.assertIs(
        "jaeger/proto.expected.json", JaegerProto.postSpans(Bytes.of(request.toArray())));
  }

  private static List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    spans.add(
        span(
            "attributes of every type",
            tag("text", "größe"),
            tag("yes", true),
            tag("no", false),
            tag("count", -5L),
            tag("share", 0.25),
            tag("raw", new byte[] {1, (byte) 0xfe})));
    spans.add(span("trace id of 64 bits").setTraceIdHigh(0).setTraceIdLow(0xfedcL).setSpanId(0xab));
    for (String kind :
        List.of("client", "server", "producer", "consumer", "internal", "something else")) {
      spans.add(span("kind " + kind, tag("span.kind", kind)));
    }
    spans.add(
        span("parent child_of, the rest are links")
            .setReferences(
                List.of(
                    followsFrom(1, 2, 7), childOf(5, 5, 6), childOf(1, 2, 8), childOf(1, 2, 9))));
    spans.add(
        span("parent follows_from when there is no other")
            .setReferences(List.of(followsFrom(5, 5, 6), followsFrom(1, 2, 7))));
    spans.add(span("parentSpanId, of Thrift only").setParentSpanId(9));
    addStatuses(spans);
    spans.add(
        span("logs are events")
            .setLogs(
                List.of(
                    new Log(
                        1_000_100,
                        List.of(tag("event", "retry"), tag("attempt", 2L), tag("last", false))),
                    new Log(1_000_200, List.of(tag("message", "nameless"))))));
    spans.add(span("flags are dropped").setFlags(3));
    spans.add(
        span(
            "scope and trace state, of protobuf only",
            tag("otel.scope.name", "lib"),
            tag("otel.scope.version", "1.2"),
            tag("w3c.tracestate", "a=b"),
            tag("kept", "yes")));
    return spans;
  }

  private static void addStatuses(List<Span> spans) {
    spans.add(
        span(
            "error, described",
            tag("error", true),
            tag("otel.status_code", "OK"),
            tag("otel.status_description", "sold out"),
            tag("http.status_message", "Gone")));
    spans.add(
        span("error, described by http", tag("error", true), tag("http.status_message", "Gone")));
    spans.add(span("error that is a text does not count", tag("error", "true")));
    spans.add(span("error that is false", tag("error", false)));
    spans.add(
        span(
            "otel.status_code ok",
            tag("otel.status_code", "ok"),
            tag("otel.status_description", "fine")));
    spans.add(
        span(
            "otel.status_code before http",
            tag("otel.status_code", "ERROR"),
            tag("http.status_code", 200L)));
    spans.add(span("http 200", tag("http.status_code", 200L)));
    spans.add(
        span("http 404 of a server", tag("http.status_code", 404L), tag("span.kind", "server")));
    spans.add(
        span(
            "http 404 of a client, as text",
            tag("http.status_code", "404"),
            tag("http.status_message", "Not Found"),
            tag("span.kind", "client")));
    spans.add(
        span("http 500 of a server", tag("http.status_code", 500L), tag("span.kind", "server")));
    spans.add(span("http 399", tag("http.status_code", 399L)));
  }

  // ---- the same as protobuf

  private static ProtoWriter proto(Process process) {
    ProtoWriter to = new ProtoWriter();
    to.string(1, process.getServiceName());
    for (Tag tag : process.getTags()) {
      to.bytes(2, proto(tag).toArray());
    }
    return to;
  }

  private static ProtoWriter proto(Span span) {
    ProtoWriter to = new ProtoWriter();
    to.bytes(1, traceId(span.getTraceIdHigh(), span.getTraceIdLow()));
    to.bytes(2, ByteBuffer.allocate(8).putLong(span.getSpanId()).array());
    to.string(3, span.getOperationName());
    if (span.isSetReferences()) {
      for (SpanRef reference : span.getReferences()) {
        ProtoWriter ref = new ProtoWriter();
        ref.bytes(1, traceId(reference.getTraceIdHigh(), reference.getTraceIdLow()));
        ref.bytes(2, ByteBuffer.allocate(8).putLong(reference.getSpanId()).array());
        ref.varint(3, reference.getRefType().getValue());
        to.bytes(4, ref.toArray());
      }
    }
    to.varint(5, span.getFlags());
    to.bytes(6, time(span.getStartTime()));
    to.bytes(7, time(span.getDuration()));
    if (span.isSetTags()) {
      for (Tag tag : span.getTags()) {
        to.bytes(8, proto(tag).toArray());
      }
    }
    if (span.isSetLogs()) {
      for (Log each : span.getLogs()) {
        ProtoWriter log = new ProtoWriter();
        log.bytes(1, time(each.getTimestamp()));
        for (Tag field : each.getFields()) {
          log.bytes(2, proto(field).toArray());
        }
        to.bytes(9, log.toArray());
      }
    }
    to.string(11, "process-1");
    to.string(12, "a warning");
    return to;
  }

  private static ProtoWriter proto(Tag tag) {
    ProtoWriter to = new ProtoWriter();
    to.string(1, tag.getKey());
    switch (tag.getVType()) {
      case STRING -> to.string(3, tag.getVStr());
      case BOOL -> {
        to.varint(2, 1);
        to.varint(4, tag.isVBool() ? 1 : 0);
      }
      case LONG -> {
        to.varint(2, 2);
        to.varint(5, tag.getVLong());
      }
      case DOUBLE -> {
        to.varint(2, 3);
        to.float64(6, tag.getVDouble());
      }
      case BINARY -> {
        to.varint(2, 4);
        to.bytes(7, tag.getVBinary());
      }
    }
    return to;
  }

  private static byte[] traceId(long high, long low) {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  private static byte[] time(long micros) {
    ProtoWriter to = new ProtoWriter();
    to.varint(1, micros / 1_000_000);
    to.varint(2, micros % 1_000_000 * 1000);
    return to.toArray();
  }
}
