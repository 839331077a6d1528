package dev.spoor.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.LockedException;
import dev.spoor.platform.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {

  private static final Tenant ACME = new Tenant("acme");

  @TempDir private Path directory;

  @Test
  void whatWasAppendedIsReplayedInOrder() throws Exception {
    try (Wal wal = open().start()) {
      for (int i = 1; i <= 100; i++) {
        assertThat(wal.appendAndWait(ACME, Bytes.utf8("push " + i))).isEqualTo(i);
      }
      assertThat(wal.health()).isEqualTo(new WalHealth.Healthy());
    }

    assertThat(replayed()).hasSize(100).startsWith("1 acme push 1").endsWith("100 acme push 100");
  }

  @Test
  void aSecondUserOfTheDirectoryIsRefusedAndToldWhoHasIt() throws Exception {
    try (Wal wal = open().start()) {
      assertThat(wal.lastSequence()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("node=ingester-0 pid=" + ProcessHandle.current().pid());
    }
  }

  @Test
  void recordsUpToTheCheckpointAreNotReplayed() throws Exception {
    List<CheckpointEntry> entries = List.of(new CheckpointEntry("head-1", 1, 7));
    try (Wal wal = open().start()) {
      for (int i = 1; i <= 10; i++) {
        wal.appendAndWait(ACME, Bytes.utf8("push " + i));
      }
      wal.checkpoint(7, entries);
    }

    try (WalRecovery recovery = open()) {
      assertThat(recovery.checkpoint().orElseThrow().lowWaterMark()).isEqualTo(7);
      assertThat(recovery.checkpoint().orElseThrow().entries()).isEqualTo(entries);
    }
    assertThat(replayed()).containsExactly("8 acme push 8", "9 acme push 9", "10 acme push 10");
  }

  private List<String> replayed() throws IOException {
    List<String> found = new ArrayList<>();
    try (WalRecovery recovery = open()) {
      recovery.replay(
          it -> found.add(it.sequence() + " " + it.tenant() + " " + it.payload().utf8()));
    }
    return found;
  }

  private WalRecovery open() throws IOException {
    WalSettings settings =
        WalSettings.of(directory.resolve("wal"), "ingester-0", WalConfig.DEFAULTS, 0);
    return Wal.open(settings, new RealDisk(), WalMetrics.NONE, InstantSource.system());
  }
}
