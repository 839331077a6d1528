package dev.spoor.bench;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.SpanIntake;
import dev.spoor.distributor.Distributor;
import dev.spoor.distributor.DistributorMetrics;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.OverridesFile;
import dev.spoor.overrides.OverridesMetrics;
import dev.spoor.overrides.OverridesReloader;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.receiver.TenantResolver;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

/// What knowing the tenant and keeping its limits costs a push, with limits of a thousand tenants:
/// all that happens between the body and the ingester but its decoding, counters included.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PushLimitsBenchmark {

  private static final int TENANTS = 1_000;

  private final Path file = limits();
  private final Overrides overrides = new Overrides(OverridesConfig.DEFAULTS);
  private final OverridesReloader reloader = reloader();
  private final TenantResolver tenants = new TenantResolver(true);
  private final SpanIntake nowhere =
      (tenant, batch) -> CompletableFuture.completedFuture(PushOutcome.Stored.ALL);
  private final Distributor distributor =
      new Distributor(overrides, nowhere, new DistributorMetrics(new Metrics()));
  private final SpanBatch batch = batch();
  private final Optional<String> header = Optional.of("tenant-700");

  @TearDown
  public void tearDown() throws IOException {
    reloader.close();
    Files.delete(file);
  }

  /// A push that is let through, with the question whether it is worth decoding.
  @Benchmark
  public CompletableFuture<PushOutcome> push() {
    Tenant tenant = tenants.resolve(header);
    if (distributor.refuseUndecoded(tenant, batch.body()).isPresent()) {
      throw new IllegalStateException("the limits are too strict");
    }
    return distributor.push(tenant, batch);
  }

  /// The limits alone.
  @Benchmark
  public Object limitsOf() {
    return overrides.limitsOf(tenants.resolve(header));
  }

  private static Path limits() {
    StringBuilder yaml = new StringBuilder("overrides:\n");
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      yaml.append("  tenant-").append(tenant);
      yaml.append(": {ingestion: {rate_limit_bytes: 1e15, burst_size_bytes: 1e15}}\n");
    }
    try {
      return Files.writeString(Files.createTempFile("limits", ".yaml"), yaml);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private OverridesReloader reloader() {
    OverridesReloader made =
        new OverridesReloader(
            file,
            new OverridesFile(OverridesConfig.DEFAULTS, AcceptedKeys.none()),
            (name, text) -> text,
            overrides,
            Ticks.every(Duration.ofSeconds(10)),
            InstantSource.system(),
            new OverridesMetrics(new Metrics()));
    try {
      made.start();
      return made;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static SpanBatch batch() {
    try {
      return OtlpDecoder.decode(Samples.bodies().getFirst());
    } catch (MalformedProtoException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
