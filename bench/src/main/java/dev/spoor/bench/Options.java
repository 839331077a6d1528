package dev.spoor.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Arguments of the form `--name value`.
final class Options {

  private final Map<String, String> values = new LinkedHashMap<>();

  private Options() {}

  /// @param known the names that may be given, without dashes
  /// @throws IllegalArgumentException naming the argument that can't be read
  static Options parse(List<String> arguments, Set<String> known) {
    Options options = new Options();
    for (int i = 0; i < arguments.size(); i += 2) {
      String argument = arguments.get(i);
      String name = argument.startsWith("--") ? argument.substring(2) : argument;
      if (!argument.startsWith("--") || !known.contains(name)) {
        throw new IllegalArgumentException("unknown argument " + argument);
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException("argument " + argument + " has no value");
      }
      options.values.put(name, arguments.get(i + 1));
    }
    return options;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String text(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  String required(String name) {
    return text(name).orElseThrow(() -> new IllegalArgumentException("--" + name + " is missing"));
  }

  long number(String name, long fallback) {
    return text(name).map(value -> number("--" + name, value)).orElse(fallback);
  }

  int integer(String name, int fallback) {
    long number = number(name, fallback);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("--%s: %d is out of range".formatted(name, number));
    }
    return (int) number;
  }

  /// `90s`, `10m` or `2h`; a plain number counts seconds.
  Duration duration(String name, Duration fallback) {
    return text(name).map(value -> duration("--" + name, value)).orElse(fallback);
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value.replace("_", ""));
    } catch (NumberFormatException bad) {
      throw new IllegalArgumentException("%s: %s is no number".formatted(name, value), bad);
    }
  }

  private static Duration duration(String name, String value) {
    String digits = value.replaceAll("[smh]$", "");
    long count = number(name, digits);
    return switch (value.substring(digits.length())) {
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofSeconds(count);
    };
  }
}
