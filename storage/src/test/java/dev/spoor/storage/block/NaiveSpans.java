package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// What the language means, span by span and object by object: the slow way to be compared with.
final class NaiveSpans {

  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  final SpanColumns spans;
  private final Map<AttributeLists, List<Map<String, List<Value>>>> attributes =
      new IdentityHashMap<>();
  private final int[] traceOf;
  private final int[] left;
  private final int[] right;
  private final int[] parent;
  private final int[] children;

  NaiveSpans(SpanColumns spans) {
    this.spans = spans;
    int count = spans.spanCount();
    traceOf = new int[count];
    left = new int[count];
    right = new int[count];
    parent = new int[count];
    children = new int[count];
    for (int trace = 0; trace < spans.traceCount(); trace++) {
      for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
        traceOf[span] = trace;
      }
      number(trace);
    }
  }

  int count(Field.Level level) {
    return switch (level) {
      case SPAN -> spans.spanCount();
      case EVENT -> spans.eventCount();
      case LINK -> spans.linkCount();
    };
  }

  /// All values an ordinal has for a field: none when it is absent.
  List<Value> values(Field field, int ordinal) {
    return switch (field) {
      case Field.Attribute(Scope scope, String name) ->
          switch (scope) {
            case SPAN -> attribute(spans.spanAttributes(), ordinal, name);
            case RESOURCE -> attribute(spans.resourceAttributes(), spans.resource(ordinal), name);
            case INSTRUMENTATION -> attribute(spans.scopeAttributes(), spans.scope(ordinal), name);
            case EVENT -> attribute(spans.eventAttributes(), ordinal, name);
            case LINK -> attribute(spans.linkAttributes(), ordinal, name);
            case ANY -> {
              List<Value> own = attribute(spans.spanAttributes(), ordinal, name);
              yield own.isEmpty()
                  ? attribute(spans.resourceAttributes(), spans.resource(ordinal), name)
                  : own;
            }
          };
      case Field.Intrinsic intrinsic -> List.of(intrinsic(intrinsic, ordinal));
    };
  }

  private List<Value> attribute(AttributeLists lists, int owner, String name) {
    List<Map<String, List<Value>>> all = attributes.computeIfAbsent(lists, this::decoded);
    return all.get(owner).getOrDefault(name, List.of());
  }

  private List<Map<String, List<Value>>> decoded(AttributeLists lists) {
    List<Map<String, List<Value>>> all = new ArrayList<>();
    for (int owner = 0; owner < lists.ownerCount(); owner++) {
      Map<String, List<Value>> own = new HashMap<>();
      for (int i = lists.first(owner); i < lists.end(owner); i++) {
        own.computeIfAbsent(text(lists.key(i)), key -> new ArrayList<>())
            .add(value(lists.type(i), lists.value(i)));
      }
      all.add(own);
    }
    return all;
  }

  private Value value(byte type, long value) {
    return switch (type) {
      case ValueType.STRING -> new Value.Str(text((int) value));
      case ValueType.INT -> new Value.Int(value);
      case ValueType.DOUBLE -> new Value.Float(Double.longBitsToDouble(value));
      case ValueType.BOOL -> new Value.Bool(value != 0);
      default -> AnyValues.read(spans.strings(), (int) value);
    };
  }

  private Value intrinsic(Field.Intrinsic field, int i) {
    return switch (field) {
      case NAME -> new Value.Str(text(spans.name(i)));
      case DURATION -> new Value.Duration(spans.endNanos(i) - spans.startNanos(i));
      case STATUS -> new Value.Status(Value.SpanStatus.ofOtlp(spans.statusCode(i)));
      case STATUS_MESSAGE -> new Value.Str(text(spans.statusMessage(i)));
      case KIND -> new Value.Kind(Value.SpanKind.ofOtlp(spans.kind(i)));
      case SPAN_ID -> new Value.Str(HexFormat.of().toHexDigits(spans.spanId(i)));
      case PARENT_SPAN_ID -> new Value.Str(HexFormat.of().toHexDigits(spans.parentSpanId(i)));
      case CHILD_COUNT -> new Value.Int(children[i]);
      case TRACE_ID ->
          new Value.Str(
              new TraceId(spans.traceIdHigh(traceOf[i]), spans.traceIdLow(traceOf[i]))
                  .toShortHex());
      case TRACE_DURATION -> new Value.Duration(traceEnd(traceOf[i]) - traceStart(traceOf[i]));
      case TRACE_START -> new Value.Int(traceStart(traceOf[i]));
      case SPAN_START -> new Value.Int(spans.startNanos(i));
      case ROOT_NAME -> new Value.Str(rootName(traceOf[i]));
      case ROOT_SERVICE_NAME -> new Value.Str(rootService(traceOf[i]));
      case EVENT_NAME -> new Value.Str(text(spans.eventName(i)));
      case EVENT_TIME_SINCE_START ->
          new Value.Duration(spans.eventTime(i) - spans.startNanos(spanOf(Field.Level.EVENT, i)));
      case LINK_TRACE_ID -> new Value.Str(withoutZeros(hex(spans.linkTraceId(i))));
      case LINK_SPAN_ID -> new Value.Str(hex(spans.linkSpanId(i)));
      case INSTRUMENTATION_NAME -> new Value.Str(text(spans.scopeName(spans.scope(i))));
      case INSTRUMENTATION_VERSION -> new Value.Str(text(spans.scopeVersion(spans.scope(i))));
      case NESTED_SET_LEFT -> new Value.Int(left[i]);
      case NESTED_SET_RIGHT -> new Value.Int(right[i]);
      case NESTED_SET_PARENT -> new Value.Int(parent[i]);
    };
  }

  int spanOf(Field.Level level, int ordinal) {
    for (int span = 0; span < spans.spanCount(); span++) {
      int end = level == Field.Level.EVENT ? spans.endEvent(span) : spans.endLink(span);
      if (level == Field.Level.SPAN ? span == ordinal : ordinal < end) {
        return span;
      }
    }
    throw new AssertionError();
  }

  long traceStart(int trace) {
    long start = Long.MAX_VALUE;
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      start = Math.min(start, spans.startNanos(span));
    }
    return start;
  }

  long traceEnd(int trace) {
    long end = 0;
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      end = Math.max(end, spans.endNanos(span));
    }
    return end;
  }

  String rootName(int trace) {
    int root = root(trace);
    return root < 0 ? "" : text(spans.name(root));
  }

  String rootService(int trace) {
    int root = root(trace);
    return root < 0 ? "" : service(root);
  }

  String service(int span) {
    List<Value> names = attribute(spans.resourceAttributes(), spans.resource(span), "service.name");
    return names.isEmpty() ? "" : ((Value.Str) names.getFirst()).value();
  }

  private int root(int trace) {
    int root = -1;
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      if (!spans.hasParent(span)) {
        root = span;
      }
    }
    return root;
  }

  /// Tree positions, as the format defines them.
  private void number(int trace) {
    Map<Long, List<Integer>> byId = new HashMap<>();
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      byId.computeIfAbsent(spans.spanId(span), id -> new ArrayList<>()).add(span);
    }
    if (byId.values().stream().anyMatch(same -> same.size() > 2)) {
      return;
    }
    Map<Integer, List<Integer>> childrenOf = new HashMap<>();
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      int of = spans.hasParent(span) ? parentOf(span, byId) : -1;
      if (of >= 0) {
        children[of]++;
        childrenOf.computeIfAbsent(of, any -> new ArrayList<>()).add(span);
      }
    }
    int counter = 1;
    for (int span = spans.firstSpan(trace); span < spans.endSpan(trace); span++) {
      if (!spans.hasParent(span)) {
        counter = walk(span, -1, counter, childrenOf);
      }
    }
  }

  private int walk(int span, int parentLeft, int number, Map<Integer, List<Integer>> childrenOf) {
    left[span] = number;
    parent[span] = parentLeft;
    int next = number + 1;
    for (int child : childrenOf.getOrDefault(span, List.of())) {
      next = walk(child, left[span], next, childrenOf);
    }
    right[span] = next;
    return next + 1;
  }

  private int parentOf(int span, Map<Long, List<Integer>> byId) {
    List<Integer> candidates = byId.getOrDefault(spans.parentSpanId(span), List.of());
    if (candidates.size() < 2) {
      return candidates.isEmpty() ? -1 : candidates.getFirst();
    }
    int wanted = spans.kind(span) == 2 ? 3 : 2;
    return candidates.stream().filter(of -> spans.kind(of) == wanted).findFirst().orElse(-1);
  }

  // ---- conditions

  boolean holds(Condition condition, int ordinal) {
    List<Value> values = values(condition.field(), ordinal);
    boolean attribute = condition.field() instanceof Field.Attribute;
    return switch (condition.operator()) {
      case EXISTS -> !values.isEmpty();
      case MISSING -> values.isEmpty();
      default ->
          values.stream()
              .anyMatch(value ->
                  condition.operands().stream()
                      .anyMatch(operand -> holds(condition, attribute, value, operand)));
    };
  }

  private static boolean holds(Condition condition, boolean attribute, Value value, Value operand) {
    if (value instanceof Value.Array(List<Value> elements)) {
      return elements.stream().anyMatch(element -> holds(condition, attribute, element, operand));
    }
    if (value instanceof Value.Opaque || (attribute && value.getClass() != operand.getClass())) {
      return false;
    }
    Integer order = null;
    boolean equal;
    if (value instanceof Value.Str(String a) && operand instanceof Value.Str(String b)) {
      switch (condition.operator()) {
        case REGEX -> {
          return pattern(b).matcher(a).matches();
        }
        case NOT_REGEX -> {
          return !pattern(b).matcher(a).matches();
        }
        case CONTAINS -> {
          return a.contains(b);
        }
        default -> order = a.compareTo(b);
      }
      equal = order == 0;
    } else if (isNumber(value) && isNumber(operand)) {
      if (value instanceof Value.Float || operand instanceof Value.Float) {
        double a = asDouble(value);
        double b = asDouble(operand);
        return switch (condition.operator()) {
          case EQUAL, IN -> a == b;
          case NOT_EQUAL -> a != b;
          case LESS -> a < b;
          case LESS_EQUAL -> a <= b;
          case GREATER -> a > b;
          case GREATER_EQUAL -> a >= b;
          default -> false;
        };
      }
      order = Long.compare(asLong(value), asLong(operand));
      equal = order == 0;
    } else if (value.getClass() == operand.getClass()) {
      equal = value.equals(operand);
    } else {
      return false;
    }
    return switch (condition.operator()) {
      case EQUAL, IN -> equal;
      case NOT_EQUAL -> !equal;
      case LESS -> order != null && order < 0;
      case LESS_EQUAL -> order != null && order <= 0;
      case GREATER -> order != null && order > 0;
      case GREATER_EQUAL -> order != null && order >= 0;
      default -> false;
    };
  }

  private static Pattern pattern(String regex) {
    return PATTERNS.computeIfAbsent(regex, text -> Pattern.compile(text, Pattern.DOTALL));
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.Float
        || value instanceof Value.Duration;
  }

  private static double asDouble(Value value) {
    return value instanceof Value.Float(double number) ? number : (double) asLong(value);
  }

  private static long asLong(Value value) {
    return value instanceof Value.Int(long number) ? number : ((Value.Duration) value).nanos();
  }

  private String text(int id) {
    return spans.strings().utf8(id);
  }

  private String hex(int id) {
    return HexFormat.of().formatHex(spans.strings().bytes(id).toArray());
  }

  private static String withoutZeros(String hex) {
    return hex.replaceFirst("^0+(?=.)", "");
  }
}
