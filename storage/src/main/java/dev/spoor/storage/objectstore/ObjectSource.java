package dev.spoor.storage.objectstore;

import dev.spoor.platform.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/// Content of known length that can be read from any place, and again.
public interface ObjectSource {

  /// In bytes; stays the same.
  long length();

  /// A range, read from start to end by one thread. It gives exactly `length` bytes, or fails. Who
  /// opens it closes it; several may be open at once.
  InputStream open(long offset, long length) throws IOException;

  /// The array must not change while this is in use.
  static ObjectSource of(byte[] content) {
    return new ObjectSource() {
      @Override
      public long length() {
        return content.length;
      }

      @Override
      public InputStream open(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, (long) content.length);
        return new ByteArrayInputStream(content, (int) offset, (int) length);
      }
    };
  }

  /// A file that is complete. It is opened anew for each range.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none
  static ObjectSource of(Disk disk, Path file) throws IOException {
    return new FileSource(disk, file, disk.size(file));
  }
}
