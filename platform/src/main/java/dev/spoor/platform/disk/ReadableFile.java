package dev.spoor.platform.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A file that is read at any position, by many threads at once.
public interface ReadableFile extends Closeable {

  /// Length in bytes now; it grows when somebody appends.
  long size() throws IOException;

  /// Reads from `position` until `target` is full or the file ends.
  ///
  /// @return how many bytes were read; less than remained in `target` only at the end of the file
  int read(ByteBuffer target, long position) throws IOException;

  @Override
  void close() throws IOException;
}
