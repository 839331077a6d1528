package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The disk below a local store has no space left.
public final class StoreFullException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreFullException(String message, @Nullable Throwable cause) {
    super(message, 507, cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }
}
