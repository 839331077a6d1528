package dev.spoor.traceql.parse;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.values.Comparisons;
import dev.spoor.traceql.values.Numbers;
import java.util.Locale;

/// Builds expressions, and replaces those of literals alone by their value. What makes no sense is
/// left as it is, for the check to complain about.
final class Folding {

  private Folding() {}

  static FieldExpression negated(FieldExpression operand) {
    return operand instanceof Literal(Value value) && Numbers.isNumeric(value)
        ? new Literal(Numbers.negate(value))
        : new FieldExpression.Negated(operand);
  }

  static FieldExpression not(FieldExpression operand) {
    return operand instanceof Literal(Value.Bool(boolean value))
        ? bool(!value)
        : new FieldExpression.Not(operand);
  }

  static FieldExpression nilTest(FieldExpression operand, boolean missing) {
    return operand instanceof Literal
        ? bool(!missing)
        : new FieldExpression.NilTest(operand, missing);
  }

  static FieldExpression arithmetic(
      FieldExpression left, ArithmeticOperator operator, FieldExpression right) {
    if (left instanceof Literal(Value a) && right instanceof Literal(Value b)) {
      Value value = Numbers.apply(operator, a, b);
      if (isWritable(value)) {
        return new Literal(value);
      }
    }
    return new FieldExpression.Arithmetic(operator, left, right);
  }

  static FieldExpression comparison(
      FieldExpression left, ComparisonOperator operator, FieldExpression right) {
    if (left instanceof Literal(Value a) && right instanceof Literal(Value b)) {
      return isComparable(operator, a, b)
          ? bool(Comparisons.holds(operator, a, b))
          : new FieldExpression.Comparison(operator, left, right);
    }
    return operator.isRegex()
        ? new FieldExpression.Comparison(operator, left, right)
        : new FieldExpression.Comparison(operator, idFor(right, left), idFor(left, right));
  }

  /// The literal as an id, when it is compared with the id of the trace.
  private static FieldExpression idFor(FieldExpression other, FieldExpression operand) {
    if (other instanceof FieldExpression.FieldOf(Field field)
        && field == Field.Intrinsic.TRACE_ID
        && operand instanceof Literal(Value.Str(String id))) {
      int zeros = 0;
      while (zeros < id.length() - 1 && id.charAt(zeros) == '0') {
        zeros++;
      }
      return new Literal(new Value.Str(id.substring(zeros).toLowerCase(Locale.ROOT)));
    }
    return operand;
  }

  /// Nil is no number, and there is no way to write NaN and infinity.
  private static boolean isWritable(Value value) {
    return switch (value) {
      case Value.Int _ -> true;
      case Value.Float(double number) -> Double.isFinite(number);
      case Value.Nil _,
          Value.Str _,
          Value.Bool _,
          Value.Duration _,
          Value.Status _,
          Value.Kind _,
          Value.Array _,
          Value.Opaque _ ->
          false;
    };
  }

  private static boolean isComparable(ComparisonOperator operator, Value left, Value right) {
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return !operator.isRegex();
    }
    if (left.getClass() != right.getClass()) {
      return false;
    }
    return left instanceof Value.Str
        ? !operator.isRegex()
        : operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL;
  }

  private static Literal bool(boolean value) {
    return new Literal(new Value.Bool(value));
  }
}
