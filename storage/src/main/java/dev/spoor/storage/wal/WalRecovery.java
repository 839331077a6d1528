package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.storage.wal.LogFiles.FoundCheckpoint;
import dev.spoor.storage.wal.LogFiles.SegmentFile;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A log that is locked, and not yet written to: first its checkpoint, then its records, then
/// [#start].
///
/// Nothing in it makes a start fail except a directory that can't be read. One thread.
public final class WalRecovery implements Closeable {

  private static final Logger log = LoggerFactory.getLogger(WalRecovery.class);

  private final WalDirectory directory;
  private final WalSettings settings;
  private final WalMetrics metrics;
  private final InstantSource clock;
  private final DirectoryGuard guard;
  private final LogFiles files;
  private final List<Checkpoint> checkpoints;
  private @Nullable Replay replayed;
  private long unreadBytes;
  private boolean started;

  private WalRecovery(
      WalDirectory directory,
      WalSettings settings,
      WalMetrics metrics,
      InstantSource clock,
      DirectoryGuard guard,
      LogFiles files) {
    this.directory = directory;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    this.guard = guard;
    this.files = files;
    this.checkpoints = files.newestCheckpoints();
    this.unreadBytes = bytesOf(files.unread());
  }

  static WalRecovery open(
      WalSettings settings,
      Disk disk,
      WalMetrics metrics,
      InstantSource clock,
      Heartbeat.Pause pause)
      throws IOException {
    WalDirectory directory = new WalDirectory(disk, settings.directory());
    if (disk.isDirectory(directory.path())) {
      read(directory); // a newer version is left untouched, the lock file too
    }
    directory.make();
    DirectoryGuard guard =
        DirectoryGuard.take(directory, noteOf(settings, clock.instant()), clock, pause);
    try {
      LogFiles files = read(directory);
      setAsideDamagedCheckpoints(directory, files, metrics);
      return new WalRecovery(directory, settings, metrics, clock, guard, files);
    } catch (IOException | RuntimeException failure) {
      guard.close();
      throw failure;
    }
  }

  /// The newest one that is whole; empty when there is none.
  public Optional<Checkpoint> checkpoint() {
    return checkpoints.stream().findFirst();
  }

  /// Hands over all records above the checkpoint's low-water mark, in order. What is damaged is
  /// counted, logged, copied to `quarantine/` and passed over. May be repeated, and gives the same.
  ///
  /// What earlier starts put into `unread/` follows, and goes from there when a checkpoint covers
  /// it.
  ///
  /// @throws IOException what the consumer threw
  public ReplayReport replay(RecordConsumer consumer) throws IOException {
    return replay(0, consumer);
  }

  /// As the other one; and records that come from elsewhere get numbers above this one too, for
  /// files that name numbers of the log.
  public ReplayReport replay(long above, RecordConsumer consumer) throws IOException {
    ReplayReport report = replayed(above, true, consumer).report();
    unreadBytes = 0;
    return report;
  }

  /// Instead of [#replay], for a start that is not to recover anything: copies those records above
  /// the checkpoint's low-water mark that are nowhere else to `unread/`. When this returns they are
  /// safe there, and the log may be cut short. A start that replays finds them. May be repeated,
  /// and gives the same.
  ///
  /// @param needed whether a record is nowhere else
  /// @return how many records there were
  /// @throws IOException when they can't be copied, such as for want of room; the log has them
  ///   still
  public long setAsideUnread(Predicate<WalRecord> needed) throws IOException {
    try {
      return copyUnread(needed);
    } catch (DiskFullException full) {
      log.warn("wal: the disk is full, the reserve is used for records that are not read", full);
      releaseReserve();
      return copyUnread(needed);
    }
  }

  private long copyUnread(Predicate<WalRecord> needed) throws IOException {
    UUID logId = files.log().orElseGet(UUID::randomUUID);
    try (UnreadWriter writer = new UnreadWriter(directory, logId, settings, clock)) {
      replayed(
          0,
          false,
          found -> {
            if (needed.test(found)) {
              writer.add(found);
            }
          });
      writer.finish();
      unreadBytes = bytesOf(LogFiles.read(directory).unread());
      return writer.records();
    }
  }

