package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentInfo;
import dev.spoor.storage.head.HeadSegmentWriter;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// The steps from a request's body to a block, each by itself. The figure to read is `spans`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class IngestBenchmark {

  private final List<Bytes> bodies = Samples.bodies();
  private final List<SpanColumns> batches = Limits.shred(Samples.SMALL);
  private final Path folder = Samples.folder();
  private final Limits limits = new Limits(folder);
  private final HeadSegmentWriter heads = new HeadSegmentWriter(new RealDisk());
  private long headId;

  @TearDown
  public void tearDown() throws IOException {
    heads.close();
    Limits.deleteTree(folder);
  }

  /// Finds the spans of a body and checks it whole.
  @Benchmark
  public void decode(Samples.Counted counted, Blackhole sink) throws MalformedProtoException {
    for (Bytes body : bodies) {
      SpanBatch batch = OtlpDecoder.decode(body);
      counted.spans += batch.spanCount();
      sink.consume(batch);
    }
  }

  /// Bodies to columns.
  @Benchmark
  public List<SpanColumns> shred(Samples.Counted counted) {
    counted.spans += Samples.SMALL.spans();
    return Limits.shred(Samples.SMALL);
  }

  /// Columns of some batches to one, in the order of traces.
  @Benchmark
  public void merge(Samples.Counted counted, Blackhole sink) throws IOException {
    try (SpanMerger merger = SpanMerger.of(batches)) {
      for (SpanColumns merged = merger.next(); merged != null; merged = merger.next()) {
        counted.spans += merged.spanCount();
        sink.consume(merged);
      }
    }
  }

  /// The same, into a head segment, synced.
  @Benchmark
  public HeadSegmentInfo cut(Samples.Counted counted) throws IOException {
    HeadSegmentHeader header = new HeadSegmentHeader(Tenant.SINGLE, headId++, 0, 1, Instant.EPOCH);
    try (SpanMerger merger = SpanMerger.of(batches)) {
      HeadSegmentInfo info = heads.write(folder, header, merger);
      counted.spans += info.spans();
      Files.delete(folder.resolve(header.fileName()));
      return info;
    }
  }

  /// Columns to a block, synced.
  @Benchmark
  public BuiltBlock writeBlock(Samples.Counted counted) throws IOException {
    Path block = folder.resolve(UUID.randomUUID().toString());
    BuiltBlock built = limits.build(batches, block);
    counted.spans += built.spanCount();
    Limits.deleteTree(block);
    return built;
  }
}
