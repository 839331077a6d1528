package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.CLOCK;
import static dev.spoor.storage.wal.WalFixture.DIRECTORY;
import static dev.spoor.storage.wal.WalFixture.OTHER;
import static dev.spoor.storage.wal.WalFixture.open;
import static dev.spoor.storage.wal.WalFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.wal.WalInspector.DamagedRange;
import dev.spoor.storage.wal.WalInspector.Range;
import dev.spoor.storage.wal.WalInspector.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WalInspectorTest {

  private final SimulatedDisk disk = new SimulatedDisk();
  private final WalInspector inspector = new WalInspector(disk, DIRECTORY);

  @Test
  void tellsWhatIsThereWhileTheLogIsInUseAndChangesNothing() throws Exception {
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, payload(1, 10));
      wal.appendAndWait(OTHER, payload(2, 10));
      wal.appendAndWait(ACME, payload(3, 10));
      Checkpoint checkpoint = wal.checkpoint(2, List.of(new CheckpointEntry("head", 1, 2)));
      int operations = disk.history().size();

      Segment segment = inspector.segments().getFirst();

      assertThat(segment.path()).isEqualTo(DIRECTORY.resolve("00000001"));
      assertThat(segment.bytes()).isEqualTo(disk.size(segment.path()));
      assertThat(segment.nodeId()).isEqualTo("ingester-0");
      assertThat(segment.records()).isEqualTo(3);
      assertThat(segment.recordsByTenant()).isEqualTo(Map.of(ACME, 2L, OTHER, 1L));
      assertThat(segment.sequences()).contains(new Range<>(1L, 3L));
      assertThat(segment.received()).contains(new Range<>(CLOCK.instant(), CLOCK.instant()));
      assertThat(segment.damage()).isEmpty();
      assertThat(inspector.checkpoints()).hasSize(2);
      assertThat(inspector.checkpoints().getFirst().content()).contains(checkpoint);
      assertThat(disk.history()).hasSize(operations);
    }
  }

  @Test
  void namesDamageAndStillFindsTheRest() throws Exception {
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, payload(1, 10));
      wal.appendAndWait(ACME, payload(2, 10));
    }
    Path path = DIRECTORY.resolve("00000001");
    byte[] content = disk.content(path);
    content[70] ^= 1;
    disk.put(path, content);

    Segment segment = inspector.segments().getFirst();

    assertThat(segment.headerIsWhole()).isTrue();
    assertThat(segment.damage()).containsExactly(new DamagedRange(64, 52));
    List<Long> found = new ArrayList<>();
    inspector.records(it -> found.add(it.sequence()));
    assertThat(found).containsExactly(2L);
  }
}
