package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The object is larger than the caller takes, or than the store accepts.
public final class ObjectTooLargeException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public ObjectTooLargeException(String message, @Nullable Throwable cause) {
    super(message, 413, cause);
  }

  @Override
  public boolean isTransient() {
    return false;
  }
}
