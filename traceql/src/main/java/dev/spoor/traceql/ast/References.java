package dev.spoor.traceql.ast;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.FieldExpression.ParentOf;
import java.util.function.Consumer;

/// Finds what an expression reads of a span.
public final class References {

  private References() {}

  /// Whether the expression depends on the span at all.
  public static boolean any(FieldExpression expression) {
    boolean[] found = new boolean[1];
    visit(expression, _ -> found[0] = true, _ -> found[0] = true);
    return found[0];
  }

  /// Whether the expression reads a field of this level.
  public static boolean any(FieldExpression expression, Field.Level level) {
    boolean[] found = new boolean[1];
    visit(expression, field -> found[0] |= field.level() == level, _ -> {});
    return found[0];
  }

  /// Fields from left to right, once for each time that they are mentioned.
  public static void fields(FieldExpression expression, Consumer<Field> found) {
    visit(expression, found, _ -> {});
  }

  /// Mentions of the parent span.
  public static void parents(FieldExpression expression, Consumer<ParentOf> found) {
    visit(expression, _ -> {}, found);
  }

  private static void visit(
      FieldExpression expression, Consumer<Field> fields, Consumer<ParentOf> parents) {
    switch (expression) {
      case FieldExpression.Literal _ -> {}
      case FieldOf(Field field) -> fields.accept(field);
      case ParentOf parent -> parents.accept(parent);
      case FieldExpression.Negated(FieldExpression operand) -> visit(operand, fields, parents);
      case FieldExpression.Not(FieldExpression operand) -> visit(operand, fields, parents);
      case FieldExpression.NilTest(FieldExpression operand, boolean _) ->
          visit(operand, fields, parents);
      case FieldExpression.Contains(Field field, String _) -> fields.accept(field);
      case FieldExpression.Arithmetic(
              ArithmeticOperator _,
              FieldExpression left,
              FieldExpression right) -> {
        visit(left, fields, parents);
        visit(right, fields, parents);
      }
      case FieldExpression.Comparison(
              ComparisonOperator _,
              FieldExpression left,
              FieldExpression right) -> {
        visit(left, fields, parents);
        visit(right, fields, parents);
      }
      case Logic logic -> {
        visit(logic.first(), fields, parents);
        logic.rest().forEach(link -> visit(link.operand(), fields, parents));
      }
    }
  }
}
