package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.DIRECTORY;
import static dev.spoor.storage.wal.WalFixture.open;
import static dev.spoor.storage.wal.WalFixture.payload;
import static dev.spoor.storage.wal.WalFixture.recover;
import static dev.spoor.storage.wal.WalFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.storage.wal.WalFixture.CountingMetrics;
import dev.spoor.storage.wal.WalFixture.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Whatever happens to the bytes of a log, the process starts, finds all that is whole, and keeps
/// and reports the rest.
class WalDamageTest {

  @Test
  void anyFlippedByteOfASegmentCostsNoOtherRecord() throws Exception {
    SimulatedDisk whole = smallLog();
    Map<Long, WalRecord> all = recover(whole.copy()).records();
    for (Path segment : segments(whole)) {
      byte[] content = whole.content(segment);
      for (int at = 0; at < content.length; at++) {
        SimulatedDisk disk = whole.copy();
        byte[] damaged = content.clone();
        damaged[at] ^= 0x5a;
        disk.put(segment, damaged);

        Found found = checkedRecovery(disk, segment + " flipped at " + at, true);

        assertThat(without(all, recordAt(content, at)))
            .as("%s flipped at %d", segment, at)
            .isEqualTo(found.records());
      }
    }
  }

  @Test
  void aSegmentCutOffAnywhereCostsOnlyWhatWasCutOff() throws Exception {
    SimulatedDisk whole = smallLog();
    Map<Long, WalRecord> all = recover(whole.copy()).records();
    for (Path segment : segments(whole)) {
      byte[] content = whole.content(segment);
      for (int length = 0; length < content.length; length++) {
        SimulatedDisk disk = whole.copy();
        disk.put(segment, Arrays.copyOf(content, length));

        Found found =
            checkedRecovery(
                disk,
                segment + " cut at " + length,
                length > 0 && !recordBounds(content).contains(length));

        TreeMap<Long, WalRecord> expected = new TreeMap<>(all);
        recordEnds(content).tailMap(length, false).values().forEach(expected::remove);
        assertThat(found.records()).as("%s cut at %d", segment, length).isEqualTo(expected);
      }
    }
  }

  @Test
  void anyDamageToACheckpointIsHealedByTheOneBeforeAndTheLog() throws Exception {
    SimulatedDisk whole = smallLog();
    Path newest = DIRECTORY.resolve("checkpoint.00000003");
    byte[] content = whole.content(newest);
    for (int at = 0; at < content.length; at++) {
      for (boolean cut : new boolean[] {true, false}) {
        String where = "checkpoint %s at %d".formatted(cut ? "cut" : "flipped", at);
        SimulatedDisk disk = whole.copy();
        byte[] damaged = cut ? Arrays.copyOf(content, at) : content.clone();
        if (!cut) {
          damaged[at] ^= 0x5a;
        }
        disk.put(newest, damaged);
        CountingMetrics metrics = new CountingMetrics();

        Found found = recover(disk, metrics);

        assertThat(found.checkpoint().orElseThrow().number()).as(where).isEqualTo(2);
        assertThat(found.records().keySet()).as(where).containsAll(range(3, 12));
        assertThat(metrics.corruptions).as(where).isEqualTo(1);
        assertThat(disk.content(DIRECTORY.resolve("quarantine/checkpoint.00000003")))
            .as(where)
            .isEqualTo(damaged);
      }
    }
  }

  @Test
  void afterADamagedCheckpointTheNextOneHasANewNumber() throws Exception {
    SimulatedDisk disk = smallLog();
    Path newest = DIRECTORY.resolve("checkpoint.00000003");
    disk.put(newest, new byte[0]);
    recover(disk);

    try (Wal wal = open(disk).start()) {
      assertThat(wal.checkpoint(5, List.of()).number()).isEqualTo(4);
    }
  }

  @Test
  void withoutAnyCheckpointTheWholeLogIsReplayed() throws Exception {
    SimulatedDisk disk = smallLog();
    disk.delete(DIRECTORY.resolve("checkpoint.00000002"));
    disk.delete(DIRECTORY.resolve("checkpoint.00000003"));

    Found found = recover(disk);

    assertThat(found.checkpoint()).isEmpty();
    assertThat(found.records().lastKey()).isEqualTo(12);
    assertThat(found.records().keySet()).containsAll(range(3, 12));
  }

