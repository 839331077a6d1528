package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.ScalarExpression.AggregateFunction;
import dev.spoor.traceql.fetch.ValueColumn;
import dev.spoor.traceql.values.Comparisons;
import dev.spoor.traceql.values.Numbers;

/// Makes one value out of those of several spans. What is no number is left out.
///
/// @param argument not asked for anything by [AggregateFunction#COUNT]
record Aggregator(AggregateFunction function, ValueColumn argument) {

  /// Nil when there is no number among the values.
  Value of(int[] spans) {
    return switch (function) {
      case COUNT -> new Value.Int(spans.length);
      case MIN -> extreme(spans, ComparisonOperator.LESS);
      case MAX -> extreme(spans, ComparisonOperator.GREATER);
      case SUM -> sum(spans, false);
      case AVG -> sum(spans, true);
    };
  }

  private Value extreme(int[] spans, ComparisonOperator better) {
    Value best = Value.NIL;
    for (int span : spans) {
      if (isNumeric(argument.type(span))) {
        Value value = argument.at(span);
        if (!Numbers.isNumeric(best) || Comparisons.holds(better, value, best)) {
          best = value;
        }
      }
    }
    return best;
  }

  /// The first number decides on the type; numbers of other types are left out.
  private Value sum(int[] spans, boolean average) {
    ValueColumn.Type type = ValueColumn.Type.NIL;
    long longs = 0;
    double doubles = 0;
    long count = 0;
    for (int span : spans) {
      ValueColumn.Type next = argument.type(span);
      if (type == ValueColumn.Type.NIL && isNumeric(next)) {
        type = next;
      }
      if (next == type && type != ValueColumn.Type.NIL) {
        count++;
        if (type == ValueColumn.Type.FLOAT) {
          doubles += argument.doubleAt(span);
        } else {
          longs += argument.longAt(span);
        }
      }
    }
    return switch (type) {
      case INT -> average ? new Value.Float((double) longs / count) : new Value.Int(longs);
      case DURATION -> new Value.Duration(average ? longs / count : longs);
      case FLOAT -> new Value.Float(average ? doubles / count : doubles);
      case NIL, STRING, BOOL, STATUS, KIND, ARRAY, OPAQUE -> Value.NIL;
    };
  }

  private static boolean isNumeric(ValueColumn.Type type) {
    return type == ValueColumn.Type.INT
        || type == ValueColumn.Type.FLOAT
        || type == ValueColumn.Type.DURATION;
  }
}
