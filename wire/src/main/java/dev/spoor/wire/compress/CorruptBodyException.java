package dev.spoor.wire.compress;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A body that is not what its encoding says.
public final class CorruptBodyException extends IOException {

  CorruptBodyException(Compression compression, String reason) {
    this(compression, reason, null);
  }

  CorruptBodyException(Compression compression, String reason, @Nullable Throwable cause) {
    super("corrupt %s body: %s".formatted(compression.text(), reason), cause);
  }
}
