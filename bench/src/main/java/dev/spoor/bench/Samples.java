package dev.spoor.bench;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What benchmarks of one step have in common.
public final class Samples {

  static final long SEED = 42;

  /// About 8 MiB of OTLP, more than the caches of a core.
  static final FleetBodies SMALL = FleetBodies.of(20_000, SEED);

  private Samples() {}

  static List<Bytes> bodies() {
    return SMALL.bodies().stream().map(Bytes::of).toList();
  }

  /// The same, decoded.
  public static List<SpanBatch> batches() {
    List<SpanBatch> batches = new ArrayList<>();
    for (Bytes body : bodies()) {
      try {
        batches.add(OtlpDecoder.decode(body));
      } catch (MalformedProtoException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return batches;
  }

  static Path folder() {
    try {
      return Files.createTempDirectory("spoor-jmh-");
    } catch (IOException failure) {
      throw new UncheckedIOException("no room for temporary files", failure);
    }
  }

  /// Tells JMH how many spans an invocation went over, so that it reports spans a second.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counted {
    public long spans;
  }

  /// The same, and the processor time of the thread, for what waits for a disk: `cpuMicros` divided
  /// by `spans` is CPU seconds of a million spans.
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Timed {
    public long spans;
    public long cpuMicros;
  }

  static long cpuMicros() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1000;
  }
}
