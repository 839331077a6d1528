package dev.spoor.traceql.ast;

import dev.spoor.traceql.Value;
import java.util.List;

/// Arithmetic on the series of several metrics queries.
public sealed interface MathExpression {

  /// A metrics query in parentheses, with the stages within the parentheses.
  record Operand(Pipeline pipeline, Metric metric, List<SecondStage> stages)
      implements MathExpression {
    public Operand {
      stages = List.copyOf(stages);
    }
  }

  /// An int or a float.
  record Constant(Value value) implements MathExpression {}

  /// @param operator one of `+ - * /`
  record Combined(ArithmeticOperator operator, MathExpression left, MathExpression right)
      implements MathExpression {}
}
