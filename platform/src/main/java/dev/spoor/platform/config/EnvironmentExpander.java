package dev.spoor.platform.config;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts environment variables into a text: `${NAME}`, `${NAME:-default}`, and the other forms of
/// the shell that Tempo knows.
///
/// `$NAME` stays as it is, and `$${NAME}` becomes the text `${NAME}`. A variable that is unset is
/// the empty text. Values are put in as they are and not expanded again; arguments are.
public final class EnvironmentExpander {

  private static final int MAX_DEPTH = 16;

  private final String file;
  private final UnaryOperator<@Nullable String> environment;

  /// @param file its name, for messages
  /// @param environment the value of a variable; null when it is unset
  public EnvironmentExpander(String file, UnaryOperator<@Nullable String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /// @throws ConfigException for a `${` without its end, a form that does not exist, or a variable
  ///   that `${NAME:?message}` requires
  public String expand(String text) throws ConfigException {
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$${", at)) {
        expanded.append("${");
        at += 3;
      } else if (text.startsWith("${", at)) {
        int end = endOf(text, at);
        expanded.append(valueOf(text.substring(at + 2, end), text, at, 0));
        at = end + 1;
      } else {
        expanded.append(text.charAt(at++));
      }
    }
    return expanded.toString();
  }

  /// The index of the `}` that closes the `${` at `start`.
  private int endOf(String text, int start) throws ConfigException {
    int open = 0;
    for (int at = start; at < text.length(); at++) {
      if (text.startsWith("${", at)) {
        open++;
      } else if (text.charAt(at) == '}' && --open == 0) {
        return at;
      }
    }
    throw problem(text, start, "${ is not closed by }");
  }

  private String valueOf(String body, String text, int at, int depth) throws ConfigException {
    if (depth > MAX_DEPTH) {
      throw problem(text, at, "${ inside ${ too deep");
    }
    if (body.length() > 1 && body.startsWith("#")) {
      return Integer.toString(lookUp(body.substring(1)).length());
    }
    int nameEnd = 0;
    while (nameEnd < body.length() && isPartOfName(body.charAt(nameEnd))) {
      nameEnd++;
    }
    String name = body.substring(0, nameEnd);
    if (name.isEmpty()) {
      throw problem(text, at, "${" + body + "} names no variable");
    }
    String form = body.substring(nameEnd);
    return form.isEmpty() ? lookUp(name) : apply(name, form, text, at, depth);
  }

  private String apply(String name, String form, String text, int at, int depth)
      throws ConfigException {
    String value = lookUp(name);
    Operator operator = Operator.of(form);
    if (operator == null) {
      throw problem(text, at, "${" + name + form + "} is not a form that exists");
    }
    String argument = argument(form.substring(operator.sign.length()), text, at, depth);
    return switch (operator) {
      case DEFAULT, DEFAULT_SHORT, ASSIGN, ASSIGN_SHORT -> value.isEmpty() ? argument : value;
      case ALTERNATE -> value.isEmpty() ? "" : argument;
      case REQUIRED -> {
        if (value.isEmpty()) {
          throw problem(text, at, name + ": " + (argument.isEmpty() ? "is not set" : argument));
        }
        yield value;
      }
      case SUBSTRING -> substring(value, argument, text, at);
      case LONGEST_PREFIX -> value.substring(longestPrefix(value, argument));
      case SHORTEST_PREFIX -> value.substring(shortestPrefix(value, argument));
      case LONGEST_SUFFIX -> value.substring(0, longestSuffix(value, argument));
      case SHORTEST_SUFFIX -> value.substring(0, shortestSuffix(value, argument));
      case REPLACE_ALL, REPLACE_PREFIX, REPLACE_SUFFIX, REPLACE_FIRST ->
          replace(operator, value, argument);
      case UPPER_ALL -> value.toUpperCase(Locale.ROOT);
      case LOWER_ALL -> value.toLowerCase(Locale.ROOT);
      case UPPER_FIRST -> first(value).toUpperCase(Locale.ROOT) + afterFirst(value);
      case LOWER_FIRST -> first(value).toLowerCase(Locale.ROOT) + afterFirst(value);
    };
  }

  /// The argument of a form, with the `${...}` in it expanded.
  private String argument(String argument, String text, int at, int depth) throws ConfigException {
    int start = argument.indexOf("${");
    if (start < 0) {
      return argument;
    }
    int end = endOf(argument, start);
    return argument.substring(0, start)
        + valueOf(argument.substring(start + 2, end), text, at, depth + 1)
        + argument(argument.substring(end + 1), text, at, depth);
  }

