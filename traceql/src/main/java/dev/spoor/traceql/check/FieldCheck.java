package dev.spoor.traceql.check;

import com.google.re2j.PatternSyntaxException;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.fetch.StringMatcher;

/// The rules for expressions over one span.
final class FieldCheck {

  private static final Field SERVICE_NAME = new Field.Attribute(Scope.RESOURCE, "service.name");

  /// A message shows no more of a long expression than this.
  private static final int MAX_SHOWN = 1_000;

  private FieldCheck() {}

  static TraceQlException invalid(String message) {
    return new TraceQlException(TraceQlException.Reason.INVALID, message);
  }

  static String shown(FieldExpression expression) {
    return shortened(CanonicalText.of(expression));
  }

  static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }

  static void check(FieldExpression expression) {
    switch (expression) {
      case FieldExpression.Literal _, FieldExpression.FieldOf _, FieldExpression.Contains _ -> {}
      case FieldExpression.ParentOf(String text) -> throw parent(text);
      case FieldExpression.Negated(FieldExpression operand) -> {
        check(operand);
        if (!Type.of(operand).takesArithmetic()) {
          throw illegal(expression);
        }
      }
      case FieldExpression.Not(FieldExpression operand) -> {
        check(operand);
        if (!Type.of(operand).takesLogic()) {
          throw illegal(expression);
        }
      }
      case FieldExpression.Arithmetic arithmetic -> check(arithmetic);
      case FieldExpression.Comparison comparison -> check(comparison);
      case FieldExpression.NilTest nilTest -> check(nilTest);
      case Logic logic -> check(logic);
    }
  }

  private static void check(FieldExpression.Arithmetic arithmetic) {
    check(arithmetic.left());
    check(arithmetic.right());
    Type left = Type.of(arithmetic.left());
    Type right = Type.of(arithmetic.right());
    requireMatch(left, right, arithmetic);
    if (!left.takesArithmetic() || !right.takesArithmetic()) {
      throw illegalTypes(arithmetic);
    }
  }

  private static void check(FieldExpression.Comparison comparison) {
    check(comparison.left());
    check(comparison.right());
    Type left = Type.of(comparison.left());
    Type right = Type.of(comparison.right());
    requireMatch(left, right, comparison);
    ComparisonOperator operator = comparison.operator();
    if (!left.takes(operator) || !right.takes(operator)) {
      throw illegalTypes(comparison);
    }
    if (operator.isRegex()) {
      checkPattern(comparison);
    }
  }

  private static void checkPattern(FieldExpression.Comparison comparison) {
    if (!(comparison.right() instanceof FieldExpression.Literal(Value.Str(String pattern)))) {
      throw invalid("invalid type for =~ or !~: " + shown(comparison.right()));
    }
    try {
      StringMatcher.regex(pattern);
    } catch (IllegalArgumentException malformed) {
      throw invalid(
          "invalid regex: `%s`: %s"
              .formatted(shortened(pattern), shortened(descriptionOf(malformed))));
    }
  }

  /// What RE2 says, without the pattern.
  private static String descriptionOf(IllegalArgumentException malformed) {
    return malformed.getCause() instanceof PatternSyntaxException syntax
        ? syntax.getDescription()
        : String.valueOf(malformed.getMessage());
  }

  private static void check(FieldExpression.NilTest nilTest) {
    check(nilTest.operand());
    if (!nilTest.missing()) {
      return;
    }
    if (nilTest.operand() instanceof FieldExpression.FieldOf(Field.Intrinsic intrinsic)) {
      throw invalid(
          CanonicalText.of(new FieldExpression.FieldOf(intrinsic))
              + "=nil is not valid because intrinsics cannot be nil");
    }
    if (nilTest.operand() instanceof FieldExpression.FieldOf(Field field)
        && field.equals(SERVICE_NAME)) {
      throw invalid(
          "resource.service.name=nil is not valid because resource.service.name cannot be nil");
    }
  }

  private static void check(Logic logic) {
    check(logic.first());
    Type left = Type.of(logic.first());
    FieldExpression shownLeft = logic.first();
    for (Logic.Link link : logic.rest()) {
      check(link.operand());
      Type right = Type.of(link.operand());
      if (!left.matches(right) || !left.takesLogic() || !right.takesLogic()) {
        Logic pair = Logic.of(shownLeft, link.operator(), link.operand());
        requireMatch(left, right, pair);
        throw illegalTypes(pair);
      }
      left = Type.BOOL;
      shownLeft = link.operand();
    }
  }

  private static void requireMatch(Type left, Type right, FieldExpression whole) {
    if (!left.matches(right)) {
      throw invalid("binary operations must operate on the same type: " + shown(whole));
    }
  }

  private static TraceQlException illegalTypes(FieldExpression whole) {
    return invalid("illegal operation for the given types: " + shown(whole));
  }

  private static TraceQlException illegal(FieldExpression whole) {
    return invalid("illegal operation for the given type: " + shown(whole));
  }

  static TraceQlException parent(String text) {
    return invalid(
        text.equals("parent")
            ? "intrinsic (parent) not yet supported"
            : "parent not yet supported: " + text);
  }
}
