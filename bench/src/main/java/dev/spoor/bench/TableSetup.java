package dev.spoor.bench;

import dev.spoor.platform.logging.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a table is measured with: a way to start servers, a folder for their data, and options.
///
/// @param folder deleted by `close`, unless the option `data` named it
/// @param quick for little data and few repetitions
record TableSetup(ServerProcess.Launcher launcher, Path folder, Options options, boolean quick)
    implements AutoCloseable {

  /// Reads the arguments of a program: `quick` first, then options. Wrong ones end the process.
  ///
  /// @param program for messages
  /// @param known the names of its options
  static TableSetup of(String program, String[] arguments, Set<String> known) throws IOException {
    Logging.configure("warn", "logfmt");
    List<String> rest = new ArrayList<>(List.of(arguments));
    boolean quick = rest.remove("quick");
    Options options = optionsOf(program, rest, known);
    Path home = Path.of(System.getProperty("spoor.home", ".")).toAbsolutePath();
    Optional<String> cpu = Optional.ofNullable(System.getProperty("spoor.server.cpu"));
    Optional<String> kept = options.text("data");
    Path folder =
        kept.isPresent()
            ? Files.createDirectories(Path.of(kept.get())).toAbsolutePath()
            : Files.createTempDirectory("spoor-bench-");
    return new TableSetup(new ServerProcess.Launcher(home, cpu), folder, options, quick);
  }

  private static Options optionsOf(String program, List<String> arguments, Set<String> known) {
    try {
      return Options.parse(arguments, known);
    } catch (IllegalArgumentException wrong) {
      System.err.println(program + ": " + wrong.getMessage());
      System.exit(2);
      throw wrong;
    }
  }

  @Override
  public void close() throws IOException {
    if (options.text("data").isEmpty()) {
      Limits.deleteTree(folder);
    }
  }
}
