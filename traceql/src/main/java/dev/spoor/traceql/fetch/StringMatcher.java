package dev.spoor.traceql.fetch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.spoor.traceql.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Decides a comparison of a string with string literals, on the UTF-8 bytes of the string.
///
/// Regular expressions are RE2, anchored at both ends, with `.` matching newlines; those that are
/// literals, alternations of literals, prefixes, suffixes or infixes are decided without an
/// automaton. Made once a query and asked once per distinct string. Safe for many threads.
public final class StringMatcher {

  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private interface Test {
    boolean matches(byte[] text, int from, int to);
  }

  private static final StringMatcher NOTHING = new StringMatcher((text, from, to) -> false);

  private final Test test;

  private StringMatcher(Test test) {
    this.test = test;
  }

  /// The matcher of a comparison. Operands that are no strings match nothing, and so do operators
  /// that compare no values ([Condition.Operator#EXISTS], [Condition.Operator#MISSING]).
  ///
  /// @throws IllegalArgumentException when a regular expression is malformed, naming it
  public static StringMatcher of(Condition condition) {
    List<String> operands = new ArrayList<>();
    for (Value operand : condition.operands()) {
      if (operand instanceof Value.Str(String text)) {
        operands.add(text);
      }
    }
    return operands.isEmpty() ? NOTHING : of(condition.operator(), operands);
  }

  private static StringMatcher of(Condition.Operator operator, List<String> operands) {
    byte[] first = utf8(operands.getFirst());
    return switch (operator) {
      case EQUAL -> new StringMatcher((text, from, to) -> compare(text, from, to, first) == 0);
      case NOT_EQUAL -> new StringMatcher((text, from, to) -> compare(text, from, to, first) != 0);
      case LESS -> new StringMatcher((text, from, to) -> compare(text, from, to, first) < 0);
      case LESS_EQUAL -> new StringMatcher((text, from, to) -> compare(text, from, to, first) <= 0);
      case GREATER -> new StringMatcher((text, from, to) -> compare(text, from, to, first) > 0);
      case GREATER_EQUAL ->
          new StringMatcher((text, from, to) -> compare(text, from, to, first) >= 0);
      case IN -> new StringMatcher(oneOf(operands));
      case CONTAINS -> new StringMatcher((text, from, to) -> contains(text, from, to, first));
      case REGEX -> regex(operands.getFirst());
      case NOT_REGEX -> {
        Test matches = regex(operands.getFirst()).test;
        yield new StringMatcher((text, from, to) -> !matches.matches(text, from, to));
      }
      case EXISTS, MISSING -> NOTHING;
    };
  }

