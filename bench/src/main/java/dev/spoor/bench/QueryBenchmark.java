package dev.spoor.bench;

import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// One comparison over all spans, in a block and in live batches; and a look-up by id in a block.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class QueryBenchmark {

  private static final long SPANS = 300_000;

  /// What is compared.
  public enum Comparison {
    NAME(Condition.of(Field.Intrinsic.NAME, Condition.Operator.EQUAL, new Value.Str("Charge"))),
    DURATION(
        Condition.of(
            Field.Intrinsic.DURATION, Condition.Operator.GREATER, new Value.Duration(10_000_000))),
    ATTRIBUTE(
        Condition.of(
            new Field.Attribute(dev.spoor.traceql.Scope.SPAN, "user.id"),
            Condition.Operator.EQUAL,
            new Value.Str("u-77"))),
    DEDICATED(
        Condition.of(
            new Field.Attribute(dev.spoor.traceql.Scope.SPAN, "url.path"),
            Condition.Operator.EQUAL,
            new Value.Str("/api/products/77")));

    private final FetchRequest request;
    private final Condition condition;

    Comparison(Condition condition) {
      this.condition = condition;
      this.request =
          new FetchRequest(
              List.of(condition), true, false, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
    }
  }

  /// The same spans as a block and as live batches.
  @State(Scope.Benchmark)
  public static class Spans {

    private final Path folder = Samples.folder();
    private final List<SpanColumns> batches = Limits.shred(FleetBodies.of(SPANS, Samples.SEED));
    private final Limits.OpenBlock block = written();
    private final SpanSource live = ColumnsSpanSource.ofBatches("live", batches);
    private final SpanSource stored = BlockSpanSource.of(block.reader());
    private final long count = batches.stream().mapToLong(SpanColumns::spanCount).sum();

    private Limits.OpenBlock written() {
      try {
        Limits limits = new Limits(folder);
        limits.build(batches, folder.resolve(UUID.randomUUID().toString()));
        return limits.open(folder).getFirst();
      } catch (IOException failure) {
        throw new UncheckedIOException("no block to query", failure);
      }
    }

    @TearDown
    public void close() throws IOException {
      block.close();
      Limits.deleteTree(folder);
    }
  }

  /// Ids of the block, in a random order.
  @State(Scope.Thread)
  public static class Ids {

    private final List<TraceId> ids = new ArrayList<>();
    private int next;

    @Setup
    public void collect(Spans spans) {
      for (SpanColumns batch : spans.batches) {
        for (int trace = 0; trace < batch.traceCount(); trace += 7) {
          ids.add(new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)));
        }
      }
    }

    TraceId next() {
      next = (next + 1) % ids.size();
      return ids.get(next);
    }
  }

  /// What is compared in this run.
  @State(Scope.Benchmark)
  public static class Query {
    @Param public Comparison comparison = Comparison.NAME;
  }

  @Benchmark
  public void scanBlock(Spans spans, Query query, Samples.Counted counted, Blackhole sink)
      throws IOException {
    scan(spans.stored, query.comparison, sink);
    counted.spans += spans.count;
  }

  @Benchmark
  public void scanLive(Spans spans, Query query, Samples.Counted counted, Blackhole sink)
      throws IOException {
    scan(spans.live, query.comparison, sink);
    counted.spans += spans.count;
  }

  private static void scan(SpanSource source, Comparison comparison, Blackhole sink)
      throws IOException {
    try (BatchCursor cursor = source.fetch(comparison.request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        sink.consume(batch.matching(comparison.condition));
      }
    }
  }

  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public Optional<SpanColumns> lookUp(Spans spans, Ids ids) throws IOException {
    BlockReader reader = spans.block.reader();
    return reader.findTrace(ids.next());
  }
}
