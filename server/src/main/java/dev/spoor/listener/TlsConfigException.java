package dev.spoor.listener;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Certificates, keys or cipher suites that can't be used.
public final class TlsConfigException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  TlsConfigException(String key, String message, @Nullable Throwable cause) {
    super(key + ": " + message, cause);
    this.key = key;
  }

  /// The full path of the key that is to blame. The message begins with it.
  public String key() {
    return key;
  }
}
