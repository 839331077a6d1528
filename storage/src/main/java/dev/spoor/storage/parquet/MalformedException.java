package dev.spoor.storage.parquet;

import java.io.IOException;

/// Bytes are not what they should be. Whoever knows the file, column and page adds them to the
/// message before it leaves the package.
final class MalformedException extends IOException {

  private static final long serialVersionUID = 1;

  MalformedException(String message) {
    super(message);
  }
}
