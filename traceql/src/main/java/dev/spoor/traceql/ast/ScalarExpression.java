package dev.spoor.traceql.ast;

import dev.spoor.traceql.Value;
import java.util.Optional;

/// A number that a set of spans has as a whole.
public sealed interface ScalarExpression {

  record Literal(Value value) implements ScalarExpression {}

  /// @param argument empty for [AggregateFunction#COUNT], and for no other
  record Aggregate(AggregateFunction function, Optional<FieldExpression> argument)
      implements ScalarExpression {}

  record Arithmetic(ArithmeticOperator operator, ScalarExpression left, ScalarExpression right)
      implements ScalarExpression {}

  /// `({..} | count())`: parses, but no check lets it through.
  record Piped(Pipeline pipeline, Aggregate aggregate) implements ScalarExpression {}

  enum AggregateFunction {
    COUNT("count"),
    MIN("min"),
    MAX("max"),
    AVG("avg"),
    SUM("sum");

    private final String text;

    AggregateFunction(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
