package dev.spoor.storage.block;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.StringMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/// Decides a comparison for values of each type, by the rules of [Condition]. Made once for a
/// condition, asked for many values. Safe for many threads.
final class ConditionTest {

  private final Condition condition;
  private final StringMatcher strings;

  ConditionTest(Condition condition) {
    this.condition = condition;
    this.strings = StringMatcher.of(condition);
  }

  Condition condition() {
    return condition;
  }

  /// Whether some string may satisfy the comparison.
  boolean wantsStrings() {
    return has(Value.Str.class);
  }

  boolean wantsBools() {
    return has(Value.Bool.class);
  }

  private boolean has(Class<? extends Value> type) {
    return condition.operands().stream().anyMatch(type::isInstance);
  }

  /// Whether deciding one string may take long.
  boolean isExpensive() {
    return condition.operator() == Condition.Operator.REGEX
        || condition.operator() == Condition.Operator.NOT_REGEX;
  }

  /// The one string that satisfies the comparison, when it is one alone.
  Optional<byte[]> onlyString() {
    return condition.operator() == Condition.Operator.EQUAL
            && condition.operands().getFirst() instanceof Value.Str(String text)
        ? Optional.of(text.getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  boolean string(byte[] bytes, int offset, int length) {
    return strings.matches(bytes, offset, length);
  }

  boolean string(String text) {
    return strings.matches(text);
  }

  /// Numbers that satisfy a comparison: an interval, all but an interval, or whatever a function
  /// says.
  ///
  /// @param min of the interval, inclusive; it is empty when larger than `max`
  /// @param outside whether the numbers outside the interval are meant
  /// @param other decides alone when it is there
  record Numbers(long min, long max, boolean outside, Optional<LongPredicate> other) {

    static final Numbers NONE = between(1, 0);

    static Numbers between(long min, long max) {
      return new Numbers(min, max, false, Optional.empty());
    }

    static Numbers of(LongPredicate test) {
      return new Numbers(1, 0, false, Optional.of(test));
    }

    boolean isEmpty() {
      return min > max && !outside && other.isEmpty();
    }

    /// Whether it is the interval and nothing else.
    boolean isInterval() {
      return !outside && other.isEmpty();
    }

    /// Whether one of `numbers[from .. to)` may satisfy it.
    boolean anyOf(long[] numbers, int from, int to) {
      if (!isInterval()) {
        return from < to;
      }
      boolean any = false;
      for (int i = from; i < to; i++) {
        any |= numbers[i] >= min && numbers[i] <= max;
      }
      return any;
    }

    boolean test(long number) {
      return other.isPresent()
          ? other.get().test(number)
          : (number >= min && number <= max) != outside;
    }
  }

  /// The ints of attributes that satisfy the comparison: int literals alone count.
  Numbers attributeInts() {
    long[] literals =
        condition.operands().stream()
            .filter(Value.Int.class::isInstance)
            .mapToLong(value -> ((Value.Int) value).value())
            .sorted()
            .toArray();
    return integers(literals);
  }

  /// The doubles (as their bits) of attributes that satisfy the comparison.
  Numbers attributeDoubles() {
    double[] literals =
        condition.operands().stream()
            .filter(Value.Float.class::isInstance)
            .mapToDouble(value -> ((Value.Float) value).value())
            .toArray();
    return literals.length == 0
        ? Numbers.NONE
        : Numbers.of(bits -> anyDouble(Double.longBitsToDouble(bits), literals));
  }

  /// The numbers of an intrinsic that satisfy the comparison: ints, durations and floats count, by
  /// value.
  Numbers intrinsics() {
    List<Value> operands = condition.operands();
    double[] doubles =
        operands.stream()
            .filter(Value.Float.class::isInstance)
            .mapToDouble(value -> ((Value.Float) value).value())
            .toArray();
    long[] longs =
        operands.stream()
            .filter(value -> value instanceof Value.Int || value instanceof Value.Duration)
            .mapToLong(ConditionTest::number)
            .sorted()
            .toArray();
    Numbers integers = integers(longs);
    if (doubles.length == 0) {
      return integers;
    }
    return Numbers.of(number -> integers.test(number) || anyDouble((double) number, doubles));
  }

  private static long number(Value value) {
    return switch (value) {
      case Value.Int(long number) -> number;
      case Value.Duration(long nanos) -> nanos;
      case Value.Nil _, Value.Float _, Value.Str _, Value.Bool _, Value.Status _ -> 0;
      case Value.Kind _, Value.Array _, Value.Opaque _ -> 0;
    };
  }

  private Numbers integers(long[] sorted) {
    if (sorted.length == 0) {
      return Numbers.NONE;
    }
    long first = sorted[0];
    return switch (condition.operator()) {
      case EQUAL -> Numbers.between(first, first);
      case NOT_EQUAL -> new Numbers(first, first, true, Optional.empty());
      case LESS ->
          first == Long.MIN_VALUE ? Numbers.NONE : Numbers.between(Long.MIN_VALUE, first - 1);
      case LESS_EQUAL -> Numbers.between(Long.MIN_VALUE, first);
      case GREATER ->
          first == Long.MAX_VALUE ? Numbers.NONE : Numbers.between(first + 1, Long.MAX_VALUE);
      case GREATER_EQUAL -> Numbers.between(first, Long.MAX_VALUE);
      case IN ->
          sorted.length == 1
              ? Numbers.between(first, first)
              : Numbers.of(number -> Arrays.binarySearch(sorted, number) >= 0);
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> Numbers.NONE;
    };
  }

  private boolean anyDouble(double value, double[] literals) {
    for (double literal : literals) {
      boolean holds =
          switch (condition.operator()) {
            case EQUAL, IN -> value == literal;
            case NOT_EQUAL -> value != literal;
            case LESS -> value < literal;
            case LESS_EQUAL -> value <= literal;
            case GREATER -> value > literal;
            case GREATER_EQUAL -> value >= literal;
            case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
          };
      if (holds) {
        return true;
      }
    }
    return false;
  }

  boolean bool(boolean value) {
    return equality(operand -> operand instanceof Value.Bool(boolean other) && other == value);
  }

  boolean status(Value.SpanStatus value) {
    return equality(
        operand -> operand instanceof Value.Status(Value.SpanStatus other) && other == value);
  }

  boolean kind(Value.SpanKind value) {
    return equality(
        operand -> operand instanceof Value.Kind(Value.SpanKind other) && other == value);
  }

  /// For types that have no order. The callers see to it that the literals have the type.
  private boolean equality(Predicate<Value> same) {
    return switch (condition.operator()) {
      case EQUAL, IN -> condition.operands().stream().anyMatch(same);
      case NOT_EQUAL -> condition.operands().stream().noneMatch(same);
      case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> false;
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
    };
  }

  boolean wantsStatus() {
    return has(Value.Status.class);
  }

  boolean wantsKind() {
    return has(Value.Kind.class);
  }

  /// A value of an attribute, of whatever type; an array when one of its elements does.
  boolean attribute(Value value) {
    return switch (value) {
      case Value.Str(String text) -> string(text);
      case Value.Int(long number) -> attributeInts().test(number);
      case Value.Float(double number) ->
          attributeDoubles().test(Double.doubleToRawLongBits(number));
      case Value.Bool(boolean bool) -> wantsBools() && bool(bool);
      case Value.Array(List<Value> elements) -> elements.stream().anyMatch(this::attribute);
      case Value.Nil _, Value.Duration _, Value.Status _, Value.Kind _, Value.Opaque _ -> false;
    };
  }
}
