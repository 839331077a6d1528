package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The store finds fault with the request itself, such as a bucket that does not exist: other 4xx.
public final class StoreRefusedException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreRefusedException(String message, int status, @Nullable Throwable cause) {
    super(message, status, cause);
  }

  @Override
  public boolean isTransient() {
    return false;
  }
}
