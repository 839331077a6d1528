package dev.spoor.storage.wal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The log did not take a record. Its message is for people.
public final class WalRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  /// Why, and thereby what the sender may hope for.
  public enum Reason {
    /// Too much waits for the disk: try again soon.
    QUEUE_FULL(true),

    /// No room on the volume, or the budget is used up: try again later, or elsewhere.
    DISK_FULL(true),

    /// A write or sync failed: this process takes nothing any more. Try elsewhere.
    FAILED(true),

    /// The log is being closed. Try elsewhere.
    CLOSED(true),

    /// The record can't be written at all.
    TOO_LARGE(false);

    private final boolean retryable;

    Reason(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final Reason reason;

  WalRefusedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// Whether the same record may be taken at another time or by another node.
  public boolean isRetryable() {
    return reason.retryable;
  }

  /// Refusals come in floods and always from the same place.
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public Throwable fillInStackTrace() {
    return this;
  }
}
