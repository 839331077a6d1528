package dev.spoor.traceql.values;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.fetch.StringMatcher;
import java.util.List;

/// Comparisons of two values. Values that don't fit together are unequal in no sense: every
/// comparison with nil, or of types that don't match, is false, `!=` too.
public final class Comparisons {

  private Comparisons() {}

  /// By value: ints, floats and durations (in nanoseconds) compare with one another; an array
  /// satisfies what one of its elements does.
  public static boolean holds(ComparisonOperator operator, Value left, Value right) {
    if (left instanceof Value.Array(List<Value> elements)) {
      return !(right instanceof Value.Array)
          && elements.stream().anyMatch(element -> holds(operator, element, right));
    }
    if (right instanceof Value.Array(List<Value> elements)) {
      return elements.stream().anyMatch(element -> holds(operator, left, element));
    }
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return numbers(operator, left, right);
    }
    if (left instanceof Value.Str(String a) && right instanceof Value.Str(String b)) {
      return operator.isRegex()
          ? StringMatcher.regex(b).matches(a) == (operator == ComparisonOperator.REGEX)
          : ordered(operator, compare(a, b));
    }
    return isComparable(left)
        && left.getClass() == right.getClass()
        && switch (operator) {
          case EQUAL -> left.equals(right);
          case NOT_EQUAL -> !left.equals(right);
          case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, REGEX, NOT_REGEX -> false;
        };
  }

  /// As `attribute op literal` compares: what is stored must have the literal's own type, and a
  /// duration, status or kind literal matches no attribute.
  public static boolean holdsForAttribute(
      ComparisonOperator operator, Value stored, Value literal) {
    if (stored instanceof Value.Array(List<Value> elements)) {
      return elements.stream().anyMatch(element -> holdsForAttribute(operator, element, literal));
    }
    return stored.getClass() == literal.getClass() && holds(operator, stored, literal);
  }

  /// The order of the bytes of their UTF-8, which is that of their code points.
  public static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Character.isSurrogate(x) == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /// Whether the outcome of an order-giving comparison satisfies an operator.
  public static boolean ordered(ComparisonOperator operator, int order) {
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_EQUAL -> order >= 0;
      case REGEX, NOT_REGEX -> false;
    };
  }

  /// IEEE: with NaN only `!=` holds.
  public static boolean doubles(ComparisonOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_EQUAL -> left >= right;
      case REGEX, NOT_REGEX -> false;
    };
  }

  private static boolean numbers(ComparisonOperator operator, Value left, Value right) {
    return (left instanceof Value.Float || right instanceof Value.Float)
        ? doubles(operator, Numbers.toDouble(left), Numbers.toDouble(right))
        : ordered(operator, Long.compare(Numbers.toLong(left), Numbers.toLong(right)));
  }

  private static boolean isComparable(Value value) {
    return switch (value) {
      case Value.Bool _, Value.Status _, Value.Kind _ -> true;
      case Value.Nil _,
          Value.Int _,
          Value.Float _,
          Value.Str _,
          Value.Duration _,
          Value.Array _,
          Value.Opaque _ ->
          false;
    };
  }
}
