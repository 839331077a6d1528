package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what could not be read, for people to look at. Nothing is ever removed from it.
final class Quarantine {

  private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

  private static final int CHUNK = 1 << 18;

  private final WalDirectory directory;

  Quarantine(WalDirectory directory) {
    this.directory = directory;
  }

  /// Copies a range of a segment to `<segment>-<offset>-<length>`; a copy that is there already is
  /// left alone.
  ///
  /// @return whether there is a copy now
  boolean copy(WalDirectory.Numbered segment, LenientReader source, long start, long end) {
    String name = "%s-%d-%d".formatted(segment.path().getFileName(), start, end - start);
    Path target = directory.quarantine().resolve(name);
    try {
      if (disk().exists(target)) {
        return true;
      }
      makeFolder();
      Path unfinished = directory.quarantine().resolve(name + ".tmp");
      disk().delete(unfinished);
      write(unfinished, source, start, end);
      disk().rename(unfinished, target);
      disk().syncDirectory(directory.quarantine());
      return true;
    } catch (IOException failure) {
      log.error("wal: can't copy the damaged range to {}, it stays where it is", target, failure);
      return false;
    }
  }

  /// Moves a whole file of the log; when the name is taken, under a new one.
  void move(Path file, String name) throws IOException {
    makeFolder();
    Path target = directory.quarantine().resolve(name);
    for (int i = 1; disk().exists(target); i++) {
      target = directory.quarantine().resolve(name + "." + i);
    }
    disk().rename(file, target);
    disk().syncDirectory(directory.quarantine());
    disk().syncDirectory(directory.path());
  }

  private void makeFolder() throws IOException {
    disk().createDirectories(directory.quarantine());
    disk().syncDirectory(directory.path());
  }

  private void write(Path target, LenientReader source, long start, long end) throws IOException {
    try (WritableFile file = disk().create(target)) {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, end - start));
      for (long at = start; at < end; at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
        source.read(chunk, at);
        chunk.rewind();
        file.write(chunk);
      }
      file.sync();
    }
  }

  private Disk disk() {
    return directory.disk();
  }
}
