package dev.spoor.app;

import dev.spoor.platform.config.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads arguments the way Go's `flag` package does.
///
/// A flag is `-name` or `--name`, its value follows after `=` or as the next argument. A boolean
/// stands alone, or has its value after `=`. The first argument that is no flag, and `--`, end the
/// flags.
final class FlagSet {

  /// What a flag takes.
  enum Kind {
    STRING,
    /// May be given more than once; the values add up.
    STRINGS,
    BOOL,
    INT,
    FLOAT,
    DURATION,
    PROMDURATION
  }

  /// A flag that exists.
  ///
  /// @param key path in the configuration; `-` for none, `!` for a flag that does nothing
  record Flag(String name, Kind kind, String key, String usage) {

    boolean hasKey() {
      return !key.equals("-") && !doesNothing();
    }

    boolean doesNothing() {
      return key.equals("!");
    }
  }

  /// Flags with their values, in the order in which they were given; booleans as `true` or `false`.
  record Parsed(Map<Flag, List<String>> values, List<String> rest) {}

  /// Arguments that cannot be read, or a request for help.
  static final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /// `-h` or `-help`.
  static final class HelpException extends Exception {

    private static final long serialVersionUID = 1L;
  }

  private final Map<String, Flag> flags = new LinkedHashMap<>();

  /// Reads the table of flags: lines `name kind key usage`.
  static FlagSet parse(String table) {
    FlagSet set = new FlagSet();
    for (String line : table.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] columns = line.split(" ", 4);
        Kind kind = Kind.valueOf(columns[1].toUpperCase(Locale.ROOT));
        set.flags.put(columns[0], new Flag(columns[0], kind, columns[2], columns[3]));
      }
    }
    return set;
  }

  List<Flag> flags() {
    return List.copyOf(flags.values());
  }

  /// @throws UsageException for an unknown flag, or a value that it cannot take
  /// @throws HelpException when help was asked for
  Parsed parse(List<String> arguments) throws UsageException, HelpException {
    Map<Flag, List<String>> values = new LinkedHashMap<>();
    int next = 0;
    while (next < arguments.size()) {
      String argument = arguments.get(next);
      if (argument.length() < 2 || !argument.startsWith("-")) {
        break;
      }
      next++;
      if (argument.equals("--")) {
        break;
      }
      String body = argument.substring(argument.startsWith("--") ? 2 : 1);
      if (body.isEmpty() || body.startsWith("-") || body.startsWith("=")) {
        throw new UsageException("bad flag syntax: " + argument);
      }
      int equals = body.indexOf('=');
      Flag flag = find(equals < 0 ? body : body.substring(0, equals));
      String value;
      if (equals >= 0) {
        value = body.substring(equals + 1);
      } else if (flag.kind() == Kind.BOOL) {
        value = "true";
      } else if (next < arguments.size()) {
        value = arguments.get(next++);
      } else {
        throw new UsageException("flag needs an argument: -" + flag.name());
      }
      set(values, flag, checked(flag, value));
    }
    return new Parsed(values, List.copyOf(arguments.subList(next, arguments.size())));
  }

  private Flag find(String name) throws UsageException, HelpException {
    Flag flag = flags.get(name);
    if (flag != null) {
      return flag;
    }
    if (name.equals("h") || name.equals("help")) {
      throw new HelpException();
    }
    throw new UsageException("flag provided but not defined: -" + name);
  }

  private static void set(Map<Flag, List<String>> values, Flag flag, String value) {
    List<String> before = values.getOrDefault(flag, List.of());
    List<String> after = new ArrayList<>(flag.kind() == Kind.STRINGS ? before : List.of());
    after.add(value);
    values.put(flag, after);
  }

  private static String checked(Flag flag, String value) throws UsageException {
    try {
      return switch (flag.kind()) {
        case STRING, STRINGS -> value;
        case BOOL -> bool(value);
        case INT -> Long.toString(wholeNumber(value));
        case FLOAT -> Double.toString(Double.parseDouble(value));
        case DURATION -> Durations.formatGo(Durations.parseGo(value));
        case PROMDURATION -> Durations.formatPrometheus(Durations.parsePrometheus(value));
      };
    } catch (IllegalArgumentException unfit) {
      String what = flag.kind() == Kind.BOOL ? "invalid boolean value" : "invalid value";
      throw new UsageException(
          "%s \"%s\" for flag -%s: %s".formatted(what, value, flag.name(), reason(unfit)));
    }
  }

  private static String reason(IllegalArgumentException unfit) {
    return unfit instanceof NumberFormatException
        ? "parse error"
        : String.valueOf(unfit.getMessage());
  }

  private static String bool(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> "true";
      case "0", "f", "F", "false", "FALSE", "False" -> "false";
      default -> throw new IllegalArgumentException("parse error");
    };
  }

  private static long wholeNumber(String value) {
    String digits = value.replace("_", "");
    return digits.toLowerCase(Locale.ROOT).contains("0x")
        ? Long.decode(digits)
        : Long.parseLong(digits);
  }

  /// All flags with their meaning, as `-h` shows them.
  ///
  /// @param defaults the default of a key as text, by its path
  String usage(String program, Map<String, String> defaults) {
    StringBuilder text = new StringBuilder("Usage of " + program + ":\n");
    flags.values().stream()
        .sorted((left, right) -> left.name().compareTo(right.name()))
        .forEach(flag -> text.append(describe(flag, defaults.getOrDefault(flag.key(), ""))));
    return text.toString();
  }

  private static String describe(Flag flag, String defaultText) {
    String kind =
        switch (flag.kind()) {
          case BOOL -> "";
          case STRING, STRINGS -> " string";
          case INT -> " int";
          case FLOAT -> " float";
          case DURATION, PROMDURATION -> " duration";
        };
    boolean isZero =
        switch (defaultText) {
          case "", "\"\"", "0", "0s", "false" -> true;
          default -> false;
        };
    String shownDefault = isZero ? "" : " (default " + defaultText + ")";
    return "  -" + flag.name() + kind + "\n    \t" + flag.usage() + shownDefault + "\n";
  }
}
