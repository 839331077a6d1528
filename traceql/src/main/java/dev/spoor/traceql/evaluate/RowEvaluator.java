package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import dev.spoor.traceql.plan.Conditions;
import dev.spoor.traceql.values.Comparisons;
import dev.spoor.traceql.values.Numbers;
import java.io.IOException;
import java.util.Optional;

/// Evaluates expressions for rows: truth as sets, values as columns.
final class RowEvaluator {

  private final SpanBatch batch;
  private final Rows rows;

  RowEvaluator(SpanBatch batch, Rows rows) {
    this.batch = batch;
    this.rows = rows;
  }

  /// The rows out of `within` for which the expression is true; the caller may change the set.
  OrdinalSet holding(FieldExpression expression, OrdinalSet within) throws IOException {
    Optional<Condition> condition = Conditions.of(expression);
    if (condition.isPresent()) {
      return holding(condition.get(), within);
    }
    return switch (expression) {
      case Literal(Value value) ->
          value.equals(new Value.Bool(true)) ? within.copy() : new OrdinalSet(rows.size());
      case FieldExpression.FieldOf(Field field) -> bools(field, true, within);
      case FieldExpression.Not(FieldExpression operand) -> failing(operand, within);
      case FieldExpression.Comparison comparison -> holding(comparison, within);
      case FieldExpression.NilTest nilTest -> holding(nilTest, within);
      case Logic logic -> holding(logic, within);
      case FieldExpression.Contains _,
          FieldExpression.ParentOf _,
          FieldExpression.Negated _,
          FieldExpression.Arithmetic _ ->
          new OrdinalSet(rows.size());
    };
  }

  /// The rows for which the expression is false, which is less than not true: a missing value is
  /// neither.
  private OrdinalSet failing(FieldExpression expression, OrdinalSet within) throws IOException {
    return switch (expression) {
      case Literal(Value value) ->
          value.equals(new Value.Bool(false)) ? within.copy() : new OrdinalSet(rows.size());
      case FieldExpression.FieldOf(Field field) -> bools(field, false, within);
      case FieldExpression.Not(FieldExpression operand) -> holding(operand, within);
      case FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _,
          Logic _ ->
          within.copy().andNot(holding(expression, within));
      case FieldExpression.ParentOf _, FieldExpression.Negated _, FieldExpression.Arithmetic _ ->
          new OrdinalSet(rows.size());
    };
  }

  private OrdinalSet holding(Condition condition, OrdinalSet within) throws IOException {
    return rows.in(batch.matching(condition), condition.field().level(), within);
  }

  /// An array of truth values satisfies the condition, but is no truth value itself.
  private OrdinalSet bools(Field field, boolean value, OrdinalSet within) throws IOException {
    OrdinalSet candidates =
        holding(Condition.of(field, Condition.Operator.EQUAL, new Value.Bool(value)), within);
    if (candidates.isEmpty()) {
      return candidates;
    }
    ValueColumn column = field(field, candidates);
    for (int row = candidates.next(0); row >= 0; row = candidates.next(row + 1)) {
      if (column.type(row) != ValueColumn.Type.BOOL) {
        candidates.remove(row);
      }
    }
    return candidates;
  }

  private OrdinalSet holding(FieldExpression.NilTest nilTest, OrdinalSet within)
      throws IOException {
    OrdinalSet result = new OrdinalSet(rows.size());
    OrdinalSet candidates = havingLevels(nilTest.operand(), within);
    ValueColumn column = column(nilTest.operand(), candidates);
    for (int row = candidates.next(0); row >= 0; row = candidates.next(row + 1)) {
      if ((column.type(row) == ValueColumn.Type.NIL) == nilTest.missing()) {
        result.add(row);
      }
    }
    return result;
  }

  /// Without an event, nothing is true of it.
  private OrdinalSet havingLevels(FieldExpression expression, OrdinalSet within)
      throws IOException {
    OrdinalSet candidates = within;
    for (Field.Level level : Field.Level.values()) {
      if (level != Field.Level.SPAN && References.any(expression, level)) {
        candidates = rows.in(OrdinalSet.all(batch.count(level)), level, candidates);
      }
    }
    return candidates;
  }

  private OrdinalSet holding(Logic logic, OrdinalSet within) throws IOException {
    OrdinalSet result = holding(logic.first(), within);
    int i = 0;
    while (i < logic.rest().size()) {
      Logic.Link link = logic.rest().get(i);
      i++;
      if (link.operator() == LogicalOperator.AND) {
        result = result.isEmpty() ? result : holding(link.operand(), result);
        continue;
      }
      Optional<Condition> condition = Conditions.of(link.operand());
      while (condition.isPresent() && i < logic.rest().size()) {
        Optional<Condition> joined = joined(condition.get(), logic.rest().get(i));
        if (joined.isEmpty()) {
          break;
        }
        condition = joined;
        i++;
      }
      OrdinalSet rest = within.copy().andNot(result);
      result.or(
          condition.isPresent() ? holding(condition.get(), rest) : holding(link.operand(), rest));
    }
    return result;
  }

  /// Many alternatives for one field are asked for at once.
  private static Optional<Condition> joined(Condition condition, Logic.Link next) {
    return next.operator() == LogicalOperator.OR
        ? Conditions.of(next.operand()).flatMap(other -> Conditions.either(condition, other))
        : Optional.empty();
  }

