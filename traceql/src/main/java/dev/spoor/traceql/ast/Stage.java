package dev.spoor.traceql.ast;

import java.util.List;

/// One step of a pipeline: turns a list of sets of spans into another.
public sealed interface Stage {

  record Spanset(SpansetExpression expression) implements Stage {}

  /// `count() > 2`.
  record ScalarFilter(ScalarExpression left, ComparisonOperator operator, ScalarExpression right)
      implements Stage {}

  /// `by(..)`.
  record Group(FieldExpression key) implements Stage {}

  /// `coalesce()`.
  record Coalesce() implements Stage {}

  /// `select(..)`.
  record Select(List<FieldExpression.Reference> fields) implements Stage {
    public Select {
      fields = List.copyOf(fields);
    }
  }
}
