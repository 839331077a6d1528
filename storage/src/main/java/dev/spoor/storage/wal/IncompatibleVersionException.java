package dev.spoor.storage.wal;

import java.io.IOException;
import java.nio.file.Path;

/// A file of the log, or beside it, was written by a newer release. Nothing was modified.
public final class IncompatibleVersionException extends IOException {

  private static final long serialVersionUID = 1L;

  IncompatibleVersionException(Path file, int version) {
    this(file, version, Prologue.VERSION);
  }

  /// @param known the newest version that this release reads
  public IncompatibleVersionException(Path file, int version, int known) {
    this(file, Integer.toUnsignedString(version), Integer.toString(known));
  }

  /// @param known the newest version that this release reads
  public IncompatibleVersionException(Path file, String version, String known) {
    super(
        "%s: incompatible version %s, this release reads up to %s; nothing was modified"
            .formatted(file, version, known));
  }
}
