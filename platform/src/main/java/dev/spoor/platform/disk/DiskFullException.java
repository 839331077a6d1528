package dev.spoor.platform.disk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The volume has no room for what was to be written.
public final class DiskFullException extends IOException {

  private static final long serialVersionUID = 1L;

  public DiskFullException(Path path, @Nullable Throwable cause) {
    super(path + ": no space left on device", cause);
  }
}
