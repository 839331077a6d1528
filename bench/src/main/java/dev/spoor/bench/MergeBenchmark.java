package dev.spoor.bench;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.compact.BlockMerger;
import dev.spoor.storage.compact.Merged;
import dev.spoor.storage.compact.MergerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
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

/// Several blocks into one, in one thread. The figure to read is `spans`; a million divided by it
/// is the CPU seconds of a million spans, where nothing else runs.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 4, time = 3)
public class MergeBenchmark {

  private static final int BLOCKS = 4;
  private static final int SPANS = 75_000;
  private static final int LARGE_TRACE = 200_000;

  /// Blocks of usual traces, none of them in two blocks.
  @State(Scope.Benchmark)
  public static class UsualTraces {

    private final Inputs inputs =
        new Inputs(BLOCKS, number -> Limits.shred(FleetBodies.of(SPANS, number)));

    @TearDown
    public void close() throws IOException {
      inputs.close();
    }
  }

  /// Blocks of one trace each, which is too large for a row.
  @State(Scope.Benchmark)
  public static class LargeTraces {

    private final Inputs inputs =
        new Inputs(2, number -> LargeTrace.batches(new TraceId(1, number), 0, LARGE_TRACE));

    @TearDown
    public void close() throws IOException {
      inputs.close();
    }
  }

  @Benchmark
  public Merged merge(UsualTraces traces, Samples.Timed counted) throws IOException {
    return traces.inputs.merge(counted);
  }

  @Benchmark
  public Merged mergeLargeTraces(LargeTraces traces, Samples.Timed counted) throws IOException {
    return traces.inputs.merge(counted);
  }

  /// The part of it that reads.
  @Benchmark
  public void read(UsualTraces traces, Samples.Timed counted, Blackhole sink) throws IOException {
    MergerConfig config = MergerConfig.DEFAULTS;
    long begin = Samples.cpuMicros();
    for (BlockReader block : traces.inputs.readers()) {
      try (SpanColumnsCursor cursor =
          block.columns(config.spansPerBatch(), config.maxTraceSpans())) {
        for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
          counted.spans += batch.spanCount();
          sink.consume(batch);
        }
      }
    }
    counted.cpuMicros += Samples.cpuMicros() - begin;
  }

  private static final class Inputs {

    private final Path folder = Samples.folder();
    private final List<Limits.OpenBlock> blocks;
    private final BlockMerger merger =
        new BlockMerger(
            new BlockBuilder(BlockBuilderConfig.DEFAULTS), MergerConfig.DEFAULTS, new RealDisk());

    /// @param contents of the block of a number
    Inputs(int count, IntFunction<List<SpanColumns>> contents) {
      Limits limits = new Limits(folder);
      try {
        for (int number = 0; number < count; number++) {
          limits.build(contents.apply(number), folder.resolve(UUID.randomUUID().toString()));
        }
        blocks = limits.open(folder);
      } catch (IOException failure) {
        throw new UncheckedIOException("no blocks to merge", failure);
      }
    }

    List<BlockReader> readers() {
      return blocks.stream().map(Limits.OpenBlock::reader).toList();
    }

    Merged merge(Samples.Timed counted) throws IOException {
      Path output = Files.createDirectory(folder.resolve("merged"));
      long begin = Samples.cpuMicros();
      Merged merged = merger.merge(Tenant.SINGLE, readers(), 1, output);
      counted.cpuMicros += Samples.cpuMicros() - begin;
      counted.spans += merged.spansRead();
      Limits.deleteTree(output);
      return merged;
    }

    void close() throws IOException {
      for (Limits.OpenBlock block : blocks) {
        block.close();
      }
      Limits.deleteTree(folder);
    }
  }
}
