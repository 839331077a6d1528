package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.wal.WalDirectory.Numbered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The segments and checkpoints of a directory as they are now, with what their first bytes say.
/// Reading them modifies nothing.
///
/// @param segments lowest number first
/// @param unread segments with records that earlier starts were told not to read
/// @param checkpoints highest number first
record LogFiles(
    List<SegmentFile> segments, List<SegmentFile> unread, List<FoundCheckpoint> checkpoints) {

  /// @param header empty when it is damaged
  record SegmentFile(Numbered name, long size, Optional<SegmentHeader> header) {}

  /// @param content empty when it is damaged
  record FoundCheckpoint(Numbered name, long size, Optional<CheckpointFile> content) {}

  /// @throws IncompatibleVersionException when one of the files is of a newer release
  static LogFiles read(WalDirectory directory) throws IOException {
    List<SegmentFile> segments = segments(directory, directory.segments());
    List<SegmentFile> unread = segments(directory, directory.unreadSegments());
    List<FoundCheckpoint> checkpoints = new ArrayList<>();
    for (Numbered name : directory.checkpoints().reversed()) {
      ByteBuffer content = start(directory.disk(), name.path(), CheckpointFile.MAX_BYTES);
      checkpoints.add(
          new FoundCheckpoint(name, content.limit(), CheckpointFile.decode(content, name.path())));
    }
    return new LogFiles(segments, unread, List.copyOf(checkpoints));
  }

  private static List<SegmentFile> segments(WalDirectory directory, List<Numbered> names)
      throws IOException {
    List<SegmentFile> segments = new ArrayList<>();
    for (Numbered name : names) {
      ByteBuffer head = start(directory.disk(), name.path(), SegmentHeader.MAX_BYTES);
      segments.add(
          new SegmentFile(
              name, directory.disk().size(name.path()), SegmentHeader.decode(head, name.path())));
    }
    return List.copyOf(segments);
  }

  /// The newest first; at most two, and all of the newest one's log.
  List<Checkpoint> newestCheckpoints() {
    List<Checkpoint> valid = new ArrayList<>();
    Optional<UUID> log = checkpointedLog();
    for (FoundCheckpoint found : checkpoints) {
      if (valid.size() < 2 && found.content().map(CheckpointFile::log).equals(log)) {
        found.content().map(CheckpointFile::checkpoint).ifPresent(valid::add);
      }
    }
    return List.copyOf(valid);
  }

  /// The log that goes on: that of the newest checkpoint, else that of the last segment. Empty when
  /// nothing tells.
  Optional<UUID> log() {
    Optional<UUID> log = checkpointedLog();
    for (SegmentFile segment : segments.reversed()) {
      log = log.or(() -> segment.header().map(SegmentHeader::log));
    }
    return log;
  }

  /// All logs that left something here; usually one.
  Set<UUID> logs() {
    Set<UUID> logs = new LinkedHashSet<>();
    checkpoints.forEach(found -> found.content().map(CheckpointFile::log).ifPresent(logs::add));
    segments.forEach(found -> found.header().map(SegmentHeader::log).ifPresent(logs::add));
    unread.forEach(found -> found.header().map(SegmentHeader::log).ifPresent(logs::add));
    return logs;
  }

  private Optional<UUID> checkpointedLog() {
    return checkpoints.stream()
        .flatMap(found -> found.content().stream())
        .map(CheckpointFile::log)
        .findFirst();
  }

  /// The first bytes of a file, at most `length`; what can't be read is zeros.
  private static ByteBuffer start(Disk disk, Path path, int length) throws IOException {
    try (ReadableFile file = disk.open(path)) {
      ByteBuffer head = ByteBuffer.allocate((int) Math.min(length, file.size()));
      new LenientReader(path, file).read(head, 0);
      return head.flip();
    }
  }
}
