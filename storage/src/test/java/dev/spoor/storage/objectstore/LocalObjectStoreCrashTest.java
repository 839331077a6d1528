package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The folder as object store, when the power or the disk fails.
class LocalObjectStoreCrashTest {

  private static final Path ROOT = Path.of("/traces");
  private static final int SEEDS = 5;

  @Test
  void whateverOperationThePowerFailsInTheObjectIsTheOldOrTheNewOne() throws Exception {
    int operations = operationsOf(new SimulatedDisk());
    assertThat(operations).isGreaterThan(10);
    for (int cut = 0; cut < operations; cut++) {
      for (long seed = 0; seed < SEEDS; seed++) {
        SimulatedDisk disk = new SimulatedDisk().cutPowerAt(cut);
        int acknowledged = putsUntilTheEnd(disk);
        LocalObjectStore after = new LocalObjectStore(disk.survivors(seed), ROOT);
        assertThat(versionIn(after))
            .as("power cut at operation %d, seed %d", cut, seed)
            .isBetween(acknowledged, acknowledged + 1);

        after.removeLeftovers(Instant.MAX);
        after.put("acme/1/meta.json", content(9));
        assertThat(after.get("acme/1/meta.json", 1_000)).isEqualTo(content(9));
      }
    }
  }

  @Test
  void anAcknowledgedObjectSurvivesInANewFolder() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    new LocalObjectStore(disk, ROOT).put("new/folder/of/object", content(1));
    for (long seed = 0; seed < SEEDS * 4; seed++) {
      LocalObjectStore after = new LocalObjectStore(disk.survivors(seed), ROOT);
      assertThat(after.get("new/folder/of/object", 1_000))
          .as("seed %d", seed)
          .isEqualTo(content(1));
    }
  }

  @Test
  void aFullDiskSaysSoAndKeepsTheObjectOfBefore() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    LocalObjectStore store = new LocalObjectStore(disk, ROOT);
    store.put("a/b", content(1));
    disk.failNth(Kind.WRITE, 1, Fault.ENOSPC);

    assertThatThrownBy(() -> store.put("a/b", content(2)))
        .isInstanceOfSatisfying(
            StoreFullException.class, failure -> assertThat(failure.status()).isEqualTo(507))
        .hasMessageContaining("no space left on device")
        .hasMessageContaining("a/b");
    assertThat(store.get("a/b", 1_000)).isEqualTo(content(1));
    assertThat(disk.files()).hasSize(1);
  }

  @Test
  void aDiskThatFailsIsAFailureOfTheStore() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    LocalObjectStore store = new LocalObjectStore(disk, ROOT);
    for (Kind kind : List.of(Kind.CREATE, Kind.WRITE, Kind.SYNC, Kind.RENAME)) {
      disk.failNth(kind, 1, Fault.EIO);
      assertThatThrownBy(() -> store.put("a/b", content(1)))
          .as("%s", kind)
          .isInstanceOf(StoreFailedException.class);
      List<ObjectInfo> listed = new ArrayList<>();
      store.forEach(ListRequest.below(""), listed::add);
      assertThat(listed).isEmpty();
    }
    disk.heal();
    store.put("a/b", content(1));

    disk.failReadsOf(ROOT.resolve("a/b"));
    assertThatThrownBy(() -> store.get("a/b", 1_000)).isInstanceOf(StoreFailedException.class);
  }

  private static int operationsOf(SimulatedDisk disk) throws IOException {
    putsUntilTheEnd(disk);
    return disk.history().size();
  }

  /// @return how many puts were acknowledged
  private static int putsUntilTheEnd(SimulatedDisk disk) {
    LocalObjectStore store = new LocalObjectStore(disk, ROOT);
    int acknowledged = 0;
    try {
      for (int version = 1; version <= 3; version++) {
        store.put("acme/1/meta.json", content(version));
        acknowledged = version;
      }
    } catch (IOException powerIsOff) {
      assertThat(disk.isOff()).isTrue();
    }
    return acknowledged;
  }

  /// 0 when there is no object; fails when it is none of the versions.
  private static int versionIn(LocalObjectStore store) throws IOException {
    byte[] found;
    try {
      found = store.get("acme/1/meta.json", 1_000);
    } catch (ObjectNotFoundException none) {
      return 0;
    }
    for (int version = 1; version <= 3; version++) {
      if (Arrays.equals(found, content(version))) {
        return version;
      }
    }
    throw new AssertionError("a torn object: " + new String(found, UTF_8));
  }

  private static byte[] content(int version) {
    return ("version " + version + " ").repeat(10 * version).getBytes(UTF_8);
  }
}
