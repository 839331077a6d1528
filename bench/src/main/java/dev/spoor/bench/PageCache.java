package dev.spoor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Has the kernel forget the pages of files, so that the next read goes to the disk. It takes no
/// rights but those to read the files: GNU `dd` gives the advice.
final class PageCache {

  private PageCache() {}

  /// Whether this machine has a `dd` that can.
  static boolean canDrop() throws InterruptedException {
    try {
      return run(List.of("dd", "if=/dev/null", "of=/dev/null", "iflag=nocache", "count=0")) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// Drops all files below a folder that have been written to the disk.
  ///
  /// @throws IOException when it can't be done for one of them
  static void drop(Path folder) throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      List<String> command = new ArrayList<>();
      command.add("dd");
      command.add("if=" + file);
      command.add("of=/dev/null");
      command.add("iflag=nocache");
      command.add("count=0");
      if (run(command) != 0) {
        throw new IOException("dd could not drop the pages of " + file);
      }
    }
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
