package dev.spoor.traceql.fetch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The literal parts that every match of a regular expression has, in their order: most strings
/// that do not match lack one, which is found out without an automaton.
///
/// Only what is plain to see is taken; what stands in groups, and beside `|`, is not.
final class RequiredParts {

  private static final byte[][] NONE = {};

  private final String expression;
  private final List<byte[]> parts = new ArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private int at;

  private RequiredParts(String expression) {
    this.expression = expression;
  }

  /// @param expression one that can be compiled
  static byte[][] of(String expression) {
    boolean isPlain =
        !expression.contains("(?")
            && !expression.contains("\\Q")
            && !expression.contains("\\C")
            && expression.chars().noneMatch(c -> Character.isSurrogate((char) c) || c == 0xFFFD);
    return isPlain ? new RequiredParts(expression).find() : NONE;
  }

  private byte[][] find() {
    while (at < expression.length()) {
      char c = expression.charAt(at++);
      switch (c) {
        case '|' -> {
          return NONE;
        }
        case '.', '^', '$', '+' -> end();
        case '*', '?' -> endWithoutLast();
        case '{' -> {
          endWithoutLast();
          at = Math.max(at, expression.indexOf('}', at) + 1);
        }
        case '(' -> {
          end();
          skipGroup();
        }
        case '[' -> {
          end();
          skipClass();
        }
        case '\\' -> escaped();
        default -> part.append(c);
      }
    }
    end();
    return parts.toArray(NONE);
  }

  private void escaped() {
    if (at == expression.length()) {
      return;
    }
    char c = expression.charAt(at++);
    boolean isLiteral = c < 0x80 && !Character.isLetterOrDigit(c);
    if (isLiteral) {
      part.append(c);
      return;
    }
    end();
    // A name of a class or the number of a character may follow, which is no literal.
    if (at < expression.length() && expression.charAt(at) == '{') {
      at = Math.max(at, expression.indexOf('}', at) + 1);
    } else if (c == 'p' || c == 'P') {
      at++;
    } else if (c == 'x') {
      at += 2;
    } else if (Character.isDigit(c)) {
      while (at < expression.length() && Character.isDigit(expression.charAt(at))) {
        at++;
      }
    }
  }

  /// Behind the bracket that closes it.
  private void skipGroup() {
    int depth = 1;
    while (at < expression.length() && depth > 0) {
      switch (expression.charAt(at++)) {
        case '\\' -> at++;
        case '[' -> skipClass();
        case '(' -> depth++;
        case ')' -> depth--;
        default -> {}
      }
    }
  }

  private void skipClass() {
    if (at < expression.length() && expression.charAt(at) == '^') {
      at++;
    }
    if (at < expression.length() && expression.charAt(at) == ']') {
      at++;
    }
    while (at < expression.length()) {
      char c = expression.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '[' && at < expression.length() && expression.charAt(at) == ':') {
        int close = expression.indexOf(":]", at);
        at = close < 0 ? at : close + 2;
      } else if (c == ']') {
        return;
      }
    }
  }

  private void end() {
    if (!part.isEmpty()) {
      parts.add(part.toString().getBytes(StandardCharsets.UTF_8));
      part.setLength(0);
    }
  }

  /// The last character may be missing.
  private void endWithoutLast() {
    if (!part.isEmpty()) {
      part.setLength(part.length() - 1);
    }
    end();
  }
}
