package dev.spoor.storage.wal;

import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.wal.LogFiles.SegmentFile;
import dev.spoor.storage.wal.SegmentScanner.Damaged;
import dev.spoor.storage.wal.SegmentScanner.Found;
import dev.spoor.storage.wal.SegmentScanner.Intact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reading of the whole log.
///
/// Segments of another log, which somebody put back into the directory, come last: nothing is known
/// of what covers them, so all their records are handed over, under numbers that follow the log's
/// own. So do those in `unread/`, when they are wanted.
final class Replay {

  private static final Logger log = LoggerFactory.getLogger(Replay.class);

  private static final long PROGRESS_NANOS = 250_000_000L;
  private static final long LOG_NANOS = 5_000_000_000L;

  private final WalDirectory directory;
  private final LogFiles files;
  private final long lowWaterMark;
  private final WalMetrics metrics;
  private final Quarantine quarantine;
  private final SegmentCatalog catalog = new SegmentCatalog();
  private final long startNanos = System.nanoTime();
  private final long totalBytes;

  /// Segments of `unread/` to be read too.
  private final List<SegmentFile> unread;

  /// Records of other logs get numbers above this one.
  private final long above;

  private long highestSequence;
  private boolean startKnown;
  private long records;
  private long skipped;
  private long missing;
  private int corruptions;
  private long corruptBytes;
  private long tornBytes;
  private long bytesBefore;
  private long progressTold = startNanos;
  private long progressLogged = startNanos;

  /// @param above a number that is known elsewhere: records of other logs get higher ones
  /// @param withUnread whether segments of `unread/` are read too
  Replay(
      WalDirectory directory,
      LogFiles files,
      long lowWaterMark,
      long above,
      boolean withUnread,
      WalMetrics metrics) {
    this.directory = directory;
    this.above = above;
    this.unread = withUnread ? files.unread() : List.of();
    this.files = files;
    this.lowWaterMark = lowWaterMark;
    this.metrics = metrics;
    this.quarantine = new Quarantine(directory);
    this.highestSequence = lowWaterMark;
    this.startKnown = lowWaterMark > 0;
    this.totalBytes =
        Stream.concat(files.segments().stream(), unread.stream())
            .mapToLong(SegmentFile::size)
            .sum();
  }

  SegmentCatalog catalog() {
    return catalog;
  }

  /// The highest number among the log's records, found or covered.
  long highestSequence() {
    return highestSequence;
  }

  /// The highest number that a segment has; 0 for none.
  long highestSegment() {
    List<SegmentFile> segments = files.segments();
    return segments.isEmpty() ? 0 : segments.getLast().name().number();
  }

  /// What was found so far.
  ReplayReport report() {
    return new ReplayReport(records, skipped, missing, corruptions, corruptBytes, tornBytes);
  }

  void run(RecordConsumer consumer) throws IOException {
    log.info(
        "wal: replay of {} segments, {} bytes",
        files.segments().size() + unread.size(),
        totalBytes);
    Optional<UUID> ours = files.log();
    List<SegmentFile> foreign = new ArrayList<>();
    for (int i = 0; i < files.segments().size(); i++) {
      SegmentFile segment = files.segments().get(i);
      if (segment.header().isPresent() && !segment.header().map(SegmentHeader::log).equals(ours)) {
        foreign.add(segment);
      } else if (isCovered(i)) {
        catalog.add(closed(segment, lastBefore(i + 1), segment.size(), false));
        bytesBefore += segment.size();
      } else {
        read(segment, false, consumer);
      }
    }
    if (!foreign.isEmpty() || !unread.isEmpty()) {
      highestSequence = Math.max(highestSequence, above);
    }
    for (SegmentFile segment : foreign) {
      log.warn("wal: {} is of another log, replaying all of it", segment.name().path());
      read(segment, true, consumer);
    }
    for (SegmentFile segment : unread) {
      log.info("wal: {} was not read by an earlier start, replaying it", segment.name().path());
      read(segment, true, consumer);
    }
    metrics.replayProgress(records, 1, seconds());
    log.info("wal: replay done in {} s: {}", Math.round(1000 * seconds()) / 1000.0, report());
  }

  /// Whether the next segment begins at or below the mark, so that this one need not be read.
  private boolean isCovered(int index) {
    return index + 1 < files.segments().size() && lastBefore(index + 1) <= lowWaterMark;
  }

