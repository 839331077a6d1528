package dev.spoor.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.LockedException;
import dev.spoor.platform.disk.RealDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real process on a real disk that is killed without a word.
class WalKillTest {

  private static final int RECORDS = 300;

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled(@TempDir Path directory) throws Exception {
    Set<Long> acknowledged = new HashSet<>();
    Process process = start(directory);
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        acknowledged.add(Long.parseLong(line));
        if (acknowledged.size() == RECORDS) {
          assertThatThrownBy(() -> open(directory))
              .isInstanceOf(LockedException.class)
              .hasMessageContaining("pid=" + process.pid());
          process.toHandle().destroyForcibly(); // leaves its output readable
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(RECORDS);

    Set<Long> found = new HashSet<>();
    try (WalRecovery recovery = open(directory)) {
      recovery.replay(it -> found.add(it.sequence()));
    }
    assertThat(found).containsAll(acknowledged);
  }

  private static Process start(Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Appending.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static WalRecovery open(Path directory) throws IOException {
    WalConfig config =
        new WalConfig(
            true, SyncMode.GROUP, Duration.ofHours(1), 8192, Duration.ofMinutes(30), true, 0);
    WalSettings settings =
        new WalSettings(directory, "node", config, 0, 0, 1 << 20, Duration.ofHours(1));
    return Wal.open(settings, new RealDisk(), WalMetrics.NONE, InstantSource.system());
  }

  /// Appends from some threads without end, and prints the numbers that were acknowledged.
  static final class Appending {

    private Appending() {}

    public static void main(String[] arguments) throws Exception {
      WalFixture.payload(0, 0); // quiet
      Wal wal = open(Path.of(arguments[0])).start();
      for (int i = 0; i < 4; i++) {
        Thread.ofPlatform().start(() -> appendForever(wal));
      }
    }

    private static void appendForever(Wal wal) {
      try {
        while (true) {
          long sequence = wal.appendAndWait(new Tenant("acme"), Bytes.of(new byte[200]));
          System.out.println(sequence);
        }
      } catch (WalRefusedException | InterruptedException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
