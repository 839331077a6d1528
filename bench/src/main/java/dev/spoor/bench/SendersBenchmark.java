package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.wire.jaeger.JaegerProto;
import dev.spoor.wire.jaeger.JaegerThrift;
import dev.spoor.wire.json.JsonReader;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import dev.spoor.wire.thrift.ThriftReader;
import dev.spoor.wire.zipkin.ZipkinJson;
import dev.spoor.wire.zipkin.ZipkinProto;
import dev.spoor.wire.zipkin.ZipkinV1Json;
import dev.spoor.wire.zipkin.ZipkinV1Thrift;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import zipkin2.codec.SpanBytesEncoder;

/// From the body of a foreign sender to a batch that was walked as OTLP. The figure to read is
/// `spans`: in a second, of one thread. Bodies hold 100 spans with nine tags each.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class SendersBenchmark {

  private static final long NOW = 1_760_000_000_000_000_000L;

  private final List<Bytes> jaegerBinary = ForeignBodies.jaegerBinary();
  private final List<Bytes> jaegerCompact = ForeignBodies.jaegerCompact();
  private final List<Bytes> jaegerProto = ForeignBodies.jaegerProto();
  private final List<Bytes> zipkinJson = ForeignBodies.zipkin(SpanBytesEncoder.JSON_V2);
  private final List<Bytes> zipkinProto = ForeignBodies.zipkin(SpanBytesEncoder.PROTO3);
  private final List<Bytes> zipkinV1Json = ForeignBodies.zipkin(SpanBytesEncoder.JSON_V1);
  private final List<Bytes> zipkinV1Thrift = ForeignBodies.zipkin(SpanBytesEncoder.THRIFT);
  private int turn;

  @Benchmark
  public SpanBatch jaegerThriftBinary(Samples.Counted counted) throws IOException {
    return decoded(JaegerThrift.batch(next(jaegerBinary)), counted);
  }

  @Benchmark
  public SpanBatch jaegerThriftCompact(Samples.Counted counted) throws IOException {
    Bytes datagram = next(jaegerCompact);
    ThriftReader reader = ThriftReader.compact(datagram);
    return decoded(JaegerThrift.emitBatch(reader, datagram.length()), counted);
  }

  @Benchmark
  public SpanBatch jaegerProtobuf(Samples.Counted counted) throws IOException {
    return decoded(JaegerProto.postSpans(next(jaegerProto)), counted);
  }

  @Benchmark
  public SpanBatch zipkinV2Json(Samples.Counted counted) throws IOException {
    return decoded(ZipkinJson.toOtlp(next(zipkinJson), false), counted);
  }

  @Benchmark
  public SpanBatch zipkinV2Protobuf(Samples.Counted counted) throws IOException {
    return decoded(ZipkinProto.toOtlp(next(zipkinProto), false), counted);
  }

  @Benchmark
  public SpanBatch zipkinVersion1Json(Samples.Counted counted) throws IOException {
    return decoded(ZipkinV1Json.toOtlp(next(zipkinV1Json), false, NOW), counted);
  }

  @Benchmark
  public SpanBatch zipkinVersion1Thrift(Samples.Counted counted) throws IOException {
    return decoded(ZipkinV1Thrift.toOtlp(next(zipkinV1Thrift), false, NOW), counted);
  }

  /// The limit of the one above: looking at every byte once, and checking that it is JSON.
  @Benchmark
  public void zipkinV2JsonWalked(Samples.Counted counted) throws IOException {
    walk(next(zipkinJson), counted);
  }

  @Benchmark
  public void zipkinVersion1JsonWalked(Samples.Counted counted) throws IOException {
    walk(next(zipkinV1Json), counted);
  }

  private static void walk(Bytes body, Samples.Counted counted) throws IOException {
    JsonReader json = new JsonReader(body);
    json.beginArray();
    while (json.nextElement()) {
      json.skip();
      counted.spans++;
    }
    json.end("the list of spans");
  }

  private Bytes next(List<Bytes> bodies) {
    turn = (turn + 1) % bodies.size();
    return bodies.get(turn);
  }

  private static SpanBatch decoded(Bytes otlp, Samples.Counted counted) throws IOException {
    SpanBatch batch = OtlpDecoder.decode(otlp);
    counted.spans += batch.spanCount();
    return batch;
  }
}
