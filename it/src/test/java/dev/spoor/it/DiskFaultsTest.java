package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of the log is full, broken or taken: pushes are refused so that they come again, and
/// what is there stays readable.
class DiskFaultsTest {

  private static final TraceId ID = new TraceId(1, 1);
  private static final Path SIMULATED = Path.of("/simulated");
  private static final long GIB = 1L << 30;

  private final SimulatedDisk disk = new SimulatedDisk();

  @TempDir private Path folder;

  @Test
  void aFullDiskRefusesPushesUntilThereIsRoom() throws Exception {
    try (LocalSpoor spoor = started()) {
      SpoorClient client = spoor.client();
      assertThat(client.push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);

      disk.reportUsableSpace(GIB / 2);
      Eventually.holds(
          "pushes are refused", () -> client.push(Traces.export(ID, 1)).statusCode() == 503);
      assertThat(client.pushGrpc(Traces.export(ID, 1)).code()).as("UNAVAILABLE").isEqualTo(14);
      assertThat(client.text("/status/services")).contains("full:");
      assertThat(client.isReady()).as("it goes on by itself").isTrue();
      assertThat(client.find(ID).orElseThrow()).hasSize(3);

      disk.reportUsableSpace(10 * GIB);
      Eventually.holds(
          "pushes are taken", () -> client.push(Traces.export(ID, 1)).statusCode() == 200);
    }
  }

  @Test
  void afterAFailedSyncNothingMoreIsTakenAndEverybodyCanSeeWhy() throws Exception {
    try (LocalSpoor spoor = started()) {
      SpoorClient client = spoor.client();
      assertThat(client.push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);

      disk.failNth(Kind.SYNC, 1, Fault.EIO);
      TraceId unsafe = new TraceId(2, 2);
      assertThat(client.push(Traces.export(unsafe, 1)).statusCode()).isEqualTo(503);
      disk.heal();
      assertThat(client.pushGrpc(Traces.export(unsafe, 1)).code()).as("UNAVAILABLE").isEqualTo(14);

      assertThat(client.text("/status/services"))
          .contains("failed:")
          .contains("Input/output error");
      assertThat(client.get("/ready").statusCode()).isEqualTo(503);
      assertThat(client.text("/ready")).startsWith("Ingester not ready: ");
      assertThat(client.find(ID).orElseThrow()).hasSize(3);
      assertThat(client.search("{ name = \"checkout\" }", 10)).containsExactly(ID);
    }
    try (LocalSpoor restarted = started()) {
      assertThat(restarted.client().find(ID).orElseThrow()).hasSize(3);
      assertThat(restarted.client().push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aDiskThatCannotBeWrittenToIsNamedAtTheStart() {
    disk.readOnly();
    assertThatThrownBy(this::started)
        .hasMessageContaining(SIMULATED.toString())
        .hasMessageContaining("Read-only file system");
  }

  @Test
  void aFolderThatCannotBeMadeEndsTheProcessWithItsName() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    Settings settings =
        Settings.in(folder).with("storage.trace.wal.path", file.resolve("wal").toString());
    SpoorProcess.Ended ended = SpoorProcess.runToEnd(settings, folder);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output()).contains(file.toString());
    assertThat(ended.output()).as("one line says it").doesNotContain("\tat ");
  }

  @Test
  void aSecondProcessOnTheSameLogEndsAndNamesTheFirst() throws Exception {
    Settings settings = Settings.in(folder);
    try (SpoorProcess first = SpoorProcess.start(settings, folder)) {
      SpoorProcess.Ended second = SpoorProcess.runToEnd(settings, folder);

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output()).contains("pid=" + first.pid());
      assertThat(first.client().push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);
      assertThat(first.stop()).isZero();
    }
    try (SpoorProcess next = SpoorProcess.start(settings, folder)) {
      assertThat(next.client().find(ID).orElseThrow()).hasSize(3);
    }
  }

  private LocalSpoor started() throws Exception {
    Settings settings = Settings.in(SIMULATED).keepingTracesLive();
    return LocalSpoor.start(settings, folder, disk, InstantSource.system());
  }
}
