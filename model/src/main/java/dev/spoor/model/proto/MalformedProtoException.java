package dev.spoor.model.proto;

import java.io.IOException;

/// Bytes that are not a protobuf message of the kind that was expected.
public final class MalformedProtoException extends IOException {

  private final int offset;

  /// @param offset in bytes from the start of the outermost message
  public MalformedProtoException(int offset, String problem) {
    super("malformed protobuf at byte %d: %s".formatted(offset, problem));
    this.offset = offset;
  }

  /// Where the trouble is, in bytes from the start of the outermost message.
  public int offset() {
    return offset;
  }
}
