package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The log can be switched off, and so can its reading at a start: each does what it says, and
/// neither loses what is in the log.
class LogSwitchesTest {

  private static final TraceId FIRST = new TraceId(1, 1);
  private static final TraceId SECOND = new TraceId(1, 2);
  private static final TraceId THIRD = new TraceId(1, 3);
  private static final Path SIMULATED = Path.of("/simulated");
  private static final Path WAL = SIMULATED.resolve("wal");

  private static final Settings LIVE = Settings.in(SIMULATED).keepingTracesLive();
  private static final Settings WITHOUT_LOG = LIVE.with("ingester.wal.enabled", "false");
  private static final Settings WITHOUT_RECOVERY = LIVE.with("ingester.wal.recover", "false");

  private SimulatedDisk disk = new SimulatedDisk();

  @TempDir private Path folder;

  @Test
  void withoutTheLogNothingIsWrittenToItAndAnOrderlyEndKeepsEverything() throws Exception {
    try (LocalSpoor spoor = started(WITHOUT_LOG)) {
      pushAndFind(spoor.client(), FIRST);
      assertThat(segments()).isEmpty();
      assertThat(spoor.client().text("/status/services"))
          .contains("disabled, pushes are acknowledged from memory, taking records");
    }
    try (LocalSpoor spoor = started(WITHOUT_LOG)) {
      assertThat(spoor.client().find(FIRST).orElseThrow()).hasSize(3);
      pushAndFind(spoor.client(), SECOND);
    }
    try (LocalSpoor spoor = started(LIVE)) {
      pushAndFind(spoor.client(), THIRD);
      kill();
    }
    try (LocalSpoor spoor = started(LIVE)) {
      assertThat(spoor.client().find(FIRST).orElseThrow()).hasSize(3);
      assertThat(spoor.client().find(SECOND).orElseThrow()).hasSize(3);
      assertThat(spoor.client().find(THIRD).orElseThrow()).hasSize(3);
    }
  }

  @Test
  void aLogThatIsThereIsRecoveredThoughItIsNotWrittenAnyMore() throws Exception {
    try (LocalSpoor spoor = started(LIVE)) {
      pushAndFind(spoor.client(), FIRST);
      kill();
    }
    try (LocalSpoor spoor = started(WITHOUT_LOG)) {
      SpoorClient client = spoor.client();
      assertThat(client.find(FIRST).orElseThrow()).hasSize(3);
      pushAndFind(client, SECOND);
      flush(client);
      Eventually.holds("the log is not needed any more", () -> segments().isEmpty());
      assertThat(client.find(FIRST).orElseThrow()).hasSize(3);
      assertThat(client.find(SECOND).orElseThrow()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotRecoveredIsKeptUntilItIsAndTheLogGoesOn(boolean logged) throws Exception {
    try (LocalSpoor spoor = started(LIVE)) {
      pushAndFind(spoor.client(), FIRST);
      kill();
    }
    List<Path> before = segments();
    Settings unread =
        WITHOUT_RECOVERY
            .with("ingester.wal.enabled", Boolean.toString(logged))
            .with("ingester.trace_idle_period", "100ms");
    try (LocalSpoor spoor = started(unread)) {
      SpoorClient client = spoor.client();
      assertNotFound(client, FIRST);
      assertThat(client.text("/status/services")).contains("in unread/ were not recovered");
      pushAndFind(client, SECOND);
      Eventually.holds(
          "it is in a head segment", () -> heads().stream().anyMatch(LogSwitchesTest::isFinished));
      kill();
    }
    try (LocalSpoor spoor = started(unread)) {
      flush(spoor.client());
      assertNotFound(spoor.client(), FIRST);
      assertThat(spoor.client().find(SECOND).orElseThrow()).hasSize(3);
      List<Path> earlier = heads();
      pushAndFind(spoor.client(), THIRD);
      Eventually.holds(
          "it is in a head segment",
          () -> heads().stream().anyMatch(head -> isFinished(head) && !earlier.contains(head)));
      kill();
    }
    assertThat(segments()).doesNotContainAnyElementsOf(before);
    assertThat(unread()).hasSize(1);
    try (LocalSpoor spoor = started(LIVE)) {
      SpoorClient client = spoor.client();
      assertThat(client.find(FIRST).orElseThrow()).hasSize(3);
      assertThat(client.find(SECOND).orElseThrow()).hasSize(3);
      assertThat(client.find(THIRD).orElseThrow()).hasSize(3);
      flush(client);
      Eventually.holds("it leaves what was set aside", () -> unread().isEmpty());
    }
  }

  /// As somebody does who clears away a damaged log, and leaves the rest.
  @Test
  void whatIsTakenAfterTheLogWasDeletedByHandIsSafeToo() throws Exception {
    Settings cutting = LIVE.with("ingester.trace_idle_period", "100ms");
    try (LocalSpoor spoor = started(cutting)) {
      pushAndFind(spoor.client(), FIRST);
      pushAndFind(spoor.client(), SECOND);
      Eventually.holds(
          "they are in a head segment",
          () -> heads().stream().anyMatch(LogSwitchesTest::isFinished));
    }
    for (Path file : disk.list(WAL)) {
      if (isSegment(file) || file.getFileName().toString().startsWith("checkpoint")) {
        disk.delete(file);
      }
    }
    try (LocalSpoor spoor = started(LIVE)) {
      pushAndFind(spoor.client(), THIRD);
      kill();
    }
    try (LocalSpoor spoor = started(LIVE)) {
      assertThat(spoor.client().find(FIRST).orElseThrow()).hasSize(3);
      assertThat(spoor.client().find(THIRD).orElseThrow()).hasSize(3);
    }
  }

  // ---- helpers

  /// On a small disk, whose reserve is small too: copies of a large one would fill the heap.
  private LocalSpoor started(Settings settings) throws Exception {
    disk.capacity(8 << 20);
    disk.reportUsableSpace(10L << 30);
    return LocalSpoor.start(settings, folder, disk, InstantSource.system());
  }

  /// From now on there is what a kill -9 leaves; what still runs works on another disk.
  private void kill() {
    disk = disk.copy();
  }

  private static void pushAndFind(SpoorClient client, TraceId id) throws Exception {
    assertThat(client.push(Traces.export(id, 3)).statusCode()).isEqualTo(200);
    assertThat(client.find(id).orElseThrow()).hasSize(3);
  }

  private static void assertNotFound(SpoorClient client, TraceId id) throws Exception {
    Eventually.holds(
        "it is not found, by a blocklist that is known",
        () -> client.get("/api/traces/" + id).statusCode() == 404);
  }

  private static void flush(SpoorClient client) throws Exception {
    assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
  }

  private List<Path> segments() throws IOException {
    return disk.list(WAL).stream().filter(LogSwitchesTest::isSegment).toList();
  }

  private List<Path> unread() throws IOException {
    Path folderOfUnread = WAL.resolve("unread");
    return disk.exists(folderOfUnread) ? disk.list(folderOfUnread) : List.of();
  }

  private static boolean isSegment(Path file) {
    return file.getFileName().toString().matches("\\d{8}");
  }

  private static boolean isFinished(Path head) {
    return head.toString().endsWith(".head");
  }

  private List<Path> heads() throws IOException {
    Path folderOfTenant = WAL.resolve("head/single-tenant");
    return disk.exists(folderOfTenant) ? disk.list(folderOfTenant) : List.of();
  }
}
