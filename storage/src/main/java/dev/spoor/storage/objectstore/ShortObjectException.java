package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The object ends before the range that was asked for.
public final class ShortObjectException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public ShortObjectException(String message, @Nullable Throwable cause) {
    super(message, 416, cause);
  }

  @Override
  public boolean isTransient() {
    return false;
  }
}
