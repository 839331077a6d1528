package dev.spoor.storage.parquet;

import java.io.IOException;

/// Where a file goes while it is written, from its start to its end.
public interface PageOutput {

  /// Takes the next bytes. They may change after the call.
  void write(byte[] data, int offset, int length) throws IOException;
}
