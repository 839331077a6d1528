package dev.spoor.platform.errors;

import org.jspecify.annotations.Nullable;

/// A request failed, and the message is meant for whoever sent it.
public final class ServiceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public ServiceException(ErrorKind kind, String message) {
    this(kind, message, null);
  }

  public ServiceException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public ErrorKind kind() {
    return kind;
  }
}
