package dev.spoor.traceql.check;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;

/// What the value of an expression will be, as far as the text tells.
enum Type {
  /// Known only when a span is at hand.
  DYNAMIC,
  NIL,
  INT,
  FLOAT,
  DURATION,
  STRING,
  BOOL,
  STATUS,
  KIND;

  /// Walks down one path, so that a high tree costs no more than its height.
  static Type of(FieldExpression expression) {
    return switch (expression) {
      case FieldExpression.Literal(Value value) -> of(value);
      case FieldExpression.FieldOf(Field field) -> of(field);
      case FieldExpression.ParentOf _ -> DYNAMIC;
      case FieldExpression.Negated(FieldExpression operand) -> of(operand);
      case FieldExpression.Not(FieldExpression operand) -> of(operand);
      case FieldExpression.Arithmetic(
              ArithmeticOperator _,
              FieldExpression left,
              FieldExpression right) -> {
        Type type = of(left);
        yield type == DYNAMIC ? of(right) : type;
      }
      case FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _,
          FieldExpression.Logic _ ->
          BOOL;
    };
  }

  private static Type of(Value value) {
    return switch (value) {
      case Value.Nil _ -> NIL;
      case Value.Int _ -> INT;
      case Value.Float _ -> FLOAT;
      case Value.Str _ -> STRING;
      case Value.Bool _ -> BOOL;
      case Value.Duration _ -> DURATION;
      case Value.Status _ -> STATUS;
      case Value.Kind _ -> KIND;
      case Value.Array _, Value.Opaque _ -> DYNAMIC;
    };
  }

  private static Type of(Field field) {
    return switch (field) {
      case Field.Attribute _ -> DYNAMIC;
      case Field.Intrinsic intrinsic -> of(intrinsic);
    };
  }

  private static Type of(Field.Intrinsic intrinsic) {
    return switch (intrinsic) {
      case NAME,
          STATUS_MESSAGE,
          SPAN_ID,
          PARENT_SPAN_ID,
          TRACE_ID,
          ROOT_NAME,
          ROOT_SERVICE_NAME,
          EVENT_NAME,
          LINK_TRACE_ID,
          LINK_SPAN_ID ->
          STRING;
      case DURATION, TRACE_DURATION, EVENT_TIME_SINCE_START -> DURATION;
      case STATUS -> STATUS;
      case KIND -> KIND;
      case CHILD_COUNT,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT,
          SPAN_START,
          TRACE_START ->
          INT;
      case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> DYNAMIC;
    };
  }

  boolean isNumeric() {
    return this == INT || this == FLOAT || this == DURATION;
  }

  /// Whether an operator may stand between the two.
  boolean matches(Type other) {
    return this == DYNAMIC
        || other == DYNAMIC
        || this == other
        || (isNumeric() && other.isNumeric())
        || this == NIL
        || other == NIL;
  }

  boolean takes(ComparisonOperator operator) {
    return switch (this) {
      case DYNAMIC -> true;
      case BOOL, STATUS, KIND, NIL ->
          operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL;
      case INT, FLOAT, DURATION -> !operator.isRegex();
      case STRING -> true;
    };
  }

  boolean takesArithmetic() {
    return this == DYNAMIC || isNumeric();
  }

  boolean takesLogic() {
    return this == DYNAMIC || this == BOOL;
  }
}
