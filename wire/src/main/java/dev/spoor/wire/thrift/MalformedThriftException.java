package dev.spoor.wire.thrift;

import java.io.IOException;

/// Bytes that are not the Thrift structure that was expected.
public final class MalformedThriftException extends IOException {

  private final int offset;

  /// @param offset in bytes from the start of the body
  public MalformedThriftException(int offset, String problem) {
    super("malformed thrift at byte %d: %s".formatted(offset, problem));
    this.offset = offset;
  }

  /// Where the trouble is, in bytes from the start of the body.
  public int offset() {
    return offset;
  }
}
