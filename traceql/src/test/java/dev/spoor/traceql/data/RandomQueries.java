package dev.spoor.traceql.data;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Queries that make sense, about the fields that [RandomTraces] have.
public final class RandomQueries {

  private static final List<Field.Intrinsic> NUMBERS =
      List.of(
          Field.Intrinsic.DURATION,
          Field.Intrinsic.TRACE_DURATION,
          Field.Intrinsic.CHILD_COUNT,
          Field.Intrinsic.NESTED_SET_LEFT,
          Field.Intrinsic.NESTED_SET_PARENT,
          Field.Intrinsic.EVENT_TIME_SINCE_START);

  private static final List<Field.Intrinsic> TEXTS =
      List.of(
          Field.Intrinsic.NAME,
          Field.Intrinsic.STATUS_MESSAGE,
          Field.Intrinsic.ROOT_NAME,
          Field.Intrinsic.ROOT_SERVICE_NAME,
          Field.Intrinsic.EVENT_NAME,
          Field.Intrinsic.INSTRUMENTATION_NAME);

  private static final List<String> PATTERNS =
      List.of("a.*", ".*b", "a|b", ".+", "[ab]+", "(?i)A", "", "a");

  private final RandomGenerator random;

  public RandomQueries(RandomGenerator random) {
    this.random = random;
  }

