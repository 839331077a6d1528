package dev.spoor.compactor;

import static dev.spoor.compactor.TestStore.ACME;
import static dev.spoor.compactor.TestStore.distinct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.compactor.TestStore.Process;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.blocklist.BlockFolder;
import dev.spoor.storage.compact.MergerConfig;
import dev.spoor.storage.compact.TestBlocks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What retires and deletes, cut short at each of its requests: nothing is lost that should stay,
/// and the next process leaves nothing behind. Merges are in [CompactorTest].
class CutShortTest {

  private static final MergerConfig SMALL_ROWS = new MergerConfig(20, 40, 1 << 20);
  private static final CompactionLimits KEEP_A_DAY =
      new CompactionLimits(Duration.ofDays(1), Duration.ZERO, false);
  private static final CompactionLimits KEEP = CompactionLimits.DEFAULTS;

  private final TestStore start = new TestStore();

  @Test
  void retiringWhatIsTooOld() throws Exception {
    publishTwo();
    List<String> all = distinct(start.spans(start.live()));
    int steps =
        atEachStep(
            Duration.ofHours(25),
            KEEP_A_DAY,
            (blocks, step) -> {
              List<BlockFolder> folders = blocks.store().folders(ACME);
              assertThat(folders)
                  .as("step %d", step)
                  .hasSize(2)
                  .noneMatch(BlockFolder::isWithoutMeta);
              assertThat(all).containsAll(blocks.spans(blocks.live()));

              finish(blocks, KEEP_A_DAY);
              assertThat(blocks.store().folders(ACME)).as("step %d", step).isEmpty();
            });
    assertThat(steps).isGreaterThanOrEqualTo(6);
  }

  @Test
  void deletingWhatIsRetired() throws Exception {
    publishTwo();
    for (var block : start.live()) {
      start.store().markCompacted(ACME, block.blockId());
    }
    int steps =
        atEachStep(
            Duration.ofHours(2),
            KEEP,
            (blocks, step) -> {
              assertThat(blocks.store().folders(ACME))
                  .as("step %d: what is left can be listed", step)
                  .noneMatch(BlockFolder::isWithoutMeta);

              finish(blocks, KEEP);
              assertThat(blocks.store().folders(ACME)).as("step %d", step).isEmpty();
            });
    assertThat(steps).isGreaterThanOrEqualTo(10);
  }

  @Test
  void takingBackAMerge() throws Exception {
    publishTwo();
    List<String> all = distinct(start.spans(start.live()));
    try (Process dying = start.process(SMALL_ROWS)) {
      AtomicInteger metas = new AtomicInteger();
      dying.objects.failWhen(call ->
          call.key().endsWith("/" + BlockFiles.META)
              && call.operation().equals("put")
              && metas.incrementAndGet() > 1);
      dying.compactor.work();
    }
    assertThat(start.live()).as("one of two new blocks").hasSize(3);
    int steps =
        atEachStep(
            InterruptedMerges.REST.plusMinutes(1),
            KEEP,
            (blocks, step) -> {
              assertThat(distinct(blocks.spans(blocks.live()))).as("step %d", step).isEqualTo(all);

              finish(blocks, KEEP);
              assertThat(blocks.spans(blocks.live())).as("step %d", step).isEqualTo(all);
              assertThat(blocks.store().folders(ACME))
                  .as("step %d", step)
                  .noneMatch(BlockFolder::isWithoutMeta)
                  .noneMatch(BlockFolder::hasOrigin)
                  .hasSize(blocks.live().size());
            });
    assertThat(steps).isGreaterThan(20);
  }

  @Test
  void deletingWhatWasNeverFinished() throws Exception {
    publishTwo();
    UUID orphan = UUID.randomUUID();
    for (String name : List.of("data.parquet", "bloom-0", "bloom-1", "index")) {
      start.real.put("acme/" + orphan + "/" + name, new byte[10]);
    }
    List<String> all = distinct(start.spans(start.live()));
    int steps =
        atEachStep(
            Duration.ofHours(27),
            KEEP,
            (blocks, step) -> {
              assertThat(distinct(blocks.spans(blocks.live()))).as("step %d", step).isEqualTo(all);

              finish(blocks, KEEP);
              assertThat(distinct(blocks.spans(blocks.live()))).as("step %d", step).isEqualTo(all);
              assertThat(blocks.store().folders(ACME))
                  .as("step %d", step)
                  .noneMatch(folder -> folder.id().equals(orphan));
            });
    assertThat(steps).isGreaterThan(6);
  }

  private void publishTwo() throws IOException {
    start.publish(TestBlocks.trace(1, 1, 30), TestBlocks.trace(2, 1, 60));
    start.publish(TestBlocks.trace(2, 50, 50));
  }

  private interface Check {
    void of(TestStore blocks, int step) throws Exception;
  }

  /// Lets a process work on a copy of the store and die at each of its requests.
  ///
  /// @param after how long after the objects were written
  /// @return how many requests there are
  private int atEachStep(Duration after, CompactionLimits limits, Check check) throws Exception {
    int steps;
    TestStore whole = TestStore.copyOf(start);
    whole.clock.advance(after);
    try (Process process = whole.process(limits, SMALL_ROWS)) {
      process.compactor.work();
      steps = process.objects.calls().size();
    }
    for (int step = 0; step < steps; step++) {
      TestStore blocks = TestStore.copyOf(start);
      blocks.clock.advance(after);
      int last = step;
      try (Process dying = blocks.process(limits, SMALL_ROWS)) {
        AtomicInteger calls = new AtomicInteger();
        dying.objects.failWhen(call -> calls.getAndIncrement() >= last);
        dying.compactor.work();
      }
      blocks.real.delete(StoreLease.KEY); // Whose process is gone; others would wait a minute.
      check.of(blocks, step);
    }
    return steps;
  }

  /// Days pass, in which another process works.
  private static void finish(TestStore blocks, CompactionLimits limits) throws Exception {
    try (Process next = blocks.process(limits, SMALL_ROWS)) {
      for (Duration time : List.of(Duration.ZERO, Duration.ofHours(25), Duration.ofHours(2))) {
        blocks.clock.advance(time);
        next.work();
      }
    }
  }
}
