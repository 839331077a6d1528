package dev.spoor.traceql.data;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Small traces out of few keys and few values, so that queries have something to find. Some spans
/// have lost their parent, some traces have several roots, and one key has values of many types.
public final class RandomTraces {

  static final List<String> KEYS = List.of("a", "b", "c d");
  static final List<String> TEXTS = List.of("", "a", "b", "ab", "\uD83D\uDE00", "\uFF5E");

  private RandomTraces() {}

  public static List<TestTrace> traces(RandomGenerator random) {
    List<TestTrace> traces = new ArrayList<>();
    int count = random.nextInt(1, 5);
    for (int t = 0; t < count; t++) {
      traces.add(trace(random, t + 1));
    }
    return traces;
  }

  private static TestTrace trace(RandomGenerator random, int number) {
    List<TestSpan> spans = new ArrayList<>();
    int count = random.nextInt(1, 9);
    for (int s = 1; s <= count; s++) {
      spans.add(span(random, number, s));
    }
    return new TestTrace(new TraceId(0, number), spans);
  }

  private static TestSpan span(RandomGenerator random, int trace, int number) {
    long parent =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> 99;
          default -> number == 1 ? 0 : random.nextInt(1, number);
        };
    TestSpan span = new TestSpan(trace + "." + number, number, parent);
    span.name = text(random);
    span.kind = Value.SpanKind.values()[random.nextInt(6)];
    span.status = Value.SpanStatus.values()[random.nextInt(3)];
    span.statusMessage = text(random);
    span.start = random.nextInt(1, 10);
    span.duration = random.nextInt(0, 8);
    span.attributes.putAll(attributes(random));
    span.resource = attributes(random);
    span.resource.put("service.name", new Value.Str(text(random)));
    span.scopeName = text(random);
    span.scopeAttributes = attributes(random);
    for (int e = random.nextInt(4) - 1; e > 0; e--) {
      span.events.add(new TestSpan.Event(text(random), random.nextInt(5), attributes(random)));
    }
    for (int l = random.nextInt(4) - 1; l > 0; l--) {
      span.links.add(new TestSpan.Link("1", random.nextInt(1, 5), attributes(random)));
    }
    return span;
  }

  private static String text(RandomGenerator random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static Map<String, Value> attributes(RandomGenerator random) {
    Map<String, Value> attributes = new LinkedHashMap<>();
    for (String key : KEYS) {
      if (random.nextInt(3) > 0) {
        attributes.put(key, value(random));
      }
    }
    return attributes;
  }

  private static Value value(RandomGenerator random) {
    return switch (random.nextInt(12)) {
      case 0 ->
          new Value.Array(
              List.of(new Value.Int(random.nextInt(-2, 4)), new Value.Int(random.nextInt(-2, 4))));
      case 1 -> new Value.Array(List.of(new Value.Str(text(random)), new Value.Str(text(random))));
      case 2 -> new Value.Array(List.of(new Value.Bool(true), new Value.Bool(false)));
      case 3 -> Value.OPAQUE;
      default -> scalar(random);
    };
  }

  static Value scalar(RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> new Value.Str(text(random));
      case 1 -> new Value.Float(random.nextInt(-4, 8) / 2.0);
      case 2, 3 -> new Value.Bool(random.nextBoolean());
      default -> new Value.Int(random.nextInt(-3, 6));
    };
  }
}
