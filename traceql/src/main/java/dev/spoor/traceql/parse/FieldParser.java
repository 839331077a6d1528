package dev.spoor.traceql.parse;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.FieldExpression.ParentOf;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.LogicalOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads expressions over the fields of a span, by the precedence of operators.
final class FieldParser {

  private static final int LOGICAL = 2;
  private static final int RELATIONAL = 3;
  private static final int ADDITIVE = 4;
  private static final int NOT = 5;
  private static final int MULTIPLICATIVE = 6;
  private static final int POWER = 7;

  private static final Map<String, Value> WORDS =
      Map.ofEntries(
          Map.entry("true", new Value.Bool(true)),
          Map.entry("false", new Value.Bool(false)),
          Map.entry("ok", new Value.Status(Value.SpanStatus.OK)),
          Map.entry("error", new Value.Status(Value.SpanStatus.ERROR)),
          Map.entry("unset", new Value.Status(Value.SpanStatus.UNSET)),
          Map.entry("unspecified", new Value.Kind(Value.SpanKind.UNSPECIFIED)),
          Map.entry("internal", new Value.Kind(Value.SpanKind.INTERNAL)),
          Map.entry("server", new Value.Kind(Value.SpanKind.SERVER)),
          Map.entry("client", new Value.Kind(Value.SpanKind.CLIENT)),
          Map.entry("producer", new Value.Kind(Value.SpanKind.PRODUCER)),
          Map.entry("consumer", new Value.Kind(Value.SpanKind.CONSUMER)));

  private static final Map<String, Value> NAMED_INTS =
      Map.of("minInt", new Value.Int(Long.MIN_VALUE), "maxInt", new Value.Int(Long.MAX_VALUE));

  private static final Map<String, Field.Intrinsic> INTRINSICS =
      Map.ofEntries(
          Map.entry("duration", Field.Intrinsic.DURATION),
          Map.entry("name", Field.Intrinsic.NAME),
          Map.entry("status", Field.Intrinsic.STATUS),
          Map.entry("statusMessage", Field.Intrinsic.STATUS_MESSAGE),
          Map.entry("kind", Field.Intrinsic.KIND),
          Map.entry("rootName", Field.Intrinsic.ROOT_NAME),
          Map.entry("rootServiceName", Field.Intrinsic.ROOT_SERVICE_NAME),
          Map.entry("traceDuration", Field.Intrinsic.TRACE_DURATION),
          Map.entry("nestedSetLeft", Field.Intrinsic.NESTED_SET_LEFT),
          Map.entry("nestedSetRight", Field.Intrinsic.NESTED_SET_RIGHT),
          Map.entry("nestedSetParent", Field.Intrinsic.NESTED_SET_PARENT),
          Map.entry("trace:duration", Field.Intrinsic.TRACE_DURATION),
          Map.entry("trace:rootName", Field.Intrinsic.ROOT_NAME),
          Map.entry("trace:rootService", Field.Intrinsic.ROOT_SERVICE_NAME),
          Map.entry("trace:id", Field.Intrinsic.TRACE_ID),
          Map.entry("span:duration", Field.Intrinsic.DURATION),
          Map.entry("span:name", Field.Intrinsic.NAME),
          Map.entry("span:kind", Field.Intrinsic.KIND),
          Map.entry("span:status", Field.Intrinsic.STATUS),
          Map.entry("span:statusMessage", Field.Intrinsic.STATUS_MESSAGE),
          Map.entry("span:id", Field.Intrinsic.SPAN_ID),
          Map.entry("span:parentID", Field.Intrinsic.PARENT_SPAN_ID),
          Map.entry("span:childCount", Field.Intrinsic.CHILD_COUNT),
          Map.entry("event:name", Field.Intrinsic.EVENT_NAME),
          Map.entry("event:timeSinceStart", Field.Intrinsic.EVENT_TIME_SINCE_START),
          Map.entry("link:traceID", Field.Intrinsic.LINK_TRACE_ID),
          Map.entry("link:spanID", Field.Intrinsic.LINK_SPAN_ID),
          Map.entry("instrumentation:name", Field.Intrinsic.INSTRUMENTATION_NAME),
          Map.entry("instrumentation:version", Field.Intrinsic.INSTRUMENTATION_VERSION));

