package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.ingester.IngesterOnDisk.Setup;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A trace much larger than what one head segment or one row of a block may have of it.
class LargeTraceTest {

  private static final TraceId LARGE = new TraceId(5, 5);
  private static final TraceId SMALL = new TraceId(9, 9);

  /// More than are merged with other batches while they are live.
  private static final int SPANS_OF_A_PUSH = 2_500;

  private static final int PUSHES = 7;
  private static final int MOST = 5_500;
  private static final MergeLimits LIMITS = new MergeLimits(MOST, 1 << 20, 512 << 20);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final MemoryObjectStore store = new MemoryObjectStore();

  @Test
  void isSpreadOverBlocksAndNoSpanIsLost() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.merging(LIMITS))) {
      push(spoor);
      spoor.ingester.flush(Optional.empty());

      assertThat(rows(spoor)).hasSizeGreaterThan(2).allMatch(spans -> spans <= MOST);
      assertThat(spoor.spansOf(LARGE)).isEqualTo(PUSHES * SPANS_OF_A_PUSH);
      assertThat(spoor.spansOf(SMALL)).isEqualTo(3);
      assertThat(spoor.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(stateOf(spoor).heads()).isEmpty();
    }
  }

  @Test
  void isSpreadOverBlocksAfterARestartToo() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.merging(LIMITS))) {
      push(spoor);
    }
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store, Setup.BY_HAND.merging(LIMITS))) {
      assertThat(stateOf(again).heads()).hasSizeGreaterThan(2);
      again.ingester.flush(Optional.empty());

      assertThat(rows(again)).hasSizeGreaterThan(2).allMatch(spans -> spans <= MOST);
      assertThat(again.spansOf(LARGE)).isEqualTo(PUSHES * SPANS_OF_A_PUSH);
      assertThat(again.spansOf(SMALL)).isEqualTo(3);
    }
  }

  @Test
  void headSegmentsWhoseStripesTakeTooMuchMemoryTogetherBecomeSeveralBlocks() throws Exception {
    MergeLimits oneStripe = new MergeLimits(MOST, 1 << 20, 1);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.merging(oneStripe))) {
      for (int i = 0; i < 3; i++) {
        spoor.push(new TraceId(1, i), 10);
        spoor.spansOf(SMALL);
      }
      spoor.ingester.flush(Optional.empty());

      assertThat(stateOf(spoor).blocks()).hasSize(3);
    }
  }

  @Test
  void smallTracesStayTogether() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.merging(LIMITS))) {
      for (int i = 0; i < 30; i++) {
        spoor.push(new TraceId(1, i), 1_000);
        spoor.spansOf(SMALL);
      }
      spoor.ingester.flush(Optional.empty());

      assertThat(stateOf(spoor).blocks()).hasSize(1);
    }
  }

  // ---- helpers

  private static void push(IngesterOnDisk spoor) throws Exception {
    for (int push = 0; push < PUSHES; push++) {
      spoor.push(LARGE, 1 + push * SPANS_OF_A_PUSH, SPANS_OF_A_PUSH);
      assertThat(spoor.spansOf(LARGE)).as("seen, so a batch").isPositive();
    }
    spoor.push(SMALL, 3);
  }

  private static TenantState stateOf(IngesterOnDisk spoor) {
    return ((TenantSnapshot) spoor.ingester.snapshot(IngesterOnDisk.TENANT)).state();
  }

  /// How many spans of the large trace each block has.
  private static List<Integer> rows(IngesterOnDisk spoor) throws IOException {
    List<Integer> rows = new ArrayList<>();
    for (HeldBlock block : stateOf(spoor).blocks()) {
      Optional<SpanColumns> row = block.reader().findTrace(LARGE);
      row.ifPresent(spans -> rows.add(spans.spanCount()));
    }
    return rows;
  }
}
