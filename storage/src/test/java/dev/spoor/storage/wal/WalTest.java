package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.CLOCK;
import static dev.spoor.storage.wal.WalFixture.DIRECTORY;
import static dev.spoor.storage.wal.WalFixture.OTHER;
import static dev.spoor.storage.wal.WalFixture.open;
import static dev.spoor.storage.wal.WalFixture.payload;
import static dev.spoor.storage.wal.WalFixture.recover;
import static dev.spoor.storage.wal.WalFixture.segments;
import static dev.spoor.storage.wal.WalFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.LockedException;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.platform.disk.SimulatedDisk.Operation;
import dev.spoor.storage.wal.WalFixture.CountingMetrics;
import dev.spoor.storage.wal.WalRefusedException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WalTest {

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CountingMetrics metrics = new CountingMetrics();

  @Test
  void whatWasAppendedIsReplayedInOrder() throws Exception {
    try (Wal wal = open(disk).start()) {
      for (int i = 1; i <= 100; i++) {
        assertThat(wal.appendAndWait(i % 2 == 0 ? ACME : OTHER, payload(i, i))).isEqualTo(i);
      }
      assertThat(wal.lastSequence()).isEqualTo(100);
    }

    List<WalRecord> found = List.copyOf(recover(disk, metrics).records().values());

    assertThat(found).hasSize(100);
    assertThat(found.get(41))
        .isEqualTo(new WalRecord(42, RecordType.PUSH, ACME, CLOCK.millis(), payload(42, 42)));
    assertThat(found.get(42).tenant()).isEqualTo(OTHER);
    assertThat(metrics.replayed).isEqualTo(100);
    assertThat(metrics.ratio).isEqualTo(1);
  }

  @Test
  void aRealDiskWorksTheSame(@TempDir Path directory) throws Exception {
    WalSettings settings =
        new WalSettings(
            directory.resolve("a/wal"),
            "ingester-0",
            WalFixture.config(SyncMode.GROUP),
            0,
            1 << 20,
            1 << 20,
            Duration.ofMillis(1));
    try (Wal wal = Wal.open(settings, new RealDisk(), metrics, CLOCK).start()) {
      for (int i = 1; i <= 50; i++) {
        wal.appendAndWait(ACME, payload(i, 300));
      }
      wal.checkpoint(20, List.of());
      wal.checkpoint(40, List.of());
      assertThatThrownBy(() -> Wal.open(settings, new RealDisk(), metrics, CLOCK))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("node=ingester-0 pid=" + ProcessHandle.current().pid());
      assertThat(wal.health()).isEqualTo(new WalHealth.Healthy());
    }
    List<Long> found = new ArrayList<>();
    try (WalRecovery recovery = Wal.open(settings, new RealDisk(), metrics, CLOCK)) {
      recovery.replay(it -> found.add(it.sequence()));
    }
    assertThat(found).containsExactly(41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L, 50L);
    assertThat(metrics.removedSegments).isPositive();
  }

  @Test
  void allWhoWaitShareOneSync() throws Exception {
    try (Wal wal = open(disk).start()) {
      CountDownLatch syncBegan = new CountDownLatch(1);
      CountDownLatch othersWait = holdFirst(Kind.SYNC, syncBegan);
      long before = disk.count(Kind.SYNC);
      List<CompletableFuture<Long>> answers = new ArrayList<>();
      answers.add(wal.append(ACME, Bytes.utf8("first")));
      syncBegan.await();
      for (int i = 0; i < 50; i++) {
        answers.add(wal.append(ACME, Bytes.utf8("waits")));
      }
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      othersWait.countDown();

      for (CompletableFuture<Long> answer : answers) {
        answer.get();
      }
      assertThat(disk.count(Kind.SYNC) - before).isEqualTo(2);
    }
  }

  @Test
  void manyThreadsGetManyNumbers() throws Exception {
    int threads = 16;
    int each = 50;
    try (Wal wal = open(disk).start()) {
      List<Thread> appenders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int id = t;
        appenders.add(Thread.ofVirtual().start(() -> appendAll(wal, id, each)));
      }
      for (Thread appender : appenders) {
        appender.join();
      }
      assertThat(wal.lastSequence()).isEqualTo(threads * each);
    }
    assertThat(recover(disk).records()).hasSize(threads * each);
    assertThat(disk.count(Kind.SYNC)).isLessThan(threads * each);
  }

  @Test
  void moreThanTheQueueHoldsIsRefusedAndMayBeTriedAgain() throws Exception {
    WalSettings settings =
        new WalSettings(
            DIRECTORY, "n", WalFixture.config(SyncMode.GROUP), 0, 0, 10_000, Duration.ofHours(1));
    try (Wal wal = Wal.open(settings, disk, metrics, CLOCK).start()) {
      CountDownLatch syncBegan = new CountDownLatch(1);
      CountDownLatch release = holdFirst(Kind.SYNC, syncBegan);
      CompletableFuture<Long> first = wal.append(ACME, payload(1, 100));
      syncBegan.await();
      CompletableFuture<Long> second = wal.append(ACME, payload(2, 9_000));
      CompletableFuture<Long> third = wal.append(ACME, payload(3, 2_000));

      assertThatThrownBy(third::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              WalRefusedException.class,
              it -> {
                assertThat(it.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(it.isRetryable()).isTrue();
              });
      release.countDown();
      assertThat(first.get()).isEqualTo(1);
      assertThat(second.get()).isEqualTo(2);
      assertThat(wal.appendAndWait(ACME, payload(3, 20_000)))
          .as("more than a segment")
          .isEqualTo(3);
      assertThat(wal.appendAndWait(ACME, payload(4, 10))).isEqualTo(4);
    }
    assertThat(recover(disk).payloads())
        .containsExactly(payload(1, 100), payload(2, 9_000), payload(3, 20_000), payload(4, 10));
  }

  @Test
  void closingWritesWhatWaitsAndRefusesTheRest() throws Exception {
    Wal wal = open(disk).start();
    CompletableFuture<Long> waiting = wal.append(ACME, Bytes.utf8("x"));
    wal.close();

    assertThat(waiting.get()).isEqualTo(1);
    assertThat(wal.health()).isEqualTo(new WalHealth.Closed());
    assertThatThrownBy(() -> wal.appendAndWait(ACME, Bytes.utf8("y")))
        .isInstanceOfSatisfying(
            WalRefusedException.class, it -> assertThat(it.reason()).isEqualTo(Reason.CLOSED));
    wal.close();
    assertThatThrownBy(() -> wal.checkpoint(1, List.of())).hasMessageContaining("closed");
  }

  @Test
  void aCallbackThatThrowsHarmsNobodyElse() throws Exception {
    try (Wal wal = open(disk).start()) {
      wal.append(ACME, Bytes.utf8("x"), new Throwing());
      assertThat(wal.appendAndWait(ACME, Bytes.utf8("y"))).isEqualTo(2);
    }
  }

  @Test
  void theIntervalIsSyncedWithoutFurtherRecords() throws Exception {
    WalConfig config =
        new WalConfig(
            true,
            SyncMode.INTERVAL,
            Duration.ofMillis(1),
            1 << 20,
            Duration.ofMinutes(30),
            true,
            0);
    try (Wal wal = Wal.open(settings(config, 0, 0), disk, metrics, CLOCK).start()) {
      CountDownLatch synced = new CountDownLatch(1);
      disk.observe(operation -> {
        if (operation.kind() == Kind.SYNC) {
          synced.countDown();
        }
      });
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      synced.await();
    }
  }

  @Test
  void aCoveredSegmentGoesWithTheSecondCheckpointThatCoversIt() throws Exception {
    Path first = DIRECTORY.resolve("00000001");
    try (Wal wal = Wal.open(settings(SyncMode.GROUP), disk, metrics, CLOCK).start()) {
      CountDownLatch nextSegment = new CountDownLatch(1);
      disk.observe(operation -> {
        if (operation.path().equals(DIRECTORY)
            && operation.kind() == Kind.SYNC_DIRECTORY
            && disk.exists(DIRECTORY.resolve("00000002"))) {
          nextSegment.countDown();
        }
      });
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      wal.checkpoint(1, List.of());
      nextSegment.await();
      assertThat(disk.exists(first)).isTrue();
      wal.checkpoint(1, List.of());
      assertThat(disk.exists(first)).isFalse();
    }
    assertThat(recover(disk).records()).isEmpty();
    assertThat(metrics.checkpoints).isEqualTo(3);
    assertThat(metrics.deletedCheckpoints).isEqualTo(1);
    assertThat(metrics.removedSegments).isEqualTo(1);
  }

  /// The writer was busy when both were written: nobody may write a third one for a long time.
  @Test
  void aCoveredSegmentThatIsClosedAfterTheSecondCheckpointCanBeRemovedWithoutAThird()
      throws Exception {
    Path first = DIRECTORY.resolve("00000001");
    Path second = DIRECTORY.resolve("00000002");
    CountDownLatch isBusy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Wal wal = Wal.open(settings(SyncMode.GROUP), disk, metrics, CLOCK).start()) {
      wal.append(ACME, Bytes.utf8("x"), new Holding(isBusy, release));
      isBusy.await();
      wal.checkpoint(1, List.of());
      wal.checkpoint(1, List.of());
      CountDownLatch nextSegment = new CountDownLatch(1);
      disk.observe(operation -> {
        if (operation.kind() == Kind.SYNC_DIRECTORY && disk.exists(second)) {
          nextSegment.countDown();
        }
      });
      release.countDown();
      nextSegment.await();
      assertThat(disk.exists(first)).isTrue();

      wal.truncate();
      assertThat(disk.exists(first)).isFalse();
      assertThat(disk.exists(second)).isTrue();
    }
    assertThat(recover(disk).records()).isEmpty();
  }

  @Test
  void theSizeIsThatOfSegmentsAndCheckpoints() throws Exception {
    try (Wal wal = Wal.open(settings(SyncMode.GROUP), disk, metrics, CLOCK).start()) {
      for (int i = 1; i <= 20; i++) {
        wal.appendAndWait(ACME, payload(i, 700));
        if (i % 5 == 0) {
          wal.checkpoint(i - 3, List.of(new CheckpointEntry("head", 1, i)));
        }
      }
      long onDisk = 0;
      for (var file : disk.files().entrySet()) {
        boolean isLock = file.getKey().endsWith("LOCK");
        onDisk += isLock ? 0 : file.getValue().length;
      }
      assertThat(metrics.size).isEqualTo(onDisk);
      assertThat(metrics.records).isEqualTo(20);
      assertThat(metrics.bytes).isEqualTo(20 * (700 + 42));
    }
  }

  @Test
  void aCheckpointGivesBackItsEntriesAndRefusesMarksThatCannotBe() throws Exception {
    List<CheckpointEntry> entries =
        List.of(new CheckpointEntry("head-1", 1, 2), new CheckpointEntry("block ü", 3, 3));
    try (Wal wal = open(disk).start()) {
      for (int i = 0; i < 4; i++) {
        wal.appendAndWait(ACME, Bytes.utf8("x"));
      }
      wal.checkpoint(3, entries);
      assertThatThrownBy(() -> wal.checkpoint(2, entries)).hasMessageContaining("is below 3");
      assertThatThrownBy(() -> wal.checkpoint(5, entries)).hasMessageContaining("is above 4");
    }
    Checkpoint found = recover(disk).checkpoint().orElseThrow();
    assertThat(found).isEqualTo(new Checkpoint(2, CLOCK.instant(), 3, entries));
  }

  @Test
  void numbersGoOnAfterARestartEvenWhenAllSegmentsAreGone() throws Exception {
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      wal.appendAndWait(ACME, Bytes.utf8("y"));
      wal.checkpoint(2, List.of());
    }
    for (Path segment : segments(disk)) {
      disk.delete(segment);
    }
    try (Wal wal = open(disk).start()) {
      assertThat(wal.appendAndWait(ACME, Bytes.utf8("z"))).isEqualTo(3);
    }
  }

  @Test
  void shorterCheckpointIntervalsNeverLengthenTheReplay() throws Exception {
    long before = Long.MAX_VALUE;
    for (int interval : new int[] {100, 50, 20, 10, 5}) {
      SimulatedDisk under = new SimulatedDisk();
      try (Wal wal = open(under).start()) {
        for (int i = 1; i <= 99; i++) {
          wal.appendAndWait(ACME, payload(i, 200));
          if (i % interval == 0) {
            wal.checkpoint(i - 2, List.of());
          }
        }
      }
      long replayed = recover(under).report().records();
      assertThat(replayed).as("checkpoint every %d", interval).isLessThanOrEqualTo(before);
      before = replayed;
    }
    assertThat(before).isEqualTo(6);
  }

  @Test
  void aReplayThatWasInterruptedByItsConsumerStartsOver() throws Exception {
    try (Wal wal = open(disk).start()) {
      for (int i = 1; i <= 5; i++) {
        wal.appendAndWait(ACME, payload(i, 20));
      }
    }
    try (WalRecovery recovery = open(disk)) {
      assertThatThrownBy(() -> recovery.replay(WalTest::failAtThree)).hasMessage("three");
      List<Long> found = new ArrayList<>();
      recovery.replay(it -> found.add(it.sequence()));
      assertThat(found).containsExactly(1L, 2L, 3L, 4L, 5L);
    }
  }

  @Test
  void corruptionIsLoggedWithSegmentOffsetAndBytes() throws Exception {
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, payload(1, 20));
      wal.appendAndWait(ACME, payload(2, 20));
    }
    Path segment = segments(disk).getFirst();
    byte[] content = disk.content(segment);
    content[SegmentHeader.MAX_BYTES / 4] ^= 1;
    disk.put(segment, content);

    List<String> lines =
        linesOf(() -> assertThat(recover(disk, metrics).report().missing()).isEqualTo(1));

    assertThat(lines).contains("wal: corrupt: segment /data/wal/00000001 offset 64 bytes 62");
    assertThat(lines).anyMatch(line -> line.startsWith("wal: replay of 1 segments"));
    assertThat(metrics.corruptions).isEqualTo(1);
    assertThat(disk.size(DIRECTORY.resolve("quarantine/00000001-64-62"))).isEqualTo(62);
  }

  // ---- helpers

  /// The first operation of this kind waits until the latch that is returned is opened.
  private CountDownLatch holdFirst(Kind kind, CountDownLatch began) {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean held = new AtomicBoolean();
    disk.observe((Operation operation) -> {
      if (operation.kind() == kind && held.compareAndSet(false, true)) {
        began.countDown();
        awaitQuietly(release);
      }
    });
    return release;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void appendAll(Wal wal, int id, int count) {
    try {
      for (int i = 0; i < count; i++) {
        wal.appendAndWait(ACME, payload(id, 50));
      }
    } catch (WalRefusedException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void failAtThree(WalRecord found) {
    if (found.sequence() == 3) {
      throw new IllegalStateException("three");
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static List<String> linesOf(Step step) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.spoor.storage.wal");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    try {
      step.run();
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(Level.OFF);
    }
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private record Holding(CountDownLatch began, CountDownLatch release) implements AppendCallback {

    @Override
    public void appended(long sequence) {
      began.countDown();
      awaitQuietly(release);
    }

    @Override
    public void refused(WalRefusedException refusal) {
      throw new IllegalStateException(refusal);
    }
  }

  private static final class Throwing implements AppendCallback {

    @Override
    public void appended(long sequence) {
      throw new IllegalStateException("callback");
    }

    @Override
    public void refused(WalRefusedException refusal) {
      throw new IllegalStateException("callback");
    }
  }
}
