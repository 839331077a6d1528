package dev.spoor.traceql.parse;

import dev.spoor.traceql.Value;
import org.jspecify.annotations.Nullable;

/// A word of a query.
///
/// @param text as messages show it; for an identifier and an attribute name, the name itself
/// @param value of a literal, null for everything else
/// @param line from 1, or 0 when the token was put together from several characters
/// @param column of the first character in its line, from 1, in characters
/// @param offset of the first character in the text, in `char`s
record Token(Kind kind, String text, @Nullable Value value, int line, int column, int offset) {

  enum Kind {
    STRING,
    INTEGER,
    FLOAT,
    DURATION,
    /// A word without a meaning of its own, or a character that means nothing.
    IDENTIFIER,
    KEYWORD,
    /// An operator or a bracket.
    SYMBOL,
    /// `.`, `span.`, `trace:` and their like.
    PREFIX,
    /// What follows a prefix that ends in a dot.
    ATTRIBUTE,
    /// A prefix that ends in a dot, and no name after it.
    END_ATTRIBUTE,
    END
  }

  boolean is(String symbolOrKeyword) {
    return (kind == Kind.SYMBOL || kind == Kind.KEYWORD || kind == Kind.PREFIX)
        && text.equals(symbolOrKeyword);
  }

  /// How a message names the token.
  String shown() {
    return switch (kind) {
      case STRING, INTEGER, FLOAT, DURATION, IDENTIFIER, END_ATTRIBUTE -> kind.name();
      case ATTRIBUTE -> "IDENTIFIER";
      case KEYWORD, SYMBOL, PREFIX -> text;
      case END -> "$end";
    };
  }
}
