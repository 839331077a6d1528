package dev.spoor.wire.compress;

import java.io.IOException;

/// There is no memory for a decompressed body now; later there may be.
public final class NoRoomException extends IOException {

  NoRoomException() {
    super("no room for the decompressed body");
  }
}
