package dev.spoor.ingester;

import dev.spoor.bench.Samples;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.wire.otlp.SpanBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
import org.openjdk.jmh.infra.Blackhole;

/// What a push costs between its decoding and the queue of the log: each span is counted to its
/// trace. It is the only work by trace there is on that way, since pushes are not split. The figure
/// to read is `spans`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class AdmitBenchmark {

  private static final long HEAP = 512L << 20;

  private final List<SpanBatch> batches = Samples.batches();
  private final Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
  private final TenantLimits limits = overrides.limitsOf(Tenant.SINGLE);
  private final IngesterContext context = context();

  /// All pushes of some hundred traces, from the first on.
  @Benchmark
  public void admit(Samples.Counted counted, Blackhole sink) {
    TenantIngester ingester = new TenantIngester(Tenant.SINGLE, context);
    for (SpanBatch batch : batches) {
      sink.consume(ingester.admit(batch, limits));
      counted.spans += batch.spanCount();
    }
  }

  /// Of an ingester that writes nothing.
  private IngesterContext context() {
    Disk disk = new RealDisk();
    InstantSource clock = InstantSource.system();
    IngesterMetrics metrics = new IngesterMetrics(new Metrics());
    IngesterSettings settings =
        IngesterSettings.of(
            Path.of("unused"),
            "bench",
            IngesterConfig.DEFAULTS,
            BlockConfig.DEFAULTS,
            2048,
            HEAP,
            Duration.ofMinutes(2));
    Quarantine quarantine = new Quarantine(disk, settings.directory());
    return new IngesterContext(
        settings.config(),
        settings.maxAttributeBytes(),
        overrides,
        clock,
        MemoryBudget.ofHeap(HEAP),
        settings.merging(),
        new IngesterFiles(disk, settings, clock, quarantine, metrics),
        new Reserve(() -> false),
        quarantine,
        metrics);
  }
}
