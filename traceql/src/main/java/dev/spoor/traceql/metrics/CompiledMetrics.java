package dev.spoor.traceql.metrics;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.MathExpression;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.SecondStage;
import dev.spoor.traceql.check.Check;
import dev.spoor.traceql.values.Numbers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// A query that is ready to make time series. Immutable; any number of threads.
///
/// Each operand is fetched by itself; a [MetricsAccumulator] takes the batches, is merged with
/// those of other sources, and is finished once.
public final class CompiledMetrics {

  private final Query query;
  private final List<MetricsOperand> operands;

  private CompiledMetrics(Query query, List<MetricsOperand> operands) {
    this.query = query;
    this.operands = List.copyOf(operands);
  }

  /// @throws TraceQlException when the query makes no sense, or is no metrics query
  public static CompiledMetrics of(Query query) {
    Check.check(query);
    List<MetricsOperand> operands = new ArrayList<>();
    switch (query) {
      case Query.Search _ ->
          throw new TraceQlException(
              TraceQlException.Reason.INVALID, "not a metrics query: " + CanonicalText.of(query));
      case Query.Metrics metrics ->
          operands.add(new MetricsOperand(metrics.pipeline(), metrics.metric(), metrics.stages()));
      case Query.Combination math -> collect(math.expression(), operands);
    }
    return new CompiledMetrics(query, operands);
  }

  private static void collect(MathExpression expression, List<MetricsOperand> operands) {
    switch (expression) {
      case MathExpression.Operand(Pipeline pipeline, Metric metric, List<SecondStage> stages) ->
          operands.add(new MetricsOperand(pipeline, metric, stages));
      case MathExpression.Constant _ -> {}
      case MathExpression.Combined(var _, MathExpression left, MathExpression right) -> {
        collect(left, operands);
        collect(right, operands);
      }
    }
  }

  public Query query() {
    return query;
  }

  public Hints hints() {
    return query.hints();
  }

  /// From left to right; most queries have one.
  public List<MetricsOperand> operands() {
    return operands;
  }

  /// How many exemplars the query wants: the hint `exemplars` overrides what was asked for.
  ///
  /// @param requested 0 for as many as possible
  /// @param max what the server allows
  public int exemplars(int requested, int max) {
    int wanted = requested <= 0 ? max : Math.min(requested, max);
    return hints()
        .value("exemplars")
        .map(hint ->
            switch (hint) {
              case Value.Int(long number) -> Math.clamp(number, 0, max);
              case Value.Bool(boolean on) -> on ? max : 0;
              default -> wanted;
            })
        .orElse(wanted);
  }

  public MetricsAccumulator accumulator(Intervals intervals, MetricsLimits limits) {
    return new MetricsAccumulator(this, intervals, limits);
  }

  /// Joins the finished series of the operands.
  List<TimeSeries> combine(List<List<TimeSeries>> series, Intervals intervals) {
    Iterator<List<TimeSeries>> next = series.iterator();
    Iterator<MetricsOperand> operand = operands.iterator();
    return switch (query) {
      case Query.Search _ -> List.of();
      case Query.Metrics _ -> SecondStages.apply(operand.next().stages(), next.next(), intervals);
      case Query.Combination math ->
          SecondStages.apply(
              math.stages(), evaluate(math.expression(), next, operand, intervals), intervals);
    };
  }

  private static List<TimeSeries> evaluate(
      MathExpression expression,
      Iterator<List<TimeSeries>> series,
      Iterator<MetricsOperand> operands,
      Intervals intervals) {
    return switch (expression) {
      case MathExpression.Operand _ ->
          SecondStages.apply(operands.next().stages(), series.next(), intervals);
      case MathExpression.Constant _ -> List.of();
      case MathExpression.Combined(
              ArithmeticOperator operator,
              MathExpression.Constant(Value number),
              MathExpression right) ->
          SeriesMath.withNumber(
              operator,
              evaluate(right, series, operands, intervals),
              Numbers.toDouble(number),
              true);
      case MathExpression.Combined(
              ArithmeticOperator operator,
              MathExpression left,
              MathExpression.Constant(Value number)) ->
          SeriesMath.withNumber(
              operator,
              evaluate(left, series, operands, intervals),
              Numbers.toDouble(number),
              false);
      case MathExpression.Combined(
              ArithmeticOperator operator,
              MathExpression left,
              MathExpression right) -> {
        List<TimeSeries> first = evaluate(left, series, operands, intervals);
        yield SeriesMath.joined(operator, first, evaluate(right, series, operands, intervals));
      }
    };
  }

  /// The canonical text of the query.
  @Override
  public String toString() {
    return CanonicalText.of(query);
  }
}