  /// The highest number that a record before this segment can have; the highest of all when its
  /// header does not tell.
  private long lastBefore(int index) {
    SegmentFile segment = files.segments().get(index);
    boolean ours = segment.header().map(SegmentHeader::log).equals(files.log());
    return segment
        .header()
        .filter(header -> ours)
        .map(header -> header.firstSequence() - 1)
        .orElse(Long.MAX_VALUE);
  }

  private void read(SegmentFile segment, boolean foreign, RecordConsumer consumer)
      throws IOException {
    if (!foreign && segment.header().isPresent()) {
      reached(segment.header().get().firstSequence() - 1);
    }
    boolean keep = false;
    long length = segment.size();
    try (ReadableFile file = directory.disk().open(segment.name().path())) {
      LenientReader reader = new LenientReader(segment.name().path(), file);
      SegmentScanner scanner = SegmentScanner.of(segment, files.logs(), reader);
      for (Found found = scanner.next(); found != null; found = scanner.next()) {
        switch (found) {
          case Intact intact -> deliver(intact.walRecord(), foreign, consumer);
          case Damaged damaged -> {
            boolean copied =
                quarantine.copy(segment.name(), reader, damaged.start(), damaged.end())
                    && !reader.lostPages();
            if (isTail(segment, damaged)) {
              length = tornTail(segment, damaged, copied);
            } else {
              corrupted(segment, damaged);
            }
            keep |= !copied;
          }
        }
        tellProgress(found.end());
      }
      keep |= reader.lostPages();
    }
    bytesBefore += segment.size();
    catalog.add(closed(segment, highestSequence, length, keep));
  }

  private void deliver(WalRecord walRecord, boolean foreign, RecordConsumer consumer)
      throws IOException {
    if (!foreign && walRecord.sequence() <= lowWaterMark) {
      skipped++;
      return;
    }
    long sequence = foreign ? highestSequence + 1 : walRecord.sequence();
    reached(sequence - 1);
    highestSequence = Math.max(highestSequence, sequence);
    records++;
    consumer.accept(
        new WalRecord(
            sequence,
            walRecord.type(),
            walRecord.tenant(),
            walRecord.receivedMillis(),
            walRecord.payload()));
  }

  /// All numbers up to this one were given to records of the log.
  private void reached(long sequence) {
    if (sequence > highestSequence) {
      missing += startKnown ? sequence - highestSequence : 0;
      highestSequence = sequence;
    }
    startKnown = true;
  }

  private boolean isTail(SegmentFile segment, Damaged damaged) {
    return segment.name().number() == highestSegment() && damaged.end() == segment.size();
  }

  /// Cuts what a power cut left of the last write, once there is a copy of it.
  ///
  /// @return the length of the segment now
  private long tornTail(SegmentFile segment, Damaged damaged, boolean copied) {
    long length = damaged.end() - damaged.start();
    tornBytes += length;
    metrics.tornTail(length);
    log.warn(
        "wal: torn tail: segment {} offset {} bytes {}",
        segment.name().path(),
        damaged.start(),
        length);
    if (!copied) {
      return segment.size();
    }
    try {
      directory.disk().truncate(segment.name().path(), damaged.start());
      return damaged.start();
    } catch (IOException failure) {
      log.warn("wal: the torn tail of {} can't be cut", segment.name().path(), failure);
      return segment.size();
    }
  }

  private void corrupted(SegmentFile segment, Damaged damaged) {
    long length = damaged.end() - damaged.start();
    corruptions++;
    corruptBytes += length;
    metrics.corrupted(length);
    log.error(
        "wal: corrupt: segment {} offset {} bytes {}",
        segment.name().path(),
        damaged.start(),
        length);
  }

  private void tellProgress(long offset) {
    long now = System.nanoTime();
    if (now - progressTold >= PROGRESS_NANOS) {
      progressTold = now;
      metrics.replayProgress(records, ratio(offset), seconds());
    }
    if (now - progressLogged >= LOG_NANOS) {
      progressLogged = now;
      log.info("wal: replay at {} %, {} records", Math.round(100 * ratio(offset)), records);
    }
  }

  private double ratio(long offset) {
    return totalBytes == 0 ? 1 : (double) (bytesBefore + offset) / totalBytes;
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static SegmentCatalog.Closed closed(
      SegmentFile segment, long lastSequence, long length, boolean keep) {
    return new SegmentCatalog.Closed(segment.name().path(), lastSequence, length, keep);
  }
}
