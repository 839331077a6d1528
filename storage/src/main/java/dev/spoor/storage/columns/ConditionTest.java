package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.StringMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/// Decides a comparison for values of each type, by the rules of [Condition]. Made once for a
/// condition, asked for many values, in memory and in blocks. Nothing satisfies `EXISTS` and
/// `MISSING`. Safe for many threads.
public final class ConditionTest {

  private final Condition condition;
  private final StringMatcher strings;
  private final Numbers attributeInts;
  private final Numbers attributeDoubles;
  private final Numbers intrinsics;
  private final boolean wantsStrings;
  private final boolean wantsBools;
  private final boolean trueHolds;
  private final boolean falseHolds;

  public ConditionTest(Condition condition) {
    this.condition = condition;
    this.strings = StringMatcher.of(condition);
    List<Value> operands = condition.operands();
    long[] ints =
        operands.stream()
            .filter(Value.Int.class::isInstance)
            .mapToLong(ConditionTest::number)
            .sorted()
            .toArray();
    long[] wholes =
        operands.stream()
            .filter(value -> value instanceof Value.Int || value instanceof Value.Duration)
            .mapToLong(ConditionTest::number)
            .sorted()
            .toArray();
    double[] doubles =
        operands.stream()
            .filter(Value.Float.class::isInstance)
            .mapToDouble(value -> ((Value.Float) value).value())
            .toArray();
    this.attributeInts = integers(ints);
    this.attributeDoubles =
        doubles.length == 0
            ? Numbers.NONE
            : Numbers.of(bits -> anyDouble(Double.longBitsToDouble(bits), doubles));
    this.intrinsics = intrinsics(integers(wholes), doubles);
    this.wantsStrings = has(Value.Str.class);
    this.wantsBools = has(Value.Bool.class);
    this.trueHolds = isEqual(new Value.Bool(true));
    this.falseHolds = isEqual(new Value.Bool(false));
  }

  public Condition condition() {
    return condition;
  }

  /// Whether some string may satisfy the comparison.
  public boolean wantsStrings() {
    return wantsStrings;
  }

  public boolean wantsBools() {
    return wantsBools;
  }

  private boolean has(Class<? extends Value> type) {
    return condition.operands().stream().anyMatch(type::isInstance);
  }

  /// Whether deciding one string may take long.
  public boolean isExpensive() {
    return condition.operator() == Condition.Operator.REGEX
        || condition.operator() == Condition.Operator.NOT_REGEX;
  }

  /// The one string that satisfies the comparison, when it is one alone.
  public Optional<byte[]> onlyString() {
    return condition.operator() == Condition.Operator.EQUAL
            && condition.operands().getFirst() instanceof Value.Str(String text)
        ? Optional.of(text.getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  public boolean string(byte[] bytes, int offset, int length) {
    return strings.matches(bytes, offset, length);
  }

  public boolean string(String text) {
    return strings.matches(text);
  }

  /// Numbers that satisfy a comparison: an interval, all but an interval, or whatever a function
  /// says.
  ///
  /// @param min of the interval, inclusive; it is empty when larger than `max`
  /// @param outside whether the numbers outside the interval are meant
  /// @param other decides alone when it is there
  public record Numbers(long min, long max, boolean outside, Optional<LongPredicate> other) {

    public static final Numbers NONE = between(1, 0);

    public static Numbers between(long min, long max) {
      return new Numbers(min, max, false, Optional.empty());
    }

    public static Numbers of(LongPredicate test) {
      return new Numbers(1, 0, false, Optional.of(test));
    }

    public boolean isEmpty() {
      return min > max && !outside && other.isEmpty();
    }

    /// Whether it is the interval and nothing else.
    public boolean isInterval() {
      return !outside && other.isEmpty();
    }

    public boolean test(long number) {
      return other.isPresent()
          ? other.get().test(number)
          : (number >= min && number <= max) != outside;
    }
  }

  /// The ints of attributes that satisfy the comparison: int literals alone count.
  public Numbers attributeInts() {
    return attributeInts;
  }

  /// The doubles (as their bits) of attributes that satisfy the comparison.
  public Numbers attributeDoubles() {
    return attributeDoubles;
  }

  /// The numbers of an intrinsic that satisfy the comparison: ints, durations and floats count, by
  /// value.
  public Numbers intrinsics() {
    return intrinsics;
  }

  private Numbers intrinsics(Numbers integers, double[] doubles) {
    return doubles.length == 0
        ? integers
        : Numbers.of(number -> integers.test(number) || anyDouble((double) number, doubles));
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

  /// True only when a literal is a bool; likewise for status and kind.
  public boolean bool(boolean value) {
    return value ? trueHolds : falseHolds;
  }

  public boolean status(Value.SpanStatus value) {
    return isEqual(new Value.Status(value));
  }

  public boolean kind(Value.SpanKind value) {
    return isEqual(new Value.Kind(value));
  }

  /// For types that have no order: whether the value is equal, or is not, as the comparison wants
  /// it, to some literal of its type.
  private boolean isEqual(Value value) {
    return switch (condition.operator()) {
      case EQUAL, IN -> condition.operands().contains(value);
      case NOT_EQUAL ->
          condition.operands().stream()
              .anyMatch(other -> other.getClass() == value.getClass() && !other.equals(value));
      case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> false;
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
    };
  }

  /// A value of an attribute, of whatever type; an array when one of its elements does.
  public boolean attribute(Value value) {
    return switch (value) {
      case Value.Str(String text) -> string(text);
      case Value.Int(long number) -> attributeInts.test(number);
      case Value.Float(double number) -> attributeDoubles.test(Double.doubleToRawLongBits(number));
      case Value.Bool(boolean bool) -> bool(bool);
      case Value.Array(List<Value> elements) -> elements.stream().anyMatch(this::attribute);
      case Value.Nil _, Value.Duration _, Value.Status _, Value.Kind _, Value.Opaque _ -> false;
    };
  }
}
