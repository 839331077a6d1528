package dev.spoor.ingester;

import static dev.spoor.ingester.IngesterOnDisk.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.ingester.IngesterOnDisk.Setup;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.wire.otlp.OtlpDecoder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the log gives back counts to the limits on traces again.
class RestartedLimitsTest {

  private static final TraceId LARGE = new TraceId(1, 1);
  private static final TraceId OTHER = new TraceId(2, 2);
  private static final int SPANS = 20_000;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final MemoryObjectStore store = new MemoryObjectStore();

  @Test
  void aTraceThatReachedItsLimitIsStillThereAfterACrash() throws Exception {
    SimulatedDisk left;
    try (IngesterOnDisk before = new IngesterOnDisk(disk, store)) {
      while (rejected(before, LARGE, SPANS) == 0) {}
      assertThat(rejected(before, LARGE, 10)).isEqualTo(10);
      left = disk.copy();
    }
    try (IngesterOnDisk after = new IngesterOnDisk(left, store)) {
      assertThat(after.spansOf(LARGE)).as("what is asked for is taken apart").isPositive();

      assertThat(rejected(after, LARGE, 10)).isEqualTo(10);
      assertThat(rejected(after, OTHER, 10)).isZero();
    }
  }

  /// It is taken apart from its begin again and again, until there is memory for all of it.
  @Test
  void aPushThatFailsHalfWayIsCountedOnceAndIsThereOnce() throws Exception {
    TraceId trace = new TraceId(7, 1);
    SimulatedDisk left;
    try (IngesterOnDisk before = new IngesterOnDisk(disk, store)) {
      before.push(HostileBodies.emptyEvents(7, 1, 20, 50_000)); // 2 MB, and 20 MB in columns
      left = disk.copy();
    }
    Setup tight = Setup.BY_HAND.heap(20_000_000); // 8 MB of live spans
    try (IngesterOnDisk after = new IngesterOnDisk(left, store, tight)) {
      left.observe(operation -> {
        if (operation.path().startsWith(IngesterOnDisk.FOLDER.resolve("head"))) {
          throw new StackOverflowError("no memory, for a test");
        }
      });
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> after.ingester.snapshot(TENANT))
            .isInstanceOf(StackOverflowError.class);
      }
      left.observe(operation -> {});

      assertThat(after.spansOf(trace)).isEqualTo(20);
      assertThat(rejected(after, trace, 10)).as("2 of 5 MB").isZero();
    }
  }

  private static long rejected(IngesterOnDisk to, TraceId id, int spans) throws Exception {
    PushOutcome outcome =
        to.ingester.push(TENANT, OtlpDecoder.decode(IngesterOnDisk.export(id, spans))).get();
    List<Rejection> rejections = ((PushOutcome.Stored) outcome).rejections();
    assertThat(rejections).allMatch(it -> it.reason() == DiscardReason.TRACE_TOO_LARGE);
    return rejections.stream().mapToLong(Rejection::spans).sum();
  }
}
