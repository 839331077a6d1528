package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// No connection, or one that broke: refused, reset, no such host, TLS. A write may have happened
/// nevertheless.
public final class StoreUnreachableException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreUnreachableException(String message, @Nullable Throwable cause) {
    super(message, 502, cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }
}
