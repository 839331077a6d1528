package dev.spoor.wire.compress;

import java.io.IOException;

/// A body that would be larger than the limit once it is decompressed.
public final class BodyTooLargeException extends IOException {

  private final int limit;

  public BodyTooLargeException(int limit) {
    super("the decompressed body is larger than the limit of %d bytes".formatted(limit));
    this.limit = limit;
  }

  /// In bytes.
  public int limit() {
    return limit;
  }
}
