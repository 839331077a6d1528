package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.StringMatcher;

/// Decides single values for a condition that compares (not for `EXISTS` and `MISSING`).
final class Comparison {

  private final Condition.Operator operator;
  private final Value[] operands;
  private final StringMatcher strings;

  Comparison(Condition condition) {
    this.operator = condition.operator();
    this.operands = condition.operands().toArray(new Value[0]);
    this.strings = StringMatcher.of(condition);
  }

  boolean string(byte[] text, int offset, int length) {
    return strings.matches(text, offset, length);
  }

  boolean string(String text) {
    return strings.matches(text);
  }

  /// An int of an attribute: compares with ints alone.
  boolean attributeInt(long value) {
    for (Value operand : operands) {
      if (operand instanceof Value.Int(long other) && ordered(Long.compare(value, other))) {
        return true;
      }
    }
    return false;
  }

  /// A float of an attribute: compares with floats alone.
  boolean attributeFloat(double value) {
    for (Value operand : operands) {
      if (operand instanceof Value.Float(double other) && floats(value, other)) {
        return true;
      }
    }
    return false;
  }

  boolean attributeBool(boolean value) {
    for (Value operand : operands) {
      if (operand instanceof Value.Bool(boolean other) && same(value == other)) {
        return true;
      }
    }
    return false;
  }

  /// A number that every span has: compares with all numbers by value.
  boolean number(long value) {
    for (Value operand : operands) {
      boolean holds =
          switch (operand) {
            case Value.Int(long other) -> ordered(Long.compare(value, other));
            case Value.Duration(long other) -> ordered(Long.compare(value, other));
            case Value.Float(double other) -> floats((double) value, other);
            case Value.Nil _, Value.Str _, Value.Bool _, Value.Status _ -> false;
            case Value.Kind _, Value.Array _, Value.Opaque _ -> false;
          };
      if (holds) {
        return true;
      }
    }
    return false;
  }

  boolean status(Value.SpanStatus value) {
    for (Value operand : operands) {
      if (operand instanceof Value.Status(Value.SpanStatus other) && same(value == other)) {
        return true;
      }
    }
    return false;
  }

  boolean kind(Value.SpanKind value) {
    for (Value operand : operands) {
      if (operand instanceof Value.Kind(Value.SpanKind other) && same(value == other)) {
        return true;
      }
    }
    return false;
  }

  /// A value of an attribute, of whatever type; an array when one of its elements holds.
  boolean attribute(Value value) {
    return switch (value) {
      case Value.Str(String text) -> string(text);
      case Value.Int(long number) -> attributeInt(number);
      case Value.Float(double number) -> attributeFloat(number);
      case Value.Bool(boolean bool) -> attributeBool(bool);
      case Value.Array(var elements) -> elements.stream().anyMatch(this::attribute);
      case Value.Nil _, Value.Duration _, Value.Status _, Value.Kind _, Value.Opaque _ -> false;
    };
  }

  private boolean ordered(int order) {
    return switch (operator) {
      case EQUAL, IN -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_EQUAL -> order >= 0;
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
    };
  }

  private boolean floats(double value, double other) {
    return switch (operator) {
      case EQUAL, IN -> value == other;
      case NOT_EQUAL -> value != other;
      case LESS -> value < other;
      case LESS_EQUAL -> value <= other;
      case GREATER -> value > other;
      case GREATER_EQUAL -> value >= other;
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
    };
  }

  private boolean same(boolean equal) {
    return switch (operator) {
      case EQUAL, IN -> equal;
      case NOT_EQUAL -> !equal;
      case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> false;
      case REGEX, NOT_REGEX, CONTAINS, EXISTS, MISSING -> false;
    };
  }
}
