package dev.spoor.platform.disk;

import java.io.Closeable;
import java.io.IOException;

/// A lock that is held. Closing gives it back; the file stays.
public interface DirectoryLock extends Closeable {

  /// Whether the file that was locked is still there under its name. False when somebody removed or
  /// replaced it, and so may have replaced what is beside it.
  boolean isIntact();

  @Override
  void close() throws IOException;
}
