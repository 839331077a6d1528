package dev.spoor.storage.columns;

import com.google.re2j.Pattern;
import dev.spoor.model.TraceId;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.TraceSummary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Traces as plain objects, and conditions decided on them one by one, word for word as the rules
/// say: what columns are compared with. Slow and simple.
public final class NaiveTraces {

  public record Key(long spanId, int kind) {}

  /// An event or link, or a span without them.
  public record Item(Map<Field.Intrinsic, Value> intrinsics, Attributes attributes) {}

  /// @param values by name, in the order in which they stand
  record Attributes(Map<String, List<Value>> values) {

    List<Value> all(String name) {
      return values.getOrDefault(name, List.of());
    }

    Value last(String name) {
      return all(name).isEmpty() ? Value.NIL : all(name).getLast();
    }
  }

  public static final class Span {
    final TraceId traceId;
    final Key key;
    final boolean hasParent;
    final long parentId;
    final long start;
    final long end;
    final int status;
    final Item own;
    final Attributes resource;
    final Attributes scope;
    final String service;
    final List<Item> events = new ArrayList<>();
    final List<Item> links = new ArrayList<>();
    boolean childByLink;
    long left;
    long right;
    long parentLeft;
    long children;

    Span(SpanColumns c, int trace, int i) {
      traceId = new TraceId(c.traceIdHigh(trace), c.traceIdLow(trace));
      key = new Key(c.spanId(i), c.kind(i));
      hasParent = c.hasParent(i);
      parentId = c.parentSpanId(i);
      start = c.startNanos(i);
      end = c.endNanos(i);
      status = c.statusCode(i);
      own = new Item(new HashMap<>(), attributes(c, c.spanAttributes(), i));
      resource = attributes(c, c.resourceAttributes(), c.resource(i));
      scope = attributes(c, c.scopeAttributes(), c.scope(i));
      service = service(c, c.resource(i));
      Map<Field.Intrinsic, Value> values = own.intrinsics();
      values.put(Field.Intrinsic.NAME, text(c, c.name(i)));
      values.put(Field.Intrinsic.DURATION, new Value.Duration(end - start));
      values.put(Field.Intrinsic.STATUS, new Value.Status(Value.SpanStatus.ofOtlp(status)));
      values.put(Field.Intrinsic.STATUS_MESSAGE, text(c, c.statusMessage(i)));
      values.put(Field.Intrinsic.KIND, new Value.Kind(Value.SpanKind.ofOtlp(c.kind(i))));
      values.put(Field.Intrinsic.SPAN_ID, hex16(c.spanId(i)));
      values.put(Field.Intrinsic.PARENT_SPAN_ID, hex16(parentId));
      values.put(Field.Intrinsic.TRACE_ID, new Value.Str(stripped(traceId.toHex())));
      values.put(Field.Intrinsic.INSTRUMENTATION_NAME, text(c, c.scopeName(c.scope(i))));
      values.put(Field.Intrinsic.INSTRUMENTATION_VERSION, text(c, c.scopeVersion(c.scope(i))));
      values.put(Field.Intrinsic.SPAN_START, new Value.Int(start));
      for (int e = c.firstEvent(i); e < c.endEvent(i); e++) {
        Item event = new Item(new HashMap<>(), attributes(c, c.eventAttributes(), e));
        event.intrinsics().put(Field.Intrinsic.EVENT_NAME, text(c, c.eventName(e)));
        event
            .intrinsics()
            .put(
                Field.Intrinsic.EVENT_TIME_SINCE_START, new Value.Duration(c.eventTime(e) - start));
        events.add(event);
      }
      for (int l = c.firstLink(i); l < c.endLink(i); l++) {
        Item link = new Item(new HashMap<>(), attributes(c, c.linkAttributes(), l));
        String linkTrace = HexFormat.of().formatHex(c.strings().bytes(c.linkTraceId(l)).toArray());
        String linkSpan = HexFormat.of().formatHex(c.strings().bytes(c.linkSpanId(l)).toArray());
        link.intrinsics().put(Field.Intrinsic.LINK_TRACE_ID, new Value.Str(stripped(linkTrace)));
        link.intrinsics()
            .put(
                Field.Intrinsic.LINK_SPAN_ID,
                new Value.Str("0".repeat(Math.max(0, 16 - linkSpan.length())) + linkSpan));
        links.add(link);
        boolean ownTrace =
            !linkTrace.isEmpty()
                && linkTrace.length() <= 32
                && stripped(linkTrace).equals(stripped(traceId.toHex()));
        childByLink |= ownTrace && saysChildOf(c, l);
      }
    }

