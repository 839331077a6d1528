package dev.spoor.access;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A token that can't be used. Its message never holds the token.
public final class AccessConfigException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  AccessConfigException(String key, String message, @Nullable Throwable cause) {
    super(key + ": " + message, cause);
    this.key = key;
  }

  /// The full path of the key that is to blame. The message begins with it.
  public String key() {
    return key;
  }
}