  /// Gives up the reserve, so that what is replayed can be written elsewhere on a full volume;
  /// [#start] makes it again when there is room.
  ///
  /// @return whether there was one
  public boolean releaseReserve() {
    try {
      boolean there = directory.disk().exists(directory.reserve());
      directory.disk().delete(directory.reserve());
      return there;
    } catch (IOException failure) {
      log.warn("wal: the reserve can't be released", failure);
      return false;
    }
  }

  /// Bytes in `unread/` that no replay of this recovery delivered.
  public long unreadBytes() {
    return unreadBytes;
  }

  /// Starts the log; the records that were not replayed are passed over, and stay in it until a
  /// checkpoint covers them. This recovery can't be used any more.
  public Wal start() throws IOException {
    return start(0);
  }

  /// As the other one; and numbers go on above this one too, for files that name numbers of the log
  /// and have outlived it.
  public Wal start(long above) throws IOException {
    Replay replay = replayed != null ? replayed : replayed(0, false, passedOver -> {});
    UUID logId = files.log().orElseGet(UUID::randomUUID);
    SegmentCatalog catalog = replay.catalog();
    OtherBytes otherBytes = new OtherBytes();
    DiskBudget budget =
        new DiskBudget(
            directory, settings, () -> catalog.bytes() + otherBytes.getAsLong(), metrics);
    Checkpoints writtenCheckpoints =
        new Checkpoints(
            directory,
            logId,
            directory.highestCheckpoint() + 1,
            checkpoints,
            newestCheckpointBytes(),
            catalog,
            budget,
            metrics,
            clock);
    WalWriter writer =
        new WalWriter(
            directory,
            settings,
            catalog,
            budget,
            metrics,
            clock,
            logId,
            guard,
            replay.highestSegment() + 1,
            Math.max(replay.highestSequence(), above) + 1);
    writeFirstCheckpoint(writtenCheckpoints);
    budget.fillReserve();
    budget.check();
    writer.start();
    started = true;
    return new Wal(writer, writtenCheckpoints, budget, otherBytes, guard);
  }

  /// Gives the directory back, unless the log was started.
  @Override
  public void close() throws IOException {
    if (!started) {
      guard.close();
    }
  }

  private Replay replayed(long above, boolean withUnread, RecordConsumer consumer)
      throws IOException {
    Replay replay = new Replay(directory, files, lowWaterMark(), above, withUnread, metrics);
    replay.run(consumer);
    replayed = replay;
    return replay;
  }

  private static long bytesOf(List<SegmentFile> segments) {
    return segments.stream().mapToLong(SegmentFile::size).sum();
  }

  private long lowWaterMark() {
    return checkpoint().map(Checkpoint::lowWaterMark).orElse(0L);
  }

  private long newestCheckpointBytes() {
    return files.checkpoints().stream()
        .filter(found -> found.content().isPresent())
        .mapToLong(FoundCheckpoint::size)
        .findFirst()
        .orElse(0);
  }

  /// Without segments to tell the log's id, there is at least a checkpoint that does.
  private void writeFirstCheckpoint(Checkpoints target) throws IOException {
    if (!checkpoints.isEmpty()) {
      return;
    }
    try {
      target.write(0, List.of());
    } catch (DiskFullException full) {
      log.warn("wal: no room for a first checkpoint", full);
    }
  }

  private static void setAsideDamagedCheckpoints(
      WalDirectory directory, LogFiles files, WalMetrics metrics) {
    Quarantine quarantine = new Quarantine(directory);
    for (FoundCheckpoint found : files.checkpoints()) {
      if (found.content().isEmpty()) {
        metrics.corrupted(found.size());
        log.error("wal: corrupt checkpoint {}, {} bytes", found.name().path(), found.size());
        try {
          quarantine.move(found.name().path(), String.valueOf(found.name().path().getFileName()));
        } catch (IOException failure) {
          log.error("wal: {} can't be moved to quarantine", found.name().path(), failure);
        }
      }
    }
  }

  private static LogFiles read(WalDirectory directory) throws IOException {
    try {
      return LogFiles.read(directory);
    } catch (IncompatibleVersionException newer) {
      throw newer;
    } catch (IOException failure) {
      throw new IOException("WAL replay failed: " + failure.getMessage(), failure);
    }
  }

  private static String noteOf(WalSettings settings, Instant now) {
    return "node=%s pid=%d since=%s\n"
        .formatted(settings.nodeId(), ProcessHandle.current().pid(), now);
  }
}