    private static String service(SpanColumns c, int resource) {
      String service = "";
      AttributeLists lists = c.resourceAttributes();
      for (int e = lists.first(resource); e < lists.end(resource); e++) {
        if (c.strings().utf8(lists.key(e)).equals("service.name")) {
          boolean isString = lists.type(e) == ValueType.STRING;
          service = isString ? c.strings().utf8((int) lists.value(e)) : "";
        }
      }
      return service;
    }

    private static boolean saysChildOf(SpanColumns c, int link) {
      AttributeLists lists = c.linkAttributes();
      for (int e = lists.first(link); e < lists.end(link); e++) {
        if (c.strings().utf8(lists.key(e)).equals("opentracing.ref_type")
            && lists.type(e) == ValueType.STRING
            && c.strings().utf8((int) lists.value(e)).equals("child_of")) {
          return true;
        }
      }
      return false;
    }
  }

  private final Map<TraceId, List<Span>> traces = new TreeMap<>();

  /// Brings the traces of all batches together; of a span that came twice the first one stays.
  public NaiveTraces(List<SpanColumns> batches) {
    Map<TraceId, Map<Key, Span>> byKey = new TreeMap<>();
    for (SpanColumns columns : batches) {
      for (int trace = 0; trace < columns.traceCount(); trace++) {
        for (int i = columns.firstSpan(trace); i < columns.endSpan(trace); i++) {
          Span span = new Span(columns, trace, i);
          byKey
              .computeIfAbsent(span.traceId, _ -> new LinkedHashMap<>())
              .putIfAbsent(span.key, span);
        }
      }
    }
    byKey.forEach((id, spans) -> traces.put(id, List.copyOf(spans.values())));
    traces.values().forEach(NaiveTraces::addTraceValues);
  }

  public Map<TraceId, List<Span>> traces() {
    return traces;
  }

  public static TraceSummary summary(List<Span> trace) {
    Map<String, int[]> services = new LinkedHashMap<>();
    for (Span span : trace) {
      String service = span.service;
      int[] counts = services.computeIfAbsent(service, _ -> new int[2]);
      counts[0]++;
      counts[1] += span.status == 2 ? 1 : 0;
    }
    Map<Field.Intrinsic, Value> values = trace.getFirst().own.intrinsics();
    long start = ((Value.Int) value(values, Field.Intrinsic.TRACE_START)).value();
    return new TraceSummary(
        start,
        start + ((Value.Duration) value(values, Field.Intrinsic.TRACE_DURATION)).nanos(),
        ((Value.Str) value(values, Field.Intrinsic.ROOT_SERVICE_NAME)).value(),
        ((Value.Str) value(values, Field.Intrinsic.ROOT_NAME)).value(),
        services.entrySet().stream()
            .map(e -> new TraceSummary.ServiceStats(e.getKey(), e.getValue()[0], e.getValue()[1]))
            .toList());
  }

  /// The items of a span at a level; the span itself at level span.
  public static List<Item> items(Span span, Field.Level level) {
    return switch (level) {
      case SPAN -> List.of(span.own);
      case EVENT -> span.events;
      case LINK -> span.links;
    };
  }

