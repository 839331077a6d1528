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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The disk of the log is full, broken or taken: pushes are refused so that they come again, and
/// what is there stays readable.
class DiskFaultsTest {

  private static final TraceId ID = new TraceId(1, 1);
  private static final Path SIMULATED = Path.of("/simulated");

  /// So small that the log keeps a quarter free, and little of it as its reserve.
  private static final long VOLUME = 64L << 20;

  private final SimulatedDisk disk = new SimulatedDisk();

  @TempDir private Path folder;

  @BeforeEach
  void small() {
    disk.capacity(VOLUME);
  }

  @Test
  void aFullDiskRefusesPushesUntilThereIsRoom() throws Exception {
    try (LocalSpoor spoor = started()) {
      SpoorClient client = spoor.client();
      assertThat(client.push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);

      disk.reportUsableSpace(VOLUME / 8);
      Eventually.holds(
          "pushes are refused", () -> client.push(Traces.export(ID, 1)).statusCode() == 503);
      assertThat(client.pushGrpc(Traces.export(ID, 1)).code()).as("UNAVAILABLE").isEqualTo(14);
      assertThat(client.text("/status/services")).contains("full:");
      assertThat(client.isReady()).as("it goes on by itself").isTrue();
      assertThat(client.find(ID).orElseThrow()).hasSize(3);

      disk.reportUsableSpace(VOLUME);
      Eventually.holds(
          "pushes are taken", () -> client.push(Traces.export(ID, 1)).statusCode() == 200);
    }
  }

  private enum LogFault {
    SYNC_FAILS("Input/output error"),
    WRITE_FAILS("Input/output error"),
    READ_ONLY("Read-only file system");

    private final String reason;

    LogFault(String reason) {
      this.reason = reason;
    }

    void begin(SimulatedDisk disk) {
      switch (this) {
        case SYNC_FAILS -> disk.failNth(Kind.SYNC, 1, Fault.EIO);
        case WRITE_FAILS -> disk.failNth(Kind.WRITE, 1, Fault.EIO);
        case READ_ONLY -> disk.readOnly();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LogFault.class)
  void afterAFailureOfTheLogNothingMoreIsTakenAndEverybodyCanSeeWhy(LogFault fault)
      throws Exception {
    try (LocalSpoor spoor = started()) {
      SpoorClient client = spoor.client();
      assertThat(client.push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);

      fault.begin(disk);
      TraceId unsafe = new TraceId(2, 2);
      assertThat(client.push(Traces.export(unsafe, 1)).statusCode()).isEqualTo(503);
      disk.heal();
      assertThat(client.pushGrpc(Traces.export(unsafe, 1)).code()).as("UNAVAILABLE").isEqualTo(14);

      assertThat(client.text("/status/services")).contains("failed:").contains(fault.reason);
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

  /// The log works, and what comes after it does not.
  @ParameterizedTest
  @CsvSource({"/head/, EIO", "/head/, ENOSPC", ".building, EIO", ".building, ENOSPC"})
  void whatCannotBeCutStaysAndIsFoundUntilItCanBe(String where, Fault fault) throws Exception {
    Settings settings = Settings.in(SIMULATED);
    TraceId second = new TraceId(2, 2);
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder, disk, InstantSource.system())) {
      SpoorClient client = spoor.client();
      disk.failWhen(
          operation ->
              operation.kind() == Kind.WRITE && operation.path().toString().contains(where),
          fault);
      assertThat(client.push(Traces.export(ID, 3)).statusCode()).isEqualTo(200);
      Eventually.holds(
          "failures are counted",
          () -> client.metric("tempo_ingester_failed_flushes_total").orElseThrow() > 0);

      assertThat(client.isReady()).isTrue();
      assertThat(client.push(Traces.export(second, 2)).statusCode()).isEqualTo(200);
      assertThat(client.get("/flush").statusCode()).as("says that it failed").isEqualTo(500);
      assertThat(client.find(ID).orElseThrow()).hasSize(3);
      assertThat(client.search("{ name = \"checkout\" }", 10))
          .containsExactlyInAnyOrder(ID, second);
      assertThat(client.metric("tempo_ingester_blocks_flushed_total")).contains(0.0);

      disk.heal();
      client.flush();
      assertThat(client.metric("tempo_ingester_blocks_flushed_total").orElseThrow()).isPositive();
      assertThat(client.find(ID).orElseThrow()).hasSize(3);
      assertThat(client.find(second).orElseThrow()).hasSize(2);
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
