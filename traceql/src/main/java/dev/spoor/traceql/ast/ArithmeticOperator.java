package dev.spoor.traceql.ast;

/// An operator that makes a number out of two.
public enum ArithmeticOperator {
  ADD("+"),
  SUBTRACT("-"),
  MULTIPLY("*"),
  DIVIDE("/"),
  MODULO("%"),
  POWER("^");

  private final String text;

  ArithmeticOperator(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
