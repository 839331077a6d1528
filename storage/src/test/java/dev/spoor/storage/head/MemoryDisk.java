package dev.spoor.storage.head;

import dev.spoor.platform.disk.DirectoryLock;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Files in memory, with a diary of what was done to them and a limit on what may be written.
final class MemoryDisk implements Disk {

  final Map<Path, byte[]> files = new TreeMap<>();
  final List<String> diary = new ArrayList<>();
  long room = Long.MAX_VALUE;

  @Override
  public WritableFile create(Path file) throws IOException {
    if (files.putIfAbsent(file, new byte[0]) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return new WritableFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        room -= bytes.remaining();
        if (room < 0) {
          throw new IOException(file + ": no space left");
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        content.writeBytes(copy);
        files.put(file, content.toByteArray());
      }

      @Override
      public long position() {
        return content.size();
      }

      @Override
      public void sync() {
        diary.add("sync " + file.getFileName());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    byte[] content = content(file);
    return new ReadableFile() {
      @Override
      public long size() {
        return content.length;
      }

      @Override
      public int read(ByteBuffer target, long position) {
        int length = (int) Math.min(target.remaining(), Math.max(0, content.length - position));
        if (length > 0) {
          target.put(content, (int) position, length);
        }
        return length;
      }

      @Override
      public void close() {}
    };
  }

  private byte[] content(Path file) throws NoSuchFileException {
    byte[] content = files.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    files.put(to, content(from));
    files.remove(from);
    diary.add("rename " + from.getFileName() + " to " + to.getFileName());
  }

  @Override
  public void delete(Path path) {
    files.remove(path);
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public List<Path> list(Path directory) {
    return files.keySet().stream().filter(file -> directory.equals(file.getParent())).toList();
  }

  @Override
  public boolean exists(Path path) {
    return files.containsKey(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return false;
  }

  @Override
  public long size(Path file) throws IOException {
    return content(file).length;
  }

  @Override
  public Instant lastModified(Path path) {
    return Instant.EPOCH;
  }

  @Override
  public void syncDirectory(Path directory) {
    diary.add("sync folder");
  }

  @Override
  public long usableSpace(Path path) {
    return room;
  }

  @Override
  public long totalSpace(Path path) {
    return Long.MAX_VALUE;
  }

  @Override
  public DirectoryLock lock(Path file, String note) {
    return new DirectoryLock() {
      @Override
      public boolean isIntact() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void truncate(Path file, long length) {
    files.computeIfPresent(
        file, (path, content) -> Arrays.copyOf(content, (int) Math.min(length, content.length)));
  }
}
