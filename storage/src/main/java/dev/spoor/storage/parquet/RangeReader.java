package dev.spoor.storage.parquet;

import dev.spoor.platform.disk.ReadableFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Something that can be read at any place: a file, an object in a store, an array. Its content
/// never changes. Safe for many threads.
public interface RangeReader {

  /// Length in bytes.
  long size();

  /// Exactly these bytes, in an array that belongs to the caller.
  ///
  /// @throws IOException when they can't be read, or do not all exist
  byte[] read(long offset, int length) throws IOException;

  /// Whether a read costs little more than copying its bytes, so that it is not worth to read
  /// ahead.
  default boolean isNear() {
    return false;
  }

  /// Reads from an array, which must not change.
  static RangeReader of(byte[] content) {
    return new RangeReader() {
      @Override
      public long size() {
        return content.length;
      }

      @Override
      public byte[] read(long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || offset + length > content.length) {
          throw outside(offset, length, content.length);
        }
        return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
      }
    };
  }

  /// Reads from a file, which stays open and belongs to the caller.
  static RangeReader of(ReadableFile file) throws IOException {
    long size = file.size();
    return new RangeReader() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public byte[] read(long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || offset + length > size) {
          throw outside(offset, length, size);
        }
        byte[] bytes = new byte[length];
        if (file.read(ByteBuffer.wrap(bytes), offset) < length) {
          throw outside(offset, length, file.size());
        }
        return bytes;
      }
    };
  }

  private static IOException outside(long offset, int length, long size) {
    return new EOFException("bytes %d + %d are not within %d".formatted(offset, length, size));
  }
}
