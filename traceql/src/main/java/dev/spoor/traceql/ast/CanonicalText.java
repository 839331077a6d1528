package dev.spoor.traceql.ast;

import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The one text of a syntax tree: keys of answers, labels and caches. Reads back as the same tree.
public final class CanonicalText {

  /// Longer chains are written without parentheses, which mean nothing there, so that the text
  /// stays within the nesting that the parser allows.
  private static final int LONGEST_NESTED_CHAIN = 64;

  private CanonicalText() {}

  public static String of(Query query) {
    return switch (query) {
      case Query.Search(Pipeline pipeline, Hints hints) -> of(pipeline) + of(hints);
      case Query.Metrics(Pipeline pipeline, Metric metric, List<SecondStage> stages, Hints hints) ->
          metrics(pipeline, metric, stages) + of(hints);
      case Query.Combination(MathExpression expression, List<SecondStage> stages, Hints hints) ->
          of(expression) + stages(stages) + of(hints);
    };
  }

  public static String of(Pipeline pipeline) {
    return pipeline.stages().stream().map(CanonicalText::of).collect(Collectors.joining("|"));
  }

  public static String of(Stage stage) {
    return switch (stage) {
      case Stage.Spanset(SpansetExpression expression) -> of(expression);
      case Stage.ScalarFilter(
              ScalarExpression left,
              ComparisonOperator operator,
              ScalarExpression right) ->
          operand(left) + " " + operator.text() + " " + operand(right);
      case Stage.Group(FieldExpression key) -> "by(" + of(key) + ")";
      case Stage.Coalesce() -> "coalesce()";
      case Stage.Select(List<Reference> fields) -> "select(" + list(fields, ", ") + ")";
    };
  }

  public static String of(SpansetExpression expression) {
    return switch (expression) {
      case SpansetExpression.Filter(FieldExpression condition) -> "{ " + of(condition) + " }";
      case SpansetExpression.Combined combined -> combined(combined);
      case SpansetExpression.Piped(Pipeline pipeline) -> "(" + of(pipeline) + ")";
    };
  }

  public static String of(ScalarExpression expression) {
    return switch (expression) {
      case ScalarExpression.Literal(Value value) -> ValueText.literal(value);
      case ScalarExpression.Aggregate(ScalarExpression.AggregateFunction function, var argument) ->
          function.text() + "(" + argument.map(CanonicalText::of).orElse("") + ")";
      case ScalarExpression.Arithmetic(
              ArithmeticOperator operator,
              ScalarExpression left,
              ScalarExpression right) ->
          operand(left) + " " + operator.text() + " " + operand(right);
      case ScalarExpression.Piped(Pipeline pipeline, ScalarExpression.Aggregate aggregate) ->
          "(" + of(pipeline) + "|" + of(aggregate) + ")";
    };
  }

  public static String of(FieldExpression expression) {
    return switch (expression) {
      case FieldExpression.Literal(Value value) -> ValueText.literal(value);
      case FieldExpression.FieldOf(var field) -> FieldText.canonical(field);
      case FieldExpression.ParentOf(String text) -> text;
      case FieldExpression.Negated(FieldExpression operand) -> "-" + unaryOperand(operand);
      case FieldExpression.Not(FieldExpression operand) -> "!" + unaryOperand(operand);
      case FieldExpression.Arithmetic(
              ArithmeticOperator operator,
              FieldExpression left,
              FieldExpression right) ->
          leftOf(operator, left) + " " + operator.text() + " " + operand(right);
      case FieldExpression.Comparison(
              ComparisonOperator operator,
              FieldExpression left,
              FieldExpression right) ->
          operand(left) + " " + operator.text() + " " + operand(right);
      case FieldExpression.NilTest(FieldExpression operand, boolean missing) ->
          operand(operand) + (missing ? " = nil" : " != nil");
      case FieldExpression.Contains(var field, String text) ->
          FieldText.canonical(field) + " contains " + ValueText.literal(new Value.Str(text));
      case Logic logic -> chain(logic);
    };
  }

  public static String of(Metric metric) {
    return switch (metric) {
      case Metric.Count(boolean perSecond, List<Reference> by) ->
          (perSecond ? "rate()" : "count_over_time()") + by(by);
      case Metric.Over(Metric.OverTime function, Reference argument, List<Reference> by) ->
          function.text() + "(" + of(argument) + ")" + by(by);
      case Metric.Histogram(Reference argument, List<Reference> by) ->
          "histogram_over_time(" + of(argument) + ")" + by(by);
      case Metric.Quantile(Reference argument, List<Double> quantiles, List<Reference> by) ->
          "quantile_over_time(" + of(argument) + "," + quantiles(quantiles) + ")" + by(by);
      case Metric.Compare(SpansetExpression.Filter selection, long top, var window) ->
          "compare("
              + of(selection)
              + ","
              + top
              + window.map(bounds -> "," + bounds.from() + "," + bounds.to()).orElse("")
              + ")";
    };
  }