  @Test
  void randomGarbageAnywhereNeverFailsTheStart() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    SimulatedDisk whole = smallLog();
    List<Path> files = new ArrayList<>(whole.files().keySet());
    for (int round = 0; round < 300; round++) {
      SimulatedDisk disk = whole.copy();
      for (int i = 0; i < 3; i++) {
        Path file = files.get(random.nextInt(files.size()));
        disk.put(file, garbled(disk.content(file), random));
      }
      String where = "seed %d round %d".formatted(seed, round);
      Map<Path, byte[]> before = disk.files();

      try (Wal wal = open(disk).start()) {
        assertThat(wal.health()).as(where).isEqualTo(new WalHealth.Healthy());
        wal.appendAndWait(ACME, Bytes.utf8("after"));
      }

      assertThat(recover(disk).payloads()).as(where).contains(Bytes.utf8("after"));
      assertThat(segments(disk)).as(where).hasSizeGreaterThan(segments(whole).size());
      assertThat(before.keySet()).as(where).allMatch(file -> isKept(disk, file));
    }
  }

  @Test
  void aWholeHeaderPageOfZerosCostsOnlyTheRecordsInIt() throws Exception {
    SimulatedDisk disk = smallLog();
    Path segment = segments(disk).getFirst();
    byte[] content = disk.content(segment);
    Map<Long, WalRecord> all = recover(disk.copy()).records();
    TreeMap<Integer, Long> ends = recordEnds(content);
    Arrays.fill(content, 0, ends.firstKey() + 5, (byte) 0);
    disk.put(segment, content);

    Found found = checkedRecovery(disk, "zeros", true);

    List<Long> lost = List.copyOf(ends.values()).subList(0, 2);
    TreeMap<Long, WalRecord> expected = new TreeMap<>(all);
    expected.keySet().removeAll(lost);
    assertThat(found.records()).isEqualTo(expected);
  }

  @Test
  void aRecordWithinAPayloadIsNotARecord() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    byte[] forged = forgedRecord(UUID.randomUUID().getLeastSignificantBits());
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, Bytes.of(forged));
      wal.appendAndWait(ACME, Bytes.utf8("whole"));
    }
    Path segment = segments(disk).getFirst();
    byte[] content = disk.content(segment);
    content[recordBounds(content).first() + 9] ^= 1; // the length of the one that holds it
    disk.put(segment, content);

    assertThat(recover(disk).payloads()).containsExactly(Bytes.utf8("whole"));
  }

  @Test
  void aLengthThatLiesAllocatesNothing() throws Exception {
    ByteBuffer source = ByteBuffer.allocate(200);
    RecordHeader header = new RecordHeader(1 << 30, 0, 1, 0, RecordType.PUSH, ACME);
    header.write(source, 42);

    SimulatedDisk disk = smallLog();
    Path segment = segments(disk).getLast();
    byte[] content = disk.content(segment);
    UUID log = SegmentHeader.decode(ByteBuffer.wrap(content), segment).orElseThrow().log();
    ByteBuffer lying = ByteBuffer.allocate(header.length());
    header.write(lying, log.getLeastSignificantBits());
    byte[] longer = Arrays.copyOf(content, content.length + lying.capacity());
    System.arraycopy(lying.array(), 0, longer, content.length, lying.capacity());
    disk.put(segment, longer);

    Found found = recover(disk);

    assertThat(found.report().tornBytes()).isEqualTo(lying.capacity());
    assertThat(disk.size(segment)).isEqualTo(content.length);
  }

  @Test
  void pagesThatCannotBeReadCostOnlyThemselves() throws Exception {
    SimulatedDisk disk = smallLog();
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, Bytes.utf8("thirteen"));
    }
    disk.failReadsOf(segments(disk).get(1));

    try (WalRecovery recovery = open(disk)) {
      List<Long> found = new ArrayList<>();
      ReplayReport report = recovery.replay(it -> found.add(it.sequence()));
      assertThat(report.missing()).isPositive();
      assertThat(found).contains(13L);
      try (Wal wal = recovery.start()) {
        disk.heal();
        wal.checkpoint(13, List.of());
        wal.checkpoint(13, List.of());
      }
    }

    assertThat(disk.files())
        .as("is set aside where others are deleted")
        .containsKey(DIRECTORY.resolve("quarantine/segment.00000002"));
  }

  @Test
  void aTailThatCannotBeReadIsNotCut() throws Exception {
    SimulatedDisk disk = smallLog();
    Path last = segments(disk).getLast();
    byte[] content = disk.content(last);
    disk.failReadsOf(last);

    recover(disk);

    assertThat(disk.content(last)).isEqualTo(content);
    disk.heal();
    assertThat(recover(disk).records().keySet()).containsAll(range(5, 12));
  }

  @Test
  void removingAnySegmentLosesOnlyThatSegmentAndSaysHowManyRecords() throws Exception {
    SimulatedDisk whole = smallLog();
    Map<Long, WalRecord> all = recover(whole.copy()).records();
    List<Path> segments = segments(whole);
    for (Path segment : segments) {
      SimulatedDisk disk = whole.copy();
      List<Long> gone = List.copyOf(recordEnds(disk.content(segment)).values());
      disk.delete(segment);

      Found found = recover(disk);

      TreeMap<Long, WalRecord> expected = new TreeMap<>(all);
      expected.keySet().removeAll(gone);
      assertThat(found.records()).isEqualTo(expected);
      boolean laterOnesTell = segment != segments.getLast();
      assertThat(found.report().missing())
          .isEqualTo(laterOnesTell ? gone.stream().filter(all::containsKey).count() : 0);
    }
  }

  @Test
  void aNewerVersionIsRefusedAndNothingIsTouched() throws Exception {
    for (String name : List.of("00000002", "checkpoint.00000003", "00000099")) {
      SimulatedDisk disk = smallLog();
      disk.delete(DIRECTORY.resolve("LOCK"));
      disk.put(DIRECTORY.resolve(name), newer(name));
      Map<Path, byte[]> before = disk.files();
      int operations = disk.history().size();

      assertThatThrownBy(() -> open(disk))
          .isInstanceOf(IncompatibleVersionException.class)
          .hasMessageContaining("incompatible version 2")
          .hasMessageContaining(name);

      assertThat(disk.history()).hasSize(operations);
      assertThat(disk.files()).containsExactlyEntriesOf(before);
    }
  }

  @Test
  void segmentsOfAnotherLogAreReplayedWholeAndGoWhenCovered() throws Exception {
    SimulatedDisk restored = smallLog();
    SimulatedDisk disk = new SimulatedDisk();
    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, Bytes.utf8("own"));
      wal.checkpoint(1, List.of());
    }
    Path put = DIRECTORY.resolve("00000077");
    disk.put(put, restored.content(segments(restored).getLast()));
    int records = recordEnds(disk.content(put)).size();

    try (WalRecovery recovery = open(disk)) {
      List<Long> found = new ArrayList<>();
      recovery.replay(it -> found.add(it.sequence()));
      assertThat(found).isEqualTo(range(2, 1 + records));
      try (Wal wal = recovery.start()) {
        assertThat(wal.appendAndWait(ACME, Bytes.utf8("next"))).isEqualTo(2 + records);
        wal.checkpoint(1 + records, List.of());
        assertThat(disk.exists(put)).isTrue();
        wal.checkpoint(1 + records, List.of());
        assertThat(disk.exists(put)).isFalse();
      }
    }
  }

  @Test
  void filesOfOthersAreLeftAlone() throws Exception {
    SimulatedDisk disk = smallLog();
    disk.createDirectories(DIRECTORY.resolve("blocks/single-tenant"));
    disk.createDirectories(DIRECTORY.resolve("00000123"));
    disk.put(DIRECTORY.resolve("tokens.json"), new byte[] {1, 2, 3});

    try (Wal wal = open(disk).start()) {
      wal.appendAndWait(ACME, Bytes.utf8("x"));
    }

    assertThat(disk.content(DIRECTORY.resolve("tokens.json"))).containsExactly(1, 2, 3);
    assertThat(disk.isDirectory(DIRECTORY.resolve("blocks/single-tenant"))).isTrue();
  }

  // ---- helpers

  /// Twelve records in some segments of 1 KiB, and the second and third checkpoint.
  private static SimulatedDisk smallLog() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    WalConfig config =
        new WalConfig(
            true, SyncMode.GROUP, Duration.ofHours(1), 1024, Duration.ofMinutes(30), true, 0);
    WalSettings settings = WalFixture.settings(config, 0, 0);
    try (Wal wal = Wal.open(settings, disk, WalMetrics.NONE, WalFixture.CLOCK).start()) {
      for (int i = 1; i <= 12; i++) {
        wal.appendAndWait(ACME, payload(i, 20 + i * 37 % 200));
        if (i == 6) {
          wal.checkpoint(2, List.of(new CheckpointEntry("head-1", 1, 2)));
        }
      }
      wal.checkpoint(4, List.of(new CheckpointEntry("head-1", 1, 2), entry()));
    }
    assertThat(segments(disk)).hasSizeBetween(2, 4);
    return disk;
  }

  private static CheckpointEntry entry() {
    return new CheckpointEntry("head-2", 3, 4);
  }

  /// Recovers, and checks that damage was reported and kept.
  private static Found checkedRecovery(SimulatedDisk disk, String where, boolean isDamaged)
      throws IOException {
    Map<Path, byte[]> before = disk.files();
    int operations = disk.history().size();
    CountingMetrics metrics = new CountingMetrics();
    Found found = recover(disk, metrics);
    assertThat(metrics.corruptions + metrics.tornBytes > 0).as(where).isEqualTo(isDamaged);
    assertThat(disk.files().keySet()).as(where).containsAll(before.keySet());
    if (isDamaged) {
      assertThat(disk.list(DIRECTORY.resolve("quarantine"))).as(where).isNotEmpty();
    }
    assertThat(disk.history().subList(operations, disk.history().size()))
        .as(where)
        .noneMatch(it -> it.kind() == Kind.DELETE && isReal(it));
    assertThat(recover(disk).records()).as(where + ", again").isEqualTo(found.records());
    return found;
  }

  private static boolean isReal(SimulatedDisk.Operation operation) {
    return !operation.path().toString().endsWith(".tmp");
  }

  private static boolean isKept(SimulatedDisk disk, Path file) {
    return disk.exists(file)
        || disk.exists(DIRECTORY.resolve("quarantine").resolve(file.getFileName()));
  }

  private static Map<Long, WalRecord> without(Map<Long, WalRecord> all, long sequence) {
    TreeMap<Long, WalRecord> rest = new TreeMap<>(all);
    rest.remove(sequence);
    return rest;
  }

  /// Where each record of an undamaged segment ends, and its number.
  private static TreeMap<Integer, Long> recordEnds(byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    TreeMap<Integer, Long> ends = new TreeMap<>();
    int at = SegmentHeader.decode(bytes, Path.of("segment")).orElseThrow().length();
    while (at < content.length) {
      RecordHeader header = RecordHeader.read(bytes, at);
      at += header.length() + header.payloadLength();
      ends.put(at, header.sequence());
    }
    return ends;
  }

  /// Where a record may begin or end.
  private static TreeSet<Integer> recordBounds(byte[] content) throws IOException {
    TreeSet<Integer> bounds = new TreeSet<>(recordEnds(content).keySet());
    bounds.add(SegmentHeader.decode(ByteBuffer.wrap(content), Path.of("x")).orElseThrow().length());
    return bounds;
  }

  /// The record that this byte belongs to; -1 for the segment's header.
  private static long recordAt(byte[] content, int at) throws IOException {
    boolean inHeader = at < recordBounds(content).first();
    return inHeader ? -1 : recordEnds(content).higherEntry(at).getValue();
  }

  private static List<Long> range(long from, long to) {
    List<Long> range = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      range.add(i);
    }
    return range;
  }

  private static byte[] garbled(byte[] content, Random random) {
    byte[] garbled = Arrays.copyOf(content, Math.max(0, content.length + random.nextInt(-50, 50)));
    for (int i = random.nextInt(20); i > 0 && garbled.length > 0; i--) {
      garbled[random.nextInt(garbled.length)] = (byte) random.nextInt();
    }
    return garbled;
  }

  private static byte[] forgedRecord(long marker) {
    byte[] payload = "forged".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    RecordHeader header =
        new RecordHeader(
            payload.length, Crc.of(payload, 0, payload.length), 9, 0, RecordType.PUSH, ACME);
    ByteBuffer forged = ByteBuffer.allocate(header.length() + payload.length);
    header.write(forged, marker);
    return forged.put(payload).array();
  }

  private static byte[] newer(String name) {
    ByteBuffer file = ByteBuffer.allocate(40);
    file.putLong(name.startsWith("c") ? CheckpointFile.MAGIC : SegmentHeader.MAGIC).putInt(2);
    file.putInt(Crc.of(file, 0, 12));
    return file.array();
  }
}