  private static final Map<String, Scope> SCOPES =
      Map.of(
          ".", Scope.ANY,
          "span.", Scope.SPAN,
          "resource.", Scope.RESOURCE,
          "event.", Scope.EVENT,
          "link.", Scope.LINK,
          "instrumentation.", Scope.INSTRUMENTATION);

  private final Tokens tokens;

  FieldParser(Tokens tokens) {
    this.tokens = tokens;
  }

  FieldExpression expression() {
    return expression(0);
  }

  private FieldExpression expression(int least) {
    FieldExpression left = prefix();
    while (true) {
      Token operator = tokens.peek();
      int power = power(operator);
      if (power < Math.max(least, 1)) {
        return left;
      }
      if (power == LOGICAL) {
        return chain(left);
      }
      tokens.next();
      int leftHeight = tokens.height();
      boolean equality = operator.is("=") || operator.is("!=");
      if (equality && tokens.accept("nil")) {
        tokens.grow(leftHeight);
        left = Folding.nilTest(left, operator.is("="));
        continue;
      }
      FieldExpression right = right(power);
      left = binary(left, operator, right);
      tokens.grow(Math.max(leftHeight, tokens.height()));
    }
  }

  /// All that is joined by `&&` and `||`, the lowest level; may be long without being high.
  private FieldExpression chain(FieldExpression first) {
    List<Logic.Link> rest = new ArrayList<>();
    int height = tokens.height();
    while (tokens.at("&&") || tokens.at("||")) {
      LogicalOperator operator = tokens.next().is("&&") ? LogicalOperator.AND : LogicalOperator.OR;
      FieldExpression operand = expression(LOGICAL + 1);
      height = Math.max(height, tokens.height());
      if (rest.isEmpty()
          && first instanceof Literal(Value.Bool(boolean a))
          && operand instanceof Literal(Value.Bool(boolean b))) {
        boolean folded = operator == LogicalOperator.AND ? a && b : a || b;
        first = new Literal(new Value.Bool(folded));
      } else {
        rest.add(new Logic.Link(operator, operand));
      }
    }
    tokens.grow(height);
    return rest.isEmpty() ? first : new Logic(first, rest);
  }

  private FieldExpression right(int power) {
    if (power < POWER) {
      return expression(power + 1);
    }
    tokens.enter();
    FieldExpression right = expression(POWER);
    tokens.leave();
    return right;
  }

  private static FieldExpression binary(
      FieldExpression left, Token operator, FieldExpression right) {
    ComparisonOperator comparison = comparison(operator);
    return comparison != null
        ? Folding.comparison(left, comparison, right)
        : Folding.arithmetic(left, arithmetic(operator), right);
  }

  private FieldExpression prefix() {
    Token token = tokens.peek();
    if (token.is("(")) {
      tokens.next();
      tokens.enter();
      FieldExpression inner = expression(0);
      tokens.expect(")");
      tokens.leave();
      return inner;
    }
    if (token.is("-")) {
      return Folding.negated(operandOf(ADDITIVE + 1));
    }
    if (token.is("!")) {
      return Folding.not(operandOf(NOT + 1));
    }
    if (token.is("nil")) {
      return nilFirst();
    }
    tokens.leaf();
    if (atStatic() || token.kind() == Token.Kind.IDENTIFIER) {
      return new Literal(staticValue());
    }
    return reference();
  }

  private FieldExpression operandOf(int least) {
    tokens.next();
    tokens.enter();
    FieldExpression operand = expression(least);
    tokens.leave();
    tokens.grow(tokens.height());
    return operand;
  }

  private FieldExpression nilFirst() {
    tokens.next();
    Token operator = tokens.next();
    if (!operator.is("=") && !operator.is("!=")) {
      throw SyntaxErrors.unexpected(operator, "=", "!=");
    }
    if (tokens.accept("nil")) {
      tokens.leaf();
      return new Literal(new Value.Bool(false));
    }
    FieldExpression operand = expression(RELATIONAL + 1);
    tokens.grow(tokens.height());
    return Folding.nilTest(operand, operator.is("="));
  }

