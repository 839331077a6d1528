package dev.spoor.compactor;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The compactor's own folder: blocks while they are merged, and the name of this process.
final class Scratch {

  private static final Logger log = LoggerFactory.getLogger(Scratch.class);
  private static final String OWNER = "owner";
  private static final int OWNER_LENGTH = 36;

  private final Disk disk;
  private final Path folder;

  Scratch(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// Deletes what an earlier process left over.
  void clear() throws IOException {
    disk.createDirectories(folder);
    for (Path entry : disk.list(folder)) {
      if (disk.isDirectory(entry)) {
        delete(disk, entry);
      }
    }
  }

  /// A name that this folder keeps: the same after a restart, and nobody else's.
  String owner() throws IOException {
    disk.createDirectories(folder);
    Path file = folder.resolve(OWNER);
    if (disk.exists(file)) {
      try (ReadableFile in = disk.open(file)) {
        ByteBuffer text = ByteBuffer.allocate(OWNER_LENGTH);
        if (in.size() == OWNER_LENGTH && in.read(text, 0) == OWNER_LENGTH) {
          return new String(text.array(), StandardCharsets.US_ASCII);
        }
      }
      disk.delete(file);
    }
    String name = UUID.randomUUID().toString();
    try (WritableFile out = disk.create(file)) {
      out.write(ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)));
      out.sync();
    }
    disk.syncDirectory(folder);
    return name;
  }

  /// Deletes a folder as far as that is possible; what stays is deleted at the next start.
  static void delete(Disk disk, Path path) {
    try {
      if (disk.isDirectory(path)) {
        for (Path child : disk.list(path)) {
          delete(disk, child);
        }
      }
      if (disk.exists(path)) {
        disk.delete(path);
      }
    } catch (IOException failure) {
      log.warn("could not delete {}, trying again at the next start", path, failure);
    }
  }
}
