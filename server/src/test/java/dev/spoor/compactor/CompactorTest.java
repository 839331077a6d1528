package dev.spoor.compactor;

import static dev.spoor.compactor.TestStore.ACME;
import static dev.spoor.compactor.TestStore.distinct;
import static dev.spoor.compactor.TestStore.spanAt;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.compactor.TestStore.Process;
import dev.spoor.contract.CompactorOperations.Orphan;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.Golden;
import dev.spoor.storage.blocklist.BlockFolder;
import dev.spoor.storage.compact.MergerConfig;
import dev.spoor.storage.compact.TestBlocks;
import dev.spoor.storage.objectstore.FaultyObjectStore.Call;
import dev.spoor.storage.objectstore.ListRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CompactorTest {

  private static final MergerConfig SMALL_ROWS = new MergerConfig(20, 40, 1 << 20);

  private TestStore blocks = new TestStore();

  @Test
  void blocksOfAWindowBecomeOne() throws Exception {
    List<String> all = publishFour();
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(1);
      assertThat(process.listed().compacted()).hasSize(4);
      assertThat(blocks.spans(process.listed().live().values())).isEqualTo(all);
      assertThat(blocks.live()).hasSize(1);
      assertThat(process.merged).hasSize(4);
      assertThat(process.metric("tempodb_compaction_blocks_total{level=\"0\"}")).isEqualTo(4);
      assertThat(process.metric("tempodb_compaction_objects_written_total{level=\"0\"}"))
          .isEqualTo(3);
      assertThat(process.metric("tempodb_compaction_outstanding_blocks{tenant=\"acme\"}")).isZero();
    }
  }

  @Test
  void aPollBringsNothingBack() throws Exception {
    publishFour();
    try (Process process = blocks.process()) {
      process.work();
      var before = process.listed();
      process.poll();

      assertThat(process.listed().live()).isEqualTo(before.live());
      assertThat(process.listed().compacted().keySet()).isEqualTo(before.compacted().keySet());
    }
  }

  /// Whatever the store was asked last: the list, old or polled anew, has every span at any time.
  @Test
  void whileBlocksAreMergedEverySpanIsInTheList() throws Exception {
    List<String> all = publishFour();
    try (Process process = blocks.process()) {
      AtomicInteger looks = new AtomicInteger();
      process.objects.failAfter(call -> {
        try {
          assertThat(distinct(blocks.spans(process.listed().live().values()))).isEqualTo(all);
          process.poll();
          assertThat(distinct(blocks.spans(process.listed().live().values()))).isEqualTo(all);
          looks.incrementAndGet();
        } catch (IOException failure) {
          throw new AssertionError(failure);
        }
        return false;
      });
      process.work();

      assertThat(looks.get()).isGreaterThan(20);
      assertThat(process.listed().live()).hasSize(1);
    }
  }

  @Test
  void whereverItIsCutShortNothingIsLostAndTheNextProcessFinishes() throws Exception {
    publishFour();
    assertThat(cutShortAtEveryStep(MergerConfig.DEFAULTS)).isGreaterThan(20);
  }

  @Test
  void noStepLosesAPartOfALargeTrace() throws Exception {
    blocks.publish(TestBlocks.trace(1, 1, 30), TestBlocks.trace(2, 1, 60));
    blocks.publish(TestBlocks.trace(2, 50, 50));
    assertThat(cutShortAtEveryStep(SMALL_ROWS)).isGreaterThan(20);
  }

  /// @return how many steps there are
  private int cutShortAtEveryStep(MergerConfig merger) throws Exception {
    TestStore before = blocks;
    List<String> all = distinct(before.spans(before.live()));
    blocks = TestStore.copyOf(before);
    int steps;
    try (Process process = blocks.process(merger)) {
      process.work();
      steps = process.objects.calls().size();
    }
    for (int step = 0; step < steps; step++) {
      blocks = TestStore.copyOf(before);
      cutShortAt(step, merger, all);
    }
    return steps;
  }

  private void cutShortAt(int step, MergerConfig merger, List<String> all) throws Exception {
    Process dying = blocks.process(merger);
    AtomicInteger calls = new AtomicInteger();
    dying.objects.failWhen(call -> calls.getAndIncrement() >= step);
    dying.compactor.work();

    assertThat(distinct(blocks.spans(blocks.live()))).as("after step %d", step).isEqualTo(all);
    assertThat(distinct(blocks.spans(dying.listed().live().values()))).isEqualTo(all);
    dying.close();

    blocks.real.delete(StoreLease.KEY); // Whose process is gone; others would wait a minute.
    try (Process next = blocks.process(merger)) {
      next.work();
      blocks.clock.advance(Duration.ofHours(25));
      next.work();
      blocks.clock.advance(Duration.ofHours(2));
      next.work();

      assertThat(blocks.spans(blocks.live())).as("step %d, finished", step).isEqualTo(all);
      List<BlockFolder> folders = blocks.store().folders(ACME);
      assertThat(folders)
          .as("step %d, left over", step)
          .noneMatch(BlockFolder::isWithoutMeta)
          .noneMatch(BlockFolder::hasOrigin)
          .hasSize(blocks.live().size());
    }
  }

  @Test
  void whoStoodStillWhileAnotherTookItsMergeBackRetiresNothing() throws Exception {
    standStill(Duration.ofMinutes(11), false);
    assertThat(blocks.live()).as("the inputs, and what was published too late").hasSize(3);
  }

  @Test
  void whoHasTheLeaseAgainKnowsThatItWasAnothers() throws Exception {
    standStill(Duration.ofMinutes(9), true);
    assertThat(blocks.live()).as("the inputs, and both new blocks").hasSize(4);
  }

  @Test
  void aMergeThatMayStillGoOnIsNotTakenBack() throws Exception {
    standStill(Duration.ofMinutes(9), false);
    assertThat(blocks.live()).as("the inputs, and both new blocks").hasSize(4);
  }

  /// A process stands still when the first of two new blocks is there and the second one has begun,
  /// while another process has the lease and looks around.
  private void standStill(Duration time, boolean hasItAgain) throws Exception {
    blocks.publish(TestBlocks.trace(1, 1, 30), TestBlocks.trace(2, 1, 60));
    blocks.publish(TestBlocks.trace(2, 50, 50));
    List<String> all = distinct(blocks.spans(blocks.live()));
    try (Process first = blocks.process(SMALL_ROWS);
        Process second = blocks.process(SMALL_ROWS)) {
      AtomicInteger begun = new AtomicInteger();
      first.objects.failAfter(call -> {
        if (call.operation().equals("put")
            && call.key().endsWith("/" + BlockFiles.DATA)
            && begun.incrementAndGet() == 2) {
          blocks.clock.advance(time);
          takeLease(first, second);
          second.compactor.lookAround();
          if (hasItAgain) {
            takeLease(second, first);
          }
        }
        return false;
      });
      first.compactor.work();

      assertThat(begun.get()).isEqualTo(2);
      assertThat(distinct(blocks.spans(blocks.live()))).isEqualTo(all);
      assertThat(first.metric("tempodb_compaction_errors_total")).isEqualTo(1);
    }
  }

  private void takeLease(Process from, Process by) {
    try {
      blocks.real.delete(StoreLease.KEY);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    by.compactor.refreshLease();
    from.compactor.refreshLease();
    if (by.compactor.state().startsWith("waits")) {
      by.compactor.refreshLease();
    }
    assertThat(by.compactor.state()).isEqualTo("has the lease");
    assertThat(from.compactor.state()).isEqualTo("waits for the lease");
  }

  @Test
  void whatAMergeAsksOfTheStoreIsKnown() throws Exception {
    publishFour();
    try (Process process = blocks.process()) {
      process.compactor.lookAround();
      process.objects.forgetCalls();
      process.compactor.compact(ACME);
      List<Call> calls = process.objects.calls();

      int inputs = 4;
      int ranges = 4; // Of 8 MiB at most, one for each of these blocks.
      int shards = 1;
      int outputs = 1;
      // For each input a listing, its ranges, and three requests to retire it. For each output a
      // look at the lease, data, bloom shards, both indexes, origin, meta, a listing and the meta
      // to
      // verify it, and the end of the origin. Before the list changes, and before each input is
      // retired, a look at each output and at the lease.
      int sure = outputs + 1;
      int expected = inputs * (4 + sure) + ranges + sure + outputs * (9 + shards);
      assertThat(calls).hasSize(expected);
      assertThat(calls).filteredOn(call -> call.operation().equals("list")).hasSize(5);
      assertThat(calls).filteredOn(call -> call.operation().equals("put")).hasSize(4 + 5 + shards);
      assertThat(calls).filteredOn(call -> call.operation().equals("delete")).hasSize(4 + 1);
    }
  }

  @Test
  void aBlockThatCannotBeReadIsLeftAloneAndTheOthersAreMerged() throws Exception {
    publishFour();
    BlockMeta bad = blocks.publish(TestBlocks.trace(9, 1, 500));
    String key = "acme/" + bad.blockId() + "/" + BlockFiles.DATA;
    byte[] data = blocks.real.get(key, 1 << 20);
    for (int i = 2000; i < 6000; i++) {
      data[i] ^= 0x55;
    }
    blocks.real.put(key, data);
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(2).containsKey(bad.blockId());
      assertThat(process.metric("spoor_compactor_bad_blocks{tenant=\"acme\"}")).isEqualTo(1);
      double errors = process.metric("tempodb_compaction_errors_total");
      assertThat(errors).isEqualTo(1);

      // It is not tried again and again.
      for (int i = 0; i < 20; i++) {
        blocks.clock.advance(Duration.ofMinutes(1));
        process.work();
      }
      assertThat(process.metric("tempodb_compaction_errors_total")).isEqualTo(errors);
    }
  }

  @Test
  void aMergeThatRunsOutOfMemoryIsNotTriedInEachRound() throws Exception {
    publishFour();
    AtomicInteger attempts = new AtomicInteger();
    try (Process process = blocks.process()) {
      process.objects.failWhen(call -> {
        if (call.operation().equals("put")) {
          attempts.incrementAndGet();
          throw new StackOverflowError("no memory, for a test");
        }
        return false;
      });
      for (int i = 0; i < 20; i++) {
        process.work();
        blocks.clock.advance(Duration.ofMinutes(1));
      }

      assertThat(attempts.get()).isEqualTo(1);
      assertThat(process.metric("tempodb_compaction_errors_total")).isEqualTo(1);
      assertThat(process.listed().live()).hasSize(4);

      process.objects.failWhen(call -> false);
      blocks.clock.advance(Duration.ofHours(2));
      process.work();
      assertThat(process.listed().live()).hasSize(1);
    }
  }

  @Test
  void aBlockWhoseDataIsCutOffIsLeftAlone() throws Exception {
    publishFour();
    BlockMeta bad = blocks.publish(TestBlocks.trace(9, 1, 500));
    String key = "acme/" + bad.blockId() + "/" + BlockFiles.DATA;
    blocks.real.put(key, new byte[17]);
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(2).containsKey(bad.blockId());
      assertThat(process.metric("spoor_compactor_bad_blocks{tenant=\"acme\"}")).isEqualTo(1);
    }
  }

  @Test
  void aBlockWithAFlagIsLeftAloneUntilTheFlagGoes() throws Exception {
    publishFour();
    BlockMeta flagged = blocks.publish(TestBlocks.trace(9, 1, 5));
    String flag = "acme/" + flagged.blockId() + "/" + BlockFiles.NO_COMPACT;
    blocks.real.put(flag, new byte[0]);
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(2).containsKey(flagged.blockId());
      assertThat(process.metric("tempodb_compaction_errors_total")).isZero();
      assertThat(process.metric("spoor_compactor_bad_blocks{tenant=\"acme\"}")).isZero();
      assertThat(process.metric("tempodb_compaction_outstanding_blocks{tenant=\"acme\"}")).isZero();

      blocks.clock.advance(Duration.ofDays(100));
      process.work();
      assertThat(process.listed().live()).as("not retired").containsOnlyKeys(flagged.blockId());

      blocks.real.delete(flag);
      process.poll();
      blocks.clock.advance(Duration.ofHours(1));
      process.work();
      assertThat(process.listed().live()).isEmpty();
    }
  }

  @Test
  void aFlagThatCameAfterTheListIsSeenInTime() throws Exception {
    publishFour();
    try (Process process = blocks.process()) {
      BlockMeta flagged = process.listed().live().values().iterator().next();
      String flag = "acme/" + flagged.blockId() + "/" + BlockFiles.NO_COMPACT;
      blocks.real.put(flag, new byte[0]);

      process.work();

      assertThat(process.listed().live()).hasSize(2).containsKey(flagged.blockId());
    }
  }

  @Test
  void blocksOfDifferentVersionsAreNotMergedWithEachOther() throws Exception {
    for (Golden golden : List.of(Golden.VPARQUET3, Golden.VPARQUET4, Golden.VPARQUET5)) {
      put(golden);
    }
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(3);
    }
  }

  @Test
  void theWindowOfATenantGoesBeforeThatOfAll() throws Exception {
    Instant now = blocks.clock.instant();
    blocks.publish(spanAt(now.minus(Duration.ofHours(60))));
    blocks.publish(spanAt(now.minus(Duration.ofHours(58))));
    try (Process process = blocks.process()) {
      process.work();
      assertThat(process.listed().live()).as("in windows of an hour").hasSize(2);
    }
    CompactionLimits aDay = new CompactionLimits(Duration.ZERO, Duration.ofDays(1), false);
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, aDay)) {
      process.work();
      assertThat(process.listed().live()).as("in windows of a day").hasSize(1);
    }
  }

  /// Of a block with a span of the future the store is asked when it was written.
  @Test
  void whatTheStoreSaidOfABlockIsForgottenWithTheBlock() throws Exception {
    BlockMeta block = blocks.publish(spanAt(blocks.clock.instant().plus(Duration.ofDays(365))));
    String folder = "acme/" + block.blockId() + "/";
    try (Process process = blocks.process()) {
      process.work();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      assertThat(process.objects.keysOf("head")).containsOnlyOnce(folder + BlockFiles.META);

      Map<String, byte[]> content = new TreeMap<>();
      blocks.real.forEach(
          ListRequest.below(folder),
          object -> content.put(object.key(), blocks.real.get(object.key(), 1 << 20)));
      for (String key : content.keySet()) {
        blocks.real.delete(key);
      }
      process.poll();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      for (Map.Entry<String, byte[]> object : content.entrySet()) {
        blocks.real.put(object.getKey(), object.getValue());
      }
      process.poll();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      assertThat(process.objects.keysOf("head"))
          .containsExactly(folder + BlockFiles.META, folder + BlockFiles.META);
    }
  }

  @Test
  void theBlocksOfATenantWithoutCompactionStayAsTheyAre() throws Exception {
    publishFour();
    CompactionLimits disabled = new CompactionLimits(Duration.ZERO, Duration.ZERO, true);
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, disabled)) {
      process.work();
      blocks.clock.advance(Duration.ofDays(100));
      process.work();

      assertThat(process.listed().live()).hasSize(4);
      assertThat(process.listed().compacted()).isEmpty();
    }
  }

  @Test
  void ofTwoProcessesOneWorksAndTheOtherWaits() throws Exception {
    List<String> all = publishFour();
    try (Process first = blocks.process();
        Process second = blocks.process()) {
      second.work();
      assertThat(second.objects.calls()).isEmpty();
      assertThat(second.compactor.state()).isEqualTo("waits for the lease");
      first.work();
      assertThat(blocks.live()).hasSize(1);

      // The first one stops; then it is the turn of the second.
      first.compactor.close();
      second.compactor.refreshLease();
      assertThat(second.compactor.state()).isEqualTo("has the lease");
      second.poll();
      second.work();
      assertThat(blocks.spans(blocks.live())).isEqualTo(all);
    }
  }

  @Test
  void aProcessWhoseLeaseWasTakenPublishesNothing() throws Exception {
    publishFour();
    try (Process process = blocks.process()) {
      process.objects.failAfter(call -> {
        if (call.operation().equals("read")) {
          try {
            blocks.real.put(StoreLease.KEY, "somebody else".getBytes(UTF_8));
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        }
        return false;
      });
      process.work();

      assertThat(blocks.live()).hasSize(4);
      assertThat(blocks.store().folders(ACME)).hasSize(4);
      assertThat(process.metric("tempodb_compaction_errors_total")).isEqualTo(1);
    }
  }

  @Test
  void orphansAreReportedFirstAndDeletedLater() throws Exception {
    publishFour();
    UUID orphan = UUID.randomUUID();
    blocks.real.put("acme/" + orphan + "/data.parquet", new byte[10]);
    blocks.real.put("acme/" + orphan + "/bloom-0", new byte[10]);
    try (Process process = blocks.process()) {
      process.work();
      assertThat(process.metric("spoor_compactor_orphans{tenant=\"acme\"}")).isZero();

      blocks.clock.advance(Duration.ofHours(25));
      process.work();
      assertThat(process.metric("spoor_compactor_orphans{tenant=\"acme\"}")).isEqualTo(1);
      assertThat(process.metric("spoor_compactor_orphan_bytes{tenant=\"acme\"}")).isEqualTo(20);
      assertThat(blocks.store().folders(ACME)).anyMatch(found -> found.id().equals(orphan));

      blocks.clock.advance(Duration.ofHours(1));
      process.work();
      assertThat(blocks.store().folders(ACME)).noneMatch(found -> found.id().equals(orphan));
      assertThat(process.metric("spoor_compactor_orphans_deleted_total")).isEqualTo(1);
    }
  }

  @Test
  void aProcessThatIsRestartedOftenDeletesOrphansToo() throws Exception {
    UUID orphan = UUID.randomUUID();
    blocks.real.put("acme/" + orphan + "/data.parquet", new byte[10]);
    for (int half = 0; half < 2 * 25; half++) {
      blocks.clock.advance(Duration.ofMinutes(30));
      try (Process process = blocks.process()) {
        process.work();
      }
    }
    assertThat(blocks.store().folders(ACME)).hasSize(1);
    for (int half = 0; half < 3; half++) {
      blocks.clock.advance(Duration.ofMinutes(30));
      try (Process process = blocks.process()) {
        process.work();
      }
    }
    assertThat(blocks.store().folders(ACME)).isEmpty();
  }

  @Test
  void aDryRunDeletesNoOrphan() throws Exception {
    UUID orphan = UUID.randomUUID();
    blocks.real.put("acme/" + orphan + "/data.parquet", new byte[10]);
    CompactorConfig dry =
        new CompactorConfig(
            false,
            CompactorConfig.Compaction.DEFAULTS,
            CompactorConfig.Lease.DEFAULTS,
            new CompactorConfig.Orphans(true, Duration.ofHours(24), Duration.ofHours(1)));
    try (Process process = blocks.process(dry, CompactionLimits.DEFAULTS)) {
      for (int day = 0; day < 5; day++) {
        blocks.clock.advance(Duration.ofDays(1));
        process.work();
      }
      assertThat(blocks.store().folders(ACME)).anyMatch(found -> found.id().equals(orphan));
      assertThat(process.metric("spoor_compactor_orphans{tenant=\"acme\"}")).isEqualTo(1);
    }
  }

  @Test
  void anOperatorSeesOrphansAndHasThemDeleted() throws Exception {
    publishFour();
    UUID orphan = UUID.randomUUID();
    blocks.real.put("acme/" + orphan + "/data.parquet", new byte[10]);
    blocks.real.put("acme/" + orphan + "/bloom-0", new byte[5]);
    Instant written = blocks.clock.instant();
    try (Process process = blocks.process();
        Process waiting = blocks.process()) {
      assertThat(process.compactor.orphans(Optional.empty(), true).orphans()).isEmpty();
      blocks.clock.advance(Duration.ofHours(25));
      process.compactor.refreshLease();

      Orphan told = new Orphan(ACME, orphan, 2, 15, written, false);
      assertThat(process.compactor.orphans(Optional.empty(), false).orphans())
          .containsExactly(told);
      assertThat(waiting.compactor.orphans(Optional.of(ACME), false).orphans())
          .containsExactly(told);
      assertThat(process.compactor.orphans(Optional.of(Tenant.SINGLE), true).orphans()).isEmpty();
      assertThatThrownBy(() -> waiting.compactor.orphans(Optional.empty(), true))
          .hasMessage("this process may delete nothing (compactor: waits for the lease)");
      assertThat(blocks.store().folders(ACME)).hasSize(5);

      assertThat(process.compactor.orphans(Optional.empty(), true).orphans())
          .containsExactly(new Orphan(ACME, orphan, 2, 15, written, true));
      assertThat(blocks.store().folders(ACME)).hasSize(4);
      assertThat(process.metric("spoor_compactor_orphans_deleted_total")).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatIsStillBeingWrittenIsNoOrphan() throws Exception {
    UUID slow = UUID.randomUUID();
    blocks.real.put("acme/" + slow + "/data.parquet", new byte[10]);
    try (Process process = blocks.process()) {
      blocks.clock.advance(Duration.ofHours(25));
      process.work();
      blocks.real.put("acme/" + slow + "/bloom-0", new byte[10]);
      blocks.clock.advance(Duration.ofHours(2));
      process.work();

      assertThat(blocks.store().folders(ACME)).anyMatch(found -> found.id().equals(slow));
    }
  }

  /// Four blocks with spans in common.
  private List<String> publishFour() throws IOException {
    List<BlockMeta> metas = new ArrayList<>();
    metas.add(blocks.publish(TestBlocks.trace(1, 1, 30), TestBlocks.trace(2, 1, 90)));
    metas.add(blocks.publish(TestBlocks.trace(1, 20, 30)));
    metas.add(blocks.publish(TestBlocks.trace(2, 60, 90)));
    metas.add(blocks.publish(TestBlocks.trace(3, 1, 10)));
    return distinct(blocks.spans(metas));
  }

  private void put(Golden golden) throws IOException {
    String key = "acme/" + golden.meta().blockId() + "/";
    for (String name : List.of("data.parquet", "bloom-0", "index", "meta.json")) {
      blocks.real.put(key + name, golden.blockFile(name));
    }
  }
}
