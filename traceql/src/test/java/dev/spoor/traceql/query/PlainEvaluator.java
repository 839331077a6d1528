package dev.spoor.traceql.query;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.data.PlainRules;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.data.TestTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The language, one trace and one span at a time, as plainly as possible: what the engine is
/// compared with.
public final class PlainEvaluator {

  private final TestTrace trace;

  /// What is found where the query has no answer.
  public static final List<String> FAILURE =
      List.of(dev.spoor.traceql.TraceQlException.Reason.EVALUATION.name());

  /// The sets of spans that a pipeline finds, in lines: trace, span ids, values of attributes.
  public static List<String> found(Pipeline pipeline, List<TestTrace> traces) {
    List<String> found = new ArrayList<>();
    try {
      for (TestTrace trace : traces) {
        for (Spans spans : new PlainEvaluator(trace).run(pipeline)) {
          List<String> ids =
              spans.spans().stream().map(span -> TestSpan.hex(span.id)).sorted().toList();
          found.add(trace.id.low() + ids.toString() + String.join("; ", spans.attributes()));
        }
      }
    } catch (ManySpansets tooMany) {
      return FAILURE;
    }
    found.sort(null);
    return found;
  }

  PlainEvaluator(TestTrace trace) {
    this.trace = trace;
  }

  record Spans(List<TestSpan> spans, List<String> attributes) {}

  static final class ManySpansets extends RuntimeException {}

  List<Spans> run(Pipeline pipeline) {
    return run(pipeline, List.of(new Spans(trace.spans, List.of())));
  }

  private List<Spans> run(Pipeline pipeline, List<Spans> input) {
    List<Spans> spansets = input;
    for (Stage stage : pipeline.stages()) {
      if (spansets.isEmpty()) {
        return spansets;
      }
      List<Spans> next = new ArrayList<>();
      if (stage instanceof Stage.Coalesce) {
        Set<TestSpan> all = new LinkedHashSet<>();
        spansets.forEach(spanset -> all.addAll(spanset.spans));
        next.add(new Spans(stored(all), List.of()));
      } else {
        spansets.forEach(spanset -> next.addAll(apply(stage, spanset)));
      }
      spansets = next;
    }
    return spansets;
  }

  private List<Spans> apply(Stage stage, Spans input) {
    return switch (stage) {
      case Stage.Spanset(SpansetExpression.Piped(Pipeline pipeline)) ->
          run(pipeline, List.of(input));
      case Stage.Spanset(SpansetExpression expression) ->
          select(expression, input.spans).stream()
              .map(spans -> new Spans(spans, input.attributes))
              .toList();
      case Stage.ScalarFilter filter -> filter(filter, input);
      case Stage.Group(FieldExpression key) -> group(key, input);
      case Stage.Coalesce _, Stage.Select _ -> List.of(input);
    };
  }

  private List<List<TestSpan>> select(SpansetExpression expression, List<TestSpan> input) {
    return switch (expression) {
      case SpansetExpression.Filter(FieldExpression condition) ->
          nonEmpty(input.stream().filter(span -> holds(condition, span)).toList());
      case SpansetExpression.Combined(var operator, var left, var right) ->
          combine(operator, select(left, input), select(right, input));
      case SpansetExpression.Piped(Pipeline pipeline) ->
          run(pipeline, List.of(new Spans(input, List.of()))).stream().map(Spans::spans).toList();
    };
  }

  /// Spans are in stored order, on which sums of mixed numbers depend.
  private List<TestSpan> stored(Set<TestSpan> spans) {
    return trace.spans.stream().filter(spans::contains).toList();
  }

  private static List<List<TestSpan>> nonEmpty(List<TestSpan> spans) {
    return spans.isEmpty() ? List.of() : List.of(spans);
  }

  private List<List<TestSpan>> combine(
      SpansetOperator operator, List<List<TestSpan>> lefts, List<List<TestSpan>> rights) {
    Set<TestSpan> left = new LinkedHashSet<>();
    lefts.forEach(left::addAll);
    Set<TestSpan> right = new LinkedHashSet<>();
    rights.forEach(right::addAll);
    Set<TestSpan> result = new LinkedHashSet<>();
    if (operator.relation() == null) {
      if (operator == SpansetOperator.OR || (!left.isEmpty() && !right.isEmpty())) {
        result.addAll(left);
        result.addAll(right);
      }
      return nonEmpty(stored(result));
    }
    if (lefts.size() > 1 || rights.size() > 1) {
      throw new ManySpansets();
    }
    for (TestSpan r : right) {
      boolean related = false;
      for (TestSpan l : left) {
        if (isRelated(operator.relation(), l, r)) {
          related = true;
          if (operator.form() == SpansetOperator.Form.UNION) {
            result.add(l);
          }
        }
      }
      if (related != (operator.form() == SpansetOperator.Form.NEGATED)) {
        result.add(r);
      }
    }
    return nonEmpty(stored(result));
  }

