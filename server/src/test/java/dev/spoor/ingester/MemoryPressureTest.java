package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.ingester.IngesterOnDisk.Setup;
import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.platform.disk.SimulatedDisk.Operation;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.wire.otlp.OtlpDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory stays bounded: first what is live is cut early, then pushes are refused, and what a
/// single push becomes never has to be in memory all at once. Cuts have an hour's time here.
@Timeout(300)
class MemoryPressureTest {

  /// Live spans may take 1 MB of it before they are cut, and 2 MB at all.
  private static final long SMALL_HEAP = 5_000_000;

  private static final int SPANS = 1_000;

  /// 20 MB in columns, and 2 MB in the log.
  private static final int HOSTILE_SPANS = 20;

  private static final int EVENTS = 50_000;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final MemoryObjectStore store = new MemoryObjectStore();

  @Test
  void whatIsLiveIsCutLongBeforeItsTime() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.heap(SMALL_HEAP))) {
      int pushes = pushUntil(spoor, () -> !stateOf(spoor).heads().isEmpty());

      assertThat(pushes).isGreaterThan(5);
      assertFound(spoor, pushes);
    }
  }

  @Test
  void whenCuttingDoesNotHelpPushesAreRefusedUntilItDoes() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.heap(SMALL_HEAP))) {
      disk.failWhen(MemoryPressureTest::isOfHeads, Fault.EIO);
      AtomicReference<PushOutcome> last = new AtomicReference<>();
      int pushes = 0;
      while (last.get() == null) {
        PushOutcome outcome = outcomeOf(spoor, pushes);
        if (outcome instanceof PushOutcome.Stored) {
          pushes++;
        } else {
          last.set(outcome);
        }
      }
      assertThat(last.get())
          .isInstanceOfSatisfying(
              PushOutcome.Refused.class,
              refused -> {
                assertThat(refused.kind()).isEqualTo(ErrorKind.RESOURCE_EXHAUSTED);
                assertThat(refused.reason()).isEqualTo(DiscardReason.INGESTER_UNAVAILABLE);
                assertThat(refused.message()).startsWith("memory pressure: ");
              });
      assertFound(spoor, pushes);

      disk.heal();
      int more = pushes;
      await(() -> outcomeOf(spoor, more) instanceof PushOutcome.Stored);

      assertFound(spoor, pushes + 1);
    }
  }

  @Test
  void aPushThatDoesNotFitBesideOthersIsRefusedBeforeItIsLogged() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.heap(SMALL_HEAP))) {
      disk.failWhen(MemoryPressureTest::isOfHeads, Fault.EIO);
      int pushes = 0;
      for (int i = 0; i < 14; i++) { // past the soft bound, by their weight alone
        assertThat(outcomeOf(spoor, pushes++)).isInstanceOf(PushOutcome.Stored.class);
      }
      Bytes large = HostileBodies.emptyEvents(7, 1, 1, EVENTS);

      PushOutcome outcome =
          spoor.ingester.push(IngesterOnDisk.TENANT, OtlpDecoder.decode(large)).get();

      assertThat(outcome).isInstanceOf(PushOutcome.Refused.class);
      assertThat(spoor.spansOf(new TraceId(7, 1))).isZero();
      disk.heal();
    }
  }

  @Test
  void aSmallPushThatBecomesLargeIsCutWhileItIsTakenApart() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.heap(SMALL_HEAP))) {
      spoor.push(hostile());

      assertThat(idsOf(spoor)).hasSize(HOSTILE_SPANS);
      assertThat(stateOf(spoor).heads()).hasSizeGreaterThan(2);
      long live =
          stateOf(spoor).batches().stream().mapToLong(batch -> batch.columns().memoryBytes()).sum();
      assertThat(live).isLessThan(12 << 20);
      spoor.ingester.flush(Optional.empty());
      assertThat(idsOf(spoor)).hasSize(HOSTILE_SPANS);
      assertThat(spoor.spansOf(new TraceId(7, 1))).isEqualTo(HOSTILE_SPANS);
    }
  }

  @Test
  void inALargeHeapItStaysLiveInSeveralBatches() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(hostile());

      assertThat(idsOf(spoor)).hasSize(HOSTILE_SPANS);
      assertThat(stateOf(spoor).heads()).isEmpty();
      assertThat(stateOf(spoor).batches())
          .hasSizeGreaterThan(1)
          .allMatch(batch -> batch.columns().memoryBytes() < 12 << 20);
    }
  }

  /// Wherever the power fails, the push is found whole, and what stands twice is found once.
  @Test
  void aCrashBetweenTwoPartsOfAPushLosesNothing() throws Exception {
    AtomicReference<SimulatedDisk> crashed = new AtomicReference<>();
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.heap(SMALL_HEAP))) {
      disk.observe(operation -> {
        if (operation.kind() == Kind.CREATE
            && isOfHeads(operation)
            && heads(disk) == 2
            && crashed.get() == null) {
          crashed.set(disk.survivors(7));
        }
      });
      spoor.push(new TraceId(9, 9), 3);
      spoor.push(hostile());
      spoor.ingester.snapshot(IngesterOnDisk.TENANT);
      await(() -> crashed.get() != null);
    }
    SimulatedDisk left = crashed.get();
    assertThat(heads(left)).isEqualTo(2);
    for (long heap : new long[] {SMALL_HEAP, 512L << 20}) {
      SimulatedDisk copy = left.survivors(8);
      for (int life = 0; life < 2; life++) {
        try (IngesterOnDisk again = new IngesterOnDisk(copy, store, Setup.BY_HAND.heap(heap))) {
          assertThat(idsOf(again)).as("life %d", life).hasSize(HOSTILE_SPANS);
          assertThat(again.spansOf(new TraceId(9, 9))).isEqualTo(3);
        }
      }
      try (IngesterOnDisk again = new IngesterOnDisk(copy, store, Setup.BY_HAND.heap(heap))) {
        again.ingester.flush(Optional.empty());
        assertThat(idsOf(again)).as("in blocks").hasSize(HOSTILE_SPANS);
        assertThat(again.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      }
    }
  }

  // ---- helpers

  private static Bytes hostile() {
    return HostileBodies.emptyEvents(7, 1, HOSTILE_SPANS, EVENTS);
  }

  private static boolean isOfHeads(Operation operation) {
    return operation.path().startsWith(IngesterOnDisk.FOLDER.resolve("head"));
  }

  private static long heads(SimulatedDisk disk) {
    return disk.files().keySet().stream().filter(file -> file.toString().endsWith(".head")).count();
  }

  private static int pushUntil(IngesterOnDisk spoor, BooleanSupplier enough) throws Exception {
    int pushes = 0;
    while (!enough.getAsBoolean()) {
      pushes += outcomeOf(spoor, pushes) instanceof PushOutcome.Stored ? 1 : 0;
    }
    return pushes;
  }

  private static PushOutcome outcomeOf(IngesterOnDisk spoor, int push) throws Exception {
    Bytes body = IngesterOnDisk.export(new TraceId(1, push), SPANS);
    return spoor.ingester.push(IngesterOnDisk.TENANT, OtlpDecoder.decode(body)).get();
  }

  private static void assertFound(IngesterOnDisk spoor, int pushes) throws IOException {
    for (int push = 0; push < pushes; push++) {
      assertThat(spoor.spansOf(new TraceId(1, push))).as("push %d", push).isEqualTo(SPANS);
    }
  }

  private static Set<Long> idsOf(IngesterOnDisk spoor) throws IOException {
    Set<Long> ids = new HashSet<>();
    TraceId trace = new TraceId(7, 1);
    List<SpanColumns> pieces = spoor.ingester.snapshot(IngesterOnDisk.TENANT).find(trace);
    for (SpanColumns piece : pieces) {
      int at = piece.find(trace.high(), trace.low());
      for (int span = piece.firstSpan(at); span < piece.endSpan(at); span++) {
        assertThat(piece.endEvent(span) - piece.firstEvent(span)).isEqualTo(EVENTS);
        ids.add(piece.spanId(span));
      }
    }
    return ids;
  }

  private static TenantState stateOf(IngesterOnDisk spoor) {
    return ((TenantSnapshot) spoor.ingester.snapshot(IngesterOnDisk.TENANT)).state();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    while (!condition.holds()) {
      Thread.sleep(2);
    }
  }
}