  /// Whether a literal comes next.
  boolean atStatic() {
    Token token = tokens.peek();
    return token.value() != null
        || (token.kind() == Token.Kind.KEYWORD && WORDS.containsKey(token.text()))
        || (token.kind() == Token.Kind.IDENTIFIER && NAMED_INTS.containsKey(token.text()));
  }

  Value staticValue() {
    Token token = tokens.next();
    if (token.value() != null) {
      return valueOf(token);
    }
    Value word =
        switch (token.kind()) {
          case KEYWORD -> WORDS.get(token.text());
          case IDENTIFIER -> NAMED_INTS.get(token.text());
          case STRING, INTEGER, FLOAT, DURATION, SYMBOL, PREFIX, ATTRIBUTE, END_ATTRIBUTE, END ->
              null;
        };
    if (word != null) {
      return word;
    }
    throw token.kind() == Token.Kind.IDENTIFIER && Character.isLetter(token.text().codePointAt(0))
        ? SyntaxErrors.unknown(token)
        : SyntaxErrors.unexpected(token);
  }

  static Value valueOf(Token literal) {
    return Optional.ofNullable(literal.value()).orElseThrow(() -> SyntaxErrors.unexpected(literal));
  }

  /// `(a, b, ..)`.
  List<Reference> references() {
    List<Reference> references = new ArrayList<>();
    tokens.expect("(");
    do {
      references.add(reference());
    } while (tokens.accept(","));
    tokens.expect(")");
    return references;
  }

  Reference reference() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case PREFIX -> token.text().endsWith(":") ? scoped(token) : attribute(token);
      case KEYWORD -> token.is("parent") ? new ParentOf("parent") : intrinsic(token.text(), token);
      case STRING, INTEGER, FLOAT, DURATION, IDENTIFIER, SYMBOL, ATTRIBUTE, END_ATTRIBUTE, END ->
          throw SyntaxErrors.unexpected(token);
    };
  }

  private Reference scoped(Token prefix) {
    Token word = tokens.next();
    if (word.kind() != Token.Kind.KEYWORD) {
      throw SyntaxErrors.unexpected(word);
    }
    return intrinsic(prefix.text() + word.text(), word);
  }

  private static Reference intrinsic(String spelling, Token token) {
    Field.Intrinsic intrinsic = INTRINSICS.get(spelling);
    if (intrinsic == null) {
      throw SyntaxErrors.unexpected(token);
    }
    return new FieldOf(intrinsic);
  }

  private Reference attribute(Token prefix) {
    Token name = tokens.next();
    if (name.kind() != Token.Kind.ATTRIBUTE) {
      throw SyntaxErrors.unexpected(name, "IDENTIFIER");
    }
    Scope scope = SCOPES.get(prefix.text());
    return scope != null
        ? new FieldOf(new Field.Attribute(scope, name.text()))
        : new ParentOf("parent" + FieldText.canonical(new Field.Attribute(Scope.ANY, name.text())));
  }

  private static int power(Token token) {
    if (token.kind() != Token.Kind.SYMBOL) {
      return 0;
    }
    return switch (token.text()) {
      case "&&", "||" -> LOGICAL;
      case "=", "!=", "<", "<=", ">", ">=", "=~", "!~" -> RELATIONAL;
      case "+", "-" -> ADDITIVE;
      case "*", "/", "%" -> MULTIPLICATIVE;
      case "^" -> POWER;
      default -> 0;
    };
  }

  static @Nullable ComparisonOperator comparison(Token token) {
    if (token.kind() == Token.Kind.SYMBOL) {
      for (ComparisonOperator operator : ComparisonOperator.values()) {
        if (operator.text().equals(token.text())) {
          return operator;
        }
      }
    }
    return null;
  }

  static @Nullable ArithmeticOperator arithmeticOrNull(Token token) {
    if (token.kind() == Token.Kind.SYMBOL) {
      for (ArithmeticOperator operator : ArithmeticOperator.values()) {
        if (operator.text().equals(token.text())) {
          return operator;
        }
      }
    }
    return null;
  }

  static ArithmeticOperator arithmetic(Token token) {
    return Optional.ofNullable(arithmeticOrNull(token))
        .orElseThrow(() -> SyntaxErrors.unexpected(token));
  }
}
