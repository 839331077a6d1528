package dev.spoor.storage.block;

import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Batches of spans with everything in them that spans can have, odd things more often than in
/// life. The same seed gives the same spans.
public final class RandomSpans {

  private static final String[] KEYS = {
    "a",
    "b",
    "service.name",
    "k8s.pod.name",
    "cluster",
    "http.method",
    "http.url",
    "http.status_code",
    "url.path",
    "http.route",
    "long.key.that.goes.on",
    "ключ",
    ""
  };
  private static final String[] STRINGS = {
    "", "x", "GET", "a value of more than sixteen bytes", "ünïcödé all the way dówn", "\0\1"
  };

  private final SplittableRandom random;
  private final int traces;
  private final SpanColumnsBuilder to = new SpanColumnsBuilder();

  private RandomSpans(SplittableRandom random, int traces) {
    this.random = random;
    this.traces = traces;
  }

  /// @param traces out of how many trace ids each batch draws
  public static List<SpanColumns> batches(long seed, int batches, int spans, int traces) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SpanColumns> all = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      all.add(new RandomSpans(random.split(), traces).batch(spans));
    }
    return all;
  }

  private SpanColumns batch(int spans) {
    int resources = 1 + random.nextInt(4);
    for (int i = 0; i < resources; i++) {
      attributes(to::resourceAttribute, random.nextInt(5));
      to.endResource(random.nextInt(2));
    }
    int scopes = 1 + random.nextInt(3);
    for (int i = 0; i < scopes; i++) {
      attributes(to::scopeAttribute, random.nextInt(3));
      to.endScope(string(), string(), random.nextInt(2));
    }
    for (int i = 0; i < spans; i++) {
      span(resources, scopes);
    }
    return to.build();
  }

  private void span(int resources, int scopes) {
    SpanColumnsBuilder.Span span = to.span();
    span.traceIdHigh = random.nextInt(2) == 0 ? 0 : -1L;
    span.traceIdLow = random.nextInt(traces) - traces / 2;
    span.spanId = random.nextInt(50);
    span.hasParent = random.nextInt(5) > 0;
    span.parentSpanId = span.hasParent ? random.nextInt(50) : 0;
    span.startNanos = random.nextInt(20) == 0 ? 0 : random.nextLong();
    span.endNanos = span.startNanos + random.nextLong(-10, 1L << random.nextInt(60));
    span.name = string();
    span.kind = random.nextInt(7);
    span.statusCode = random.nextInt(3);
    span.statusMessage = string();
    span.traceState = random.nextInt(5) == 0 ? string() : 0;
    span.droppedAttributes = random.nextInt(10) == 0 ? random.nextInt() : 0;
    span.droppedEvents = random.nextInt(10) == 0 ? random.nextInt() : 0;
    span.droppedLinks = random.nextInt(10) == 0 ? random.nextInt() : 0;
    span.resource = random.nextInt(resources);
    span.scope = random.nextInt(scopes);
    attributes(to::spanAttribute, random.nextInt(8));
    for (int i = random.nextInt(12) / 8 * random.nextInt(3); i > 0; i--) {
      attributes(to::eventAttribute, random.nextInt(3));
      to.endEvent(random.nextLong(), string(), random.nextInt(2));
    }
    for (int i = random.nextInt(12) / 9 * random.nextInt(3); i > 0; i--) {
      attributes(to::linkAttribute, random.nextInt(3));
      to.endLink(string(), string(), string(), random.nextInt(2));
    }
    to.endSpan();
  }

  private interface AttributeTarget {
    void add(int key, byte type, long value);
  }

  /// Each key once, since a block keeps only the last of two in a column.
  private void attributes(AttributeTarget target, int count) {
    TreeSet<String> keys = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      keys.add(KEYS[random.nextInt(KEYS.length)]);
    }
    for (String key : keys) {
      if (key.equals("service.name")) {
        target.add(
            to.strings().intern(key),
            ValueType.STRING,
            to.strings().intern("service " + random.nextInt(3)));
      } else {
        value(target, to.strings().intern(key));
      }
    }
  }

  private void value(AttributeTarget target, int key) {
    switch (random.nextInt(7)) {
      case 0 -> target.add(key, ValueType.INT, random.nextLong());
      case 1 ->
          target.add(
              key,
              ValueType.DOUBLE,
              Double.doubleToRawLongBits(
                  random.nextInt(10) == 0 ? Double.NaN : random.nextDouble() - 0.5));
      case 2 -> target.add(key, ValueType.BOOL, random.nextInt(2));
      case 3 ->
          target.add(
              key,
              ValueType.OTHER,
              to.strings().intern(SampleValues.ALL.get(random.nextInt(SampleValues.ALL.size()))));
      default -> target.add(key, ValueType.STRING, string());
    }
  }

  private int string() {
    return random.nextInt(10) == 0
        ? to.strings().intern("made up " + random.nextInt(100_000))
        : to.strings().intern(STRINGS[random.nextInt(STRINGS.length)]);
  }
}
