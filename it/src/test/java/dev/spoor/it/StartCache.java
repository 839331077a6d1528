package dev.spoor.it;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A cache of loaded classes, as `./spoor` makes it: processes start in half the time. It is made
/// once, by whoever needs it first, for all processes of a build. Without it all works, only
/// slower: where classes are in folders, as in the short loop, there is none. Safe for many threads
/// and processes.
final class StartCache {

  private static final Path PLACE = Path.of("target", "spoor.aot");

  private StartCache() {}

  /// The beginning of a command.
  ///
  /// @param command what starts the JVM, and its flags
  /// @return the command with a class path, and with the cache where there can be one
  static synchronized List<String> with(List<String> command) throws IOException {
    List<String> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).startsWith(Path.of("").toAbsolutePath()))
            .toList();
    boolean onlyJars = entries.stream().allMatch(entry -> Files.isRegularFile(Path.of(entry)));
    List<String> all = new ArrayList<>(command);
    if (onlyJars) {
      Path cache = made(command, entries);
      if (Files.size(cache) > 0) {
        all.add("-XX:AOTCache=" + cache);
      }
    }
    all.addAll(List.of("-cp", String.join(File.pathSeparator, entries)));
    return all;
  }

  /// An empty file says that it could not be made.
  private static Path made(List<String> command, List<String> jars) throws IOException {
    Path lock = PLACE.resolveSibling("spoor.aot.lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      if (!Files.exists(PLACE) || isOlder(PLACE, jars)) {
        Files.deleteIfExists(PLACE);
        make(command, jars);
      }
    }
    return PLACE;
  }

  private static boolean isOlder(Path cache, List<String> jars) throws IOException {
    for (String jar : jars) {
      if (Files.getLastModifiedTime(Path.of(jar)).compareTo(Files.getLastModifiedTime(cache)) > 0) {
        return true;
      }
    }
    return false;
  }

  private static void make(List<String> command, List<String> jars) throws IOException {
    List<String> training = new ArrayList<>(command);
    training.addAll(
        List.of(
            "-XX:AOTCacheOutput=" + PLACE,
            "-cp",
            String.join(File.pathSeparator, jars),
            "dev.spoor.app.Training"));
    Process process =
        new ProcessBuilder(training)
            .redirectErrorStream(true)
            .redirectOutput(PLACE.resolveSibling("training.log").toFile())
            .start();
    try {
      if (process.waitFor() != 0 || !Files.exists(PLACE)) {
        System.out.println("StartCache: not made, see it/target/training.log");
        Files.write(PLACE, new byte[0]);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }
}