  public static String of(SecondStage stage) {
    return switch (stage) {
      case SecondStage.Top(long limit) -> "|topk(" + limit + ")";
      case SecondStage.Bottom(long limit) -> "|bottomk(" + limit + ")";
      case SecondStage.Threshold(ComparisonOperator operator, Value threshold) ->
          " " + operator.text() + " " + ValueText.literal(threshold);
    };
  }

  public static String of(MathExpression expression) {
    return switch (expression) {
      case MathExpression.Operand(Pipeline pipeline, Metric metric, List<SecondStage> stages) ->
          "(" + metrics(pipeline, metric, stages) + ")";
      case MathExpression.Constant(Value value) -> ValueText.literal(value);
      case MathExpression.Combined(
              ArithmeticOperator operator,
              MathExpression left,
              MathExpression right) ->
          operand(left) + " " + operator.text() + " " + operand(right);
    };
  }

  public static String of(Hints hints) {
    if (hints.isEmpty()) {
      return "";
    }
    return hints.hints().stream()
        .map(hint -> hint.name() + "=" + ValueText.literal(hint.value()))
        .collect(Collectors.joining(",", " with(", ")"));
  }

  private static String metrics(Pipeline pipeline, Metric metric, List<SecondStage> stages) {
    return of(pipeline) + "|" + of(metric) + stages(stages);
  }

  private static String stages(List<SecondStage> stages) {
    return stages.stream().map(CanonicalText::of).collect(Collectors.joining());
  }

  private static String by(List<Reference> fields) {
    return fields.isEmpty() ? "" : "by(" + list(fields, ",") + ")";
  }

  private static String list(List<Reference> fields, String separator) {
    return fields.stream().map(CanonicalText::of).collect(Collectors.joining(separator));
  }

  private static String quantiles(List<Double> quantiles) {
    return quantiles.stream()
        .map(quantile -> String.format(Locale.ROOT, "%.5f", quantile))
        .collect(Collectors.joining(","));
  }

  private static String chain(Logic logic) {
    boolean nested = logic.rest().size() <= LONGEST_NESTED_CHAIN;
    StringBuilder text = new StringBuilder(operand(logic.first()));
    for (int i = 0; i < logic.rest().size(); i++) {
      if (i > 0 && nested) {
        text.insert(0, '(').append(')');
      }
      Logic.Link link = logic.rest().get(i);
      text.append(' ').append(link.operator().text()).append(' ').append(operand(link.operand()));
    }
    return text.toString();
  }

  /// `-7 ^ .a` would read back as `-(7 ^ .a)`.
  private static String leftOf(ArithmeticOperator operator, FieldExpression left) {
    String text = operand(left);
    boolean bindsTighterThanMinus =
        switch (operator) {
          case ADD, SUBTRACT -> false;
          case MULTIPLY, DIVIDE, MODULO, POWER -> true;
        };
    return bindsTighterThanMinus && text.startsWith("-") ? "(" + text + ")" : text;
  }

  /// A minus after a minus, as in `-(-7)`, keeps its parentheses too.
  private static String unaryOperand(FieldExpression operand) {
    String text = operand(operand);
    return text.startsWith("-") ? "(" + text + ")" : text;
  }

  private static String operand(FieldExpression operand) {
    return switch (operand) {
      case FieldExpression.Literal _, Reference _ -> of(operand);
      default -> "(" + of(operand) + ")";
    };
  }

  /// Beside a pipeline in parentheses, every operand has to stand in parentheses.
  private static String combined(SpansetExpression.Combined combined) {
    boolean all = hasPipeline(combined);
    return operand(combined.left(), all)
        + " "
        + combined.operator().text()
        + " "
        + operand(combined.right(), all);
  }

  private static boolean hasPipeline(SpansetExpression expression) {
    return switch (expression) {
      case SpansetExpression.Filter _ -> false;
      case SpansetExpression.Piped _ -> true;
      case SpansetExpression.Combined(var _, SpansetExpression left, SpansetExpression right) ->
          hasPipeline(left) || hasPipeline(right);
    };
  }

  private static String operand(SpansetExpression operand, boolean parenthesised) {
    return switch (operand) {
      case SpansetExpression.Filter _ -> parenthesised ? "(" + of(operand) + ")" : of(operand);
      case SpansetExpression.Piped _ -> of(operand);
      case SpansetExpression.Combined _ -> "(" + of(operand) + ")";
    };
  }

  private static String operand(ScalarExpression operand) {
    return operand instanceof ScalarExpression.Arithmetic ? "(" + of(operand) + ")" : of(operand);
  }

  private static String operand(MathExpression operand) {
    return operand instanceof MathExpression.Combined ? "(" + of(operand) + ")" : of(operand);
  }
}
