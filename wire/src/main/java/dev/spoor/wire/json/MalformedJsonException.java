package dev.spoor.wire.json;

import java.io.IOException;

/// Text that is not JSON, or not the JSON that was expected.
public final class MalformedJsonException extends IOException {

  private final int line;
  private final int column;
  private final String path;

  /// @param line from 1
  /// @param column from 1
  /// @param path of the value within the document, such as `resourceSpans[0].resource`; empty for
  ///   the document itself
  public MalformedJsonException(int line, int column, String path, String problem) {
    super(
        "malformed JSON at line %d, column %d%s: %s"
            .formatted(line, column, path.isEmpty() ? "" : " (" + path + ")", problem));
    this.line = line;
    this.column = column;
    this.path = path;
  }

  /// Of a reader that knows the place in bytes.
  ///
  /// @param offset of the value in the document, from 0
  public MalformedJsonException(int line, int column, int offset, String path, String problem) {
    this(line, column, path, "%s (at byte %d)".formatted(problem, offset));
  }

  public int line() {
    return line;
  }

  public int column() {
    return column;
  }

  public String path() {
    return path;
  }
}