  /// By walking up from span to span, without any numbers.
  private boolean isRelated(SpansetOperator.Relation relation, TestSpan l, TestSpan r) {
    if (!isPositioned(l) || !isPositioned(r)) {
      return false;
    }
    return switch (relation) {
      case CHILD -> r.parentId != 0 && r.parentId == l.id;
      case PARENT -> l.parentId != 0 && l.parentId == r.id;
      case DESCENDANT -> isAncestor(l, r);
      case ANCESTOR -> isAncestor(r, l);
      case SIBLING -> l != r && l.parentId == r.parentId;
    };
  }

  private boolean isAncestor(TestSpan ancestor, TestSpan span) {
    TestSpan parent = parent(span);
    while (parent != null) {
      if (parent == ancestor) {
        return true;
      }
      parent = parent(parent);
    }
    return false;
  }

  private boolean isPositioned(TestSpan span) {
    TestSpan top = span;
    TestSpan parent = parent(top);
    while (parent != null) {
      top = parent;
      parent = parent(top);
    }
    return top.parentId == 0;
  }

  private @org.jspecify.annotations.Nullable TestSpan parent(TestSpan span) {
    return trace.spans.stream()
        .filter(other -> span.parentId != 0 && other.id == span.parentId)
        .findFirst()
        .orElse(null);
  }

  private List<Spans> filter(Stage.ScalarFilter filter, Spans input) {
    ScalarExpression.Aggregate aggregate = (ScalarExpression.Aggregate) filter.left();
    Value literal = ((ScalarExpression.Literal) filter.right()).value();
    Value value = aggregate(aggregate, input.spans);
    if (!PlainRules.holds(filter.operator().text(), value, literal, false)) {
      return List.of();
    }
    return List.of(with(input, input.spans, value));
  }

  private static Spans with(Spans before, List<TestSpan> spans, Value value) {
    List<String> attributes = new ArrayList<>(before.attributes);
    attributes.add(value.toString());
    return new Spans(spans, attributes);
  }

  private Value aggregate(ScalarExpression.Aggregate aggregate, List<TestSpan> spans) {
    if (aggregate.argument().isEmpty()) {
      return new Value.Int(spans.size());
    }
    List<Value> numbers =
        spans.stream()
            .map(span -> value(aggregate.argument().get(), span))
            .filter(value -> PlainRules.number(value) != null)
            .toList();
    if (numbers.isEmpty()) {
      return Value.NIL;
    }
    Value first = numbers.getFirst();
    List<Value> alike = numbers.stream().filter(v -> v.getClass() == first.getClass()).toList();
    return switch (aggregate.function()) {
      case COUNT -> throw new IllegalStateException("count has no argument");
      case MIN ->
          numbers.stream()
              .reduce((a, b) -> PlainRules.holds("<", b, a, false) ? b : a)
              .orElseThrow();
      case MAX ->
          numbers.stream()
              .reduce((a, b) -> PlainRules.holds(">", b, a, false) ? b : a)
              .orElseThrow();
      case SUM ->
          alike.stream()
              .reduce((a, b) ->
                  first instanceof Value.Duration
                      ? new Value.Duration(
                          ((Value.Duration) a).nanos() + ((Value.Duration) b).nanos())
                      : arithmetic(ArithmeticOperator.ADD, a, b))
              .orElseThrow();
      case AVG ->
          switch (first) {
            case Value.Duration _ ->
                new Value.Duration(
                    alike.stream().mapToLong(v -> ((Value.Duration) v).nanos()).sum()
                        / alike.size());
            case Value.Int _ ->
                new Value.Float(
                    (double) alike.stream().mapToLong(v -> ((Value.Int) v).value()).sum()
                        / alike.size());
            default ->
                new Value.Float(
                    ((Value.Float)
                                alike.stream()
                                    .reduce((a, b) -> arithmetic(ArithmeticOperator.ADD, a, b))
                                    .orElseThrow())
                            .value()
                        / alike.size());
          };
    };
  }

  private List<Spans> group(FieldExpression key, Spans input) {
    Map<Value, List<TestSpan>> groups = new LinkedHashMap<>();
    for (TestSpan span : input.spans) {
      Value value = value(key, span);
      boolean isMissingEvent =
          key.equals(new FieldExpression.FieldOf(Field.Intrinsic.EVENT_NAME))
              && span.events.isEmpty();
      groups
          .computeIfAbsent(isMissingEvent ? new Value.Str("") : value, _ -> new ArrayList<>())
          .add(span);
    }
    List<Spans> result = new ArrayList<>();
    groups.forEach((value, spans) ->
        result.add(with(input, spans, value.equals(Value.NIL) ? new Value.Str("nil") : value)));
    return result;
  }