  private OrdinalSet holding(FieldExpression.Comparison comparison, OrdinalSet within)
      throws IOException {
    OrdinalSet result = new OrdinalSet(rows.size());
    if (comparison.operator().isRegex()) {
      // Only fields and literals have strings; those were decided before.
      return result;
    }
    OrdinalSet candidates = havingLevels(comparison, within);
    ValueColumn left = column(comparison.left(), candidates);
    ValueColumn right = column(comparison.right(), candidates);
    for (int row = candidates.next(0); row >= 0; row = candidates.next(row + 1)) {
      if (holds(comparison.operator(), left, right, row)) {
        result.add(row);
      }
    }
    return result;
  }

  private static boolean holds(
      ComparisonOperator operator, ValueColumn left, ValueColumn right, int row) {
    ValueColumn.Type leftType = left.type(row);
    ValueColumn.Type rightType = right.type(row);
    if (leftType == ValueColumn.Type.NIL || rightType == ValueColumn.Type.NIL) {
      return false;
    }
    if (isNumeric(leftType) && isNumeric(rightType)) {
      return (leftType == ValueColumn.Type.FLOAT || rightType == ValueColumn.Type.FLOAT)
          ? Comparisons.doubles(
              operator, number(left, leftType, row), number(right, rightType, row))
          : Comparisons.ordered(operator, Long.compare(left.longAt(row), right.longAt(row)));
    }
    return Comparisons.holds(operator, left.at(row), right.at(row));
  }

  /// The values of an expression; only those of `within` are sure to be there.
  ValueColumn column(FieldExpression expression, OrdinalSet within) throws IOException {
    return switch (expression) {
      case Literal(Value value) -> new ConstantColumn(value);
      case FieldExpression.FieldOf(Field field) -> field(field, within);
      case FieldExpression.ParentOf _ -> new ConstantColumn(Value.NIL);
      case FieldExpression.Negated(FieldExpression operand) -> negated(operand, within);
      case FieldExpression.Arithmetic(
              ArithmeticOperator operator,
              FieldExpression left,
              FieldExpression right) ->
          arithmetic(operator, column(left, within), column(right, within), within);
      case FieldExpression.Not _,
          FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _,
          Logic _ ->
          truth(expression, within);
    };
  }

  private ValueColumn field(Field field, OrdinalSet within) throws IOException {
    Field.Level level = field.level();
    if (level == Field.Level.SPAN && rows instanceof Rows.Spans) {
      return batch.values(field, within);
    }
    int count = level == Field.Level.SPAN ? batch.spanCount() : batch.count(level);
    ValueColumn values = batch.values(field, rows.ordinals(level, count, within));
    int[] mapping = rows.mapping(level, within);
    return new MappedColumn(values, row -> mapping[row], Value.NIL);
  }

  private ValueColumn negated(FieldExpression operand, OrdinalSet within) throws IOException {
    ValueColumn values = column(operand, within);
    ComputedColumn result = new ComputedColumn(rows.size());
    for (int row = within.next(0); row >= 0; row = within.next(row + 1)) {
      switch (values.type(row)) {
        case INT -> result.set(row, ValueColumn.Type.INT, -values.longAt(row));
        case DURATION -> result.set(row, ValueColumn.Type.DURATION, -values.longAt(row));
        case FLOAT -> result.set(row, -values.doubleAt(row));
        case NIL, STRING, BOOL, STATUS, KIND, ARRAY, OPAQUE -> {}
      }
    }
    return result;
  }

  private ValueColumn arithmetic(
      ArithmeticOperator operator, ValueColumn left, ValueColumn right, OrdinalSet within) {
    ComputedColumn result = new ComputedColumn(rows.size());
    for (int row = within.next(0); row >= 0; row = within.next(row + 1)) {
      ValueColumn.Type leftType = left.type(row);
      ValueColumn.Type rightType = right.type(row);
      if (leftType == ValueColumn.Type.INT && rightType == ValueColumn.Type.INT) {
        long divisor = right.longAt(row);
        boolean divides =
            operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
        if (divisor != 0 || !divides) {
          result.set(row, ValueColumn.Type.INT, Numbers.longs(operator, left.longAt(row), divisor));
        }
      } else if (isNumeric(leftType) && isNumeric(rightType)) {
        result.set(
            row,
            Numbers.doubles(operator, number(left, leftType, row), number(right, rightType, row)));
      }
    }
    return result;
  }

  private ValueColumn truth(FieldExpression expression, OrdinalSet within) throws IOException {
    ComputedColumn result = new ComputedColumn(rows.size());
    setAll(result, failing(expression, within), 0);
    setAll(result, holding(expression, within), 1);
    return result;
  }

  private static void setAll(ComputedColumn column, OrdinalSet rows, long bool) {
    for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      column.set(row, ValueColumn.Type.BOOL, bool);
    }
  }

  private static boolean isNumeric(ValueColumn.Type type) {
    return type == ValueColumn.Type.INT
        || type == ValueColumn.Type.FLOAT
        || type == ValueColumn.Type.DURATION;
  }

  private static double number(ValueColumn column, ValueColumn.Type type, int row) {
    return type == ValueColumn.Type.FLOAT ? column.doubleAt(row) : column.longAt(row);
  }
}
