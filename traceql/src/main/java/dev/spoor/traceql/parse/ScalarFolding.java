package dev.spoor.traceql.parse;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.values.Numbers;

/// Replaces arithmetic on numbers alone by its outcome.
final class ScalarFolding {

  private ScalarFolding() {}

  static ScalarExpression apply(
      ArithmeticOperator operator, ScalarExpression left, ScalarExpression right) {
    if (left instanceof ScalarExpression.Literal(Value a)
        && right instanceof ScalarExpression.Literal(Value b)) {
      Value value = Numbers.apply(operator, a, b);
      boolean isWritable =
          value instanceof Value.Int
              || (value instanceof Value.Float(double number) && Double.isFinite(number));
      if (isWritable) {
        return new ScalarExpression.Literal(value);
      }
    }
    return new ScalarExpression.Arithmetic(operator, left, right);
  }

  static ScalarExpression negated(Value number) {
    return new ScalarExpression.Literal(Numbers.negate(number));
  }
}
