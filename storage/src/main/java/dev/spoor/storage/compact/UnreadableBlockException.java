package dev.spoor.storage.compact;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A block that was to be merged can't be read to its end. Nothing was changed.
public final class UnreadableBlockException extends IOException {

  private static final long serialVersionUID = 1L;

  private final UUID block;

  public UnreadableBlockException(UUID block, String reason, @Nullable Throwable cause) {
    super("block %s can't be read: %s".formatted(block, reason), cause);
    this.block = block;
  }

  public UUID block() {
    return block;
  }
}