  /// One event and one link make it true, whatever they are.
  private boolean holds(FieldExpression condition, TestSpan span) {
    for (int event : choices(condition, Field.Level.EVENT, span.events.size())) {
      for (int link : choices(condition, Field.Level.LINK, span.links.size())) {
        if (evaluate(condition, span, event, link).equals(new Value.Bool(true))) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Integer> choices(FieldExpression condition, Field.Level level, int count) {
    List<Integer> choices = new ArrayList<>();
    for (int i = 0; i < count && References.any(condition, level); i++) {
      choices.add(i);
    }
    return choices.isEmpty() ? List.of(-1) : choices;
  }

  private Value value(FieldExpression expression, TestSpan span) {
    return evaluate(
        expression, span, span.events.isEmpty() ? -1 : 0, span.links.isEmpty() ? -1 : 0);
  }

  private Value evaluate(FieldExpression expression, TestSpan span, int event, int link) {
    return switch (expression) {
      case FieldExpression.Literal(Value value) -> value;
      case FieldExpression.FieldOf(Field field) -> field(field, span, event, link);
      case FieldExpression.ParentOf _ -> Value.NIL;
      case FieldExpression.Negated(var operand) ->
          switch (evaluate(operand, span, event, link)) {
            case Value.Int(long number) -> new Value.Int(-number);
            case Value.Float(double number) -> new Value.Float(-number);
            case Value.Duration(long nanos) -> new Value.Duration(-nanos);
            default -> Value.NIL;
          };
      case FieldExpression.Not(var operand) ->
          evaluate(operand, span, event, link) instanceof Value.Bool(boolean bool)
              ? new Value.Bool(!bool)
              : Value.NIL;
      case FieldExpression.Arithmetic(var operator, var left, var right) ->
          arithmetic(
              operator, evaluate(left, span, event, link), evaluate(right, span, event, link));
      case FieldExpression.Comparison comparison ->
          new Value.Bool(compare(comparison, span, event, link));
      case FieldExpression.NilTest(var operand, boolean missing) ->
          new Value.Bool(
              hasLevels(operand, event, link)
                  && evaluate(operand, span, event, link).equals(Value.NIL) == missing);
      case FieldExpression.Contains(var field, String text) ->
          new Value.Bool(
              field(field, span, event, link) instanceof Value.Str(String stored)
                  && stored.contains(text));
      case FieldExpression.Logic logic -> {
        boolean result = isTrue(logic.first(), span, event, link);
        for (FieldExpression.Logic.Link next : logic.rest()) {
          boolean operand = isTrue(next.operand(), span, event, link);
          result = next.operator() == LogicalOperator.AND ? result && operand : result || operand;
        }
        yield new Value.Bool(result);
      }
    };
  }

  private boolean isTrue(FieldExpression expression, TestSpan span, int event, int link) {
    return evaluate(expression, span, event, link).equals(new Value.Bool(true));
  }

  private static boolean hasLevels(FieldExpression expression, int event, int link) {
    return (event >= 0 || !References.any(expression, Field.Level.EVENT))
        && (link >= 0 || !References.any(expression, Field.Level.LINK));
  }

  private Value field(Field field, TestSpan span, int event, int link) {
    int index =
        switch (field.level()) {
          case SPAN -> 0;
          case EVENT -> event;
          case LINK -> link;
        };
    return index < 0 ? Value.NIL : PlainRules.value(trace, span, index, field);
  }

  private boolean compare(
      FieldExpression.Comparison comparison, TestSpan span, int event, int link) {
    FieldExpression left = comparison.left();
    FieldExpression right = comparison.right();
    boolean exact =
        (isAttribute(left) && right instanceof FieldExpression.Literal)
            || (isAttribute(right) && left instanceof FieldExpression.Literal);
    return hasLevels(comparison, event, link)
        && PlainRules.holds(
            comparison.operator().text(),
            evaluate(left, span, event, link),
            evaluate(right, span, event, link),
            exact);
  }

  private static boolean isAttribute(FieldExpression expression) {
    return expression instanceof FieldExpression.FieldOf(Field.Attribute _);
  }

  private static Value arithmetic(ArithmeticOperator operator, Value left, Value right) {
    if (left instanceof Value.Int(long a) && right instanceof Value.Int(long b)) {
      boolean divides =
          operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
      if (divides && b == 0) {
        return Value.NIL;
      }
      return new Value.Int(
          switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MODULO -> a % b;
            case POWER -> (long) Math.pow(a, b);
          });
    }
    Double a = PlainRules.number(left);
    Double b = PlainRules.number(right);
    if (a == null || b == null) {
      return Value.NIL;
    }
    return new Value.Float(
        switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / b;
          case MODULO -> a % b;
          case POWER -> Math.pow(a, b);
        });
  }
}
