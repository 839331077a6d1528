package dev.spoor.storage.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.disk.LockedException;
import dev.spoor.platform.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two machines share a volume on which neither sees the other's lock.
class HeartbeatTest {

  private static final Path FOLDER = Path.of("/wal");
  private static final Path FILE = FOLDER.resolve("HEARTBEAT");
  private static final Heartbeat.Pause NOTHING_HAPPENS = () -> {};

  private final SimulatedDisk disk = sharedDisk();

  @Test
  void aHolderThatBeatsKeepsOthersOut() throws IOException {
    Heartbeat first = take("node=a", NOTHING_HAPPENS);

    assertThatThrownBy(() -> take("node=b", () -> beat(first)))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("node=a");
    first.beat();
    assertThat(first.lost()).isEmpty();
  }

  @Test
  void oneThatIsSilentForThreeIntervalsHasLostItAndNoticesThat() throws IOException {
    Heartbeat first = take("node=a", NOTHING_HAPPENS);
    int[] intervals = {0};
    Heartbeat second = take("node=b", () -> intervals[0]++);
    assertThat(intervals[0]).isEqualTo(4);

    first.beat();
    second.beat();

    assertThat(first.lost().orElseThrow()).contains("node=b");
    assertThat(second.lost()).isEmpty();
  }

  @Test
  void ofTwoThatStartAtOnceOneGetsIt() {
    assertThatThrownBy(
            () -> take("node=a", () -> disk.put(FILE, "node=b beat=0\n".getBytes(UTF_8))))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("node=b");
  }

  @Test
  void afterAnOrderlyEndNobodyWaits() throws IOException {
    take("node=a", NOTHING_HAPPENS).close();
    int[] intervals = {0};
    take("node=b", () -> intervals[0]++);
    assertThat(intervals[0]).isEqualTo(1);
  }

  @Test
  void aRemovedFileIsNoticed() throws IOException {
    Heartbeat heartbeat = take("node=a", NOTHING_HAPPENS);
    disk.delete(FILE);
    heartbeat.beat();
    assertThat(heartbeat.lost().orElseThrow()).contains("removed");
  }

  @Test
  void aLogOnASharedVolumeRefusesEverythingWhenAnotherTookOver() throws Exception {
    WalSettings settings = WalFixture.settings(SyncMode.GROUP);
    try (Wal first = open(settings, () -> Thread.sleep(1)).start()) {
      assertThat(disk.files()).containsKey(WalFixture.DIRECTORY.resolve("HEARTBEAT"));
      while (!(first.health() instanceof WalHealth.Failed)) {
        // Again and again: a beat that has looked already writes over it once.
        disk.put(WalFixture.DIRECTORY.resolve("HEARTBEAT"), "node=b beat=7\n".getBytes(UTF_8));
        first.checkSpace();
      }
      assertThat(first.health().toString()).contains("node=b");
      assertThatThrownBy(() -> first.checkpoint(0, List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("node=b");
    }
  }

  @Test
  void aSecondLogOnASharedVolumeIsRefusedThoughTheLockIsNotSeen() throws Exception {
    WalSettings settings = WalFixture.settings(SyncMode.GROUP);
    try (Wal first = open(settings, () -> Thread.sleep(1)).start()) {
      assertThatThrownBy(() -> open(settings, this::awaitBeat)).isInstanceOf(LockedException.class);
      assertThat(first.health()).isInstanceOf(WalHealth.Healthy.class);
    }
  }

  private WalRecovery open(WalSettings settings, Heartbeat.Pause pause) throws IOException {
    return WalRecovery.open(settings, disk, WalMetrics.NONE, InstantSource.system(), pause);
  }

  private void awaitBeat() {
    try {
      byte[] before = disk.content(WalFixture.DIRECTORY.resolve("HEARTBEAT"));
      while (Arrays.equals(before, disk.content(WalFixture.DIRECTORY.resolve("HEARTBEAT")))) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Heartbeat take(String note, Heartbeat.Pause pause) throws IOException {
    return Heartbeat.take(disk, FILE, note, InstantSource.system(), pause);
  }

  private static void beat(Heartbeat heartbeat) {
    try {
      heartbeat.beat();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SimulatedDisk sharedDisk() {
    SimulatedDisk disk = new SimulatedDisk();
    disk.shareWithoutLocks();
    try {
      disk.createDirectories(FOLDER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }
}
