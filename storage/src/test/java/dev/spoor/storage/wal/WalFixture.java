package dev.spoor.storage.wal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.wal.WalRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/// A log in `/data/wal` with small segments, no reserve and no budget, unless a test says
/// otherwise.
final class WalFixture {

  static final Path DIRECTORY = Path.of("/data/wal");
  static final Tenant ACME = new Tenant("acme");
  static final Tenant OTHER = new Tenant("other");
  static final long SEGMENT = 4096;
  static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

  static {
    // Thousands of damaged logs would fill the console.
    if (LoggerFactory.getLogger("dev.spoor.storage.wal") instanceof Logger logger) {
      logger.setLevel(Level.OFF);
    }
  }

  private WalFixture() {}

  static WalConfig config(SyncMode sync) {
    return new WalConfig(true, sync, Duration.ofHours(1), SEGMENT, Duration.ofMinutes(30), true, 0);
  }

  static WalSettings settings(SyncMode sync) {
    return settings(config(sync), 0, 0);
  }

  static WalSettings settings(WalConfig config, long minFreeBytes, long reserveBytes) {
    return new WalSettings(
        DIRECTORY, "ingester-0", config, minFreeBytes, reserveBytes, 8 << 20, Duration.ofHours(1));
  }

  static WalRecovery open(Disk disk) throws IOException {
    return open(disk, SyncMode.GROUP);
  }

  static WalRecovery open(Disk disk, SyncMode sync) throws IOException {
    return Wal.open(settings(sync), disk, WalMetrics.NONE, CLOCK);
  }

  static Bytes payload(long id, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (id * 31 + i * 7);
    }
    return Bytes.of(bytes);
  }

  /// What a restart finds.
  record Found(
      Optional<Checkpoint> checkpoint, TreeMap<Long, WalRecord> records, ReplayReport report) {

    long lowWaterMark() {
      return checkpoint.map(Checkpoint::lowWaterMark).orElse(0L);
    }

    List<Bytes> payloads() {
      return records.values().stream().map(WalRecord::payload).toList();
    }
  }

  static Found recover(Disk disk) throws IOException {
    return recover(disk, WalMetrics.NONE);
  }

  static Found recover(Disk disk, WalMetrics metrics) throws IOException {
    try (WalRecovery recovery = Wal.open(settings(SyncMode.GROUP), disk, metrics, CLOCK)) {
      TreeMap<Long, WalRecord> records = new TreeMap<>();
      List<Long> order = new ArrayList<>();
      ReplayReport report =
          recovery.replay(found -> {
            records.put(found.sequence(), found);
            order.add(found.sequence());
          });
      if (!order.equals(new ArrayList<>(records.keySet()))) {
        throw new AssertionError("not in the order of their numbers, or twice: " + order);
      }
      return new Found(recovery.checkpoint(), records, report);
    }
  }

  static List<Path> segments(SimulatedDisk disk) throws IOException {
    return new WalDirectory(disk, DIRECTORY)
        .segments().stream().map(WalDirectory.Numbered::path).toList();
  }

  /// Counts what it is told.
  static final class CountingMetrics implements WalMetrics {

    long records;
    long bytes;
    long syncs;
    int corruptions;
    long tornBytes;
    int checkpoints;
    int failedCheckpoints;
    int deletedCheckpoints;
    int removedSegments;
    long size;
    long replayed;
    double ratio;
    final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);

    @Override
    public synchronized void logged(int records, long bytes) {
      this.records += records;
      this.bytes += bytes;
    }

    @Override
    public synchronized void synced(double seconds) {
      syncs++;
    }

    @Override
    public synchronized void refused(Reason reason) {
      refusals.merge(reason, 1, Integer::sum);
    }

    @Override
    public synchronized void corrupted(long bytes) {
      corruptions++;
    }

    @Override
    public synchronized void tornTail(long bytes) {
      tornBytes += bytes;
    }

    @Override
    public synchronized void replayProgress(long records, double ratio, double seconds) {
      replayed = records;
      this.ratio = ratio;
    }

    @Override
    public synchronized void checkpointed(double seconds, long bytes) {
      checkpoints++;
    }

    @Override
    public synchronized void checkpointFailed() {
      failedCheckpoints++;
    }

    @Override
    public synchronized void checkpointsDeleted(int count) {
      deletedCheckpoints += count;
    }

    @Override
    public synchronized void checkpointDeletionFailed() {}

    @Override
    public synchronized void truncated(int segments, double seconds) {
      removedSegments += segments;
    }

    @Override
    public void disk(long available, long size) {}

    @Override
    public synchronized void size(long bytes) {
      size = bytes;
    }
  }
}
