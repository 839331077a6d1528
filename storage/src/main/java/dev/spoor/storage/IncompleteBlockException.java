package dev.spoor.storage;

import java.io.IOException;

/// A block in the store is not what was published: objects are missing or differ.
public final class IncompleteBlockException extends IOException {

  private static final long serialVersionUID = 1L;

  public IncompleteBlockException(String message) {
    super(message);
  }
}
