package dev.spoor.ingester;

import java.io.IOException;

/// A local block is not what was written: trying again does not help.
final class DamagedBlockException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedBlockException(IOException damage) {
    super(damage.getMessage(), damage);
  }
}
