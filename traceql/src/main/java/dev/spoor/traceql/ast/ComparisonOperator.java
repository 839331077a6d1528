package dev.spoor.traceql.ast;

import dev.spoor.traceql.fetch.Condition;

/// An operator that asks whether something holds between two values.
public enum ComparisonOperator {
  EQUAL("=", Condition.Operator.EQUAL),
  NOT_EQUAL("!=", Condition.Operator.NOT_EQUAL),
  LESS("<", Condition.Operator.LESS),
  LESS_EQUAL("<=", Condition.Operator.LESS_EQUAL),
  GREATER(">", Condition.Operator.GREATER),
  GREATER_EQUAL(">=", Condition.Operator.GREATER_EQUAL),
  REGEX("=~", Condition.Operator.REGEX),
  NOT_REGEX("!~", Condition.Operator.NOT_REGEX);

  private final String text;
  private final Condition.Operator condition;

  ComparisonOperator(String text, Condition.Operator condition) {
    this.text = text;
    this.condition = condition;
  }

  public String text() {
    return text;
  }

  /// The same comparison as storage knows it.
  public Condition.Operator condition() {
    return condition;
  }

  /// What holds between right and left when this holds between left and right.
  public ComparisonOperator mirrored() {
    return switch (this) {
      case LESS -> GREATER;
      case LESS_EQUAL -> GREATER_EQUAL;
      case GREATER -> LESS;
      case GREATER_EQUAL -> LESS_EQUAL;
      case EQUAL, NOT_EQUAL, REGEX, NOT_REGEX -> this;
    };
  }

  public boolean isRegex() {
    return this == REGEX || this == NOT_REGEX;
  }
}
