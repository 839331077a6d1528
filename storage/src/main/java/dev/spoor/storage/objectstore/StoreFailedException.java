package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The store answered that it failed or has too much to do: 5xx, 429.
public final class StoreFailedException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreFailedException(String message, int status, @Nullable Throwable cause) {
    super(message, status, cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }
}
