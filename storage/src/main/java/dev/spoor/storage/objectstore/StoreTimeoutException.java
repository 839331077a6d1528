package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// There was no connection, or no complete answer, in time. A write may have happened nevertheless.
public final class StoreTimeoutException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreTimeoutException(String message, @Nullable Throwable cause) {
    super(message, 504, cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }
}