  public static Value valueOf(Span span, Item item, Field field) {
    return switch (field) {
      case Field.Intrinsic intrinsic -> value(item.intrinsics(), intrinsic);
      case Field.Attribute attribute -> of(span, item, attribute).last(attribute.name());
    };
  }

  private static Attributes of(Span span, Item item, Field.Attribute attribute) {
    return switch (attribute.scope()) {
      case SPAN, EVENT, LINK -> item.attributes();
      case RESOURCE -> span.resource;
      case INSTRUMENTATION -> span.scope;
      case ANY ->
          item.attributes().all(attribute.name()).isEmpty() ? span.resource : item.attributes();
    };
  }

  public static boolean holds(Span span, Condition condition) {
    return items(span, condition.field().level()).stream()
        .anyMatch(item -> holds(span, item, condition));
  }

  /// Of several values of an attribute, one is enough.
  public static boolean holds(Span span, Item item, Condition condition) {
    List<Value> values =
        condition.field() instanceof Field.Attribute attribute
            ? of(span, item, attribute).all(attribute.name())
            : List.of(valueOf(span, item, condition.field()));
    return switch (condition.operator()) {
      case MISSING -> values.isEmpty();
      case EXISTS -> !values.isEmpty();
      default -> values.stream().anyMatch(value -> holds(value, condition));
    };
  }

  private static boolean holds(Value value, Condition condition) {
    List<Value> candidates = value instanceof Value.Array(var all) ? all : List.of(value);
    boolean attribute = condition.field() instanceof Field.Attribute;
    return candidates.stream()
        .anyMatch(one ->
            condition.operands().stream()
                .anyMatch(operand -> compare(one, condition.operator(), operand, attribute)));
  }

  private static boolean compare(
      Value value, Condition.Operator operator, Value operand, boolean attribute) {
    if (value instanceof Value.Str(String text) && operand instanceof Value.Str(String other)) {
      return switch (operator) {
        case REGEX -> Pattern.compile(other, Pattern.DOTALL).matcher(text).matches();
        case NOT_REGEX -> !Pattern.compile(other, Pattern.DOTALL).matcher(text).matches();
        case CONTAINS -> text.contains(other);
        default -> ordered(operator, Arrays.compareUnsigned(utf8(text), utf8(other)));
      };
    }
    if (attribute && value.getClass() != operand.getClass()) {
      return false;
    }
    if (isNumber(value) && isNumber(operand)) {
      if (value instanceof Value.Float || operand instanceof Value.Float) {
        return doubles(operator, asDouble(value), asDouble(operand));
      }
      return ordered(operator, Long.compare(asLong(value), asLong(operand)));
    }
    if (value.getClass() != operand.getClass() || value instanceof Value.Opaque) {
      return false;
    }
    return switch (operator) {
      case EQUAL, IN -> value.equals(operand);
      case NOT_EQUAL -> !value.equals(operand);
      default -> false;
    };
  }

  private static boolean ordered(Condition.Operator operator, int order) {
    return switch (operator) {
      case EQUAL, IN -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_EQUAL -> order >= 0;
      default -> false;
    };
  }

  private static boolean doubles(Condition.Operator operator, double a, double b) {
    return switch (operator) {
      case EQUAL, IN -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      case LESS_EQUAL -> a <= b;
      case GREATER -> a > b;
      case GREATER_EQUAL -> a >= b;
      default -> false;
    };
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.Float
        || value instanceof Value.Duration;
  }

  private static long asLong(Value value) {
    return value instanceof Value.Duration(long nanos) ? nanos : ((Value.Int) value).value();
  }

  private static double asDouble(Value value) {
    return value instanceof Value.Float(double number) ? number : asLong(value);
  }

