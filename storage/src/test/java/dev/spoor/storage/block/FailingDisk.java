package dev.spoor.storage.block;

import dev.spoor.platform.disk.DirectoryLock;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Files in memory that note what is done to them, on a disk that breaks once when it is told to.
final class FailingDisk implements Disk {

  final List<String> operations = new ArrayList<>();
  private final Map<Path, ByteArrayOutputStream> files = new TreeMap<>();
  private final TreeMap<Path, Boolean> folders = new TreeMap<>();
  private int operationsLeft = Integer.MAX_VALUE;

  /// The operation after so many more fails; those behind it work again.
  void breakAfter(int successes) {
    operationsLeft = successes;
  }

  byte[] content(Path file) throws NoSuchFileException {
    ByteArrayOutputStream content = files.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content.toByteArray();
  }

  private void note(String operation, Path path) throws IOException {
    if (operationsLeft-- == 0) {
      throw new IOException(operation + " " + path + ": the disk broke");
    }
    operations.add(operation + " " + path.getFileName());
  }

  @Override
  public void truncate(Path file, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    note("create", file);
    files.put(file, new ByteArrayOutputStream());
    return new WritableFile() {

      @Override
      public void write(ByteBuffer bytes) throws IOException {
        note("write", file);
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        files.get(file).writeBytes(content);
      }

      @Override
      public long position() {
        return files.get(file).size();
      }

      @Override
      public void sync() throws IOException {
        note("sync", file);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    note("rename", from);
    folders.remove(from);
    folders.put(to, true);
    for (Path file : List.copyOf(files.keySet())) {
      if (file.startsWith(from)) {
        files.put(to.resolve(from.relativize(file)), files.remove(file));
      }
    }
  }

  @Override
  public void delete(Path path) {
    files.remove(path);
    folders.remove(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    note("mkdir", directory);
    folders.put(directory, true);
  }

  @Override
  public List<Path> list(Path directory) {
    return files.keySet().stream().filter(f -> directory.equals(f.getParent())).toList();
  }

  @Override
  public boolean exists(Path path) {
    return files.containsKey(path) || folders.containsKey(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return folders.containsKey(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    note("sync", directory);
  }

  @Override
  public ReadableFile open(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long size(Path file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant lastModified(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long usableSpace(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long totalSpace(Path path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DirectoryLock lock(Path file, String note) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isShared(Path path) {
    return false;
  }
}
