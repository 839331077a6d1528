package dev.spoor.storage.wal;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.wal.LogFiles.FoundCheckpoint;
import dev.spoor.storage.wal.LogFiles.SegmentFile;
import dev.spoor.storage.wal.SegmentScanner.Damaged;
import dev.spoor.storage.wal.SegmentScanner.Found;
import dev.spoor.storage.wal.SegmentScanner.Intact;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Looks at a log without a lock and without changing anything, be it in use or not.
///
/// The last segment of a log in use may seem torn: its last record is being written. A segment that
/// the log removes meanwhile is a `NoSuchFileException`: look again.
public final class WalInspector {

  private final WalDirectory directory;

  public WalInspector(Disk disk, Path directory) {
    this.directory = new WalDirectory(disk, directory);
  }

  /// What a segment holds.
  ///
  /// @param nodeId who wrote it; empty when its header is damaged
  /// @param sequences lowest and highest number; empty without records
  /// @param received earliest and latest; empty without records
  /// @param recordsByTenant how many each one has
  public record Segment(
      Path path,
      long bytes,
      boolean headerIsWhole,
      String nodeId,
      Optional<Range<Long>> sequences,
      Optional<Range<Instant>> received,
      Map<Tenant, Long> recordsByTenant,
      List<DamagedRange> damage) {

    public long records() {
      return recordsByTenant.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /// From `first` to `last`, both included.
  public record Range<T>(T first, T last) {}

  public record DamagedRange(long offset, long bytes) {}

  /// @param content empty when the file is damaged
  public record CheckpointOnDisk(Path path, long bytes, Optional<Checkpoint> content) {}

  /// Reads all of every segment, oldest first.
  public List<Segment> segments() throws IOException {
    LogFiles files = LogFiles.read(directory);
    List<Segment> segments = new ArrayList<>();
    for (SegmentFile segment : files.segments()) {
      segments.add(inspect(files, segment, found -> {}));
    }
    return segments;
  }

  /// The newest first.
  public List<CheckpointOnDisk> checkpoints() throws IOException {
    List<CheckpointOnDisk> checkpoints = new ArrayList<>();
    for (FoundCheckpoint found : LogFiles.read(directory).checkpoints()) {
      checkpoints.add(
          new CheckpointOnDisk(
              found.name().path(), found.size(), found.content().map(CheckpointFile::checkpoint)));
    }
    return checkpoints;
  }

  /// Hands over all whole records, covered or not, segment by segment.
  public void records(RecordConsumer consumer) throws IOException {
    LogFiles files = LogFiles.read(directory);
    for (SegmentFile segment : files.segments()) {
      inspect(files, segment, consumer);
    }
  }

  private Segment inspect(LogFiles files, SegmentFile segment, RecordConsumer consumer)
      throws IOException {
    Path path = segment.name().path();
    Summary summary = new Summary();
    List<DamagedRange> damage = new ArrayList<>();
    try (ReadableFile file = directory.disk().open(path)) {
      SegmentScanner scanner =
          SegmentScanner.of(segment, files.logs(), new LenientReader(path, file));
      for (Found found = scanner.next(); found != null; found = scanner.next()) {
        switch (found) {
          case Intact(long start, long end, WalRecord walRecord) -> {
            summary.add(walRecord);
            consumer.accept(walRecord);
          }
          case Damaged(long start, long end) -> damage.add(new DamagedRange(start, end - start));
        }
      }
    }
    return new Segment(
        path,
        segment.size(),
        segment.header().isPresent(),
        segment.header().map(SegmentHeader::nodeId).orElse(""),
        summary.sequences,
        summary.received,
        summary.recordsByTenant,
        List.copyOf(damage));
  }

  private static final class Summary {

    private Optional<Range<Long>> sequences = Optional.empty();
    private Optional<Range<Instant>> received = Optional.empty();
    private final Map<Tenant, Long> recordsByTenant = new TreeMap<>();

    void add(WalRecord found) {
      sequences = Optional.of(widened(sequences, found.sequence()));
      received = Optional.of(widened(received, Instant.ofEpochMilli(found.receivedMillis())));
      recordsByTenant.merge(found.tenant(), 1L, Long::sum);
    }

    private static <T extends Comparable<T>> Range<T> widened(Optional<Range<T>> range, T value) {
      if (range.isEmpty()) {
        return new Range<>(value, value);
      }
      T first = range.get().first();
      T last = range.get().last();
      return new Range<>(
          value.compareTo(first) < 0 ? value : first, value.compareTo(last) > 0 ? value : last);
    }
  }
}