  /// Operands that are pipelines themselves can't be piped on.
  public Pipeline pipeline() {
    if (random.nextInt(6) == 0) {
      return Pipeline.of(
          new Stage.Spanset(
              new SpansetExpression.Combined(pick(SpansetOperator.values()), piped(), piped())));
    }
    List<Stage> stages = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      stages.add(stage(i));
    }
    return new Pipeline(stages);
  }

  private Stage stage(int position) {
    return switch (random.nextInt(position == 0 ? 6 : 10)) {
      case 0, 1, 2, 3, 4 -> new Stage.Spanset(spanset(2));
      case 5 -> new Stage.Group(key());
      case 6, 7 -> scalarFilter();
      case 8 -> new Stage.Coalesce();
      default -> new Stage.Select(List.of(new FieldOf(attribute())));
    };
  }

  private FieldExpression key() {
    return random.nextInt(3) == 0 ? bool(1) : new FieldOf(field());
  }

  private Stage scalarFilter() {
    ScalarExpression.AggregateFunction function = pick(ScalarExpression.AggregateFunction.values());
    Optional<FieldExpression> argument =
        function == ScalarExpression.AggregateFunction.COUNT
            ? Optional.empty()
            : Optional.of(
                random.nextBoolean()
                    ? new FieldOf(pick(NUMBERS))
                    : new FieldExpression.Arithmetic(
                        ArithmeticOperator.ADD,
                        new FieldOf(attribute()),
                        new Literal(new Value.Int(1))));
    return new Stage.ScalarFilter(
        new ScalarExpression.Aggregate(function, argument),
        order(),
        new ScalarExpression.Literal(number()));
  }

  private SpansetExpression spanset(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return new SpansetExpression.Filter(bool(2));
    }
    return new SpansetExpression.Combined(
        pick(SpansetOperator.values()), spanset(depth - 1), spanset(depth - 1));
  }

  private SpansetExpression piped() {
    Stage first = new Stage.Spanset(spanset(1));
    return new SpansetExpression.Piped(
        Pipeline.of(first, random.nextBoolean() ? scalarFilter() : new Stage.Group(key())));
  }

  public FieldExpression bool(int depth) {
    if (depth == 0) {
      return comparison();
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> chain(depth);
      case 3 -> new FieldExpression.Not(bool(depth - 1));
      case 4 ->
          new FieldExpression.Comparison(
              random.nextBoolean() ? ComparisonOperator.EQUAL : ComparisonOperator.NOT_EQUAL,
              bool(depth - 1),
              bool(depth - 1));
      case 5 -> new FieldOf(attribute());
      case 6 -> new Literal(new Value.Bool(random.nextBoolean()));
      default -> comparison();
    };
  }

  private FieldExpression chain(int depth) {
    List<Logic.Link> rest = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      rest.add(new Logic.Link(pick(LogicalOperator.values()), bool(depth - 1)));
    }
    return new Logic(bool(depth - 1), rest);
  }

  private FieldExpression comparison() {
    return switch (random.nextInt(8)) {
      case 0 -> new FieldExpression.NilTest(new FieldOf(attribute()), random.nextBoolean());
      case 1 -> mirrored(order(), new FieldOf(pick(NUMBERS)), new Literal(number()));
      case 2 -> mirrored(order(), new FieldOf(pick(TEXTS)), new Literal(text()));
      case 3 ->
          new FieldExpression.Comparison(
              random.nextBoolean() ? ComparisonOperator.REGEX : ComparisonOperator.NOT_REGEX,
              new FieldOf(random.nextBoolean() ? pick(TEXTS) : attribute()),
              new Literal(new Value.Str(pick(PATTERNS))));
      case 4 -> new FieldExpression.Comparison(order(), numeric(2), numeric(2));
      case 5 ->
          new FieldExpression.Comparison(
              order(), new FieldOf(attribute()), new FieldOf(attribute()));
      case 6 ->
          new FieldExpression.Comparison(
              random.nextBoolean() ? ComparisonOperator.EQUAL : ComparisonOperator.NOT_EQUAL,
              new FieldOf(Field.Intrinsic.KIND),
              new Literal(new Value.Kind(pick(Value.SpanKind.values()))));
      default -> mirrored(order(), new FieldOf(attribute()), new Literal(literal()));
    };
  }

  private FieldExpression mirrored(
      ComparisonOperator operator, FieldExpression a, FieldExpression b) {
    return random.nextInt(3) == 0
        ? new FieldExpression.Comparison(operator, b, a)
        : new FieldExpression.Comparison(operator, a, b);
  }

  private FieldExpression numeric(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return switch (random.nextInt(3)) {
        case 0 -> new Literal(number());
        case 1 -> new FieldOf(pick(NUMBERS));
        default -> new FieldOf(attribute());
      };
    }
    FieldExpression expression =
        random.nextInt(5) == 0
            ? new FieldExpression.Negated(numeric(depth - 1))
            : new FieldExpression.Arithmetic(
                pick(ArithmeticOperator.values()), numeric(depth - 1), numeric(depth - 1));
    // Constants are folded, and a literal compares with an attribute in a way of its own.
    return References.any(expression) ? expression : new Literal(number());
  }

  private Field field() {
    return switch (random.nextInt(4)) {
      case 0 -> pick(NUMBERS);
      case 1 -> pick(TEXTS);
      case 2 -> Field.Intrinsic.STATUS;
      default -> attribute();
    };
  }

  private Field attribute() {
    return new Field.Attribute(pick(Scope.values()), pick(RandomTraces.KEYS));
  }

  private ComparisonOperator order() {
    return pick(
        List.of(
            ComparisonOperator.EQUAL,
            ComparisonOperator.NOT_EQUAL,
            ComparisonOperator.LESS,
            ComparisonOperator.LESS_EQUAL,
            ComparisonOperator.GREATER,
            ComparisonOperator.GREATER_EQUAL));
  }

  private Value literal() {
    Value value = random.nextInt(5) == 0 ? number() : RandomTraces.scalar(random);
    return value instanceof Value.Bool ? number() : value;
  }

  private Value number() {
    return switch (random.nextInt(4)) {
      case 0 -> new Value.Float(random.nextInt(-4, 8) / 2.0);
      case 1 -> new Value.Duration(random.nextInt(0, 8));
      default -> new Value.Int(random.nextInt(-3, 6));
    };
  }

  private Value text() {
    return new Value.Str(pick(RandomTraces.TEXTS));
  }

  private <T> T pick(T[] items) {
    return items[random.nextInt(items.length)];
  }

  private <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
