package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The segment that grows. Records are gathered in one buffer outside the heap, which is written
/// when it is full and when [#flush] is called. One thread.
final class SegmentWriter implements Closeable {

  private final Path path;
  private final WritableFile file;
  private final long marker;
  private final ByteBuffer staging;

  private SegmentWriter(Path path, WritableFile file, long marker, ByteBuffer staging) {
    this.path = path;
    this.file = file;
    this.marker = marker;
    this.staging = staging;
  }

  /// Makes a segment that is there after a power cut, without records; its header becomes safe with
  /// the first of them.
  ///
  /// @param staging empty, outside the heap; this segment uses it until it is closed
  static SegmentWriter create(
      Disk disk, Path folder, Path path, SegmentHeader header, ByteBuffer staging)
      throws IOException {
    WritableFile file = disk.create(path);
    try {
      file.write(header.encoded());
      disk.syncDirectory(folder);
    } catch (IOException failure) {
      abandon(disk, path, file, failure);
      throw failure;
    }
    staging.clear();
    return new SegmentWriter(path, file, header.log().getLeastSignificantBits(), staging);
  }

  Path path() {
    return path;
  }

  /// Bytes written and gathered.
  long length() {
    return file.position() + staging.position();
  }

  void add(RecordHeader header, Bytes payload) throws IOException {
    if (staging.remaining() < header.length()) {
      flush();
    }
    header.write(staging, marker);
    int from = payload.offset();
    while (from < payload.end()) {
      if (!staging.hasRemaining()) {
        flush();
      }
      int part = Math.min(staging.remaining(), payload.end() - from);
      staging.put(payload.array(), from, part);
      from += part;
    }
  }

  /// Hands what was gathered to the kernel.
  void flush() throws IOException {
    if (staging.position() > 0) {
      file.write(staging.flip());
      staging.clear();
    }
  }

  /// Waits until what was flushed is safe.
  void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /// A segment that could not be started holds nothing.
  private static void abandon(Disk disk, Path path, WritableFile file, IOException failure) {
    try {
      file.close();
      disk.delete(path);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }
}
