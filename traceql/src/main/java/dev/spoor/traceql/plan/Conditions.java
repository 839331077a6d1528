package dev.spoor.traceql.plan;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.fetch.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Comparisons of one field with a literal, which storage decides by itself.
public final class Conditions {

  private static final int SPAN_ID_DIGITS = 16;

  private Conditions() {}

  /// The condition that says the same as the expression, if there is one. It is for the level of
  /// its field: for an event, not for the span that has it.
  public static Optional<Condition> of(FieldExpression expression) {
    return switch (expression) {
      case FieldExpression.Comparison(
              ComparisonOperator operator,
              FieldOf(Field field),
              Literal(Value literal)) ->
          Optional.of(comparison(field, operator, literal));
      case FieldExpression.Comparison(
              ComparisonOperator operator,
              Literal(Value literal),
              FieldOf(Field field))
          when !operator.isRegex() ->
          Optional.of(comparison(field, operator.mirrored(), literal));
      case FieldExpression.NilTest(FieldOf(Field field), boolean missing) ->
          Optional.of(
              new Condition(
                  field,
                  missing ? Condition.Operator.MISSING : Condition.Operator.EXISTS,
                  List.of()));
      case FieldExpression.Contains(Field field, String text) ->
          Optional.of(Condition.of(field, Condition.Operator.CONTAINS, new Value.Str(text)));
      case Literal _,
          FieldExpression.Reference _,
          FieldExpression.Negated _,
          FieldExpression.Not _,
          FieldExpression.Arithmetic _,
          FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Logic _ ->
          Optional.empty();
    };
  }

  /// One condition for `a || b`, when both ask for equality of the same field with literals of the
  /// same type.
  public static Optional<Condition> either(Condition a, Condition b) {
    if (!isEquality(a) || !isEquality(b) || !a.field().equals(b.field())) {
      return Optional.empty();
    }
    Class<?> type = a.operands().getFirst().getClass();
    boolean sameType = type == b.operands().getFirst().getClass();
    if (!sameType) {
      return Optional.empty();
    }
    List<Value> operands = new ArrayList<>(a.operands());
    operands.addAll(b.operands());
    return Optional.of(new Condition(a.field(), Condition.Operator.IN, operands));
  }

  private static boolean isEquality(Condition condition) {
    return condition.operator() == Condition.Operator.EQUAL
        || condition.operator() == Condition.Operator.IN;
  }

  private static Condition comparison(Field field, ComparisonOperator operator, Value literal) {
    boolean equality =
        operator == ComparisonOperator.EQUAL || operator == ComparisonOperator.NOT_EQUAL;
    return Condition.of(field, operator.condition(), equality ? idFor(field, literal) : literal);
  }

  /// The literal as the field spells ids: span ids have 16 digits, trace ids no leading zeros, both
  /// are lower-case. What is no id stays as it is, and equals none.
  private static Value idFor(Field field, Value literal) {
    if (!(field instanceof Field.Intrinsic intrinsic)
        || !(literal instanceof Value.Str(String id))
        || id.isEmpty()
        || !id.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0)) {
      return literal;
    }
    return switch (intrinsic) {
      case SPAN_ID, PARENT_SPAN_ID, LINK_SPAN_ID ->
          new Value.Str(
              "0".repeat(Math.max(0, SPAN_ID_DIGITS - id.length())) + id.toLowerCase(Locale.ROOT));
      case TRACE_ID, LINK_TRACE_ID -> new Value.Str(withoutZeros(id.toLowerCase(Locale.ROOT)));
      case NAME,
          DURATION,
          STATUS,
          STATUS_MESSAGE,
          KIND,
          CHILD_COUNT,
          TRACE_DURATION,
          ROOT_NAME,
          ROOT_SERVICE_NAME,
          EVENT_NAME,
          EVENT_TIME_SINCE_START,
          INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT,
          SPAN_START,
          TRACE_START ->
          literal;
    };
  }

  private static String withoutZeros(String id) {
    int zeros = 0;
    while (zeros < id.length() - 1 && id.charAt(zeros) == '0') {
      zeros++;
    }
    return id.substring(zeros);
  }
}
