package dev.spoor.platform.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Files and folders, with what it takes to survive a power cut made explicit.
///
/// What was written is safe after [WritableFile#sync]; that a file exists under its name, or no
/// longer does, is safe after [#syncDirectory] of its folder. Every failure is an `IOException`
/// whose message names the path. A missing file or folder is a `NoSuchFileException`, a volume
/// without room a [DiskFullException]. Safe for many threads.
public interface Disk {

  /// Makes a new, empty file for writing.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException when there is one
  WritableFile create(Path file) throws IOException;

  ReadableFile open(Path file) throws IOException;

  /// Gives a file or folder another name, in one step; an existing file of that name is replaced.
  void rename(Path from, Path to) throws IOException;

  /// Deletes a file or an empty folder; one that is not there is no failure.
  void delete(Path path) throws IOException;

  /// Cuts a file after its first `length` bytes, and waits until that, and all before it, is safe.
  /// A file that is not longer keeps its length. Nobody has the file open for writing.
  void truncate(Path file, long length) throws IOException;

  /// Makes a folder and those above it; it is no failure when they exist.
  void createDirectories(Path directory) throws IOException;

  /// The names in a folder, sorted; as paths below `directory`.
  List<Path> list(Path directory) throws IOException;

  boolean exists(Path path);

  boolean isDirectory(Path path);

  /// Length of a file in bytes.
  long size(Path file) throws IOException;

  Instant lastModified(Path path) throws IOException;

  /// Makes creations, renames and deletions in this folder safe.
  void syncDirectory(Path directory) throws IOException;

  /// Bytes that this process may still write to the volume that holds `path`, which exists.
  long usableSpace(Path path) throws IOException;

  /// Size in bytes of the volume that holds `path`, which exists.
  long totalSpace(Path path) throws IOException;

  /// Whether other machines may have the volume that holds `path`, which exists, mounted too: a
  /// network file system, on which an advisory lock may be seen by this machine alone.
  boolean isShared(Path path) throws IOException;

  /// Takes the advisory lock on a file, which is made when it is missing, and writes `note` into
  /// it. The lock is given back by closing, and by the end of the process however it ends.
  ///
  /// @throws LockedException with the note of the holder when somebody else has it
  DirectoryLock lock(Path file, String note) throws IOException;
}
