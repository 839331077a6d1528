package dev.spoor.storage.columns;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random conditions that now and then hold for the spans of [RandomSpans].
public final class RandomConditions {

  private static final List<String> PATTERNS =
      List.of(".*", "GET.*", ".*/a", "x|POST", "w[0-9]+", "", "(?i)get", ".+", "x\\.y", "1.*");

  private final Random random;
  private final NaiveTraces traces;

  /// @param traces where ids to be looked for come from
  public RandomConditions(long seed, NaiveTraces traces) {
    this.random = new Random(seed);
    this.traces = traces;
  }

  public List<Condition> list(int size) {
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      conditions.add(next());
    }
    return conditions;
  }

  public Condition next() {
    Field field = field();
    Condition.Operator operator = one(List.of(Condition.Operator.values()));
    return switch (operator) {
      case EXISTS, MISSING -> new Condition(field, operator, List.of());
      case REGEX, NOT_REGEX -> Condition.of(field, operator, new Value.Str(one(PATTERNS)));
      case IN -> {
        Value first = literal(field);
        List<Value> operands = new ArrayList<>(List.of(first));
        for (int i = 0; i < 5; i++) {
          Value other = literal(field);
          if (other.getClass() == first.getClass()) {
            operands.add(other);
          }
        }
        yield new Condition(field, operator, operands);
      }
      default -> Condition.of(field, operator, literal(field));
    };
  }

  public Field field() {
    return random.nextBoolean()
        ? one(List.of(Field.Intrinsic.values()))
        : new Field.Attribute(
            one(List.of(Scope.values())),
            random.nextInt(12) == 0 ? "no.such.key" : one(RandomSpans.KEYS));
  }

  /// Often a value that the field has somewhere, else one of any type.
  private Value literal(Field field) {
    if (!traces.traces().isEmpty() && random.nextInt(3) > 0) {
      List<NaiveTraces.Span> trace = one(List.copyOf(traces.traces().values()));
      NaiveTraces.Span span = one(trace);
      List<NaiveTraces.Item> items = NaiveTraces.items(span, field.level());
      if (!items.isEmpty()) {
        Value value = NaiveTraces.valueOf(span, one(items), field);
        if (value instanceof Value.Array(var elements)) {
          return one(elements);
        }
        if (!(value instanceof Value.Nil) && !(value instanceof Value.Opaque)) {
          return value;
        }
      }
    }
    return switch (random.nextInt(7)) {
      case 0 -> new Value.Int(199 + random.nextInt(4));
      case 1 -> new Value.Float(random.nextInt(4) / 2.0);
      case 2 -> new Value.Bool(random.nextBoolean());
      case 3 -> new Value.Duration(random.nextInt(2_000));
      case 4 -> new Value.Status(one(List.of(Value.SpanStatus.values())));
      case 5 -> new Value.Kind(one(List.of(Value.SpanKind.values())));
      default -> new Value.Str(one(random.nextBoolean() ? RandomSpans.WORDS : RandomSpans.NAMES));
    };
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
