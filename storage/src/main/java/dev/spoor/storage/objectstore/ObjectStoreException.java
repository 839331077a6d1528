package dev.spoor.storage.objectstore;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A call that an object store did not do. The message names the operation, the key and the cause
/// in the words that operators search logs for.
public abstract sealed class ObjectStoreException extends IOException
    permits ObjectNotFoundException,
        ShortObjectException,
        ObjectTooLargeException,
        StoreDeniedException,
        StoreFailedException,
        StoreFullException,
        StoreRefusedException,
        StoreTimeoutException,
        StoreUnreachableException {

  private static final long serialVersionUID = 1L;

  private final int status;

  ObjectStoreException(String message, int status, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /// The HTTP status of the answer, or the one that stands for what happened: 502 when there was no
  /// connection, 504 when there was no answer in time, 507 when a disk is full.
  public int status() {
    return status;
  }

  /// Whether the same call may succeed later although nobody repaired anything.
  public abstract boolean isTransient();
}
