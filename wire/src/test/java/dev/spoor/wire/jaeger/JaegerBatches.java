package dev.spoor.wire.jaeger;

import io.jaegertracing.agent.thrift.Agent;
import io.jaegertracing.thriftjava.Batch;
import io.jaegertracing.thriftjava.Log;
import io.jaegertracing.thriftjava.Process;
import io.jaegertracing.thriftjava.Span;
import io.jaegertracing.thriftjava.SpanRef;
import io.jaegertracing.thriftjava.SpanRefType;
import io.jaegertracing.thriftjava.Tag;
import io.jaegertracing.thriftjava.TagType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TProtocolFactory;
import org.apache.thrift.transport.TMemoryBuffer;

/// Batches made with Jaeger's own classes, and their bytes as Jaeger's senders write them.
public final class JaegerBatches {

  private static final int SOME = 3;

  private JaegerBatches() {}

  static Batch batch(Process process, Span... spans) {
    return new Batch(process, List.of(spans));
  }

  static Process process(String service, Tag... tags) {
    Process process = new Process(service);
    return tags.length == 0 ? process : process.setTags(List.of(tags));
  }

  /// Trace 1/2, span 3, begun at 1 s, 5 ms long.
  static Span span(String name, Tag... tags) {
    Span span = new Span(2, 1, 3, 0, name, 1, 1_000_000, 5_000);
    return tags.length == 0 ? span : span.setTags(List.of(tags));
  }

  static Tag tag(String key, String value) {
    return new Tag(key, TagType.STRING).setVStr(value);
  }

  static Tag tag(String key, boolean value) {
    return new Tag(key, TagType.BOOL).setVBool(value);
  }

  static Tag tag(String key, long value) {
    return new Tag(key, TagType.LONG).setVLong(value);
  }

  static Tag tag(String key, double value) {
    return new Tag(key, TagType.DOUBLE).setVDouble(value);
  }

  static Tag tag(String key, byte[] value) {
    return new Tag(key, TagType.BINARY).setVBinary(value);
  }

  static SpanRef childOf(long high, long low, long span) {
    return new SpanRef(SpanRefType.CHILD_OF, low, high, span);
  }

  static SpanRef followsFrom(long high, long low, long span) {
    return new SpanRef(SpanRefType.FOLLOWS_FROM, low, high, span);
  }

  public static byte[] binary(Batch batch) {
    return serialized(batch, new TBinaryProtocol.Factory());
  }

  static byte[] compact(Batch batch) {
    return serialized(batch, new TCompactProtocol.Factory());
  }

  private static byte[] serialized(Batch batch, TProtocolFactory protocol) {
    try {
      return new TSerializer(protocol).serialize(batch);
    } catch (TException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// A datagram that calls the agent.
  static byte[] emitBatch(Batch batch, TProtocolFactory protocol) {
    try {
      TMemoryBuffer buffer = new TMemoryBuffer(1000);
      new Agent.Client(protocol.getProtocol(buffer)).emitBatch(batch);
      return java.util.Arrays.copyOf(buffer.getArray(), buffer.length());
    } catch (TException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// So many spans of what services send, from a seed.
  public static Batch random(long seed, int spans) {
    Random random = new Random(seed);
    List<Span> all = new ArrayList<>();
    for (int i = 0; i < spans; i++) {
      all.add(randomSpan(random));
    }
    return new Batch(
        process("cart", tag("hostname", "cart-7"), tag("jaeger.version", "Java-1.8.1")), all);
  }

  private static Span randomSpan(Random random) {
    Span span =
        new Span(
            random.nextLong(),
            random.nextBoolean() ? 0 : random.nextLong(),
            random.nextLong(),
            random.nextInt(2),
            "GET /items/" + random.nextInt(9),
            1,
            1_760_000_000_000_000L + random.nextInt(1_000_000),
            random.nextInt(100_000));
    List<Tag> tags = new ArrayList<>();
    tags.add(tag("span.kind", random.nextBoolean() ? "server" : "client"));
    tags.add(tag("http.method", "GET"));
    tags.add(tag("http.url", "http://cart/items/" + random.nextInt(1000)));
    tags.add(tag("http.status_code", 200L + random.nextInt(300)));
    tags.add(tag("component", "java-web-servlet"));
    tags.add(tag("sampler.param", random.nextDouble()));
    tags.add(tag("error", random.nextBoolean()));
    tags.add(tag("raw", new byte[random.nextInt(SOME)]));
    span.setTags(tags);
    if (random.nextBoolean()) {
      span.setReferences(List.of(followsFrom(random.nextLong(), 1, random.nextLong())));
    }
    if (random.nextBoolean()) {
      span.setLogs(
          List.of(
              new Log(
                  1_760_000_000_000_000L,
                  List.of(tag("event", "retry"), tag("attempt", random.nextInt(SOME))))));
    }
    return span;
  }
}
