package dev.spoor.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The keys that are known and checked, but that nothing honours.
///
/// Read from a table of lines `path type default`. A line that begins with `@later` or `@never`
/// says for the lines below it what the keys come with, or why they never will.
public final class AcceptedKeys {

  private static final Pattern ROW = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(.+)");

  /// The type of a value.
  public enum Type {
    STRING,
    SECRET,
    BOOL,
    INT,
    FLOAT,
    DURATION,
    PROMETHEUS_DURATION,
    BYTES,
    TIME,
    LIST,
    MAP,
    ANY
  }

  /// One key.
  ///
  /// @param defaultText as YAML; `(…)` in brackets where the default depends on the machine
  /// @param later whether it will have an effect one day
  /// @param note what it comes with, or why it never will
  public record AcceptedKey(
      String path, Type type, String defaultText, boolean later, String note) {

    /// What is said when it is set.
    String warning() {
      return path + " is set, but has no effect " + (later ? "yet: " : "in Spoor: ") + note;
    }
  }

  private final List<AcceptedKey> keys;

  private AcceptedKeys(List<AcceptedKey> keys) {
    this.keys = List.copyOf(keys);
  }

  public static AcceptedKeys none() {
    return new AcceptedKeys(List.of());
  }

  /// @throws IllegalArgumentException for a line that is no row of the table
  public static AcceptedKeys parse(String table) {
    List<AcceptedKey> keys = new ArrayList<>();
    boolean later = true;
    String note = "";
    for (String line : table.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("@")) {
        later = line.startsWith("@later ");
        note = line.substring(line.indexOf(' ') + 1);
        continue;
      }
      Matcher row = ROW.matcher(line);
      if (!row.matches()) {
        throw new IllegalArgumentException("not a row of the table of accepted keys: " + line);
      }
      Type type = Type.valueOf(row.group(2).toUpperCase(Locale.ROOT));
      keys.add(new AcceptedKey(row.group(1), type, row.group(3).strip(), later, note));
    }
    return new AcceptedKeys(keys);
  }

  public List<AcceptedKey> keys() {
    return keys;
  }

  /// The keys of one section, under their paths within it.
  public AcceptedKeys below(String section) {
    String prefix = section + ".";
    return new AcceptedKeys(
        keys.stream()
            .filter(key -> key.path().startsWith(prefix))
            .map(key ->
                new AcceptedKey(
                    key.path().substring(prefix.length()),
                    key.type(),
                    key.defaultText(),
                    key.later(),
                    key.note()))
            .toList());
  }
}
