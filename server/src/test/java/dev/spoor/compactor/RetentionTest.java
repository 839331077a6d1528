package dev.spoor.compactor;

import static dev.spoor.compactor.TestStore.ACME;
import static dev.spoor.compactor.TestStore.spanAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.compactor.TestStore.Process;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.compact.TestBlocks;
import dev.spoor.storage.objectstore.LocalObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final CompactionLimits KEEP_A_DAY =
      new CompactionLimits(Duration.ofDays(1), Duration.ZERO, false);

  @TempDir private Path folder;
  private TestStore blocks;

  @BeforeEach
  void makeStore() {
    blocks = new TestStore(new LocalObjectStore(new RealDisk(), folder));
  }

  @Test
  void aBlockIsRetiredAfterItsTimeAndDeletedLater() throws Exception {
    BlockMeta block = blocks.publish(TestBlocks.trace(1, 1, 10));
    try (Process process = blocks.process()) {
      blocks.clock.advance(Duration.ofDays(13));
      process.work();
      assertThat(process.listed().live()).containsKey(block.blockId());

      blocks.clock.advance(Duration.ofDays(2));
      process.work();
      assertThat(process.listed().live()).isEmpty();
      assertThat(process.listed().compacted()).containsKey(block.blockId());
      assertThat(process.metric("tempodb_retention_marked_for_deletion_total")).isEqualTo(1);

      blocks.clock.advance(Duration.ofMinutes(50));
      process.work();
      assertThat(blocks.store().folders(ACME)).hasSize(1);

      blocks.clock.advance(Duration.ofMinutes(20));
      process.work();
      assertThat(blocks.store().folders(ACME)).isEmpty();
      assertThat(process.listed().isEmpty()).isTrue();
      assertThat(process.metric("tempodb_retention_deleted_total")).isEqualTo(1);
      assertThat(process.metric("tempodb_retention_errors_total")).isZero();
    }
  }

  @Test
  void theTimeOfATenantGoesBeforeThatOfAll() throws Exception {
    blocks.publish(TestBlocks.trace(1, 1, 10));
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, KEEP_A_DAY)) {
      blocks.clock.advance(Duration.ofHours(25));
      process.work();

      assertThat(process.listed().live()).isEmpty();
    }
  }

  @Test
  void aSpanOfNextYearDoesNotKeepItsBlockForAYear() throws Exception {
    blocks.publish(spanAt(blocks.clock.instant().plus(Duration.ofDays(365))));
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, KEEP_A_DAY)) {
      process.work();
      assertThat(process.listed().live()).hasSize(1);

      // The store says when the block was written: today, by the clock of this machine.
      blocks.clock.advance(Duration.between(blocks.clock.instant(), Instant.now()));
      process.work();
      assertThat(process.listed().live()).hasSize(1);

      blocks.clock.advance(Duration.ofHours(25));
      process.work();
      assertThat(process.listed().live()).isEmpty();
    }
  }

  @Test
  void aSpanWithoutATimeIsNotDeletedAtOnce() throws Exception {
    blocks.publish(spanAt(Instant.EPOCH));
    try (Process process = blocks.process()) {
      process.work();

      assertThat(process.listed().live()).hasSize(1);
    }
  }

  @Test
  void whoLostTheLeaseUnawaresNeitherRetiresNorDeletes() throws Exception {
    blocks.publish(TestBlocks.trace(1, 1, 10));
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, KEEP_A_DAY)) {
      blocks.clock.advance(Duration.ofHours(24).minusMinutes(5));
      process.work();
      anotherTakesTheLease();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      assertThat(process.listed().live()).hasSize(1);
      assertThat(process.compactor.state()).isEqualTo("waits for the lease");

      blocks.real.delete(StoreLease.KEY);
      process.compactor.refreshLease();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      assertThat(process.listed().live()).isEmpty();
      blocks.clock.advance(Duration.ofMinutes(55));
      process.work();
      anotherTakesTheLease();
      blocks.clock.advance(Duration.ofMinutes(10));
      process.work();
      assertThat(blocks.store().folders(ACME)).hasSize(1);
      assertThat(process.compactor.state()).isEqualTo("waits for the lease");
      assertThat(process.metric("tempodb_retention_errors_total")).isZero();
    }
  }

  @Test
  void theStoreIsAskedForTheLeaseOnceForAllBlocksOfATenant() throws Exception {
    Instant now = blocks.clock.instant();
    blocks.publish(spanAt(now));
    blocks.publish(spanAt(now.minus(Duration.ofMinutes(20)))); // of another window
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, KEEP_A_DAY)) {
      blocks.clock.advance(Duration.ofHours(24).minusMinutes(30));
      process.work();
      process.objects.forgetCalls();
      blocks.clock.advance(Duration.ofMinutes(6));
      process.work();
      assertThat(process.objects.calls()).as("nothing to retire").isEmpty();

      blocks.clock.advance(Duration.ofMinutes(25));
      process.work();
      assertThat(process.listed().live()).isEmpty();
      assertThat(process.objects.keysOf("get")).containsOnlyOnce(StoreLease.KEY);
    }
  }

  private void anotherTakesTheLease() throws Exception {
    blocks.real.put(StoreLease.KEY, "another".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aStoreThatFailsIsCountedAndTriedAgain() throws Exception {
    blocks.publish(TestBlocks.trace(1, 1, 10));
    try (Process process = blocks.process(CompactorConfig.DEFAULTS, KEEP_A_DAY)) {
      blocks.clock.advance(Duration.ofHours(25));
      process.objects.failWhen(call -> call.key().endsWith("meta.compacted.json"));
      process.work();
      assertThat(process.metric("tempodb_retention_errors_total")).isEqualTo(1);
      assertThat(process.listed().live()).hasSize(1);

      process.objects.heal();
      blocks.clock.advance(Duration.ofMinutes(6));
      process.work();
      assertThat(process.listed().live()).isEmpty();
    }
  }
}
