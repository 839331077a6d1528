package dev.spoor.traceql.parse;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.MathExpression;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SecondStage;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads whole queries: pipelines, and what stands around them.
///
/// A parenthesis may open a filter, a pipeline, a number or a metrics query; which one it was is
/// known when it closes. So operands are read as [Operand]s, and each operator looks at what it
/// joins.
public final class Parser {

  /// Longer queries are refused, in bytes of UTF-8.
  public static final int MAX_BYTES = 131_072;

  private static final int LOGICAL = 2;
  private static final int RELATIONAL = 3;
  private static final int ADDITIVE = 4;
  private static final int MULTIPLICATIVE = 6;
  private static final int POWER = 7;

  private final Tokens tokens;
  private final FieldParser fields;

  private Parser(Tokens tokens) {
    this.tokens = tokens;
    this.fields = new FieldParser(tokens);
  }

  /// @throws TraceQlException naming line and column, or that the text is too long
  public static Query parse(String text) {
    Parser parser = new Parser(tokensOf(text));
    return parser.query();
  }

  /// Reads a single field, such as `span.foo`, `.foo`, `status` or `span."a b"`.
  ///
  /// @throws TraceQlException naming line and column, or that the text is too long
  public static Reference parseField(String text) {
    Parser parser = new Parser(tokensOf(text));
    Reference field = parser.fields.reference();
    parser.tokens.expectEnd();
    return field;
  }

