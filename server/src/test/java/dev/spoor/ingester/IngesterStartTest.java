package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.wal.IncompatibleVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// What a start makes of the files that it finds.
class IngesterStartTest {

  private static final TraceId FIRST = new TraceId(1, 1);
  private static final TraceId SECOND = new TraceId(2, 2);
  private static final TraceId THIRD = new TraceId(3, 3);
  private static final Tenant A = new Tenant("a");
  private static final Tenant B = new Tenant("b");
  private static final Path WAL = IngesterOnDisk.FOLDER;
  private static final Path HEADS = WAL.resolve("head").resolve(IngesterOnDisk.TENANT.id());
  private static final Path BLOCKS = WAL.resolve("blocks").resolve(IngesterOnDisk.TENANT.id());

  private SimulatedDisk disk = small(new SimulatedDisk());
  private final MemoryObjectStore store = new MemoryObjectStore();

  /// Both begin with the same push, since a crash came before the checkpoint.
  @Test
  void aHeadSegmentIsNotTakenForAnotherThatIsInABlock() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
      disk.failWhen(operation -> isCheckpoint(operation.path()), Fault.EIO);
      assertThatThrownBy(() -> spoor.ingester.flush(Optional.empty()))
          .isInstanceOf(IOException.class);
      kill();
    }
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(below(BLOCKS)).as("the block is here").isNotEmpty();
      spoor.push(SECOND, 2);
    }
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(SECOND)).isEqualTo(2);
      assertThat(spoor.spansOf(FIRST)).isPositive();
    }
  }

  @Test
  void aStartWithoutRecoveryCostsNeitherOldPushesNorNewOnes() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(A, FIRST, 1);
      spoor.ingester.flush(Optional.of(A));
      spoor.push(B, FIRST, 3);
      kill();
    }
    try (IngesterOnDisk spoor = IngesterOnDisk.withoutRecovery(disk, store)) {
      assertThat(spoor.spansOf(B, FIRST)).isZero();
      spoor.push(A, SECOND, 2);
      spoor.ingester.flush(Optional.empty());
      kill();
    }
    for (int restart = 0; restart < 3; restart++) {
      try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
        assertThat(spoor.spansOf(A, SECOND)).as("in the block alone").isEqualTo(2);
        assertThat(spoor.spansOf(B, FIRST)).isEqualTo(3);
        if (restart == 0) {
          spoor.push(A, THIRD, 4);
        }
        assertThat(spoor.spansOf(A, THIRD)).isEqualTo(4);
      }
    }
  }

  @Test
  void aStartWithoutRecoveryCutsTheLogAndKeepsWhatItDidNotReadElsewhere() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
      kill();
    }
    List<Path> before = segments();
    for (int restart = 0; restart < 2; restart++) {
      try (IngesterOnDisk spoor = IngesterOnDisk.withoutRecovery(disk, store)) {
        assertThat(spoor.spansOf(FIRST)).isZero();
        assertThat(spoor.ingester.logStatus()).contains("in unread/ were not recovered");
        assertThat(spoor.metric("tempo_ingester_wal_unread_bytes")).isPositive();
        spoor.push(SECOND, 100);
      }
      assertThat(segments()).doesNotContainAnyElementsOf(before);
      assertThat(below(WAL.resolve("unread"))).hasSize(1);
    }
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThat(spoor.spansOf(SECOND)).isEqualTo(100 + 100);
      assertThat(spoor.metric("tempo_ingester_wal_unread_bytes")).isZero();
      spoor.ingester.flush(Optional.empty());
    }
    assertThat(below(WAL.resolve("unread"))).isEmpty();
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).as("once").isEqualTo(3);
    }
  }

  @Test
  void onlyWhatIsUnfinishedOfOursIsDeleted() throws Exception {
    cutHead();
    String uuid = "01234567-89ab-cdef-0123-456789abcdef";
    List<Path> ours =
        List.of(
            HEADS.resolve("00000009.head.tmp"),
            BLOCKS.resolve(uuid + ".building/data.parquet"),
            BLOCKS.resolve(uuid + ".deleted/meta.json"),
            BLOCKS.resolve(uuid + ".sources"));
    List<Path> others =
        List.of(
            HEADS.resolve("notes.txt"),
            HEADS.resolve("old/00000001.head"),
            BLOCKS.resolve("lost+found/x"),
            BLOCKS.resolve("notes.sources"),
            BLOCKS.resolve("copy.building/data.parquet"),
            WAL.resolve("head/README"),
            WAL.resolve("blocks/single-tenant-notes"));
    for (Path file : ours) {
      put(file, new byte[3]);
    }
    for (Path file : others) {
      put(file, new byte[3]);
    }
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThat(disk.files().keySet()).containsAll(others).doesNotContainAnyElementsOf(ours);
    }
  }

  @Test
  void aHeadSegmentOfANewerReleaseEndsTheStartBeforeAnythingIsChanged() throws Exception {
    cutHead();
    makeWorkForAStart();
    put(HEADS.resolve("00000099-00000100.head"), newerHead());
    assertRefusedAndUntouched("00000099-00000100.head: incompatible version 2");
  }

  @Test
  void aDamagedHeadSegmentIsNotTakenForOneOfANewerRelease() throws Exception {
    cutHead();
    Path head = below(HEADS).getFirst();
    byte[] damaged = disk.content(head);
    damaged[8] = 2;
    disk.put(head, damaged);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
    }
  }

  @Test
  void aBlockOfANewerReleaseEndsTheStartBeforeAnythingIsChanged() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
      spoor.ingester.flush(Optional.empty());
    }
    makeWorkForAStart();
    Path meta =
        below(BLOCKS).stream().filter(file -> file.endsWith("meta.json")).findFirst().orElseThrow();
    String json = new String(disk.content(meta), StandardCharsets.UTF_8);
    assertThat(json).contains("vParquet4");
    String newer =
        json.replace("vParquet4", "vParquet6").replaceFirst(",\"spoorChecksum\":\"\\w+\"", "");
    disk.put(meta, newer.getBytes(StandardCharsets.UTF_8));
    assertRefusedAndUntouched("incompatible version vParquet6, this release reads up to vParquet5");
  }

  private void assertRefusedAndUntouched(String reason) {
    Set<Path> before = disk.files().keySet();
    int operations = disk.history().size();
    assertThatThrownBy(() -> new IngesterOnDisk(disk, store))
        .isInstanceOf(IncompatibleVersionException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("nothing was modified");
    assertThat(disk.files()).containsOnlyKeys(before);
    assertThat(disk.history()).as("changes").hasSize(operations);
  }

  /// Things that a start would move or delete.
  private void makeWorkForAStart() throws IOException {
    put(HEADS.resolve("00000001-00000002.head"), new byte[100]);
    put(HEADS.resolve("00000009.head.tmp"), new byte[3]);
    put(WAL.resolve("checkpoint.00000001"), new byte[100]);
  }

  private void put(Path file, byte[] content) throws IOException {
    disk.createDirectories(file.getParent());
    disk.put(file, content);
  }

  /// A header such as version 2 may have: longer, and with its checksum.
  private static byte[] newerHead() {
    ByteBuffer bytes = ByteBuffer.allocate(500).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("SPOORHD1".getBytes(StandardCharsets.US_ASCII)).putInt(2).putInt(400);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, 396);
    bytes.putInt(396, (int) crc.getValue());
    return bytes.array();
  }

  private void cutHead() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
    }
  }

  /// From now on there is what a kill -9 leaves; what still runs works on another disk.
  private void kill() {
    disk = small(disk.copy());
  }

  /// Its reserve is small too: copies of a large one would take long.
  private static SimulatedDisk small(SimulatedDisk made) {
    made.capacity(16 << 20);
    made.reportUsableSpace(10L << 30);
    return made;
  }

  private static boolean isCheckpoint(Path file) {
    return String.valueOf(file.getFileName()).startsWith("checkpoint.");
  }

  private List<Path> segments() throws IOException {
    return disk.list(WAL).stream()
        .filter(file -> file.getFileName().toString().matches("\\d{8}"))
        .toList();
  }

  private List<Path> below(Path folder) {
    return disk.files().keySet().stream().filter(file -> file.startsWith(folder)).toList();
  }
}
