package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.storage.wal.LogFiles.SegmentFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds the records of one segment, and the ranges between them that are none.
///
/// A record counts when its marker, its header's checksum and its payload's checksum hold. After
/// anything else the scanner goes on at the next byte for which that is true. Memory is a window,
/// and the payload of one whose header was checked and which lies within the file.
final class SegmentScanner {

  private static final int WINDOW = 1 << 18;

  private final LenientReader file;
  private final long size;
  private final long[] markers;
  private final ByteBuffer window;
  private long windowStart;
  private long position;
  private @Nullable Intact found;

  /// A scanner from the first record on; or, when the header is damaged, from the first byte on,
  /// for records of any log that is known.
  ///
  /// @param known ids of logs
  static SegmentScanner of(SegmentFile segment, Collection<UUID> known, LenientReader file) {
    if (segment.header().isPresent()) {
      SegmentHeader header = segment.header().get();
      return new SegmentScanner(file, segment.size(), header.length(), List.of(header.log()));
    }
    List<UUID> logs = new ArrayList<>(known);
    logs.add(uncheckedLog(file, segment.size()));
    return new SegmentScanner(file, segment.size(), 0, logs);
  }

  private SegmentScanner(LenientReader file, long size, long start, List<UUID> logs) {
    this.file = file;
    this.size = size;
    this.position = start;
    this.window = ByteBuffer.allocate((int) Math.min(WINDOW, size)).limit(0);
    this.markers = logs.stream().mapToLong(UUID::getLeastSignificantBits).toArray();
  }

  /// A range of the segment, from `start` to before `end`.
  sealed interface Found {
    long start();

    long end();
  }

  record Intact(long start, long end, WalRecord walRecord) implements Found {}

  record Damaged(long start, long end) implements Found {}

  /// Null at the end of the segment.
  @Nullable Found next() {
    if (position >= size) {
      return null;
    }
    long start = position;
    Intact here = found != null ? found : recordAt(start);
    found = null;
    if (here != null) {
      position = here.end();
      return here;
    }
    found = search(start + 1);
    position = found != null ? found.start() : size;
    return new Damaged(start, position);
  }

  /// What stands where a damaged header has the id of the log.
  private static UUID uncheckedLog(LenientReader file, long size) {
    ByteBuffer id = ByteBuffer.allocate(16);
    if (size >= Prologue.BYTES + id.capacity()) {
      file.read(id, Prologue.BYTES);
    }
    return new UUID(id.getLong(0), id.getLong(8));
  }

  private @Nullable Intact search(long from) {
    for (long at = from; at + RecordHeader.MIN_BYTES <= size; at++) {
      Intact record = recordAt(at);
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  private @Nullable Intact recordAt(long at) {
    int offset = show(at);
    if (window.limit() - offset < RecordHeader.MIN_BYTES || !isMarker(window.getLong(offset))) {
      return null;
    }
    RecordHeader header = RecordHeader.read(window, offset);
    if (header == null) {
      return null;
    }
    long payloadAt = at + header.length();
    if (payloadAt + header.payloadLength() > size) {
      return null;
    }
    byte[] payload = payload(payloadAt, header.payloadLength());
    if (Crc.of(payload, 0, payload.length) != header.payloadCrc()) {
      return null;
    }
    WalRecord walRecord =
        new WalRecord(
            header.sequence(),
            header.type(),
            header.tenant(),
            header.receivedMillis(),
            Bytes.of(payload));
    return new Intact(at, payloadAt + payload.length, walRecord);
  }

  private boolean isMarker(long bytes) {
    for (long marker : markers) {
      if (marker == bytes) {
        return true;
      }
    }
    return false;
  }

  /// Brings the window to where a header at `at` is in it.
  ///
  /// @return the place of `at` in the window
  private int show(long at) {
    boolean shown =
        at >= windowStart
            && Math.min(at + RecordHeader.MAX_BYTES, size) <= windowStart + window.limit();
    if (!shown) {
      window.clear().limit((int) Math.min(window.capacity(), size - at));
      file.read(window, at);
      window.flip();
      windowStart = at;
    }
    return (int) (at - windowStart);
  }

  private byte[] payload(long at, int length) {
    byte[] payload = new byte[length];
    if (at >= windowStart && at + length <= windowStart + window.limit()) {
      window.get((int) (at - windowStart), payload);
    } else {
      file.read(ByteBuffer.wrap(payload), at);
    }
    return payload;
  }
}