  private static Tokens tokensOf(String text) {
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new TraceQlException(
          TraceQlException.Reason.TOO_LONG,
          ("TraceQL expression exceeds the configured maximum size of %d bytes,"
                  + " please simplify the query")
              .formatted(MAX_BYTES));
    }
    return new Tokens(new Lexer(text));
  }

  /// What can stand on one side of an operator between pipelines, numbers or series.
  private sealed interface Operand {

    /// @param parenthesised whether all of it is within parentheses
    record Spans(SpansetExpression expression, boolean parenthesised) implements Operand {}

    /// A pipeline in parentheses, or several joined.
    record Wrapped(SpansetExpression expression) implements Operand {}

    /// `by(..)` or `select(..)` in first place.
    record First(Stage stage) implements Operand {}

    /// @param duration whether a duration is part of it
    record Scalar(ScalarExpression expression, boolean duration) implements Operand {}

    record WrappedScalar(ScalarExpression expression) implements Operand {}

    record Filter(Stage.ScalarFilter filter) implements Operand {}

    record WrappedFilter(Stage.ScalarFilter filter) implements Operand {}

    record Series(MathExpression expression) implements Operand {}
  }

  /// Which operands may come.
  private enum Allowed {
    ANY,
    /// Nothing that has a pipe.
    PLAIN,
    /// Only what is in parentheses.
    PARENTHESISED
  }

  /// What comes behind a first stage.
  private record Tail(
      Pipeline pipeline,
      Optional<Metric> metric,
      List<SecondStage> seconds,
      Optional<ScalarExpression.Aggregate> aggregate) {}

  private Query query() {
    Operand first = operands(0, Allowed.ANY);
    return switch (first) {
      case Operand.Spans(SpansetExpression expression, boolean _) ->
          pipelineQuery(new Stage.Spanset(expression));
      case Operand.Filter(Stage.ScalarFilter filter) -> pipelineQuery(filter);
      case Operand.First(Stage stage) -> pipelineQuery(stage);
      case Operand.Wrapped(SpansetExpression expression) ->
          new Query.Search(Pipeline.of(new Stage.Spanset(expression)), hintsAndEnd());
      case Operand.WrappedFilter(Stage.ScalarFilter filter) ->
          new Query.Search(Pipeline.of(filter), hintsAndEnd());
      case Operand.Series(MathExpression expression) -> {
        List<SecondStage> seconds = secondStages();
        yield new Query.Combination(expression, seconds, hintsAndEnd());
      }
      case Operand.Scalar _, Operand.WrappedScalar _ -> throw tokens.unexpected();
    };
  }

  private Query pipelineQuery(Stage first) {
    Tail tail = tail(first, false);
    Hints hints = hintsAndEnd();
    return tail.metric.isPresent()
        ? new Query.Metrics(tail.pipeline, tail.metric.get(), tail.seconds, hints)
        : new Query.Search(tail.pipeline, hints);
  }

  /// The stages behind the first one, up to what belongs to no pipeline.
  private Tail tail(Stage first, boolean withinParentheses) {
    List<Stage> stages = new ArrayList<>();
    stages.add(first);
    while (tokens.accept("|")) {
      if (isMetric()) {
        Metric metric = metric();
        return new Tail(
            new Pipeline(stages), Optional.of(metric), secondStages(), Optional.empty());
      }
      if (tokens.accept("coalesce")) {
        tokens.expect("(");
        tokens.expect(")");
        stages.add(new Stage.Coalesce());
        continue;
      }
      switch (operands(0, Allowed.PLAIN)) {
        case Operand.Spans(SpansetExpression expression, boolean _) ->
            stages.add(new Stage.Spanset(expression));
        case Operand.Filter(Stage.ScalarFilter filter) -> stages.add(filter);
        case Operand.First(Stage stage) -> stages.add(stage);
        case Operand.Scalar(ScalarExpression.Aggregate aggregate, boolean _)
            when withinParentheses && tokens.at(")") -> {
          return new Tail(
              new Pipeline(stages), Optional.empty(), List.of(), Optional.of(aggregate));
        }
        case Operand.Scalar _,
            Operand.Wrapped _,
            Operand.WrappedScalar _,
            Operand.WrappedFilter _,
            Operand.Series _ ->
            throw tokens.unexpected();
      }
    }
    return new Tail(new Pipeline(stages), Optional.empty(), List.of(), Optional.empty());
  }

  private Operand operands(int least, Allowed allowed) {
    Operand left = operand(allowed);
    while (true) {
      Token operator = tokens.peek();
      int power = power(operator);
      if (power < Math.max(least, 1) || !takes(left, operator, power)) {
        return left;
      }
      tokens.next();
      int leftHeight = tokens.height();
      Token start = tokens.peek();
      boolean isComparison = power == RELATIONAL && left instanceof Operand.WrappedScalar;
      Operand right =
          isComparison && fields.atStatic()
              ? new Operand.WrappedScalar(new ScalarExpression.Literal(fields.staticValue()))
              : operands(power == POWER ? power : power + 1, allowedAfter(left, allowed));
      tokens.grow(Math.max(leftHeight, tokens.height()));
      left = join(left, operator, right, start);
    }
  }

  private static int power(Token token) {
    if (token.kind() != Token.Kind.SYMBOL) {
      return 0;
    }
    return switch (token.text()) {
      case "&&", "||" -> LOGICAL;
      case "=", "!=", "<", "<=", ">", ">=" -> RELATIONAL;
      case ">>", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~" ->
          RELATIONAL;
      case "+", "-" -> ADDITIVE;
      case "*", "/", "%" -> MULTIPLICATIVE;
      case "^" -> POWER;
      default -> 0;
    };
  }

  private static boolean takes(Operand left, Token operator, int power) {
    return switch (left) {
      case Operand.Spans _, Operand.Wrapped _ -> spansetOperator(operator) != null;
      case Operand.Scalar _, Operand.WrappedScalar _ ->
          power > RELATIONAL || comparison(operator) != null;
      case Operand.Series _ -> power > RELATIONAL && seriesOperator(operator) != null;
      case Operand.Filter _, Operand.WrappedFilter _, Operand.First _ -> false;
    };
  }

  private static Allowed allowedAfter(Operand left, Allowed allowed) {
    return switch (left) {
      case Operand.Wrapped _ -> Allowed.PARENTHESISED;
      case Operand.Spans(SpansetExpression _, boolean parenthesised) ->
          parenthesised ? allowed : allowed == Allowed.ANY ? Allowed.PLAIN : allowed;
      case Operand.Scalar _,
          Operand.WrappedScalar _,
          Operand.Series _,
          Operand.Filter _,
          Operand.WrappedFilter _,
          Operand.First _ ->
          allowed;
    };
  }

  private Operand join(Operand left, Token operator, Operand right, Token start) {
    SpansetExpression leftSpans = spans(left);
    SpansetExpression rightSpans = spans(right);
    SpansetOperator spansetOperator = spansetOperator(operator);
    if (leftSpans != null && rightSpans != null && spansetOperator != null) {
      SpansetExpression joined =
          new SpansetExpression.Combined(spansetOperator, leftSpans, rightSpans);
      return left instanceof Operand.Wrapped || right instanceof Operand.Wrapped
          ? new Operand.Wrapped(joined)
          : new Operand.Spans(joined, false);
    }
    if (left instanceof Operand.Scalar a && right instanceof Operand.Scalar b) {
      return joinScalars(a, operator, b);
    }
    if (left instanceof Operand.WrappedScalar(ScalarExpression a)
        && right instanceof Operand.WrappedScalar(ScalarExpression b)) {
      ComparisonOperator comparison = comparison(operator);
      return comparison != null
          ? new Operand.WrappedFilter(new Stage.ScalarFilter(a, comparison, b))
          : new Operand.WrappedScalar(
              new ScalarExpression.Arithmetic(FieldParser.arithmetic(operator), a, b));
    }
    ArithmeticOperator seriesOperator = seriesOperator(operator);
    if ((left instanceof Operand.Series || right instanceof Operand.Series)
        && seriesOperator != null) {
      return new Operand.Series(
          new MathExpression.Combined(seriesOperator, series(left, start), series(right, start)));
    }
    throw SyntaxErrors.unexpected(start);
  }

  private static Operand joinScalars(Operand.Scalar a, Token operator, Operand.Scalar b) {
    ComparisonOperator comparison = comparison(operator);
    if (comparison != null) {
      return new Operand.Filter(new Stage.ScalarFilter(a.expression(), comparison, b.expression()));
    }
    boolean duration = a.duration() || b.duration();
    ArithmeticOperator arithmetic = FieldParser.arithmetic(operator);
    return new Operand.Scalar(
        ScalarFolding.apply(arithmetic, a.expression(), b.expression()), duration);
  }

  private static @Nullable SpansetExpression spans(Operand operand) {
    return switch (operand) {
      case Operand.Spans(SpansetExpression expression, boolean _) -> expression;
      case Operand.Wrapped(SpansetExpression expression) -> expression;
      case Operand.Scalar _,
          Operand.WrappedScalar _,
          Operand.Series _,
          Operand.Filter _,
          Operand.WrappedFilter _,
          Operand.First _ ->
          null;
    };
  }

  private MathExpression series(Operand operand, Token start) {
    return switch (operand) {
      case Operand.Series(MathExpression expression) -> expression;
      case Operand.Scalar(ScalarExpression.Literal(Value value), boolean duration) -> {
        if (duration) {
          throw tokens.error("duration cannot be used in scalar arithmetic");
        }
        yield new MathExpression.Constant(value);
      }
      case Operand.Scalar _,
          Operand.Spans _,
          Operand.Wrapped _,
          Operand.WrappedScalar _,
          Operand.Filter _,
          Operand.WrappedFilter _,
          Operand.First _ ->
          throw SyntaxErrors.unexpected(start);
    };
  }

  private Operand operand(Allowed allowed) {
    Token token = tokens.peek();
    if (token.is("(")) {
      return parenthesised(allowed);
    }
    if (allowed == Allowed.PARENTHESISED) {
      throw SyntaxErrors.unexpected(token, "(");
    }
    tokens.leaf();
    if (token.is("{")) {
      return new Operand.Spans(filter(), false);
    }
    if (token.is("-")) {
      tokens.next();
      return minus(allowed);
    }
    return switch (token.kind()) {
      case INTEGER, FLOAT -> new Operand.Scalar(literal(tokens.next()), false);
      case DURATION -> new Operand.Scalar(literal(tokens.next()), true);
      case KEYWORD -> keywordOperand(token);
      case STRING, IDENTIFIER, SYMBOL, PREFIX, ATTRIBUTE, END_ATTRIBUTE, END ->
          throw SyntaxErrors.unexpected(token);
    };
  }

  private Operand minus(Allowed allowed) {
    Token start = tokens.peek();
    tokens.enter();
    Operand operand = operand(allowed);
    tokens.leave();
    if (operand
        instanceof Operand.Scalar(ScalarExpression.Literal(Value value), boolean duration)) {
      return new Operand.Scalar(ScalarFolding.negated(value), duration);
    }
    throw SyntaxErrors.unexpected(start);
  }

  private Operand keywordOperand(Token token) {
    return switch (token.text()) {
      case "by" -> new Operand.First(group());
      case "select" -> new Operand.First(select());
      case "count", "min", "max", "avg", "sum" -> new Operand.Scalar(aggregate(), false);
      default -> throw SyntaxErrors.unexpected(token);
    };
  }

  private Operand parenthesised(Allowed allowed) {
    tokens.expect("(");
    tokens.enter();
    Allowed within = allowed == Allowed.PLAIN ? Allowed.PLAIN : Allowed.ANY;
    Operand inner = operands(0, within);
    Operand result =
        switch (inner) {
          case Operand.Spans(SpansetExpression expression, boolean _) ->
              within == Allowed.ANY && tokens.at("|")
                  ? wrapped(new Stage.Spanset(expression))
                  : new Operand.Spans(expression, true);
          case Operand.Filter(Stage.ScalarFilter filter) when within == Allowed.ANY ->
              wrapped(filter);
          case Operand.First(Stage stage) when within == Allowed.ANY -> wrapped(stage);
          case Operand.Wrapped _, Operand.Scalar _, Operand.WrappedScalar _, Operand.Series _ ->
              inner;
          case Operand.Filter _, Operand.First _, Operand.WrappedFilter _ ->
              throw tokens.unexpected();
        };
    tokens.expect(")");
    tokens.leave();
    return result;
  }

  private Operand wrapped(Stage first) {
    Tail tail = tail(first, true);
    if (tail.metric.isPresent()) {
      return new Operand.Series(
          new MathExpression.Operand(tail.pipeline, tail.metric.get(), tail.seconds));
    }
    if (tail.aggregate.isPresent()) {
      return new Operand.WrappedScalar(
          new ScalarExpression.Piped(tail.pipeline, tail.aggregate.get()));
    }
    return new Operand.Wrapped(new SpansetExpression.Piped(tail.pipeline));
  }

  private SpansetExpression.Filter filter() {
    tokens.expect("{");
    if (tokens.accept("}")) {
      return new SpansetExpression.Filter(new FieldExpression.Literal(new Value.Bool(true)));
    }
    FieldExpression condition = fields.expression();
    tokens.expect("}");
    return new SpansetExpression.Filter(condition);
  }

  private Stage group() {
    tokens.expect("by");
    tokens.expect("(");
    FieldExpression key = fields.expression();
    tokens.expect(")");
    return new Stage.Group(key);
  }

  private Stage select() {
    tokens.expect("select");
    return new Stage.Select(fields.references());
  }

  private ScalarExpression aggregate() {
    Token name = tokens.next();
    tokens.expect("(");
    ScalarExpression.AggregateFunction function = function(name);
    Optional<FieldExpression> argument =
        function == ScalarExpression.AggregateFunction.COUNT
            ? Optional.empty()
            : Optional.of(fields.expression());
    tokens.expect(")");
    return new ScalarExpression.Aggregate(function, argument);
  }

  private static ScalarExpression.AggregateFunction function(Token name) {
    for (ScalarExpression.AggregateFunction function :
        ScalarExpression.AggregateFunction.values()) {
      if (function.text().equals(name.text())) {
        return function;
      }
    }
    throw SyntaxErrors.unexpected(name);
  }

  private static ScalarExpression literal(Token token) {
    return new ScalarExpression.Literal(FieldParser.valueOf(token));
  }

  private boolean isMetric() {
    Token token = tokens.peek();
    return token.kind() == Token.Kind.KEYWORD
        && (token.text().endsWith("_over_time")
            || token.text().equals("rate")
            || token.text().equals("compare"));
  }

  private Metric metric() {
    Token name = tokens.next();
    tokens.expect("(");
    Metric metric =
        switch (name.text()) {
          case "rate", "count_over_time" -> {
            tokens.expect(")");
            yield new Metric.Count(name.is("rate"), by());
          }
          case "histogram_over_time" -> {
            Reference argument = fields.reference();
            tokens.expect(")");
            yield new Metric.Histogram(argument, by());
          }
          case "quantile_over_time" -> quantiles();
          case "compare" -> compare();
          default -> {
            Reference argument = fields.reference();
            tokens.expect(")");
            yield new Metric.Over(overTime(name), argument, by());
          }
        };
    return metric;
  }

  private static Metric.OverTime overTime(Token name) {
    for (Metric.OverTime function : Metric.OverTime.values()) {
      if (function.text().equals(name.text())) {
        return function;
      }
    }
    throw SyntaxErrors.unexpected(name);
  }

  private Metric quantiles() {
    Reference argument = fields.reference();
    List<Double> quantiles = new ArrayList<>();
    tokens.expect(",");
    do {
      quantiles.add(
          switch (tokens.next()) {
            case Token token when token.value() instanceof Value.Int(long number) ->
                (double) number;
            case Token token when token.value() instanceof Value.Float(double number) -> number;
            case Token token -> throw SyntaxErrors.unexpected(token, "INTEGER", "FLOAT");
          });
    } while (tokens.accept(","));
    tokens.expect(")");
    return new Metric.Quantile(argument, quantiles, by());
  }

  private Metric compare() {
    SpansetExpression.Filter selection = filter();
    long top = Metric.Compare.DEFAULT_TOP;
    Optional<Metric.Compare.Window> window = Optional.empty();
    if (tokens.accept(",")) {
      top = integer();
      if (tokens.accept(",")) {
        long from = integer();
        tokens.expect(",");
        window = Optional.of(new Metric.Compare.Window(from, integer()));
      }
    }
    tokens.expect(")");
    return new Metric.Compare(selection, top, window);
  }

  private long integer() {
    Token token = tokens.next();
    if (token.value() instanceof Value.Int(long number)) {
      return number;
    }
    throw SyntaxErrors.unexpected(token, "INTEGER");
  }

  private List<Reference> by() {
    return tokens.accept("by") ? fields.references() : List.of();
  }

  private List<SecondStage> secondStages() {
    List<SecondStage> stages = new ArrayList<>();
    while (true) {
      ComparisonOperator comparison = comparison(tokens.peek());
      if (comparison != null) {
        tokens.next();
        stages.add(new SecondStage.Threshold(comparison, threshold()));
      } else if (tokens.accept("|")) {
        stages.add(limit());
      } else {
        return stages;
      }
    }
  }

  private SecondStage limit() {
    Token name = tokens.next();
    if (!name.is("topk") && !name.is("bottomk")) {
      throw SyntaxErrors.unexpected(name, "topk", "bottomk");
    }
    tokens.expect("(");
    long limit = integer();
    tokens.expect(")");
    return name.is("topk") ? new SecondStage.Top(limit) : new SecondStage.Bottom(limit);
  }

  private Value threshold() {
    Token start = tokens.peek();
    Operand operand = operands(ADDITIVE, Allowed.PLAIN);
    if (operand
        instanceof Operand.Scalar(ScalarExpression.Literal(Value value), boolean duration)) {
      if (duration && !(value instanceof Value.Duration)) {
        throw tokens.error("duration cannot be used in scalar arithmetic");
      }
      return value;
    }
    throw SyntaxErrors.unexpected(start);
  }

  private Hints hintsAndEnd() {
    Hints hints = Hints.NONE;
    while (tokens.accept("with")) {
      hints = hints();
    }
    tokens.expectEnd();
    return hints;
  }

  private Hints hints() {
    List<Hints.Hint> hints = new ArrayList<>();
    tokens.expect("(");
    do {
      Token name = tokens.next();
      if (name.kind() != Token.Kind.IDENTIFIER) {
        throw SyntaxErrors.unexpected(name, "IDENTIFIER");
      }
      tokens.expect("=");
      hints.add(new Hints.Hint(name.text(), fields.staticValue()));
    } while (tokens.accept(","));
    tokens.expect(")");
    return new Hints(hints);
  }

  private static @Nullable ComparisonOperator comparison(Token token) {
    ComparisonOperator comparison = FieldParser.comparison(token);
    return comparison == null || comparison.isRegex() ? null : comparison;
  }

  private static @Nullable ArithmeticOperator seriesOperator(Token token) {
    return token.is("%") || token.is("^") ? null : FieldParser.arithmeticOrNull(token);
  }

  private static @Nullable SpansetOperator spansetOperator(Token token) {
    if (token.kind() == Token.Kind.SYMBOL) {
      for (SpansetOperator operator : SpansetOperator.values()) {
        if (operator.text().equals(token.text())) {
          return operator;
        }
      }
    }
    return null;
  }
}
