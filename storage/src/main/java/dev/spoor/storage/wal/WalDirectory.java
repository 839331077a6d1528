package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names in a log's directory.
///
/// ```
/// LOCK                  who uses it
/// HEARTBEAT             that it is still in use, on a network file system
/// 00000007              segments
/// checkpoint.00000003   checkpoints
/// reserve               room for a last checkpoint
/// quarantine/           what could not be read
/// unread/               records that a start was told not to read
/// ```
///
/// Whatever else is there belongs to somebody else, and is left alone.
final class WalDirectory {

  private static final Pattern SEGMENT = Pattern.compile("(\\d{8,})");
  private static final Pattern UNREAD = Pattern.compile("[0-9a-f-]{36}-\\d{8,}");
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint\\.(\\d{8,})");
  private static final int MAX_DIGITS = 18;

  private final Disk disk;
  private final Path path;

  WalDirectory(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
  }

  /// Below those of all segments.
  static final long NO_NUMBER = -1;

  record Numbered(long number, Path path) {}

  Disk disk() {
    return disk;
  }

  Path path() {
    return path;
  }

  /// Makes the folder, and sees to it that it is still there after a power cut.
  void make() throws IOException {
    List<Path> missing = new ArrayList<>();
    Path absolute = path.toAbsolutePath();
    for (Path each = absolute; each != null && !disk.isDirectory(each); each = each.getParent()) {
      missing.add(each);
    }
    disk.createDirectories(path);
    for (Path made : missing) {
      if (made.getParent() != null) {
        disk.syncDirectory(made.getParent());
      }
    }
  }

  Path lock() {
    return path.resolve("LOCK");
  }

  Path heartbeat() {
    return path.resolve("HEARTBEAT");
  }

  Path reserve() {
    return path.resolve("reserve");
  }

  Path quarantine() {
    return path.resolve("quarantine");
  }

  Path unread() {
    return path.resolve("unread");
  }

  /// @param log whose records they are
  /// @param firstSequence the number of the first of them there
  Path unread(UUID log, long firstSequence) {
    return unread().resolve("%s-%08d".formatted(log, firstSequence));
  }

  Path segment(long number) {
    return path.resolve("%08d".formatted(number));
  }

  Path checkpoint(long number) {
    return path.resolve("checkpoint.%08d".formatted(number));
  }

  /// Lowest number first.
  List<Numbered> segments() throws IOException {
    return numbered(path, SEGMENT);
  }

  /// Lowest number first.
  List<Numbered> checkpoints() throws IOException {
    return numbered(path, CHECKPOINT);
  }

  /// Segments with records that were not read, in the order of their names. They have no number.
  List<Numbered> unreadSegments() throws IOException {
    List<Numbered> found = new ArrayList<>();
    if (disk.isDirectory(unread())) {
      for (Path entry : disk.list(unread())) {
        if (UNREAD.matcher(String.valueOf(entry.getFileName())).matches()) {
          found.add(new Numbered(NO_NUMBER, entry));
        }
      }
    }
    return found;
  }

  /// The highest number that a checkpoint has or had, as far as files tell; 0 for none.
  long highestCheckpoint() throws IOException {
    List<Numbered> all = new ArrayList<>(checkpoints());
    if (disk.isDirectory(quarantine())) {
      all.addAll(numbered(quarantine(), CHECKPOINT));
    }
    return all.stream().mapToLong(Numbered::number).max().orElse(0);
  }

  private List<Numbered> numbered(Path directory, Pattern pattern) throws IOException {
    List<Numbered> found = new ArrayList<>();
    for (Path entry : disk.list(directory)) {
      Matcher name = pattern.matcher(String.valueOf(entry.getFileName()));
      if (name.matches() && name.group(1).length() <= MAX_DIGITS && !disk.isDirectory(entry)) {
        found.add(new Numbered(Long.parseLong(name.group(1)), entry));
      }
    }
    found.sort(Comparator.comparingLong(Numbered::number));
    return found;
  }
}
