package dev.spoor.frontend;

import dev.spoor.contract.Explanation;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is asked of sources, for people.
final class PlanText {

  static final String WHOLE =
      "the query looks at whole traces: those that several places have are brought together first";

  static final String COPIES =
      "each span counts once: traces of which several places may have the same span are brought"
          + " together first";

  static final String PIECES =
      "each source is searched alone; traces in the answer that several places have are brought"
          + " together and searched again";

  private PlanText() {}

  static Explanation.Plan of(String query, FetchRequest request, Optional<String> secondPass) {
    return new Explanation.Plan(
        query,
        request.conditions().stream().map(PlanText::text).toList(),
        request.allConditions(),
        request.columns().stream().map(PlanText::text).sorted().toList(),
        secondPass);
  }

  private static String text(Field field) {
    return switch (field) {
      case Field.Intrinsic.SPAN_START -> "start of the span";
      case Field.Intrinsic.TRACE_START -> "start of the trace";
      case Field.Intrinsic intrinsic -> FieldText.canonical(intrinsic);
      case Field.Attribute attribute -> FieldText.canonical(attribute);
    };
  }

  private static String text(Condition condition) {
    String field = text(condition.field());
    String operands =
        condition.operands().stream().map(ValueText::literal).collect(Collectors.joining(", "));
    return switch (condition.operator()) {
      case EQUAL -> field + " = " + operands;
      case NOT_EQUAL -> field + " != " + operands;
      case LESS -> field + " < " + operands;
      case LESS_EQUAL -> field + " <= " + operands;
      case GREATER -> field + " > " + operands;
      case GREATER_EQUAL -> field + " >= " + operands;
      case REGEX -> field + " =~ " + operands;
      case NOT_REGEX -> field + " !~ " + operands;
      case IN -> field + " in (" + operands + ")";
      case CONTAINS -> field + " contains " + operands;
      case EXISTS -> field + " exists";
      case MISSING -> field + " is missing";
    };
  }
}
