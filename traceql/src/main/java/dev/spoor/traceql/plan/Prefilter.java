package dev.spoor.traceql.plan;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.fetch.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a span has to satisfy at least, so that an expression can hold for it. Never too strict:
/// negations and comparisons of truth values can hold for spans that lack what they mention, so
/// they ask for nothing.
public sealed interface Prefilter {

  /// Any span may match.
  record Everything() implements Prefilter {}

  /// None can.
  record Nothing() implements Prefilter {}

  /// @param all whether a span must satisfy all of them, or at least one
  record Satisfies(List<Condition> conditions, boolean all) implements Prefilter {
    public Satisfies {
      conditions = List.copyOf(new LinkedHashSet<>(conditions));
      all = all || conditions.size() == 1;
    }
  }

  Prefilter EVERYTHING = new Everything();
  Prefilter NOTHING = new Nothing();

  static Prefilter of(FieldExpression expression) {
    return switch (expression) {
      case Literal(Value value) -> value.equals(new Value.Bool(true)) ? EVERYTHING : NOTHING;
      case FieldOf(Field field) ->
          of(Condition.of(field, Condition.Operator.EQUAL, new Value.Bool(true)));
      case FieldExpression.Not(FieldOf(Field field)) ->
          of(Condition.of(field, Condition.Operator.EQUAL, new Value.Bool(false)));
      case FieldExpression.Not _ -> EVERYTHING;
      case FieldExpression.Comparison comparison ->
          Conditions.of(comparison).map(Prefilter::of).orElseGet(() -> operands(comparison));
      case FieldExpression.NilTest _, FieldExpression.Contains _ ->
          Conditions.of(expression).map(Prefilter::of).orElse(EVERYTHING);
      case Logic logic -> chain(logic);
      case FieldExpression.ParentOf _, FieldExpression.Negated _, FieldExpression.Arithmetic _ ->
          NOTHING;
    };
  }

  private static Prefilter of(Condition condition) {
    return new Satisfies(List.of(condition), true);
  }

  /// A comparison of computed values holds only where no value is nil, so all fields are needed;
  /// but truth values are computed from nil too.
  private static Prefilter operands(FieldExpression.Comparison comparison) {
    if (!isNilWithoutFields(comparison.left()) || !isNilWithoutFields(comparison.right())) {
      return EVERYTHING;
    }
    Set<Field> fields = new LinkedHashSet<>();
    References.fields(comparison, fields::add);
    List<Condition> conditions = new ArrayList<>();
    for (Field field : fields) {
      if (field instanceof Field.Attribute) {
        conditions.add(Condition.exists(field));
      }
    }
    return conditions.isEmpty() ? EVERYTHING : new Satisfies(conditions, true);
  }

  private static boolean isNilWithoutFields(FieldExpression expression) {
    return switch (expression) {
      case Literal _, FieldExpression.Reference _ -> true;
      case FieldExpression.Negated(FieldExpression operand) -> isNilWithoutFields(operand);
      case FieldExpression.Arithmetic(var _, FieldExpression left, FieldExpression right) ->
          isNilWithoutFields(left) && isNilWithoutFields(right);
      case FieldExpression.Not _,
          FieldExpression.Comparison _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _,
          Logic _ ->
          false;
    };
  }

  /// Alternatives are gathered before they are joined, so that a long chain costs no more than its
  /// length.
  private static Prefilter chain(Logic logic) {
    List<Prefilter> alternatives = new ArrayList<>();
    alternatives.add(of(logic.first()));
    for (Logic.Link link : logic.rest()) {
      Prefilter operand = of(link.operand());
      if (link.operator() == LogicalOperator.OR) {
        alternatives.add(operand);
      } else {
        Prefilter both = both(either(alternatives), operand);
        alternatives.clear();
        alternatives.add(both);
      }
    }
    return either(alternatives);
  }

  /// Of two filters that can't be joined into one, the stricter looking.
  static Prefilter both(Prefilter a, Prefilter b) {
    return switch (a) {
      case Nothing _ -> a;
      case Everything _ -> b;
      case Satisfies left ->
          switch (b) {
            case Nothing _ -> b;
            case Everything _ -> a;
            case Satisfies right -> both(left, right);
          };
    };
  }

  private static Prefilter both(Satisfies a, Satisfies b) {
    if (a.all && b.all) {
      List<Condition> conditions = new ArrayList<>(a.conditions);
      conditions.addAll(b.conditions);
      return new Satisfies(conditions, true);
    }
    if (a.all != b.all) {
      return a.all ? a : b;
    }
    return a.conditions.size() <= b.conditions.size() ? a : b;
  }

  static Prefilter either(List<Prefilter> alternatives) {
    List<Prefilter> possible = new ArrayList<>();
    for (Prefilter alternative : alternatives) {
      switch (alternative) {
        case Everything _ -> {
          return EVERYTHING;
        }
        case Nothing _ -> {}
        case Satisfies _ -> possible.add(alternative);
      }
    }
    if (possible.isEmpty()) {
      return NOTHING;
    }
    if (possible.size() == 1) {
      return possible.getFirst();
    }
    List<Condition> conditions = new ArrayList<>();
    for (Prefilter alternative : possible) {
      if (alternative instanceof Satisfies satisfies) {
        // Of what must hold together, one is enough to ask for.
        conditions.addAll(
            satisfies.all ? List.of(satisfies.conditions.getFirst()) : satisfies.conditions);
      }
    }
    return new Satisfies(merged(conditions), false);
  }

  /// Equalities with one field become one condition.
  private static List<Condition> merged(List<Condition> conditions) {
    record Key(Field field, Class<?> type) {}
    Map<Object, List<Condition>> groups = new LinkedHashMap<>();
    for (Condition condition : conditions) {
      boolean mergeable = Conditions.either(condition, condition).isPresent();
      Object key =
          mergeable
              ? new Key(condition.field(), condition.operands().getFirst().getClass())
              : condition;
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(condition);
    }
    List<Condition> merged = new ArrayList<>();
    for (List<Condition> group : groups.values()) {
      boolean isSame = group.stream().distinct().count() == 1;
      merged.add(isSame ? group.getFirst() : in(group));
    }
    return merged;
  }

  private static Condition in(List<Condition> equalities) {
    Set<Value> operands = new LinkedHashSet<>();
    equalities.forEach(equality -> operands.addAll(equality.operands()));
    Field field = equalities.getFirst().field();
    return operands.size() == 1
        ? Condition.of(field, Condition.Operator.EQUAL, operands.iterator().next())
        : new Condition(field, Condition.Operator.IN, List.copyOf(operands));
  }
}
