package dev.spoor.listener;

import java.io.IOException;
import java.io.OutputStream;

/// A body that is written while it is sent, since it is too large to be in memory whole.
public interface StreamedBody extends AutoCloseable {

  /// Writes all of it, on a thread of its own. The stream waits while the client takes its time.
  ///
  /// @throws IOException when the body can't be made, or of the stream when the client is gone or
  ///   too slow
  void writeTo(OutputStream out) throws IOException;

  /// The answer has been sent, or nobody wants it any more. Called once, also when it was never
  /// written.
  @Override
  void close();
}
