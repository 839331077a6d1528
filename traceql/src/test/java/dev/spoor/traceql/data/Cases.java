package dev.spoor.traceql.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Tables of cases, one a line.
public final class Cases {

  private Cases() {}

  /// The lines of a table, without blank ones and those that begin with `#`.
  public static List<String> lines(String table) {
    try (InputStream in = Cases.class.getResourceAsStream("/cases/" + table)) {
      return new String(Objects.requireNonNull(in, table).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(table, unreadable);
    }
  }
}
