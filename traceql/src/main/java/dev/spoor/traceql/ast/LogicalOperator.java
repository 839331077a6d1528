package dev.spoor.traceql.ast;

/// Both have the same precedence, and bind to the left.
public enum LogicalOperator {
  AND("&&"),
  OR("||");

  private final String text;

  LogicalOperator(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
