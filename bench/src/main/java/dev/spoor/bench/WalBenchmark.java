package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.wal.SyncMode;
import dev.spoor.storage.wal.Wal;
import dev.spoor.storage.wal.WalConfig;
import dev.spoor.storage.wal.WalMetrics;
import dev.spoor.storage.wal.WalRecovery;
import dev.spoor.storage.wal.WalRefusedException;
import dev.spoor.storage.wal.WalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// Appending a push of a hundred spans to the log, and waiting for it.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 4, time = 2)
public class WalBenchmark {

  /// A log in a folder of its own; cleared after every iteration.
  @State(Scope.Benchmark)
  public static class Log {

    @Param({"GROUP", "NONE"})
    public SyncMode sync = SyncMode.GROUP;

    private final List<Bytes> bodies = Samples.bodies();
    private final Path folder = Samples.folder();
    private @Nullable Wal wal;

    @Setup
    public void open() throws IOException {
      WalConfig usual = WalConfig.DEFAULTS;
      WalConfig config =
          new WalConfig(
              true,
              sync,
              usual.syncInterval(),
              usual.segmentSizeBytes(),
              usual.checkpointDuration(),
              true,
              0);
      WalSettings settings =
          new WalSettings(folder, "jmh", config, 0, 0, 64 << 20, Duration.ofSeconds(1));
      try (WalRecovery recovery =
          Wal.open(settings, new RealDisk(), WalMetrics.NONE, InstantSource.system())) {
        recovery.replay(record -> {});
        wal = recovery.start();
      }
    }

    private Wal wal() {
      if (wal == null) {
        throw new IllegalStateException("not opened");
      }
      return wal;
    }

    @TearDown(Level.Iteration)
    public void clear() throws IOException {
      wal().checkpoint(wal().lastSequence(), List.of());
    }

    @TearDown
    public void close() throws IOException {
      wal().close();
      Limits.deleteTree(folder);
    }
  }

  /// Whose turn it is among the bodies.
  @State(Scope.Thread)
  public static class Turn {
    private int next;
  }

  @Benchmark
  public long appendAlone(Log log, Turn turn) throws WalRefusedException, InterruptedException {
    return append(log, turn);
  }

  @Benchmark
  @Threads(8)
  public long appendAmongEight(Log log, Turn turn)
      throws WalRefusedException, InterruptedException {
    return append(log, turn);
  }

  private static long append(Log log, Turn turn) throws WalRefusedException, InterruptedException {
    turn.next = (turn.next + 1) % log.bodies.size();
    return log.wal().appendAndWait(Tenant.SINGLE, log.bodies.get(turn.next));
  }
}
