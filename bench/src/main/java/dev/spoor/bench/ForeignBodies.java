package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import io.jaegertracing.agent.thrift.Agent;
import io.jaegertracing.thriftjava.Batch;
import io.jaegertracing.thriftjava.Log;
import io.jaegertracing.thriftjava.Process;
import io.jaegertracing.thriftjava.Span;
import io.jaegertracing.thriftjava.Tag;
import io.jaegertracing.thriftjava.TagType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.transport.TMemoryBuffer;
import org.jspecify.annotations.NullUnmarked;
import zipkin2.Endpoint;
import zipkin2.codec.SpanBytesEncoder;

/// What Jaeger's and Zipkin's senders post, made with their own libraries: some dozen bodies of 100
/// spans with nine tags, and an event on every fourth.
///
/// Not marked for null: getters of Thrift's generated classes may all give it, though not here.
@NullUnmarked
final class ForeignBodies {

  private static final int BODIES = 32;
  private static final int SPANS = 100;
  private static final long START_MICROS = 1_760_000_000_000_000L;
  private static final List<String> KEYS =
      List.of(
          "http.method",
          "http.url",
          "http.target",
          "component",
          "thread.name",
          "peer.hostname",
          "user.id");

  private ForeignBodies() {}

  static List<Bytes> jaegerBinary() {
    return batches().map(ForeignBodies::binary).toList();
  }

  static List<Bytes> jaegerCompact() {
    return batches().map(ForeignBodies::datagram).toList();
  }

  static List<Bytes> jaegerProto() {
    return batches().map(ForeignBodies::protobuf).toList();
  }

  static List<Bytes> zipkin(SpanBytesEncoder encoder) {
    return IntStream.range(0, BODIES)
        .mapToObj(seed -> Bytes.of(encoder.encodeList(zipkinSpans(new Random(seed)))))
        .toList();
  }

  private static java.util.stream.Stream<Batch> batches() {
    return IntStream.range(0, BODIES).mapToObj(seed -> batch(new Random(seed)));
  }

  private static Batch batch(Random random) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < SPANS; i++) {
      Span span =
          new Span(
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              "GET /items/" + random.nextInt(50),
              1,
              START_MICROS + i,
              random.nextInt(100_000));
      span.addToTags(text("span.kind", random.nextBoolean() ? "server" : "client"));
      span.addToTags(new Tag("http.status_code", TagType.LONG).setVLong(200));
      for (String key : KEYS) {
        span.addToTags(text(key, key + "/value/" + random.nextInt(1000)));
      }
      if (i % 4 == 0) {
        span.addToLogs(new Log(START_MICROS + i, List.of(text("event", "retry"))));
      }
      spans.add(span);
    }
    Process process = new Process("shop");
    process.addToTags(text("hostname", "shop-7"));
    process.addToTags(text("ip", "10.0.0.7"));
    return new Batch(process, spans);
  }

  private static Tag text(String key, String value) {
    return new Tag(key, TagType.STRING).setVStr(value);
  }

  private static Bytes binary(Batch batch) {
    try {
      return Bytes.of(new TSerializer(new TBinaryProtocol.Factory()).serialize(batch));
    } catch (TException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Bytes datagram(Batch batch) {
    try {
      TMemoryBuffer buffer = new TMemoryBuffer(1000);
      new Agent.Client(new TCompactProtocol(buffer)).emitBatch(batch);
      return Bytes.of(buffer.getArray(), 0, buffer.length());
    } catch (TException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Bytes protobuf(Batch batch) {
    ProtoWriter to = new ProtoWriter();
    int request = to.begin(1);
    for (Span span : batch.getSpans()) {
      int begun = to.begin(1);
      to.bytes(1, id(span.getTraceIdHigh(), span.getTraceIdLow()));
      to.bytes(2, id(span.getSpanId()));
      to.string(3, span.getOperationName());
      int reference = to.begin(4);
      to.bytes(1, id(span.getTraceIdHigh(), span.getTraceIdLow()));
      to.bytes(2, id(span.getParentSpanId()));
      to.end(reference);
      time(to, 6, span.getStartTime());
      time(to, 7, span.getDuration());
      span.getTags().forEach(tag -> tag(to, 8, tag));
      for (Log log : span.isSetLogs() ? span.getLogs() : List.<Log>of()) {
        int logged = to.begin(9);
        time(to, 1, log.getTimestamp());
        log.getFields().forEach(tag -> tag(to, 2, tag));
        to.end(logged);
      }
      to.end(begun);
    }
    int process = to.begin(2);
    to.string(1, batch.getProcess().getServiceName());
    batch.getProcess().getTags().forEach(tag -> tag(to, 2, tag));
    to.end(process);
    to.end(request);
    return to.finish();
  }

  private static void time(ProtoWriter to, int field, long micros) {
    int time = to.begin(field);
    to.varintUnlessZero(1, micros / 1_000_000);
    to.varintUnlessZero(2, micros % 1_000_000 * 1000);
    to.end(time);
  }

  private static void tag(ProtoWriter to, int field, Tag tag) {
    int begun = to.begin(field);
    to.string(1, tag.getKey());
    if (tag.getVType() == TagType.LONG) {
      to.varint(2, 2);
      to.varint(5, tag.getVLong());
    } else {
      to.string(3, tag.getVStr());
    }
    to.end(begun);
  }

  private static byte[] id(long high, long low) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }

  private static byte[] id(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static List<zipkin2.Span> zipkinSpans(Random random) {
    List<zipkin2.Span> spans = new ArrayList<>();
    for (int i = 0; i < SPANS; i++) {
      zipkin2.Span.Builder span =
          zipkin2.Span.newBuilder()
              .traceId(random.nextLong(), 1 | random.nextLong())
              .id(1 | random.nextLong())
              .parentId(2 | random.nextLong())
              .kind(zipkin2.Span.Kind.SERVER)
              .name("get /items/" + random.nextInt(50))
              .timestamp(START_MICROS + i)
              .duration(1 + random.nextInt(100_000))
              .localEndpoint(
                  Endpoint.newBuilder().serviceName("shop").ip("10.0.0.7").port(8080).build())
              .putTag("http.status_code", "200");
      for (String key : KEYS) {
        span.putTag(key, key + "/value/" + random.nextInt(1000));
      }
      if (i % 4 == 0) {
        span.addAnnotation(START_MICROS + i, "retry");
      }
      spans.add(span.build());
    }
    return spans;
  }
}
