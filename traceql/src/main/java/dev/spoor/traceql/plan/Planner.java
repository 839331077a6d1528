package dev.spoor.traceql.plan;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Plans pipelines.
///
/// Values that are only computed from found spans (for aggregates, groups and structure) are
/// columns, not conditions, so they never weaken what a span has to satisfy.
public final class Planner {

  private final Set<Field> columns = new LinkedHashSet<>();
  private final Set<Field> mentioned = new LinkedHashSet<>();
  private boolean wholeTraces;

  private Planner() {}

  public static Plan plan(Pipeline pipeline) {
    Planner planner = new Planner();
    Prefilter prefilter = planner.prefilter(pipeline);
    planner.columns.removeIf(field -> !isReadByValue(field));
    List<Field> shown = planner.mentioned.stream().filter(Planner::isShown).toList();
    return new Plan(prefilter, planner.columns, shown, planner.wholeTraces);
  }

  /// Filters say what the spans after them satisfy, as long as nothing before them looked at the
  /// spans that they drop.
  private Prefilter prefilter(Pipeline pipeline) {
    Prefilter all = Prefilter.EVERYTHING;
    boolean onlyFilters = true;
    for (Stage stage : pipeline.stages()) {
      switch (stage) {
        case Stage.Spanset(SpansetExpression expression) -> {
          Prefilter prefilter = prefilter(expression);
          if (onlyFilters) {
            all = Prefilter.both(all, prefilter);
          }
          onlyFilters &= expression instanceof SpansetExpression.Filter;
        }
        case Stage.ScalarFilter(
                ScalarExpression left,
                ComparisonOperator _,
                ScalarExpression right) -> {
          read(left);
          read(right);
          wholeTraces = true;
          onlyFilters = false;
        }
        case Stage.Group(FieldExpression key) -> {
          read(key);
          onlyFilters = false;
        }
        case Stage.Coalesce() -> onlyFilters = false;
        case Stage.Select(List<Reference> fields) -> select(fields);
      }
    }
    return all;
  }

  private void select(List<Reference> fields) {
    for (Reference field : fields) {
      if (field instanceof FieldOf(Field selected)) {
        mentioned.add(selected);
      }
    }
  }

  private Prefilter prefilter(SpansetExpression expression) {
    return switch (expression) {
      case SpansetExpression.Filter(FieldExpression condition) -> {
        mention(condition);
        valuesOf(condition, columns::add);
        yield Prefilter.of(condition);
      }
      case SpansetExpression.Combined(
              SpansetOperator operator,
              SpansetExpression left,
              SpansetExpression right) ->
          combined(operator, prefilter(left), prefilter(right));
      case SpansetExpression.Piped(Pipeline pipeline) -> prefilter(pipeline);
    };
  }

  private Prefilter combined(SpansetOperator operator, Prefilter left, Prefilter right) {
    if (operator != SpansetOperator.OR) {
      wholeTraces = true;
    }
    switch (operator.relation()) {
      case null -> {}
      case CHILD, PARENT -> {
        columns.add(Field.Intrinsic.NESTED_SET_LEFT);
        columns.add(Field.Intrinsic.NESTED_SET_PARENT);
      }
      case DESCENDANT, ANCESTOR -> {
        columns.add(Field.Intrinsic.NESTED_SET_LEFT);
        columns.add(Field.Intrinsic.NESTED_SET_RIGHT);
      }
      case SIBLING -> columns.add(Field.Intrinsic.NESTED_SET_PARENT);
    }
    boolean needsLeft =
        operator != SpansetOperator.OR && operator.form() != SpansetOperator.Form.NEGATED;
    boolean needsRight = operator != SpansetOperator.OR;
    boolean impossible =
        (needsLeft && left instanceof Prefilter.Nothing)
            || (needsRight && right instanceof Prefilter.Nothing);
    return impossible ? Prefilter.NOTHING : Prefilter.either(List.of(left, right));
  }

  private void read(ScalarExpression expression) {
    switch (expression) {
      case ScalarExpression.Literal _ -> {}
      case ScalarExpression.Aggregate(var _, var argument) -> argument.ifPresent(this::read);
      case ScalarExpression.Arithmetic(var _, ScalarExpression left, ScalarExpression right) -> {
        read(left);
        read(right);
      }
      case ScalarExpression.Piped(Pipeline pipeline, ScalarExpression.Aggregate aggregate) -> {
        prefilter(pipeline);
        read(aggregate);
      }
    }
  }

  /// All of an expression's values are asked for.
  private void read(FieldExpression expression) {
    mention(expression);
    References.fields(expression, columns::add);
  }

  private void mention(FieldExpression expression) {
    References.fields(
        expression,
        field -> {
          mentioned.add(field);
          wholeTraces |= field.dependsOnTrace();
        });
  }

  /// Fields of a filter whose values are asked for, since no single condition decides.
  private static void valuesOf(FieldExpression expression, Consumer<Field> found) {
    if (Conditions.of(expression).isPresent()) {
      return;
    }
    switch (expression) {
      case FieldExpression.Not(FieldExpression operand) -> valuesOf(operand, found);
      case FieldExpression.Logic logic -> {
        valuesOf(logic.first(), found);
        logic.rest().forEach(link -> valuesOf(link.operand(), found));
      }
      case FieldExpression.Literal _,
          Reference _,
          FieldExpression.Negated _,
          FieldExpression.Arithmetic _,
          FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _ ->
          References.fields(expression, found);
    }
  }

  private static boolean isReadByValue(Field field) {
    return field != Field.Intrinsic.TRACE_ID;
  }

  /// What is not part of every answer anyway. The name is shown in a place of its own.
  private static boolean isShown(Field field) {
    return field != Field.Intrinsic.DURATION
        && field != Field.Intrinsic.TRACE_DURATION
        && field != Field.Intrinsic.ROOT_NAME
        && field != Field.Intrinsic.ROOT_SERVICE_NAME
        && field != Field.Intrinsic.TRACE_ID
        && field != Field.Intrinsic.SPAN_ID;
  }
}
