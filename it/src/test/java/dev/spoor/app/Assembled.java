package dev.spoor.app;

import dev.spoor.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/// The door to [Spoor] with a disk and a clock of the test's own.
public final class Assembled {

  private Assembled() {}

  /// Everything that a configuration file says, not started.
  public static Spoor from(Path file, Disk disk, InstantSource clock) throws IOException {
    return switch (new CommandLine(System::getenv).parse("-config.file=" + file)) {
      case Command.Run(LoadedConfig loaded) -> new Spoor(loaded, disk, clock);
      case Command.Exit(int code, String _, String stderr) ->
          throw new IOException("exit " + code + ": " + stderr);
    };
  }
}
