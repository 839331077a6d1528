package dev.spoor.storage.objectstore;

import org.jspecify.annotations.Nullable;

/// The store knows us and says no, or there are no credentials: 401, 403, expired tokens.
public final class StoreDeniedException extends ObjectStoreException {

  private static final long serialVersionUID = 1L;

  public StoreDeniedException(String message, int status, @Nullable Throwable cause) {
    super(message, status, cause);
  }

  @Override
  public boolean isTransient() {
    return true;
  }
}
