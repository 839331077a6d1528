package dev.spoor.platform.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The machine's own file system.
public final class RealDisk implements Disk {

  /// Bytes that are read or written with one call. The JDK copies what is in the heap to memory of
  /// the thread's own outside of it, and keeps as much of that as the largest call needed.
  static final int AT_ONCE = 1 << 20;

  private static final Set<String> NETWORK_FILE_SYSTEMS =
      Set.of(
          "nfs",
          "nfs3",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "ceph",
          "lustre",
          "afs",
          "gpfs",
          "beegfs",
          "glusterfs",
          "ocfs2",
          "gfs2");

  @Override
  public WritableFile create(Path file) throws IOException {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      return new RealWritableFile(file, channel);
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return RealReadableFile.open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw Failures.named(from, failure);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (length < channel.size()) {
        channel.truncate(length);
      }
      channel.force(true);
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException failure) {
      throw Failures.named(directory, failure);
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    List<Path> names = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(directory)) {
      entries.forEach(names::add);
    } catch (DirectoryIteratorException failure) {
      throw Failures.named(directory, causeOf(failure));
    }
    names.sort(null);
    return List.copyOf(names);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public Instant lastModified(Path path) throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException failure) {
      throw Failures.named(directory, failure);
    }
  }

  @Override
  public long usableSpace(Path path) throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public long totalSpace(Path path) throws IOException {
    return Files.getFileStore(path).getTotalSpace();
  }

  @Override
  public boolean isShared(Path path) throws IOException {
    return isNetworkFileSystem(Files.getFileStore(path).type());
  }

  /// @param type as the kernel names it in its table of mounts
  static boolean isNetworkFileSystem(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    return NETWORK_FILE_SYSTEMS.contains(name)
        || (name.startsWith("fuse.") && !name.equals("fuse.fuse-overlayfs"));
  }

  @Override
  public DirectoryLock lock(Path file, String note) throws IOException {
    return RealDirectoryLock.take(file, note);
  }

  /// Failures that name their path, and tell a full disk from a broken one.
  static final class Failures {

    private Failures() {}

    static IOException named(Path path, IOException failure) {
      if (failure instanceof LockedException || failure instanceof DiskFullException) {
        return failure;
      }
      if (saysFull(failure)) {
        return new DiskFullException(path, failure);
      }
      if (failure instanceof FileSystemException) {
        return failure; // names its path already
      }
      return new IOException(path + ": " + describe(failure), failure);
    }

    /// The JDK hands the error number on as text only.
    private static boolean saysFull(IOException failure) {
      String text = String.valueOf(failure.getMessage());
      return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    private static String describe(IOException failure) {
      String text = failure.getMessage();
      return text == null ? failure.getClass().getSimpleName() : text;
    }
  }

  /// `DirectoryIteratorException` always has the `IOException` that it stands for.
  @SuppressWarnings("NullAway")
  private static IOException causeOf(DirectoryIteratorException failure) {
    return failure.getCause();
  }
}
