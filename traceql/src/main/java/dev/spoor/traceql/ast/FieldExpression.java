package dev.spoor.traceql.ast;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import java.util.ArrayList;
import java.util.List;

/// An expression over the fields of one span, such as `.http.status_code >= 500 && !.retried`.
public sealed interface FieldExpression {

  /// Something named, as lists of fields hold it.
  sealed interface Reference extends FieldExpression {}

  record Literal(Value value) implements FieldExpression {}

  record FieldOf(Field field) implements Reference {}

  /// A field of the parent span, or the parent itself: parses, but no check lets it through.
  ///
  /// @param text as written, for example `parent.span.shard`
  record ParentOf(String text) implements Reference {}

  /// Unary minus.
  record Negated(FieldExpression operand) implements FieldExpression {}

  /// `!`.
  record Not(FieldExpression operand) implements FieldExpression {}

  record Arithmetic(ArithmeticOperator operator, FieldExpression left, FieldExpression right)
      implements FieldExpression {}

  record Comparison(ComparisonOperator operator, FieldExpression left, FieldExpression right)
      implements FieldExpression {}

  /// `= nil` when `missing`, else `!= nil`.
  record NilTest(FieldExpression operand, boolean missing) implements FieldExpression {}

  /// Whether a string field contains a text. Has no spelling in the language; searches by tags are
  /// made of it.
  record Contains(Field field, String text) implements FieldExpression {}

  /// Operands joined from left to right by `&&` and `||`, which have the same precedence: `a || b
  /// && c` is `(a || b) && c`. The first operand is never a chain itself.
  record Logic(FieldExpression first, List<Link> rest) implements FieldExpression {

    public record Link(LogicalOperator operator, FieldExpression operand) {}

    public Logic {
      if (rest.isEmpty()) {
        throw new IllegalArgumentException("a chain has at least two operands");
      }
      if (first instanceof Logic(FieldExpression innermost, List<Link> before)) {
        List<Link> all = new ArrayList<>(before);
        all.addAll(rest);
        first = innermost;
        rest = all;
      }
      rest = List.copyOf(rest);
    }

    public static Logic of(FieldExpression left, LogicalOperator operator, FieldExpression right) {
      return new Logic(left, List.of(new Link(operator, right)));
    }
  }
}
