package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.DIRECTORY;
import static dev.spoor.storage.wal.WalFixture.OTHER;
import static dev.spoor.storage.wal.WalFixture.open;
import static dev.spoor.storage.wal.WalFixture.payload;
import static dev.spoor.storage.wal.WalFixture.recover;
import static dev.spoor.storage.wal.WalFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Records that a start was told not to read leave the log, and come back when one reads.
class UnreadRecordsTest {

  private static final Predicate<WalRecord> OF_OTHER = found -> found.tenant().equals(OTHER);
  private static final int RECORDS = 20;

  @Test
  void whatIsSetAsideLeavesTheLogAndIsReplayedLater() throws Exception {
    SimulatedDisk disk = twoTenants();
    List<Path> before = segments(disk);
    leaveUnread(disk);
    assertThat(segments(disk)).doesNotContainAnyElementsOf(before);
    assertThat(unread(disk)).isNotEmpty();

    try (WalRecovery recovery = open(disk)) {
      List<WalRecord> found = new ArrayList<>();
      recovery.replay(100, found::add);
      assertThat(found).extracting(WalRecord::payload).containsExactlyElementsOf(ofOther());
      assertThat(found).allMatch(it -> it.tenant().equals(OTHER) && it.sequence() > 100);
      assertThat(recovery.unreadBytes()).isZero();
      try (Wal wal = recovery.start(100)) {
        assertThat(wal.lastSequence()).isEqualTo(100 + ofOther().size());
        wal.checkpoint(100, List.of());
        wal.checkpoint(100, List.of());
        assertThat(unread(disk)).as("not covered").isNotEmpty();
        wal.checkpoint(wal.lastSequence(), List.of());
        wal.checkpoint(wal.lastSequence(), List.of());
        assertThat(unread(disk)).isEmpty();
      }
    }
    assertThat(recover(disk).payloads()).isEmpty();
  }

  @Test
  void severalStartsWithoutRecoveryLoseNothingAndKeepNothingTwice() throws Exception {
    SimulatedDisk disk = twoTenants();
    leaveUnread(disk);
    leaveUnread(disk);
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(OTHER, Bytes.utf8("later"));
    }
    leaveUnread(disk);

    List<Bytes> all = new ArrayList<>(ofOther());
    all.add(Bytes.utf8("later"));
    assertThat(recover(disk).payloads()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void aPowerCutAtAnyMomentLosesNothing() throws Exception {
    SimulatedDisk whole = twoTenants();
    leaveUnread(whole);
    int operations = whole.history().size();
    assertThat(operations).isGreaterThan(20);
    for (int cut = 0; cut < operations; cut++) {
      SimulatedDisk disk = twoTenants().cutPowerAt(cut);
      try {
        leaveUnread(disk);
      } catch (IOException cutOff) {
        assertThat(disk.isOff()).isTrue();
      }
      for (int seed = 0; seed < 4; seed++) {
        SimulatedDisk survivors = disk.survivors(seed);
        String where = "cut at %d, seed %d".formatted(cut, seed);
        assertThat(recover(survivors).payloads()).as(where).containsAll(ofOther());
        leaveUnread(survivors);
        assertThat(recover(survivors).payloads())
            .as(where + ", set aside again")
            .containsExactlyElementsOf(ofOther());
      }
    }
  }

  @Test
  void damageInWhatWasSetAsideCostsOnlyTheDamaged() throws Exception {
    SimulatedDisk disk = twoTenants();
    leaveUnread(disk);
    Path file = unread(disk).getFirst();
    byte[] content = disk.content(file);
    content[content.length / 2] ^= 1;
    disk.put(file, content);

    WalFixture.Found found = recover(disk);

    assertThat(found.payloads()).hasSize(ofOther().size() - 1);
    assertThat(found.report().corruptions()).isEqualTo(1);
    assertThat(disk.list(DIRECTORY.resolve("quarantine")))
        .anyMatch(copy -> copy.toString().contains(file.getFileName().toString()));
  }

  @Test
  void withoutRoomTheStartFailsAndTheLogHasEverything() throws Exception {
    SimulatedDisk disk = twoTenants();
    disk.capacity(disk.files().values().stream().mapToLong(bytes -> bytes.length).sum() + 200);
    assertThatThrownBy(() -> leaveUnread(disk)).isInstanceOf(DiskFullException.class);

    disk.capacity(Long.MAX_VALUE);
    assertThat(recover(disk).payloads()).hasSize(RECORDS);
  }

  @Test
  void aFileOfSomebodyElseIsLeftAlone() throws Exception {
    SimulatedDisk disk = twoTenants();
    leaveUnread(disk);
    Path note = DIRECTORY.resolve("unread/README");
    disk.put(note, new byte[10]);
    try (WalRecovery recovery = open(disk)) {
      recovery.replay(found -> {});
      try (Wal wal = recovery.start()) {
        wal.checkpoint(wal.lastSequence(), List.of());
        wal.checkpoint(wal.lastSequence(), List.of());
      }
    }
    assertThat(disk.list(DIRECTORY.resolve("unread"))).containsExactly(note);
  }

  /// As an ingester that is not to recover: what is needed is set aside, and the log goes on.
  private static void leaveUnread(SimulatedDisk disk) throws IOException {
    try (WalRecovery recovery = open(disk)) {
      recovery.setAsideUnread(OF_OTHER);
      try (Wal wal = recovery.start()) {
        wal.checkpoint(wal.lastSequence(), List.of());
        wal.checkpoint(wal.lastSequence(), List.of());
      }
    }
  }

  private static SimulatedDisk twoTenants() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    try (Wal wal = open(disk).start()) {
      for (int i = 0; i < RECORDS; i++) {
        wal.appendAndWait(i % 2 == 0 ? ACME : OTHER, payload(i, 700));
      }
    }
    return disk.copy();
  }

  private static List<Bytes> ofOther() {
    List<Bytes> payloads = new ArrayList<>();
    for (int i = 1; i < RECORDS; i += 2) {
      payloads.add(payload(i, 700));
    }
    return payloads;
  }

  private static List<Path> unread(SimulatedDisk disk) throws IOException {
    Path folder = DIRECTORY.resolve("unread");
    return disk.exists(folder) ? disk.list(folder) : List.of();
  }
}
