package dev.spoor.storage.wal;

import org.jspecify.annotations.Nullable;

/// What a record's payload is. A code is never given to another type.
public enum RecordType {
  /// An OTLP `ExportTraceServiceRequest` as it came.
  PUSH(1);

  private final int code;

  RecordType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable RecordType ofCode(int code) {
    return code == 1 ? PUSH : null;
  }
}
