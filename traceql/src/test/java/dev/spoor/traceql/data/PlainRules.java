package dev.spoor.traceql.data;

import com.google.re2j.Pattern;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// What fields are, and how values compare, written down a second time and as plainly as possible.
public final class PlainRules {

  private PlainRules() {}

  /// @param index which event or link of the span, for fields of theirs
  public static Value value(TestTrace trace, TestSpan span, int index, Field field) {
    return switch (field) {
      case Field.Attribute(var scope, String name) ->
          switch (scope) {
            case ANY ->
                span.attributes.containsKey(name)
                    ? get(span.attributes, name)
                    : get(span.resource, name);
            case SPAN -> get(span.attributes, name);
            case RESOURCE -> get(span.resource, name);
            case EVENT -> get(span.events.get(index).attributes(), name);
            case LINK -> get(span.links.get(index).attributes(), name);
            case INSTRUMENTATION -> get(span.scopeAttributes, name);
          };
      case Field.Intrinsic intrinsic ->
          switch (intrinsic) {
            case NAME -> new Value.Str(span.name);
            case DURATION -> new Value.Duration(span.duration);
            case STATUS -> new Value.Status(span.status);
            case STATUS_MESSAGE -> new Value.Str(span.statusMessage);
            case KIND -> new Value.Kind(span.kind);
            case SPAN_ID -> new Value.Str(TestSpan.hex(span.id));
            case PARENT_SPAN_ID -> new Value.Str(TestSpan.hex(span.parentId));
            case CHILD_COUNT -> new Value.Int(span.childCount);
            case TRACE_ID -> new Value.Str(trace.id.toShortHex());
            case TRACE_DURATION -> new Value.Duration(trace.end() - trace.start());
            case ROOT_NAME -> new Value.Str(trace.rootName());
            case ROOT_SERVICE_NAME -> new Value.Str(trace.rootService());
            case EVENT_NAME -> new Value.Str(span.events.get(index).name());
            case EVENT_TIME_SINCE_START -> new Value.Duration(span.events.get(index).sinceStart());
            case LINK_TRACE_ID -> new Value.Str(span.links.get(index).traceId());
            case LINK_SPAN_ID -> new Value.Str(TestSpan.hex(span.links.get(index).spanId()));
            case INSTRUMENTATION_NAME -> new Value.Str(span.scopeName);
            case INSTRUMENTATION_VERSION -> new Value.Str(span.scopeVersion);
            case NESTED_SET_LEFT -> new Value.Int(span.left);
            case NESTED_SET_RIGHT -> new Value.Int(span.right);
            case NESTED_SET_PARENT -> new Value.Int(span.parentLeft);
            case SPAN_START -> new Value.Int(span.start);
            case TRACE_START -> new Value.Int(trace.start());
          };
    };
  }

  private static Value get(Map<String, Value> attributes, String name) {
    return attributes.getOrDefault(name, Value.NIL);
  }

  public static boolean satisfies(Condition condition, Value stored) {
    boolean exact = condition.field() instanceof Field.Attribute;
    return switch (condition.operator()) {
      case EXISTS -> !stored.equals(Value.NIL);
      case MISSING -> stored.equals(Value.NIL);
      case CONTAINS ->
          stored instanceof Value.Str(String text)
              && condition.operands().getFirst() instanceof Value.Str(String part)
              && text.contains(part);
      case IN ->
          condition.operands().stream().anyMatch(operand -> holds("=", stored, operand, exact));
      case EQUAL -> holds("=", stored, condition.operands().getFirst(), exact);
      case NOT_EQUAL -> holds("!=", stored, condition.operands().getFirst(), exact);
      case LESS -> holds("<", stored, condition.operands().getFirst(), exact);
      case LESS_EQUAL -> holds("<=", stored, condition.operands().getFirst(), exact);
      case GREATER -> holds(">", stored, condition.operands().getFirst(), exact);
      case GREATER_EQUAL -> holds(">=", stored, condition.operands().getFirst(), exact);
      case REGEX -> holds("=~", stored, condition.operands().getFirst(), exact);
      case NOT_REGEX -> holds("!~", stored, condition.operands().getFirst(), exact);
    };
  }

  /// @param exact whether only values of the same type may match, as for attributes and literals
  public static boolean holds(String operator, Value left, Value right, boolean exact) {
    if (left instanceof Value.Array array) {
      return !(right instanceof Value.Array)
          && array.elements().stream().anyMatch(e -> holds(operator, e, right, exact));
    }
    if (right instanceof Value.Array array) {
      return array.elements().stream().anyMatch(e -> holds(operator, left, e, exact));
    }
    if (exact && left.getClass() != right.getClass()) {
      return false;
    }
    Double a = number(left);
    Double b = number(right);
    if (a != null && b != null) {
      if (left instanceof Value.Float || right instanceof Value.Float) {
        return switch (operator) {
          case "=" -> a.doubleValue() == b.doubleValue();
          case "!=" -> a.doubleValue() != b.doubleValue();
          case "<" -> a < b;
          case "<=" -> a <= b;
          case ">" -> a > b;
          case ">=" -> a >= b;
          default -> false;
        };
      }
      return ordered(operator, Long.compare(integer(left), integer(right)));
    }
    if (left instanceof Value.Str(String x) && right instanceof Value.Str(String y)) {
      return switch (operator) {
        case "=~" -> Pattern.compile("^(?s:" + y + ")$").matches(x);
        case "!~" -> !Pattern.compile("^(?s:" + y + ")$").matches(x);
        default ->
            ordered(
                operator,
                Arrays.compareUnsigned(
                    x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8)));
      };
    }
    boolean comparable =
        left instanceof Value.Bool || left instanceof Value.Status || left instanceof Value.Kind;
    return comparable
        && left.getClass() == right.getClass()
        && switch (operator) {
          case "=" -> left.equals(right);
          case "!=" -> !left.equals(right);
          default -> false;
        };
  }

  private static boolean ordered(String operator, int order) {
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> false;
    };
  }

  /// Null for what is no number.
  @org.jspecify.annotations.Nullable
  public static Double number(Value value) {
    return switch (value) {
      case Value.Int(long number) -> (double) number;
      case Value.Float(double number) -> number;
      case Value.Duration(long nanos) -> (double) nanos;
      default -> null;
    };
  }

  private static long integer(Value value) {
    return value instanceof Value.Int(long number) ? number : ((Value.Duration) value).nanos();
  }
}
