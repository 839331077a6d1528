package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes checkpoints, keeps the last two, and removes the segments that the older of the two does
/// not need: should the newest turn out to be damaged, the one before it and the log are still
/// whole. Safe for many threads, one at a time.
final class Checkpoints {

  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

  private final WalDirectory directory;
  private final UUID logId;
  private final SegmentCatalog catalog;
  private final DiskBudget budget;
  private final WalMetrics metrics;
  private final InstantSource clock;
  private final Quarantine quarantine;

  // Under the lock of this.
  private long nextNumber;
  private volatile List<Checkpoint> kept;
  private long newestBytes;

  /// @param kept those that were found, the newest first
  /// @param newestBytes the length of the newest; 0 when there is none
  Checkpoints(
      WalDirectory directory,
      UUID logId,
      long nextNumber,
      List<Checkpoint> kept,
      long newestBytes,
      SegmentCatalog catalog,
      DiskBudget budget,
      WalMetrics metrics,
      InstantSource clock) {
    this.directory = directory;
    this.logId = logId;
    this.nextNumber = nextNumber;
    this.kept = kept;
    this.newestBytes = newestBytes;
    this.catalog = catalog;
    this.budget = budget;
    this.metrics = metrics;
    this.clock = clock;
    this.quarantine = new Quarantine(directory);
  }

  /// The newest first; at most two.
  List<Checkpoint> kept() {
    return kept;
  }

  /// @throws IllegalArgumentException when the mark is lower than that of the checkpoint before
  synchronized Checkpoint write(long lowWaterMark, List<CheckpointEntry> entries)
      throws IOException {
    if (!kept.isEmpty() && lowWaterMark < kept.getFirst().lowWaterMark()) {
      throw new IllegalArgumentException(
          "low-water mark %d is below %d, that of the last checkpoint"
              .formatted(lowWaterMark, kept.getFirst().lowWaterMark()));
    }
    long start = System.nanoTime();
    Instant created = Instant.ofEpochMilli(clock.millis());
    Checkpoint written = new Checkpoint(nextNumber++, created, lowWaterMark, entries);
    ByteBuffer content = new CheckpointFile(logId, written).encoded();
    try {
      writeWithReserve(written.number(), content);
    } catch (IOException failure) {
      metrics.checkpointFailed();
      throw failure;
    }
    catalog.checkpoints(newestBytes + content.limit());
    newestBytes = content.limit();
    metrics.checkpointed((System.nanoTime() - start) / 1e9, content.limit());
    kept = kept.isEmpty() ? List.of(written) : List.of(written, kept.getFirst());
    deleteOlderCheckpoints();
    truncateLog();
    return written;
  }

  private void writeWithReserve(long number, ByteBuffer content) throws IOException {
    try {
      writeFile(number, content);
    } catch (DiskFullException full) {
      if (!budget.releaseReserve()) {
        throw full;
      }
      log.warn("wal: the disk is full, the reserve is used for a checkpoint");
      writeFile(number, content.rewind());
    }
  }

  private void writeFile(long number, ByteBuffer content) throws IOException {
    Path target = directory.checkpoint(number);
    Path unfinished = target.resolveSibling(target.getFileName() + ".tmp");
    disk().delete(unfinished);
    try {
      try (WritableFile file = disk().create(unfinished)) {
        file.write(content);
        file.sync();
      }
      disk().rename(unfinished, target);
      disk().syncDirectory(directory.path());
    } catch (IOException failure) {
      deleteAfter(failure, unfinished);
      throw failure;
    }
  }

  private void deleteAfter(IOException failure, Path unfinished) {
    try {
      disk().delete(unfinished);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  private void deleteOlderCheckpoints() {
    long oldestKept = kept.getLast().number();
    List<Path> old = new ArrayList<>();
    try {
      for (WalDirectory.Numbered found : directory.checkpoints()) {
        if (found.number() < oldestKept) {
          old.add(found.path());
        }
      }
      for (Path path : old) {
        disk().delete(path);
      }
      metrics.checkpointsDeleted(old.size());
    } catch (IOException failure) {
      metrics.checkpointDeletionFailed();
      log.warn("wal: an old checkpoint can't be deleted, trying again after the next", failure);
    }
  }

  /// Removes segments that no kept checkpoint needs, and that were closed, or could not be removed,
  /// when the last one was written.
  synchronized void truncate() {
    if (kept.size() == 2 && !catalog.coveredBy(kept.getLast().lowWaterMark()).isEmpty()) {
      truncateLog();
    }
  }

  private void truncateLog() {
    if (kept.size() < 2) {
      metrics.size(catalog.bytes());
      return;
    }
    long start = System.nanoTime();
    int removed = 0;
    try {
      for (SegmentCatalog.Closed segment : catalog.coveredBy(kept.getLast().lowWaterMark())) {
        remove(segment);
        catalog.remove(segment);
        removed++;
      }
    } catch (IOException failure) {
      log.warn("wal: an old segment can't be removed, trying again later", failure);
    }
    metrics.truncated(removed, (System.nanoTime() - start) / 1e9);
    metrics.size(catalog.bytes());
  }

  private void remove(SegmentCatalog.Closed segment) throws IOException {
    if (segment.keep()) {
      quarantine.move(segment.path(), "segment." + segment.path().getFileName());
    } else {
      disk().delete(segment.path());
    }
  }

  private Disk disk() {
    return directory.disk();
  }
}
