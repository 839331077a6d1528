package dev.spoor.traceql.values;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;

/// Arithmetic on values: 64-bit integers that wrap, or else doubles, into which durations enter as
/// nanoseconds.
public final class Numbers {

  private Numbers() {}

  public static boolean isNumeric(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.Float
        || value instanceof Value.Duration;
  }

  /// Nil when an operand is no number, and for an integer divided by zero.
  public static Value apply(ArithmeticOperator operator, Value left, Value right) {
    if (left instanceof Value.Int(long a) && right instanceof Value.Int(long b)) {
      boolean dividesByZero =
          b == 0
              && (operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO);
      return dividesByZero ? Value.NIL : new Value.Int(longs(operator, a, b));
    }
    if (!isNumeric(left) || !isNumeric(right)) {
      return Value.NIL;
    }
    return new Value.Float(doubles(operator, toDouble(left), toDouble(right)));
  }

  /// Nil for what is no number.
  public static Value negate(Value value) {
    return switch (value) {
      case Value.Int(long number) -> new Value.Int(-number);
      case Value.Float(double number) -> new Value.Float(-number);
      case Value.Duration(long nanos) -> new Value.Duration(-nanos);
      case Value.Nil _,
          Value.Str _,
          Value.Bool _,
          Value.Status _,
          Value.Kind _,
          Value.Array _,
          Value.Opaque _ ->
          Value.NIL;
    };
  }

  /// The right operand of a division must not be zero.
  public static long longs(ArithmeticOperator operator, long left, long right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> (long) Math.pow((double) left, (double) right);
    };
  }

  public static double doubles(ArithmeticOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case POWER -> Math.pow(left, right);
    };
  }

  /// Durations in nanoseconds.
  public static double toDouble(Value number) {
    return number instanceof Value.Float(double value) ? value : toLong(number);
  }

  /// The number behind an int or a duration (nanoseconds).
  ///
  /// @throws IllegalArgumentException for everything else
  public static long toLong(Value number) {
    return switch (number) {
      case Value.Int(long value) -> value;
      case Value.Duration(long nanos) -> nanos;
      case Value.Nil _,
          Value.Float _,
          Value.Str _,
          Value.Bool _,
          Value.Status _,
          Value.Kind _,
          Value.Array _,
          Value.Opaque _ ->
          throw new IllegalArgumentException(number + " has no integer value");
    };
  }
}
