package dev.spoor.it;

import dev.spoor.platform.logging.Logging;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// What this process logs from now on, as it would print it, until closed.
final class Said implements AutoCloseable {

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  Said() {
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    Logging.configure("info", "logfmt");
  }

  /// Waits for a line with all of these words, in any case.
  void await(String... words) throws Exception {
    Eventually.holds("a line says " + List.of(words), () -> has(words));
  }

  /// Whether there is such a line already.
  boolean has(String... words) {
    return said.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.toLowerCase(Locale.ROOT))
        .anyMatch(line -> List.of(words).stream().allMatch(line::contains));
  }

  @Override
  public void close() {
    System.setErr(before);
    Logging.configure("warn", "logfmt");
  }
}
