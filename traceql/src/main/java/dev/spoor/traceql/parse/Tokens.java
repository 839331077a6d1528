package dev.spoor.traceql.parse;

import dev.spoor.traceql.TraceQlException;
import org.jspecify.annotations.Nullable;

/// The tokens that are still to come, and how deep the parser is.
///
/// Two bounds keep every walk over a tree within the stack: how far parentheses and prefix
/// operators are nested, and how high a tree becomes, which chains of operators without parentheses
/// can make high too.
final class Tokens {

  static final int MAX_NESTING = 200;
  static final int MAX_HEIGHT = 500;

  private final Lexer lexer;
  private @Nullable Token peeked;
  private Token last = new Token(Token.Kind.END, "", null, 1, 1, 0);
  private int nesting;
  private int height;

  Tokens(Lexer lexer) {
    this.lexer = lexer;
  }

  Token peek() {
    Token token = peeked;
    if (token == null) {
      token = lexer.next();
      peeked = token;
      last = token;
    }
    return token;
  }

  Token next() {
    Token token = peek();
    peeked = null;
    return token;
  }

  boolean at(String text) {
    return peek().is(text);
  }

  boolean accept(String text) {
    if (at(text)) {
      next();
      return true;
    }
    return false;
  }

  void expect(String text) {
    if (!accept(text)) {
      throw SyntaxErrors.unexpected(peek(), text);
    }
  }

  void expectEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw unexpected();
    }
  }

  /// The error that the next token makes no sense here.
  TraceQlException unexpected() {
    return SyntaxErrors.unexpected(peek());
  }

  /// An error at the token that was read last.
  TraceQlException error(String message) {
    return SyntaxErrors.at(last.line(), last.column(), message);
  }

  /// One level deeper.
  void enter() {
    nesting++;
    if (nesting > MAX_NESTING) {
      throw error("query is nested too deep, at most " + MAX_NESTING + " levels are possible");
    }
  }

  void leave() {
    nesting--;
  }

  /// The height of the tree that was made last.
  int height() {
    return height;
  }

  /// A tree of one node was made.
  void leaf() {
    height = 1;
  }

  /// A node was put on top of trees of at most this height.
  void grow(int below) {
    height = below + 1;
    if (height > MAX_HEIGHT) {
      throw error("query has too many operators in a row, at most " + MAX_HEIGHT + " are possible");
    }
  }
}
