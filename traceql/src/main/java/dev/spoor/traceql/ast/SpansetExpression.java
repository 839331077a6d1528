package dev.spoor.traceql.ast;

/// What selects spans of one trace, such as `{ status = error } >> { kind = client }`.
public sealed interface SpansetExpression {

  /// `{ .. }`; an empty filter holds the literal true.
  record Filter(FieldExpression condition) implements SpansetExpression {}

  record Combined(SpansetOperator operator, SpansetExpression left, SpansetExpression right)
      implements SpansetExpression {}

  /// A pipeline in parentheses, as an operand.
  record Piped(Pipeline pipeline) implements SpansetExpression {}
}
