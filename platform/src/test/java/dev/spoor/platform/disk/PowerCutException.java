package dev.spoor.platform.disk;

import java.io.IOException;
import java.nio.file.Path;

/// The machine is off: nothing works until somebody looks at [SimulatedDisk#survivors].
public final class PowerCutException extends IOException {

  private static final long serialVersionUID = 1L;

  PowerCutException(Path path) {
    super(path + ": the power is cut");
  }
}
