package dev.spoor.storage.wal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The segments there are, up to which record each one goes, and what the log takes on disk. Safe
/// for many threads.
final class SegmentCatalog {

  /// @param lastSequence the highest number in it; below its first one when it has no records
  /// @param keep parts of it could not be read or saved: it is set aside instead of deleted
  record Closed(Path path, long lastSequence, long bytes, boolean keep) {}

  /// In the order in which they were closed or read.
  private final Map<Path, Closed> closed = new LinkedHashMap<>();

  private long openBytes;
  private long checkpointBytes;

  synchronized void add(Closed segment) {
    closed.put(segment.path(), segment);
  }

  synchronized void remove(Closed segment) {
    closed.remove(segment.path());
  }

  /// Bytes of the segment that is being written.
  synchronized void open(long bytes) {
    openBytes = bytes;
  }

  /// Bytes of the checkpoints that are kept.
  synchronized void checkpoints(long bytes) {
    checkpointBytes = bytes;
  }

  /// Closed segments whose records are all covered by this mark, oldest first.
  synchronized List<Closed> coveredBy(long lowWaterMark) {
    List<Closed> covered = new ArrayList<>();
    for (Closed segment : closed.values()) {
      if (segment.lastSequence() <= lowWaterMark) {
        covered.add(segment);
      }
    }
    return covered;
  }

  /// Bytes of segments and checkpoints.
  synchronized long bytes() {
    long bytes = openBytes + checkpointBytes;
    for (Closed segment : closed.values()) {
      bytes += segment.bytes();
    }
    return bytes;
  }
}
