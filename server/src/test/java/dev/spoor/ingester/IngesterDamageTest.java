package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.wal.Wal;
import dev.spoor.storage.wal.WalMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What can't be read any more costs nothing that still can.
class IngesterDamageTest {

  private static final TraceId FIRST = new TraceId(1, 1);
  private static final TraceId SECOND = new TraceId(2, 2);
  private static final Bytes UNREADABLE = Bytes.of(new byte[] {10, 5, 1});
  private static final Path QUARANTINE = IngesterOnDisk.FOLDER.resolve("quarantine");
  private static final Path HEADS =
      IngesterOnDisk.FOLDER.resolve("head").resolve(IngesterOnDisk.TENANT.id());

  private final SimulatedDisk disk = new SimulatedDisk();
  private final MemoryObjectStore store = new MemoryObjectStore();

  @Test
  void aPushThatCannotBeReadIsSetAsideAndTheRestGoesOn() throws Exception {
    log(UNREADABLE, IngesterOnDisk.export(FIRST, 3));
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThat(contentsOf(QUARANTINE)).containsExactly(UNREADABLE.array());
      assertThat(spoor.metric("tempo_ingester_quarantine_waiting")).isZero();
      spoor.ingester.flush(Optional.empty());
    }
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store)) {
      assertThat(again.spansOf(FIRST)).isEqualTo(3);
      assertThat(contentsOf(QUARANTINE)).as("once").hasSize(1);
    }
  }

  @Test
  void aPushThatCannotBeSetAsideStaysInTheLogAndNothingBehindItIsCut() throws Exception {
    log(UNREADABLE, IngesterOnDisk.export(FIRST, 3));
    disk.failWhen(operation -> operation.path().startsWith(QUARANTINE), Fault.EIO);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(SECOND, 2);
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThatThrownBy(() -> spoor.ingester.flush(Optional.empty()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("push 1 of tenant single-tenant")
          .hasMessageContaining("Input/output error");
      assertThat(spoor.ingester.logStatus()).contains("nothing is cut: push 1");
      assertThat(spoor.metric("tempo_ingester_quarantine_waiting")).isEqualTo(1);
    }
    assertThat(disk.files().keySet()).noneMatch(file -> file.toString().endsWith(".head"));

    try (IngesterOnDisk stillBroken = new IngesterOnDisk(disk, store)) {
      assertThat(stillBroken.spansOf(SECOND)).isEqualTo(2);
      assertThat(stillBroken.metric("tempo_ingester_quarantine_waiting")).isEqualTo(1);
      disk.heal();
      stillBroken.ingester.flush(Optional.empty());
      assertThat(contentsOf(QUARANTINE)).containsExactly(UNREADABLE.array());
      assertThat(stillBroken.metric("tempo_ingester_quarantine_waiting")).isZero();
      assertThat(stillBroken.ingester.logStatus()).doesNotContain("nothing is cut");
      assertThat(stillBroken.spansOf(FIRST)).isEqualTo(3);
    }
  }

  @Test
  void aHeadSegmentWithoutItsFooterIsServedAndThenSetAside() throws Exception {
    cutHead(FIRST, 3);
    Path head = heads().getFirst();
    byte[] damaged = disk.content(head);
    damaged[damaged.length - 1] ^= 1;
    disk.put(head, damaged);

    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThat(spoor.ingester.snapshot(IngesterOnDisk.TENANT).unreadable())
          .singleElement()
          .asString()
          .contains(".head.damaged", "at least 0 spans are lost", "trailer");
      assertThat(spoor.metric("tempo_ingester_head_segments_damaged_total")).isEqualTo(1);
    }
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store)) {
      assertThat(again.spansOf(FIRST)).isEqualTo(3);
      again.ingester.flush(Optional.empty());
      assertThat(again.spansOf(FIRST)).as("in the block").isEqualTo(3);
      assertThat(heads()).isEmpty();
      assertThat(contentsOf(QUARANTINE)).containsExactly(damaged);
    }
  }

  @Test
  void aDamagedStripeDoesNotKeepTheOthersFromTheStore() throws Exception {
    int spans = 5_000; // some stripes
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      for (int trace = 0; trace < spans / 10; trace++) {
        spoor.push(new TraceId(3, trace), 10);
      }
    }
    Path head = heads().getFirst();
    byte[] damaged = disk.content(head);
    damaged[damaged.length / 2] ^= 1;
    disk.put(head, damaged);

    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.metric("tempo_ingester_head_segments_damaged_total")).isZero();
      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.metric("tempo_ingester_head_segments_damaged_total")).isEqualTo(1);
      double lost = spoor.metric("tempo_ingester_head_segments_lost_spans_total");
      assertThat(lost).isBetween(1.0, 2_100.0);
      int found = 0;
      for (int trace = 0; trace < spans / 10; trace++) {
        found += spoor.spansOf(new TraceId(3, trace));
      }
      assertThat(found).isEqualTo(spans - (int) lost);
      assertThat(contentsOf(QUARANTINE)).containsExactly(damaged);
      assertThat(heads()).isEmpty();
    }
  }

  @Test
  void whatIsLeftOfADamagedHeadSegmentIsLookedForAgainWhenThatFailed() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      for (int trace = 0; trace < 500; trace++) {
        spoor.push(new TraceId(3, trace), 10);
      }
    }
    Path head = heads().getFirst();
    byte[] damaged = disk.content(head);
    damaged[damaged.length / 2] ^= 1;
    disk.put(head, damaged);

    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      disk.failWhen(
          operation ->
              operation.kind() == Kind.SYNC_DIRECTORY && operation.path().startsWith(HEADS),
          Fault.EIO);
      assertThatThrownBy(() -> spoor.ingester.flush(Optional.empty()))
          .isInstanceOf(IOException.class);
      disk.heal();

      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(heads()).isEmpty();
      assertThat(contentsOf(QUARANTINE)).containsExactly(damaged);
    }
  }

  @Test
  void aHeadSegmentOfWhichNothingIsLeftIsSetAside() throws Exception {
    cutHead(FIRST, 3);
    cutHead(SECOND, 2);
    Path head = heads().getFirst();
    byte[] nothing = new byte[disk.content(head).length];
    disk.put(head, nothing);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.spansOf(SECOND)).isEqualTo(2);
      assertThat(contentsOf(QUARANTINE)).containsExactly(nothing);
      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.spansOf(SECOND)).isEqualTo(2);
    }
  }

  @Test
  void aDamagedHeadSegmentThatABlockNamesIsKeptAfterACrash() throws Exception {
    cutHead(FIRST, 3);
    Path head = heads().getFirst();
    byte[] damaged = disk.content(head);
    damaged[damaged.length - 1] ^= 1;
    disk.put(head, damaged);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      disk.failWhen(operation -> operation.path().equals(heads().getFirst()), Fault.EIO);
      spoor.ingester.flush(Optional.empty());
      disk.heal();
    }
    assertThat(heads()).hasSize(1);
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store)) {
      assertThat(again.spansOf(FIRST)).isEqualTo(3);
      assertThat(heads()).isEmpty();
      assertThat(contentsOf(QUARANTINE)).containsExactly(damaged);
    }
  }

  @Test
  void aBlockWithADamagedPageIsNotUploadedAndServedAsFarAsItGoes() throws Exception {
    Path data = keepBlockHere();
    byte[] sound = disk.content(data);
    byte[] damaged = sound.clone();
    damaged[4 + sound.length / 10] ^= 1;
    disk.put(data, damaged);

    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(stored()).isEmpty();
      assertThat(spoor.ingester.snapshot(IngesterOnDisk.TENANT).unreadable())
          .singleElement()
          .asString()
          .contains("block ", "column ", "page at byte", "checksum");
      assertThat(spoor.metric("tempo_ingester_blocks_damaged_total")).isEqualTo(1);
      assertThat(spoor.metric("tempo_ingester_quarantined_total")).isEqualTo(1);
      assertThat(disk.content(data)).isEqualTo(damaged);
    }
    disk.put(data, sound);
    try (IngesterOnDisk mended = new IngesterOnDisk(disk, store)) {
      assertThat(mended.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(stored()).contains("data.parquet", "meta.json");
      assertThat(mended.spansOf(FIRST)).isEqualTo(3);
      assertThat(mended.metric("tempo_ingester_blocks_damaged_total")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "footer", "end"})
  void aBlockWithADamagedMetaOrFooterIsSetAside(String damage) throws Exception {
    Path data = keepBlockHere();
    Path meta = data.resolveSibling("meta.json");
    byte[] json = disk.content(meta);
    byte[] parquet = disk.content(data);
    switch (damage) {
      case "meta" -> json[json.length / 2] ^= 1;
      case "footer" -> parquet[parquet.length - 200] ^= 1;
      default -> parquet = Arrays.copyOf(parquet, parquet.length - 1);
    }
    disk.put(meta, json);
    disk.put(data, parquet);

    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      assertThat(spoor.metric("tempo_ingester_blocks_damaged_total")).isEqualTo(1);
      assertThat(spoor.ingester.snapshot(IngesterOnDisk.TENANT).unreadable()).hasSize(1);
      assertThat(spoor.ingester.blocksToFlush()).isZero();
      assertThat(stored()).isEmpty();
      assertThat(contentsOf(QUARANTINE)).contains(json, parquet);
    }
  }

  /// Cuts a block while the store is down.
  ///
  /// @return its data
  private Path keepBlockHere() throws Exception {
    FaultyObjectStore down = new FaultyObjectStore(store);
    down.failWhen(call -> true);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, down)) {
      spoor.push(FIRST, 3);
      spoor.push(SECOND, 2);
      spoor.ingester.flush(Optional.empty());
    }
    return disk.files().keySet().stream()
        .filter(file -> file.endsWith("data.parquet"))
        .findFirst()
        .orElseThrow();
  }

  /// Names of the objects in the store.
  private List<String> stored() throws IOException {
    List<String> names = new ArrayList<>();
    store.forEach(
        ListRequest.below(""),
        object -> names.add(object.key().substring(object.key().lastIndexOf('/') + 1)));
    return names;
  }

  private void cutHead(TraceId id, int spans) throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(id, spans);
    }
  }

  private void log(Bytes... records) throws Exception {
    try (Wal wal =
        Wal.open(IngesterOnDisk.walSettings(), disk, WalMetrics.NONE, InstantSource.system())
            .start()) {
      for (Bytes record : records) {
        wal.appendAndWait(IngesterOnDisk.TENANT, record);
      }
    }
  }

  private List<Path> heads() {
    return disk.files().keySet().stream().filter(file -> file.startsWith(HEADS)).toList();
  }

  private List<byte[]> contentsOf(Path folder) {
    return disk.files().entrySet().stream()
        .filter(file -> file.getKey().startsWith(folder))
        .map(Map.Entry::getValue)
        .toList();
  }
}
