package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.CLOCK;
import static dev.spoor.storage.wal.WalFixture.DIRECTORY;
import static dev.spoor.storage.wal.WalFixture.config;
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
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.storage.wal.WalFixture.CountingMetrics;
import dev.spoor.storage.wal.WalRefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A disk that is full, broken, read-only or taken away.
class WalFaultTest {

  private static final long MIB = 1 << 20;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CountingMetrics metrics = new CountingMetrics();

  @Test
  void afterAFailedWriteEverythingIsRefusedWithTheReason() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("kept"));
      disk.failNth(Kind.WRITE, 1, Fault.EIO);
      assertRefused(wal, Reason.FAILED, "/data/wal/00000001: Input/output error");

      disk.heal();
      assertRefused(wal, Reason.FAILED, "/data/wal/00000001: Input/output error");
      assertThat(wal.health()).isInstanceOf(WalHealth.Failed.class);
      assertThat(metrics.refusals).containsEntry(Reason.FAILED, 2);
    }
    assertThat(recover(disk).payloads()).contains(Bytes.utf8("kept"));
  }

  @Test
  void aFailedSyncIsNotTriedAgain() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("kept"));
      disk.failNth(Kind.SYNC, 1, Fault.EIO);
      assertRefused(wal, Reason.FAILED, "Input/output error");
      long syncs = syncsOfSegments();

      disk.heal();
      assertRefused(wal, Reason.FAILED, "Input/output error");
      wal.close();

      assertThat(syncsOfSegments()).isEqualTo(syncs);
    }
    assertThat(recover(disk.survivors(1)).payloads()).contains(Bytes.utf8("kept"));
  }

  @Test
  void aCheckpointCanStillBeWrittenAfterTheLogFailed() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("kept"));
      disk.failNth(Kind.SYNC, 1, Fault.EIO);
      assertRefused(wal, Reason.FAILED, "");
      disk.heal();

      wal.checkpoint(1, List.of());
    }
    assertThat(recover(disk).lowWaterMark()).isEqualTo(1);
  }

  @Test
  void aFullDiskRefusesAndTheLogGoesOnWhenThereIsRoom() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("before"));
      disk.failWhen(it -> it.kind() == Kind.WRITE, Fault.ENOSPC);
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");
      assertThat(wal.health()).isInstanceOf(WalHealth.Full.class);

      disk.heal();
      disk.reportUsableSpace(WalFixture.SEGMENT - 1);
      wal.checkSpace();
      assertThat(wal.health()).isInstanceOf(WalHealth.Full.class);

      disk.reportUsableSpace(MIB);
      wal.checkSpace();
      assertThat(wal.appendAndWait(ACME, Bytes.utf8("after"))).isEqualTo(2);
      assertThat(wal.health()).isEqualTo(new WalHealth.Healthy());
    }
    WalFixture.Found found = recover(disk);
    assertThat(found.payloads()).containsExactly(Bytes.utf8("before"), Bytes.utf8("after"));
    assertThat(found.report().corruptions()).isZero();
  }

  @Test
  void aDiskThatIsFullWhileASegmentIsBegunRefusesUntilThereIsRoom() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, payload(1, 3000));
      disk.failWhen(it -> it.kind() == Kind.CREATE, Fault.ENOSPC);
      assertThatThrownBy(() -> wal.appendAndWait(ACME, payload(2, 3000)))
          .isInstanceOf(WalRefusedException.class);

      disk.heal();
      wal.checkSpace();
      assertThat(wal.appendAndWait(ACME, payload(3, 3000))).isEqualTo(2);
    }
    assertThat(recover(disk).payloads()).containsExactly(payload(1, 3000), payload(3, 3000));
  }

  @Test
  void aLogStartsOnAFullDiskAndTakesRecordsWhenThereIsRoom() throws Exception {
    disk.failWhen(it -> it.kind() == Kind.WRITE, Fault.ENOSPC);
    try (Wal wal = start()) {
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");
      disk.heal();
      wal.checkSpace();
      assertThat(wal.appendAndWait(ACME, Bytes.utf8("x"))).isEqualTo(1);
    }
  }

  @Test
  void aDiskFullAtSyncIsAFailureForGood() throws Exception {
    try (Wal wal = start()) {
      disk.failNth(Kind.SYNC, 1, Fault.ENOSPC);
      assertRefused(wal, Reason.FAILED, "no space left on device");
      disk.heal();
      wal.checkSpace();
      assertThat(wal.health()).isInstanceOf(WalHealth.Failed.class);
    }
  }

  @Test
  void aReadOnlyDiskIsNamedAtTheStartAndRefusedLater() throws Exception {
    try (Wal wal = start()) {
      disk.readOnly();
      assertRefused(wal, Reason.FAILED, "Read-only file system");
    }
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/data/wal/LOCK: Read-only file system");
  }

  @Test
  void belowTheFreeSpaceRecordsAreRefusedUntilThereIsHalfAsMuchMore() throws Exception {
    disk.reportUsableSpace(10 * MIB);
    try (Wal wal = start(settings(config(SyncMode.GROUP), 10 * MIB, 0))) {
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      disk.reportUsableSpace(10 * MIB - 1);
      wal.checkSpace();
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");

      disk.reportUsableSpace(15 * MIB - 1);
      wal.checkSpace();
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");

      disk.reportUsableSpace(15 * MIB);
      wal.checkSpace();
      wal.appendAndWait(ACME, Bytes.utf8("y"));
    }
  }

  @Test
  void ofASmallVolumeAQuarterIsKeptFreeSoThatItIsOfUseAtAll() throws Exception {
    disk.capacity(8 * MIB);
    try (Wal wal = start(settings(config(SyncMode.GROUP), 10 * MIB, 4 * MIB))) {
      assertThat(disk.size(DIRECTORY.resolve("reserve"))).isEqualTo(MIB);
      wal.appendAndWait(ACME, Bytes.utf8("x"));

      disk.reportUsableSpace(2 * MIB - 1);
      wal.checkSpace();
      assertRefused(wal, Reason.DISK_FULL, "no space left on device");

      disk.reportUsableSpace(3 * MIB);
      wal.checkSpace();
      wal.appendAndWait(ACME, Bytes.utf8("y"));
    }
  }

  @Test
  void aVolumeThatDoesNotTellItsSizeIsProtectedAsALargeOne() throws Exception {
    for (long told : new long[] {0, -1}) {
      SimulatedDisk unknown = new SimulatedDisk();
      unknown.reportTotalSpace(told);
      unknown.reportUsableSpace(10 * MIB);
      WalSettings settings = settings(config(SyncMode.GROUP), 10 * MIB, MIB);
      try (Wal wal = Wal.open(settings, unknown, metrics, CLOCK).start()) {
        assertThat(unknown.size(DIRECTORY.resolve("reserve"))).isEqualTo(MIB);
        wal.appendAndWait(ACME, Bytes.utf8("x"));
        unknown.reportUsableSpace(10 * MIB - 1);
        wal.checkSpace();
        assertRefused(wal, Reason.DISK_FULL, "no space left on device");
      }
    }
  }

  @Test
  void aSmallVolumeWhoseSizeChangesAllTheTimeIsWarnedOfOnce() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger(DiskBudget.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    log.setLevel(Level.WARN);
    log.addAppender(said);
    try (Wal wal = start(settings(config(SyncMode.GROUP), 10 * MIB, 0))) {
      for (int i = 0; i < 5; i++) {
        disk.reportTotalSpace(8 * MIB + i);
        wal.checkSpace();
      }
      assertThat(said.list).hasSize(1);
      assertThat(said.list.getFirst().getFormattedMessage()).contains("which is small");
    } finally {
      log.detachAppender(said);
      log.setLevel(null);
    }
  }

  @Test
  void aboveItsOwnLimitTheLogRefusesUntilACheckpointMadeRoom() throws Exception {
    WalConfig config =
        new WalConfig(
            true,
            SyncMode.GROUP,
            Duration.ofHours(1),
            WalFixture.SEGMENT,
            Duration.ofMinutes(30),
            true,
            10_000);
    try (Wal wal = start(settings(config, 0, 0))) {
      for (int i = 1; i <= 4; i++) {
        wal.appendAndWait(ACME, payload(i, 2000));
      }
      wal.checkSpace();
      wal.appendAndWait(ACME, payload(5, 100));
      wal.countAlso(() -> 5000);
      wal.checkSpace();
      assertRefused(wal, Reason.DISK_FULL, "wal.max_bytes is 10000");

      wal.countAlso(() -> 0);
      wal.checkpoint(5, List.of());
      wal.checkpoint(5, List.of());
      wal.checkSpace();
      wal.appendAndWait(ACME, payload(6, 100));
    }
  }

  @Test
  void theReserveLetsACheckpointBeFinishedOnAFullDisk() throws Exception {
    try (Wal wal = start(settings(config(SyncMode.GROUP), 0, MIB))) {
      assertThat(disk.size(DIRECTORY.resolve("reserve"))).isEqualTo(MIB);
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      disk.capacity(used() + 10);
      assertThatThrownBy(() -> wal.appendAndWait(ACME, payload(1, 500)))
          .isInstanceOf(WalRefusedException.class);

      wal.checkpoint(1, List.of());
      assertThat(disk.exists(DIRECTORY.resolve("reserve"))).isFalse();
      assertThat(wal.releaseReserve()).isFalse();

      disk.capacity(10 * MIB);
      wal.checkSpace();
      assertThat(disk.size(DIRECTORY.resolve("reserve"))).isEqualTo(MIB);
      wal.appendAndWait(ACME, Bytes.utf8("y"));
    }
    assertThat(recover(disk).payloads()).containsExactly(Bytes.utf8("y"));
  }

  @Test
  void aReserveThatWasUsedWhilePushesWereTakenIsMadeAgainWhenThereIsRoom() throws Exception {
    try (Wal wal = start(settings(config(SyncMode.GROUP), 0, MIB))) {
      assertThat(wal.releaseReserve()).isTrue();
      disk.reportUsableSpace(MIB / 2);
      wal.checkSpace();
      assertThat(disk.exists(DIRECTORY.resolve("reserve"))).isFalse();

      disk.reportUsableSpace(2 * MIB);
      wal.checkSpace();
      assertThat(disk.size(DIRECTORY.resolve("reserve"))).isEqualTo(MIB);
    }
  }

  @Test
  void aCheckpointThatFailsLeavesTheOldOnesAndIsCounted() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      wal.checkpoint(1, List.of());
      for (Kind kind : List.of(Kind.CREATE, Kind.WRITE, Kind.SYNC, Kind.RENAME)) {
        disk.failWhen(it -> it.kind() == kind, Fault.ENOSPC);
        assertThatThrownBy(() -> wal.checkpoint(1, List.of()))
            .isInstanceOf(DiskFullException.class);
        disk.heal();
      }
      assertThat(wal.checkpoints()).hasSize(2);
      assertThat(metrics.failedCheckpoints).isEqualTo(4);
    }
    assertThat(disk.files().keySet()).noneMatch(file -> file.toString().endsWith(".tmp"));
    assertThat(recover(disk).lowWaterMark()).isEqualTo(1);
  }

  @Test
  void aDirectoryThatWasReplacedUnderTheProcessIsNotWrittenToAnyMore() throws Exception {
    try (Wal wal = start()) {
      wal.appendAndWait(ACME, Bytes.utf8("x"));
      disk.put(DIRECTORY.resolve("LOCK"), new byte[0]);
      int operations = disk.history().size();

      assertThatThrownBy(() -> wal.checkpoint(1, List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was cleared or replaced");
      assertRefused(wal, Reason.FAILED, "/data/wal was cleared or replaced");
      assertThat(disk.history()).hasSize(operations);
    }
  }

  @Test
  void aDirectoryThatWasClearedIsNoticedByTheNextLook() throws Exception {
    try (Wal wal = start()) {
      for (var file : disk.list(DIRECTORY)) {
        disk.delete(file);
      }
      wal.checkSpace();
      assertRefused(wal, Reason.FAILED, "/data/wal was cleared or replaced");
    }
    assertThat(segments(disk)).isEmpty();
  }

  private Wal start() throws IOException {
    return start(settings(SyncMode.GROUP));
  }

  private Wal start(WalSettings settings) throws IOException {
    return Wal.open(settings, disk, metrics, CLOCK).start();
  }

  private long syncsOfSegments() {
    return disk.history().stream()
        .filter(it -> it.kind() == Kind.SYNC && !it.path().toString().contains("checkpoint"))
        .count();
  }

  private long used() {
    return disk.files().values().stream().mapToLong(content -> content.length).sum();
  }

  private static void assertRefused(Wal wal, Reason reason, String message) {
    assertThatThrownBy(() -> wal.appendAndWait(ACME, Bytes.utf8("refused")))
        .isInstanceOfSatisfying(
            WalRefusedException.class, it -> assertThat(it.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
