package dev.spoor.traceql.parse;

import dev.spoor.traceql.TraceQlException;

/// The words of parse errors, which clients show.
final class SyntaxErrors {

  private static final int MAX_EXPECTED = 4;

  private SyntaxErrors() {}

  static TraceQlException at(int line, int column, String message) {
    return new TraceQlException(
        TraceQlException.Reason.SYNTAX,
        "parse error at line %d, col %d: %s".formatted(line, column, message));
  }

  static TraceQlException unexpected(Token token, String... expected) {
    String list =
        expected.length == 0 || expected.length > MAX_EXPECTED
            ? ""
            : ", expecting " + String.join(" or ", expected);
    return at(
        token.line(),
        token.column(),
        "syntax error: unexpected " + token.shown() + list + help(token));
  }

  static TraceQlException unknown(Token identifier) {
    String help =
        Suggestions.nearest(identifier.text(), Lexer.KEYWORDS)
            .map(word -> ", did you mean %s?".formatted(word))
            .orElse("");
    return at(
        identifier.line(), identifier.column(), "unknown identifier: " + identifier.text() + help);
  }

  private static String help(Token token) {
    if (token.kind() == Token.Kind.IDENTIFIER) {
      return switch (token.text()) {
        case "and", "AND" -> " (write && for and)";
        case "or", "OR" -> " (write || for or)";
        case "&" -> " (write && for and)";
        case "not", "NOT" -> " (write ! for not)";
        default -> {
          if (token.text().startsWith("'")) {
            yield " (strings stand in double quotes or backquotes)";
          }
          yield Suggestions.nearest(token.text(), Lexer.KEYWORDS)
              .map(word -> ", did you mean %s?".formatted(word))
              .orElse("");
        }
      };
    }
    return "";
  }
}
