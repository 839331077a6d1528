package dev.spoor.platform.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A file that is being written from its start to its end. One thread at a time.
public interface WritableFile extends Closeable {

  /// Appends all that remains in `bytes`. After a failure an unknown part of it was written.
  void write(ByteBuffer bytes) throws IOException;

  /// Bytes appended so far.
  long position();

  /// Waits until all that was written is safe. A failed sync must not be retried on this file: the
  /// kernel may have dropped what it could not write.
  void sync() throws IOException;

  /// Closes without a sync. May be called twice.
  @Override
  void close() throws IOException;
}