  private String substring(String value, String argument, String text, int at)
      throws ConfigException {
    try {
      String[] parts = argument.split(":", 2);
      int from = Integer.parseInt(parts[0].strip());
      int start = Math.clamp(from < 0 ? (long) value.length() + from : from, 0, value.length());
      if (parts.length == 1) {
        return value.substring(start);
      }
      int length = Integer.parseInt(parts[1].strip());
      long end = length < 0 ? (long) value.length() + length : (long) start + length;
      return value.substring(start, Math.clamp(end, start, value.length()));
    } catch (NumberFormatException notNumbers) {
      throw problem(text, at, "\"" + argument + "\" is not a position, or position and length");
    }
  }

  private static int longestPrefix(String value, String pattern) {
    Pattern glob = glob(pattern);
    for (int end = value.length(); end > 0; end--) {
      if (glob.matcher(value.substring(0, end)).matches()) {
        return end;
      }
    }
    return 0;
  }

  private static int shortestPrefix(String value, String pattern) {
    Pattern glob = glob(pattern);
    for (int end = 0; end <= value.length(); end++) {
      if (glob.matcher(value.substring(0, end)).matches()) {
        return end;
      }
    }
    return 0;
  }

  private static int longestSuffix(String value, String pattern) {
    Pattern glob = glob(pattern);
    for (int start = 0; start <= value.length(); start++) {
      if (glob.matcher(value.substring(start)).matches()) {
        return start;
      }
    }
    return value.length();
  }

  private static int shortestSuffix(String value, String pattern) {
    Pattern glob = glob(pattern);
    for (int start = value.length(); start >= 0; start--) {
      if (glob.matcher(value.substring(start)).matches()) {
        return start;
      }
    }
    return value.length();
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (char letter : pattern.toCharArray()) {
      switch (letter) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(letter)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static String replace(Operator operator, String value, String argument) {
    int slash = argument.indexOf('/');
    String what = slash < 0 ? argument : argument.substring(0, slash);
    String by = slash < 0 ? "" : argument.substring(slash + 1);
    if (what.isEmpty()) {
      return value;
    }
    int first = value.indexOf(what);
    return switch (operator) {
      case REPLACE_ALL -> value.replace(what, by);
      case REPLACE_PREFIX -> first == 0 ? by + value.substring(what.length()) : value;
      case REPLACE_SUFFIX ->
          value.endsWith(what) ? value.substring(0, value.length() - what.length()) + by : value;
      default ->
          first < 0
              ? value
              : value.substring(0, first) + by + value.substring(first + what.length());
    };
  }

  private static String first(String value) {
    return value.isEmpty() ? "" : value.substring(0, 1);
  }

  private static String afterFirst(String value) {
    return value.isEmpty() ? "" : value.substring(1);
  }

  private String lookUp(String name) {
    String value = environment.apply(name);
    return value == null ? "" : value;
  }

  private static boolean isPartOfName(char letter) {
    return letter == '_' || (letter < 128 && Character.isLetterOrDigit(letter));
  }

  private ConfigException problem(String text, int at, String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    Position position = new Position(file, line, at - lineStart + 1);
    return new ConfigException(List.of(new ConfigProblem(position, message)));
  }

  /// What can follow the name; longer signs stand before their prefixes.
  private enum Operator {
    DEFAULT(":-"),
    ASSIGN(":="),
    REQUIRED(":?"),
    ALTERNATE(":+"),
    SUBSTRING(":"),
    DEFAULT_SHORT("-"),
    ASSIGN_SHORT("="),
    LONGEST_PREFIX("##"),
    SHORTEST_PREFIX("#"),
    LONGEST_SUFFIX("%%"),
    SHORTEST_SUFFIX("%"),
    REPLACE_ALL("//"),
    REPLACE_PREFIX("/#"),
    REPLACE_SUFFIX("/%"),
    REPLACE_FIRST("/"),
    UPPER_ALL("^^"),
    UPPER_FIRST("^"),
    LOWER_ALL(",,"),
    LOWER_FIRST(",");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    static @Nullable Operator of(String form) {
      for (Operator operator : values()) {
        if (form.startsWith(operator.sign)) {
          return operator;
        }
      }
      return null;
    }
  }
}
