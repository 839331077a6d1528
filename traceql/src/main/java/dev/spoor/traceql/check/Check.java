package dev.spoor.traceql.check;

import static dev.spoor.traceql.check.FieldCheck.invalid;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.MathExpression;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SecondStage;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.Stage;
import java.util.List;

/// Refuses queries that follow the grammar, but make no sense or are not supported.
public final class Check {

  private static final int MAX_GROUPS = 5;
  private static final int MAX_GROUPS_WITH_INNER_LABEL = 4;
  private static final long MAX_TOP_VALUES = 1_000;

  private Check() {}

  /// @throws TraceQlException naming the expression and what is wrong with it
  public static void check(Query query) {
    switch (query) {
      case Query.Search search -> check(search.pipeline());
      case Query.Metrics metrics -> {
        check(metrics.pipeline());
        check(metrics.metric());
        check(metrics.metric(), metrics.stages());
      }
      case Query.Combination math -> {
        check(math.expression());
        math.stages().forEach(Check::check);
      }
    }
  }

  private static void check(Pipeline pipeline) {
    pipeline.stages().forEach(Check::check);
  }

  private static void check(Stage stage) {
    switch (stage) {
      case Stage.Spanset(SpansetExpression expression) -> check(expression);
      case Stage.ScalarFilter filter -> check(filter);
      case Stage.Group(FieldExpression key) -> {
        FieldCheck.check(key);
        if (!References.any(key)) {
          throw invalid(
              "grouping field expressions must reference the span: " + FieldCheck.shown(key));
        }
      }
      case Stage.Coalesce() -> {}
      case Stage.Select(List<Reference> fields) -> fields.forEach(FieldCheck::check);
    }
  }

  private static void check(SpansetExpression expression) {
    switch (expression) {
      case SpansetExpression.Filter filter -> check(filter);
      case SpansetExpression.Combined(var _, SpansetExpression left, SpansetExpression right) -> {
        check(left);
        check(right);
      }
      case SpansetExpression.Piped(Pipeline pipeline) -> check(pipeline);
    }
  }

  private static void check(SpansetExpression.Filter filter) {
    FieldCheck.check(filter.condition());
    if (!Type.of(filter.condition()).takesLogic()) {
      throw invalid(
          "span filter field expressions must resolve to a boolean: "
              + FieldCheck.shortened(CanonicalText.of(filter)));
    }
  }

  private static void check(Stage.ScalarFilter filter) {
    check(filter.left());
    check(filter.right());
    if (!(filter.left() instanceof ScalarExpression.Aggregate)) {
      throw invalid("scalar filter lhs of type (%v) not yet supported");
    }
    if (!(filter.right() instanceof ScalarExpression.Literal)) {
      throw invalid("scalar filter rhs of type (%v) not yet supported");
    }
  }

  private static void check(ScalarExpression expression) {
    switch (expression) {
      case ScalarExpression.Literal _ -> {}
      case ScalarExpression.Aggregate(var _, var argument) ->
          argument.ifPresent(Check::checkArgument);
      case ScalarExpression.Arithmetic(var _, ScalarExpression left, ScalarExpression right) -> {
        check(left);
        check(right);
      }
      case ScalarExpression.Piped(Pipeline pipeline, ScalarExpression.Aggregate aggregate) -> {
        check(pipeline);
        check(aggregate);
      }
    }
  }

  private static void checkArgument(FieldExpression argument) {
    FieldCheck.check(argument);
    if (!Type.of(argument).takesArithmetic()) {
      throw invalid(
          "aggregate field expressions must resolve to a number type: "
              + FieldCheck.shown(argument));
    }
    if (!References.any(argument)) {
      throw invalid(
          "aggregate field expressions must reference the span: " + FieldCheck.shown(argument));
    }
  }

  private static void check(Metric metric) {
    switch (metric) {
      case Metric.Count(boolean _, List<Reference> by) -> checkGroups(by, MAX_GROUPS);
      case Metric.Over(Metric.OverTime function, Reference argument, List<Reference> by) -> {
        FieldCheck.check(argument);
        checkGroups(by, function == Metric.OverTime.AVG ? MAX_GROUPS_WITH_INNER_LABEL : MAX_GROUPS);
      }
      case Metric.Histogram(Reference argument, List<Reference> by) -> {
        FieldCheck.check(argument);
        checkGroups(by, MAX_GROUPS_WITH_INNER_LABEL);
      }
      case Metric.Quantile(Reference argument, List<Double> quantiles, List<Reference> by) -> {
        FieldCheck.check(argument);
        checkGroups(by, MAX_GROUPS_WITH_INNER_LABEL);
        quantiles.forEach(Check::checkQuantile);
      }
      case Metric.Compare compare -> check(compare);
    }
  }

  private static void checkGroups(List<Reference> by, int max) {
    by.forEach(FieldCheck::check);
    if (by.size() > max) {
      throw invalid("metrics group by %d values not yet supported".formatted(by.size()));
    }
  }

  private static void checkQuantile(double quantile) {
    if (!(quantile >= 0 && quantile <= 1)) {
      throw invalid("quantile must be between 0 and 1: " + quantile);
    }
  }

  private static void check(Metric.Compare compare) {
    check(compare.selection());
    if (compare.top() < 1 || compare.top() > MAX_TOP_VALUES) {
      throw invalid(
          "compare() top number of values must be an integer between 1 and " + MAX_TOP_VALUES);
    }
    compare
        .window()
        .ifPresent(window -> {
          if (window.from() <= 0 || window.to() <= 0) {
            throw invalid("compare() timestamps must be positive integer unix nanoseconds");
          }
          if (window.to() <= window.from()) {
            throw invalid("compare() end timestamp must be greater than start timestamp");
          }
        });
  }

  private static void check(Metric metric, List<SecondStage> stages) {
    if (metric instanceof Metric.Compare && !stages.isEmpty()) {
      throw noCompare();
    }
    stages.forEach(Check::check);
  }

  private static TraceQlException noCompare() {
    return invalid("`compare()` cannot be used with second stage functions");
  }

  private static void check(SecondStage stage) {
    long limit =
        switch (stage) {
          case SecondStage.Top(long top) -> top;
          case SecondStage.Bottom(long bottom) -> bottom;
          case SecondStage.Threshold _ -> 1;
        };
    if (limit <= 0) {
      throw invalid("limit must be greater than 0");
    }
  }

  private static void check(MathExpression expression) {
    switch (expression) {
      case MathExpression.Operand(Pipeline pipeline, Metric metric, List<SecondStage> stages) -> {
        check(pipeline);
        check(metric);
        if (metric instanceof Metric.Compare) {
          throw noCompare();
        }
        check(metric, stages);
      }
      case MathExpression.Constant _ -> {}
      case MathExpression.Combined(var _, MathExpression left, MathExpression right) -> {
        check(left);
        check(right);
      }
    }
  }
}
