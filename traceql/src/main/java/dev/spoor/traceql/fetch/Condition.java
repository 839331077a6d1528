package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import java.util.List;

/// One comparison of a field with literals, as [SpanBatch#matching] decides it.
///
/// The rules are those of the language for `field op literal`, decided on the complete value:
///
/// - A field that is absent satisfies [Operator#MISSING] alone.
/// - An attribute (not an intrinsic) is compared with its own type only: an int literal matches a
///   stored int (or an int in a stored array), never a float, and the other way round; a duration,
///   status or kind literal matches no attribute. `!=` on another type is false.
/// - Numeric intrinsics compare with int, float (nanoseconds) and duration literals by value.
/// - An array satisfies a comparison when one of its elements does.
/// - Regular expressions are RE2, anchored at both ends, `.` matches newlines. `!~` is false for
///   what is not a string.
///
/// @param operands one literal; for [Operator#IN], one or more of one type; none for
///   [Operator#EXISTS] and [Operator#MISSING]
public record Condition(Field field, Operator operator, List<Value> operands) {

  public Condition {
    operands = List.copyOf(operands);
  }

  public static Condition of(Field field, Operator operator, Value literal) {
    return new Condition(field, operator, List.of(literal));
  }

  public static Condition exists(Field field) {
    return new Condition(field, Operator.EXISTS, List.of());
  }

  public enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    REGEX,
    NOT_REGEX,
    /// Equal to one of the operands.
    IN,
    /// Contains the operand (a string) somewhere; not in the language, for tag searches.
    CONTAINS,
    EXISTS,
    MISSING
  }
}