  /// A matcher of whole strings.
  ///
  /// @throws IllegalArgumentException when the expression is malformed, naming it
  public static StringMatcher regex(String expression) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("invalid regex: `" + expression + "`", e);
    }
    Optional<Test> fast = withoutAutomaton(expression);
    byte[][] parts = RequiredParts.of(expression);
    return new StringMatcher(
        fast.orElse((text, from, to) ->
            hasInOrder(text, from, to, parts)
                && pattern.matcher(Arrays.copyOfRange(text, from, to)).matches()));
  }

  /// Whether all parts are there, one behind the other.
  private static boolean hasInOrder(byte[] text, int from, int to, byte[][] parts) {
    int position = from;
    for (byte[] part : parts) {
      int found = indexOf(text, position, to, part);
      if (found < 0) {
        return false;
      }
      position = found + part.length;
    }
    return true;
  }

  /// Whether the comparison holds for `text[offset .. offset + length)`.
  public boolean matches(byte[] text, int offset, int length) {
    return test.matches(text, offset, offset + length);
  }

  public boolean matches(String text) {
    byte[] utf8 = utf8(text);
    return test.matches(utf8, 0, utf8.length);
  }

  private static Optional<Test> withoutAutomaton(String expression) {
    String core = withoutAnchors(expression);
    if (core.indexOf('|') >= 0) {
      return alternation(core);
    }
    boolean openStart = core.startsWith(".*");
    String rest = openStart ? core.substring(2) : core;
    boolean openEnd = rest.endsWith(".*") && !rest.endsWith("\\.*");
    Optional<String> literal = literal(openEnd ? rest.substring(0, rest.length() - 2) : rest);
    if (core.equals(".+")) {
      return Optional.of((text, from, to) -> to > from);
    }
    if (literal.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = utf8(literal.get());
    if (core.equals(".*")) {
      return Optional.of((text, from, to) -> true);
    }
    if (openStart && openEnd) {
      return Optional.of((text, from, to) -> contains(text, from, to, bytes));
    }
    if (openStart) {
      return Optional.of((text, from, to) -> endsWith(text, from, to, bytes));
    }
    if (openEnd) {
      return Optional.of((text, from, to) -> startsWith(text, from, to, bytes));
    }
    return Optional.of((text, from, to) -> compare(text, from, to, bytes) == 0);
  }

  /// `^` and `$` at the ends of a whole expression change nothing, since it is anchored anyway; but
  /// beside `|` they would belong to one alternative.
  private static String withoutAnchors(String expression) {
    if (expression.indexOf('|') >= 0) {
      return expression;
    }
    int from = expression.startsWith("^") ? 1 : 0;
    boolean anchoredEnd = expression.endsWith("$") && !expression.endsWith("\\$");
    int to = expression.length() - (anchoredEnd ? 1 : 0);
    return from <= to ? expression.substring(from, to) : "";
  }

  private static Optional<Test> alternation(String expression) {
    boolean grouped = expression.startsWith("(") && expression.endsWith(")");
    String inner = grouped ? expression.substring(1, expression.length() - 1) : expression;
    List<String> literals = new ArrayList<>();
    for (String alternative : inner.split("\\|", -1)) {
      Optional<String> literal = literal(alternative);
      if (literal.isEmpty()) {
        return Optional.empty();
      }
      literals.add(literal.get());
    }
    return Optional.of(oneOf(literals));
  }

  /// What an expression matches when it matches one string only, as far as that is plain to see.
  private static Optional<String> literal(String expression) {
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '\\'
          && i + 1 < expression.length()
          && SPECIAL.indexOf(expression.charAt(i + 1)) >= 0) {
        literal.append(expression.charAt(++i));
      } else if (SPECIAL.indexOf(c) >= 0 || Character.isSurrogate(c) || c == '\uFFFD') {
        return Optional.empty();
      } else {
        literal.append(c);
      }
    }
    return Optional.of(literal.toString());
  }

  private static Test oneOf(List<String> literals) {
    byte[][] sorted = new byte[literals.size()][];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = utf8(literals.get(i));
    }
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return (text, from, to) -> {
      int low = 0;
      int high = sorted.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = compare(text, from, to, sorted[middle]);
        if (order == 0) {
          return true;
        }
        if (order > 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return false;
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int compare(byte[] text, int from, int to, byte[] other) {
    return Arrays.compareUnsigned(text, from, to, other, 0, other.length);
  }

  private static boolean startsWith(byte[] text, int from, int to, byte[] part) {
    return to - from >= part.length && at(text, from, part);
  }

  private static boolean endsWith(byte[] text, int from, int to, byte[] part) {
    return to - from >= part.length && at(text, to - part.length, part);
  }

  private static boolean contains(byte[] text, int from, int to, byte[] part) {
    return indexOf(text, from, to, part) >= 0;
  }

  private static int indexOf(byte[] text, int from, int to, byte[] part) {
    if (part.length == 0) {
      return from;
    }
    byte first = part[0];
    for (int start = from; start <= to - part.length; start++) {
      if (text[start] == first && at(text, start, part)) {
        return start;
      }
    }
    return -1;
  }

  private static boolean at(byte[] text, int start, byte[] part) {
    return Arrays.equals(text, start, start + part.length, part, 0, part.length);
  }
}
