package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Copies records to `unread/`: segments of a log of their own, so that a replay takes all of them.
///
/// A file is named after the log and the number of its first record. A start that was interrupted
/// and repeats the copy so gives the same names, and nothing is there twice. One thread.
final class UnreadWriter implements Closeable {

  private static final int STAGING_BYTES = 1 << 18;

  private final WalDirectory directory;
  private final UUID log;
  private final WalSettings settings;
  private final InstantSource clock;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);

  /// The file that grows; null while there is none.
  private @Nullable SegmentWriter open;

  private Path target = Path.of("");
  private long records;

  /// @param log whose records are copied
  UnreadWriter(WalDirectory directory, UUID log, WalSettings settings, InstantSource clock) {
    this.directory = directory;
    this.log = log;
    this.settings = settings;
    this.clock = clock;
  }

  /// How many records were copied.
  long records() {
    return records;
  }

  void add(WalRecord found) throws IOException {
    byte[] payload = found.payload().array();
    RecordHeader header =
        new RecordHeader(
            found.payload().length(),
            Crc.of(payload, found.payload().offset(), found.payload().length()),
            found.sequence(),
            found.receivedMillis(),
            found.type(),
            found.tenant());
    SegmentWriter writer = writerFor(found, (long) header.length() + found.payload().length());
    writer.add(header, found.payload());
    records++;
  }

  /// A record that is larger than a segment gets one for itself.
  private SegmentWriter writerFor(WalRecord next, long length) throws IOException {
    SegmentWriter writer = open;
    if (writer != null && writer.length() + length <= settings.config().segmentSizeBytes()) {
      return writer;
    }
    finishFile();
    makeFolder();
    target = directory.unread(log, next.sequence());
    Path unfinished = unfinished();
    disk().delete(unfinished);
    SegmentHeader header =
        new SegmentHeader(UUID.randomUUID(), next.sequence(), clock.millis(), settings.nodeId());
    SegmentWriter created =
        SegmentWriter.create(disk(), directory.unread(), unfinished, header, staging);
    open = created;
    return created;
  }

  private void makeFolder() throws IOException {
    disk().createDirectories(directory.unread());
    disk().syncDirectory(directory.path());
  }

  /// Makes safe what was copied.
  void finish() throws IOException {
    finishFile();
    if (records > 0) {
      disk().syncDirectory(directory.unread());
    }
  }

  private void finishFile() throws IOException {
    SegmentWriter writer = open;
    if (writer == null) {
      return;
    }
    writer.flush();
    writer.sync();
    writer.close();
    open = null;
    disk().rename(unfinished(), target);
  }

  private Path unfinished() {
    return target.resolveSibling(target.getFileName() + ".tmp");
  }

  /// What is not finished is of no use.
  @Override
  public void close() throws IOException {
    SegmentWriter writer = open;
    if (writer != null) {
      open = null;
      writer.close();
      disk().delete(unfinished());
    }
  }

  private Disk disk() {
    return directory.disk();
  }
}
