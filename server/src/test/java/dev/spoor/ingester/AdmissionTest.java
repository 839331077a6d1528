package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.Rejection;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.overrides.GlobalLimits;
import dev.spoor.overrides.IngestionLimits;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockConfig;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What the limits on traces say of a push, whose spans are counted some at a time, is what they
/// say of its spans one after the other.
class AdmissionTest {

  private static final int TRACES = 5;
  private static final int MOST_TRACES = 3;
  private static final int MOST_BYTES = 400;

  private final Map<Long, Long> bytes = new HashMap<>();
  private int tooMany;
  private int tooLarge;

  @Property(tries = 500)
  void everySpanIsJudgedAsIfItCameAlone(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    bytes.clear();
    TenantIngester ingester = new TenantIngester(Tenant.SINGLE, context());
    for (int push = 0; push < 6; push++) {
      SpanBatch batch = randomBatch(random);
      List<Integer> kept = expected(batch);

      TenantIngester.Admission admission = ingester.admit(batch, limits());

      assertThat(lengths(admission.batch())).isEqualTo(kept);
      assertThat(rejected(admission, DiscardReason.LIVE_TRACES_EXCEEDED)).isEqualTo(tooMany);
      assertThat(rejected(admission, DiscardReason.TRACE_TOO_LARGE)).isEqualTo(tooLarge);
      if (random.nextInt(4) == 0) {
        ingester.takeBack(admission.batch());
        takeBack(admission.batch());
      }
    }
  }

  /// Lengths of the spans that are taken, one by one.
  private List<Integer> expected(SpanBatch batch) {
    tooMany = 0;
    tooLarge = 0;
    List<Integer> kept = new ArrayList<>();
    for (int span = 0; span < batch.spanCount(); span++) {
      long trace = batch.traceIdLow(span);
      int length = batch.spanLength(span);
      if (!bytes.containsKey(trace) && bytes.size() >= MOST_TRACES) {
        tooMany++;
      } else if (bytes.getOrDefault(trace, 0L) + length > MOST_BYTES) {
        tooLarge++;
      } else {
        bytes.merge(trace, (long) length, Long::sum);
        kept.add(length);
      }
    }
    return kept;
  }

  private void takeBack(SpanBatch batch) {
    for (int span = 0; span < batch.spanCount(); span++) {
      bytes.merge(batch.traceIdLow(span), (long) -batch.spanLength(span), Long::sum);
    }
  }

  private static List<Integer> lengths(SpanBatch batch) {
    List<Integer> lengths = new ArrayList<>();
    for (int span = 0; span < batch.spanCount(); span++) {
      lengths.add(batch.spanLength(span));
    }
    return lengths;
  }

  private static int rejected(TenantIngester.Admission admission, DiscardReason reason) {
    return admission.rejections().stream()
        .filter(rejection -> rejection.reason() == reason)
        .mapToInt(Rejection::spans)
        .sum();
  }

  /// Mostly a few spans of a trace, then a few of another.
  private static SpanBatch randomBatch(Random random) throws Exception {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    int trace = 0;
    for (int i = random.nextInt(12); i >= 0; i--) {
      trace = random.nextInt(3) == 0 ? random.nextInt(TRACES) : trace;
      int span = request.begin(2);
      request.bytes(1, ByteBuffer.allocate(16).putLong(0).putLong(trace).array());
      request.bytes(2, ByteBuffer.allocate(8).putLong(1 + i).array());
      request.bytes(5, new byte[random.nextInt(random.nextBoolean() ? 20 : 200)]);
      request.end(span);
    }
    request.end(scopeSpans);
    request.end(resourceSpans);
    return OtlpDecoder.decode(request.finish());
  }

  private static TenantLimits limits() {
    TenantLimits usual = TenantLimits.DEFAULTS;
    return new TenantLimits(
        new IngestionLimits(IngestionLimits.RateStrategy.LOCAL, 1, 1, MOST_TRACES, 0, 0, true),
        usual.read(),
        usual.compaction(),
        new GlobalLimits(MOST_BYTES),
        usual.storage());
  }

  /// Of an ingester that writes nothing.
  private static IngesterContext context() {
    Disk disk = new RealDisk();
    InstantSource clock = () -> Instant.EPOCH;
    IngesterMetrics metrics = new IngesterMetrics(new Metrics());
    long heap = 64 << 20;
    IngesterSettings settings =
        IngesterSettings.of(
            Path.of("unused"),
            "test",
            IngesterConfig.DEFAULTS,
            BlockConfig.DEFAULTS,
            2048,
            heap,
            Duration.ofMinutes(2));
    Quarantine quarantine = new Quarantine(disk, settings.directory());
    return new IngesterContext(
        settings.config(),
        settings.maxAttributeBytes(),
        new Overrides(OverridesConfig.DEFAULTS),
        clock,
        MemoryBudget.ofHeap(heap),
        settings.merging(),
        new IngesterFiles(disk, settings, clock, quarantine, metrics),
        new Reserve(() -> false),
        quarantine,
        metrics);
  }
}
