package dev.spoor.platform.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest extends DiskContract {

  private final SimulatedDisk disk = new SimulatedDisk();

  @BeforeEach
  void makeTheFolder() throws IOException {
    disk.createDirectories(directory());
    disk.syncDirectory(Path.of("/"));
  }

  @Override
  Disk disk() {
    return disk;
  }

  @Override
  Path directory() {
    return Path.of("/data");
  }

  @Test
  void whatWasSyncedSurvivesWithItsName() throws Exception {
    safeFile("f", "safe");
    assertThat(outcomes("f")).containsExactly("safe");
  }

  @Test
  void withoutASyncOfTheFolderTheFileMayBeGone() throws Exception {
    try (WritableFile file = disk.create(directory().resolve("f"))) {
      file.write(bytes("safe"));
      file.sync();
    }
    assertThat(outcomes("f")).containsExactly("", "safe");
  }

  @Test
  void withoutASyncBytesMayBeGoneTornOrZeros() throws Exception {
    WritableFile file = disk.create(directory().resolve("f"));
    disk.syncDirectory(directory());
    file.write(bytes("ab"));
    file.sync();
    file.write(bytes("cd"));
    assertThat(outcomes("f")).contains("ab", "abc", "abcd", "ab\0d", "ab\0\0").hasSize(5);
  }

  @Test
  void aLaterWriteMaySurviveAnEarlierOne() throws Exception {
    WritableFile file = disk.create(directory().resolve("f"));
    disk.syncDirectory(directory());
    file.write(bytes("a"));
    file.write(bytes("b"));
    assertThat(outcomes("f")).contains("\0b", "ab", "a", "");
  }

  @Test
  void aRenameHappenedOrNotAndNothingBetween() throws Exception {
    safeFile("old", "old");
    safeFile("new", "new");
    disk.rename(directory().resolve("new"), directory().resolve("old"));
    assertThat(outcomes("old")).containsExactly("new", "old");
    disk.syncDirectory(directory());
    assertThat(outcomes("old")).containsExactly("new");
  }

  @Test
  void aDeletedFileMayComeBackUntilItsFolderIsSynced() throws Exception {
    Path path = safeFile("f", "x");
    disk.delete(path);
    assertThat(outcomes("f")).containsExactly("", "x");
    disk.syncDirectory(directory());
    assertThat(outcomes("f")).containsExactly("");
  }

  @Test
  void aCutIsSafeWhenItReturns() throws Exception {
    Path path = safeFile("f", "hello");
    disk.truncate(path, 2);
    assertThat(outcomes("f")).containsExactly("he");
  }

  @Test
  void filesInAFolderThatWasLostAreLost() throws Exception {
    Path folder = directory().resolve("sub");
    disk.createDirectories(folder);
    try (WritableFile file = disk.create(folder.resolve("f"))) {
      file.write(bytes("x"));
      file.sync();
    }
    disk.syncDirectory(folder);
    assertThat(outcomes("sub/f")).containsExactly("", "x");
  }

  @Test
  void thePowerIsCutAtTheGivenOperationAndStaysOff() throws Exception {
    Path path = safeFile("f", "x");
    disk.cutPowerAt(disk.history().size());
    assertThatThrownBy(() -> disk.delete(path)).isInstanceOf(PowerCutException.class);
    assertThatThrownBy(() -> disk.open(path)).isInstanceOf(PowerCutException.class);
    assertThat(disk.isOff()).isTrue();
    assertThat(outcomes("f")).containsExactly("", "x");
  }

  @Test
  void afterAFailedSyncNothingMakesTheFileSafe() throws Exception {
    WritableFile file = disk.create(directory().resolve("f"));
    disk.syncDirectory(directory());
    file.write(bytes("a"));
    disk.failNth(Kind.SYNC, 1, Fault.EIO);
    assertThatThrownBy(file::sync).hasMessage("/data/f: Input/output error");
    file.sync();
    assertThat(outcomes("f")).contains("");
  }

  @Test
  void theNthWriteFailsHalfWay() throws Exception {
    WritableFile file = disk.create(directory().resolve("f"));
    disk.failNth(Kind.WRITE, 2, Fault.ENOSPC);
    file.write(bytes("ab"));
    assertThatThrownBy(() -> file.write(bytes("cdef")))
        .isInstanceOf(DiskFullException.class)
        .hasMessage("/data/f: no space left on device");
    assertThat(content(directory().resolve("f"))).isEqualTo("abcd");
  }

  @Test
  void aDiskWithACapacityGetsFull() throws Exception {
    disk.capacity(5);
    WritableFile file = disk.create(directory().resolve("f"));
    file.write(bytes("abc"));
    assertThat(disk.usableSpace(directory())).isEqualTo(2);
    assertThatThrownBy(() -> file.write(bytes("def"))).isInstanceOf(DiskFullException.class);
    disk.reportUsableSpace(77);
    assertThat(disk.usableSpace(directory())).isEqualTo(77);
  }

  @Test
  void aReadOnlyDiskCanBeRead() throws Exception {
    Path path = safeFile("f", "x");
    disk.readOnly();
    assertThat(content(path)).isEqualTo("x");
    assertThatThrownBy(() -> disk.delete(path)).hasMessage("/data/f: Read-only file system");
  }

  @Test
  void whatSurvivesDependsOnTheSeedAlone() throws Exception {
    WritableFile file = disk.create(directory().resolve("f"));
    file.write(bytes("some bytes"));
    for (long seed = 0; seed < 20; seed++) {
      assertThat(outcome("f", seed)).isEqualTo(outcome("f", seed));
    }
  }

  private Path safeFile(String name, String content) throws IOException {
    Path path = directory().resolve(name);
    try (WritableFile file = disk.create(path)) {
      file.write(bytes(content));
      file.sync();
    }
    disk.syncDirectory(directory());
    return path;
  }

  /// What may be found after a power cut; empty also for a missing file.
  private Set<String> outcomes(String name) throws IOException {
    Set<String> outcomes = new TreeSet<>();
    for (long seed = 0; seed < 400; seed++) {
      outcomes.add(outcome(name, seed));
    }
    return outcomes;
  }

  private String outcome(String name, long seed) throws IOException {
    SimulatedDisk survivors = disk.survivors(seed);
    Path path = directory().resolve(name);
    return survivors.exists(path) ? new String(survivors.content(path), UTF_8) : "";
  }
}
