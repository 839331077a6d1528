package dev.spoor.storage.head;

import dev.spoor.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The head segments in a folder, as a start finds them.
public final class HeadSegmentFiles {

  private HeadSegmentFiles() {}

  /// The complete segments, sorted by name.
  public static List<Path> complete(Disk disk, Path directory) throws IOException {
    return endingWith(disk, directory, HeadSegmentFormat.SUFFIX);
  }

  /// Deletes what a crash left half written; the log still has what was in it.
  ///
  /// @return what was deleted
  public static List<Path> deleteLeftovers(Disk disk, Path directory) throws IOException {
    List<Path> leftovers = endingWith(disk, directory, HeadSegmentFormat.TEMPORARY_SUFFIX);
    for (Path leftover : leftovers) {
      disk.delete(leftover);
    }
    if (!leftovers.isEmpty()) {
      disk.syncDirectory(directory);
    }
    return leftovers;
  }

  private static List<Path> endingWith(Disk disk, Path directory, String suffix)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path file : disk.list(directory)) {
      if (file.getFileName().toString().endsWith(suffix)) {
        files.add(file);
      }
    }
    return List.copyOf(files);
  }
}