  private static void addTraceValues(List<Span> trace) {
    long start = 0;
    long end = 0;
    String rootName = "";
    String rootService = "";
    for (Span span : trace) {
      start = span.start != 0 && (start == 0 || span.start < start) ? span.start : start;
      end = Long.compareUnsigned(span.end, end) > 0 ? span.end : end;
      if (!span.hasParent && !span.childByLink) {
        rootName = ((Value.Str) value(span.own.intrinsics(), Field.Intrinsic.NAME)).value();
        rootService = span.service;
      }
    }
    addPositions(trace);
    for (Span span : trace) {
      Map<Field.Intrinsic, Value> values = span.own.intrinsics();
      values.put(Field.Intrinsic.TRACE_START, new Value.Int(start));
      values.put(Field.Intrinsic.TRACE_DURATION, new Value.Duration(end - start));
      values.put(Field.Intrinsic.ROOT_NAME, new Value.Str(rootName));
      values.put(Field.Intrinsic.ROOT_SERVICE_NAME, new Value.Str(rootService));
      values.put(Field.Intrinsic.NESTED_SET_LEFT, new Value.Int(span.left));
      values.put(Field.Intrinsic.NESTED_SET_RIGHT, new Value.Int(span.right));
      values.put(Field.Intrinsic.NESTED_SET_PARENT, new Value.Int(span.parentLeft));
      values.put(Field.Intrinsic.CHILD_COUNT, new Value.Int(span.children));
    }
  }

  private static void addPositions(List<Span> trace) {
    Map<Span, List<Span>> children = new HashMap<>();
    for (Span span : trace) {
      if (trace.stream().filter(other -> other.key.spanId == span.key.spanId).count() > 2) {
        return;
      }
    }
    for (Span span : trace) {
      List<Span> parents =
          trace.stream().filter(other -> other.key.spanId == span.parentId).toList();
      Span parent = parents.size() == 1 ? parents.getFirst() : null;
      if (parents.size() == 2) {
        int wanted = span.key.kind == 2 ? 3 : 2;
        parent = parents.stream().filter(p -> p.key.kind == wanted).findFirst().orElse(null);
      }
      if (span.hasParent && parent != null && parent != span) {
        children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(span);
        parent.children++;
      }
    }
    long next = 1;
    for (Span span : trace) {
      if (!span.hasParent) {
        next = number(span, -1, next, children);
      }
    }
  }

  private static long number(
      Span span, long parentLeft, long first, Map<Span, List<Span>> children) {
    span.left = first;
    span.parentLeft = parentLeft;
    long next = first + 1;
    for (Span child : children.getOrDefault(span, List.of())) {
      next = number(child, span.left, next, children);
    }
    span.right = next;
    return next + 1;
  }

  private static Attributes attributes(SpanColumns c, AttributeLists lists, int owner) {
    Map<String, List<Value>> map = new HashMap<>();
    for (int e = lists.first(owner); e < lists.end(owner); e++) {
      long raw = lists.value(e);
      Value value =
          switch (lists.type(e)) {
            case ValueType.STRING -> text(c, (int) raw);
            case ValueType.INT -> new Value.Int(raw);
            case ValueType.DOUBLE -> new Value.Float(Double.longBitsToDouble(raw));
            case ValueType.BOOL -> new Value.Bool(raw != 0);
            default -> AnyValues.read(c.strings(), (int) raw);
          };
      map.computeIfAbsent(c.strings().utf8(lists.key(e)), _ -> new ArrayList<>()).add(value);
    }
    return new Attributes(map);
  }

  private static Value value(Map<Field.Intrinsic, Value> values, Field.Intrinsic field) {
    return Objects.requireNonNull(values.get(field), field.name());
  }

  private static Value.Str text(SpanColumns c, int id) {
    return new Value.Str(c.strings().utf8(id));
  }

  private static Value.Str hex16(long id) {
    return new Value.Str(HexFormat.of().toHexDigits(id));
  }

  private static String stripped(String hex) {
    String rest = hex.replaceFirst("^0+", "");
    return rest.isEmpty() ? "0" : rest;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
