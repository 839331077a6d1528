package dev.spoor.platform.disk;

import java.io.Closeable;
import java.io.IOException;

/// A lock that is held. Closing gives it back; the file stays.
public interface DirectoryLock extends Closeable {

  @Override
  void close() throws IOException;
}
