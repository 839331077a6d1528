package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.WritableFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The segment that grows. Records are gathered in one buffer outside the heap, which is written
/// when it is full and when [#flush] is called. One thread.
final class SegmentWriter implements Closeable {

  private final long number;
  private final Path path;
  private final WritableFile file;
  private final long marker;
  private final ByteBuffer staging;

  private SegmentWriter(
      long number, Path path, WritableFile file, long marker, ByteBuffer staging) {
    this.number = number;
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
      WalDirectory directory, long number, SegmentHeader header, ByteBuffer staging)
      throws IOException {
    Path path = directory.segment(number);
    WritableFile file = directory.disk().create(path);
    try {
      file.write(header.encoded());
      directory.disk().syncDirectory(directory.path());
    } catch (IOException failure) {
      abandon(directory, path, file, failure);
      throw failure;
    }
    staging.clear();
    return new SegmentWriter(number, path, file, header.log().getLeastSignificantBits(), staging);
  }

  long number() {
    return number;
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
  private static void abandon(
      WalDirectory directory, Path path, WritableFile file, IOException failure) {
    try {
      file.close();
      directory.disk().delete(path);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }
}
