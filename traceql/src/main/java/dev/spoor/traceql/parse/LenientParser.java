package dev.spoor.traceql.parse;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what is still being written.
public final class LenientParser {

  private LenientParser() {}

  /// The condition of the one filter that a query begins with. Comparisons without a right side are
  /// left out, and missing brackets put in. Empty for what cannot be understood, for several
  /// filters, and where nothing is left.
  public static Optional<FieldExpression> leadingFilter(String text) {
    if (text.length() > Parser.MAX_BYTES) {
      return Optional.empty();
    }
    try {
      return filterOf(Parser.parse(text));
    } catch (TraceQlException unfinished) {
      return repaired(text);
    }
  }

  private static Optional<FieldExpression> filterOf(Query query) {
    Optional<Pipeline> pipeline =
        switch (query) {
          case Query.Search search -> Optional.of(search.pipeline());
          case Query.Metrics metrics -> Optional.of(metrics.pipeline());
          case Query.Combination _ -> Optional.empty();
        };
    return pipeline.flatMap(found ->
        found.stages().getFirst()
                instanceof Stage.Spanset(SpansetExpression.Filter(FieldExpression condition))
            ? Optional.of(condition)
            : Optional.empty());
  }

  /// Goes through the tokens of the first filter, takes out what is not finished, closes what is
  /// open, and parses the result.
  private static Optional<FieldExpression> repaired(String text) {
    try {
      return new Repair(text).repaired().map(Parser::parse).flatMap(LenientParser::filterOf);
    } catch (TraceQlException beyondRepair) {
      return Optional.empty();
    }
  }

  /// The first filter of a text, so that it parses.
  private static final class Repair {

    private final List<Token> tokens = new ArrayList<>();
    private final String text;
    private final StringBuilder result = new StringBuilder();

    /// What was read since the last bracket or connective.
    private final StringBuilder operand = new StringBuilder();

    private boolean needsOperand;

    /// Whether nothing but a pipe follows the filter.
    private boolean isSingle = true;

    Repair(String text) {
      this.text = text;
      Lexer lexer = new Lexer(text);
      Token token = readable(lexer);
      while (token.kind() != Token.Kind.END) {
        tokens.add(token);
        if (token.is("}")) {
          Token next = readable(lexer);
          isSingle = next.kind() == Token.Kind.END || next.is("|");
          break;
        }
        token = readable(lexer);
      }
    }

    /// What cannot be read, such as a string without an end, is the end.
    private Token readable(Lexer lexer) {
      try {
        return lexer.next();
      } catch (TraceQlException unreadable) {
        return new Token(Token.Kind.END, "", null, 0, 0, text.length());
      }
    }

    /// Empty when there is more to it than a filter and missing ends.
    Optional<String> repaired() {
      int open = 0;
      for (int i = 0; i < tokens.size(); i++) {
        Token token = tokens.get(i);
        if (token.is("{") || token.is("(")) {
          if (!operand.isEmpty()) {
            return Optional.empty();
          }
          result.append(token.text()).append(' ');
          open += token.is("(") ? 1 : 0;
          needsOperand = true;
        } else if (token.is("&&") || token.is("||") || token.is(")") || token.is("}")) {
          endOperand();
          open -= token.is(")") ? 1 : 0;
          needsOperand = token.is("&&") || token.is("||");
          result.append(token.is("}") ? "" : token.text()).append(' ');
        } else {
          operand.append(source(i));
        }
      }
      endOperand();
      result.append(")".repeat(Math.max(0, open))).append('}');
      return isSingle ? Optional.of(result.toString()) : Optional.empty();
    }

    /// An operand that does not parse is replaced by one that asks for nothing.
    private void endOperand() {
      if (needsOperand || !operand.isEmpty()) {
        String text = operand.toString();
        result.append(parses(text) ? text : "true").append(' ');
      }
      operand.setLength(0);
      needsOperand = false;
    }

    private static boolean parses(String operand) {
      try {
        Parser.parse("{" + operand + "}");
        return !operand.isBlank();
      } catch (TraceQlException unfinished) {
        return false;
      }
    }

    private String source(int token) {
      int from = tokens.get(token).offset();
      int to = token + 1 < tokens.size() ? tokens.get(token + 1).offset() : text.length();
      return text.substring(from, Math.max(from, to));
    }
  }
}
