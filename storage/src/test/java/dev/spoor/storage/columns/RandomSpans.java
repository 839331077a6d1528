package dev.spoor.storage.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random batches from a seed, with everything a span can have: repeated ids, missing parents, long
/// and empty strings, arrays, values without a type, events and links.
///
/// Words come from small sets, so that conditions on them hold now and then. Trace ids come from a
/// small range (`traceIds`), so that batches of one instance share traces.
public final class RandomSpans {

  public static final List<String> KEYS =
      List.of("http.method", "http.status_code", "a", "b", "service.name", "ümlaut", "tags");
  public static final List<String> WORDS = List.of("GET", "POST", "", "x", "ä", "checkout", "x.y");
  public static final List<String> NAMES = List.of("GET /a", "GET /b", "query", "", "lookup");

  private static final long EPOCH = 1_700_000_000_000_000_000L;

  private final Random random;
  private final int traceIds;

  public RandomSpans(long seed, int traceIds) {
    this.random = new Random(seed);
    this.traceIds = traceIds;
  }

  public SpanColumns batch(int spans) {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    int resources = 1 + random.nextInt(4);
    int scopes = 1 + random.nextInt(3);
    for (int i = 0; i < resources; i++) {
      addResource(builder);
    }
    for (int i = 0; i < scopes; i++) {
      addScope(builder);
    }
    for (int i = 0; i < spans; i++) {
      addSpan(builder, resources, scopes);
    }
    return builder.build();
  }

  private void addResource(SpanColumnsBuilder builder) {
    if (random.nextInt(4) > 0) {
      builder.resourceAttribute(
          string(builder, "service.name"), ValueType.STRING, string(builder, word()));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      Attribute attribute = attribute(builder);
      builder.resourceAttribute(attribute.key, attribute.type, attribute.value);
    }
    builder.endResource(random.nextInt(3));
  }

  private void addScope(SpanColumnsBuilder builder) {
    for (int i = random.nextInt(3); i > 0; i--) {
      Attribute attribute = attribute(builder);
      builder.scopeAttribute(attribute.key, attribute.type, attribute.value);
    }
    builder.endScope(string(builder, word()), string(builder, word()), random.nextInt(2));
  }

  private void addSpan(SpanColumnsBuilder builder, int resources, int scopes) {
    for (int i = random.nextInt(5); i > 0; i--) {
      Attribute attribute = attribute(builder);
      builder.spanAttribute(attribute.key, attribute.type, attribute.value);
    }
    SpanColumnsBuilder.Span span = builder.span();
    int trace = random.nextInt(traceIds);
    span.traceIdHigh = trace % 3 == 0 ? 0 : trace * 0x9E3779B97F4A7C15L;
    span.traceIdLow = trace + 1;
    span.spanId = spanId();
    span.hasParent = random.nextInt(4) > 0;
    span.parentSpanId = span.hasParent ? spanId() : 0;
    span.startNanos = random.nextInt(20) == 0 ? 0 : EPOCH + random.nextInt(1_000_000_000);
    span.endNanos = span.startNanos + random.nextInt(2_000) - (random.nextInt(9) == 0 ? 3_000 : 0);
    span.name = string(builder, NAMES.get(random.nextInt(NAMES.size())));
    span.kind = random.nextInt(6);
    span.statusCode = random.nextInt(3);
    span.statusMessage = random.nextBoolean() ? 0 : string(builder, word());
    span.traceState = random.nextInt(5) > 0 ? 0 : string(builder, word());
    span.droppedAttributes = random.nextInt(10) == 0 ? random.nextInt() : 0;
    span.droppedEvents = random.nextInt(10) == 0 ? random.nextInt(5) : 0;
    span.droppedLinks = random.nextInt(10) == 0 ? random.nextInt(5) : 0;
    span.resource = random.nextInt(resources);
    span.scope = random.nextInt(scopes);
    for (int i = Math.max(0, random.nextInt(6) - 3); i > 0; i--) {
      addEvent(builder, span.startNanos);
    }
    for (int i = Math.max(0, random.nextInt(6) - 3); i > 0; i--) {
      addLink(builder);
    }
    builder.endSpan();
  }

  private void addEvent(SpanColumnsBuilder builder, long start) {
    for (int i = random.nextInt(3); i > 0; i--) {
      Attribute attribute = attribute(builder);
      builder.eventAttribute(attribute.key, attribute.type, attribute.value);
    }
    builder.endEvent(start + random.nextInt(1_000), string(builder, word()), random.nextInt(2));
  }

  private void addLink(SpanColumnsBuilder builder) {
    for (int i = random.nextInt(3); i > 0; i--) {
      Attribute attribute = attribute(builder);
      builder.linkAttribute(attribute.key, attribute.type, attribute.value);
    }
    if (random.nextInt(4) == 0) {
      builder.linkAttribute(
          string(builder, "opentracing.ref_type"), ValueType.STRING, string(builder, "child_of"));
    }
    byte[] traceId = new byte[random.nextInt(8) == 0 ? random.nextInt(20) : 16];
    if (traceId.length > 0) {
      traceId[traceId.length - 1] = (byte) (1 + random.nextInt(traceIds));
    }
    byte[] spanId = new byte[random.nextInt(8) == 0 ? random.nextInt(10) : 8];
    if (spanId.length > 0) {
      spanId[spanId.length - 1] = (byte) random.nextInt(3);
    }
    builder.endLink(
        builder.strings().intern(traceId, 0, traceId.length),
        builder.strings().intern(spanId, 0, spanId.length),
        string(builder, random.nextBoolean() ? "" : word()),
        random.nextInt(2));
  }

  private long spanId() {
    return random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(12);
  }

  private String word() {
    return random.nextInt(6) == 0 ? "w" + random.nextInt(1_000) : WORDS.get(random.nextInt(7));
  }

  private String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private record Attribute(int key, byte type, long value) {}

  private Attribute attribute(SpanColumnsBuilder builder) {
    int key = string(builder, key());
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Attribute(key, ValueType.STRING, string(builder, word()));
      case 3, 4 ->
          new Attribute(
              key,
              ValueType.INT,
              random.nextInt(5) == 0 ? random.nextLong() : random.nextInt(4) + 199);
      case 5 -> new Attribute(key, ValueType.DOUBLE, Double.doubleToRawLongBits(number()));
      case 6 -> new Attribute(key, ValueType.BOOL, random.nextInt(2));
      default -> {
        byte[] other = anyValue();
        yield new Attribute(key, ValueType.OTHER, builder.strings().intern(other, 0, other.length));
      }
    };
  }

  private double number() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> 200.0;
      case 2 -> -0.0;
      default -> random.nextInt(4) / 2.0;
    };
  }

  /// An `AnyValue` in protobuf encoding that is an array, a map, bytes or nothing.
  private byte[] anyValue() {
    return switch (random.nextInt(8)) {
      case 0 -> new byte[0];
      case 1 -> AnyValueBytes.bytes(new byte[] {1, 2});
      case 2 -> AnyValueBytes.map("k", AnyValueBytes.string("v"));
      case 3 -> AnyValueBytes.array(List.of(AnyValueBytes.string("x"), AnyValueBytes.integer(1)));
      case 4 -> AnyValueBytes.array(elements(AnyValueBytes.integer(199 + random.nextInt(4))));
      case 5 -> AnyValueBytes.array(elements(AnyValueBytes.decimal(number())));
      case 6 -> AnyValueBytes.array(elements(AnyValueBytes.bool(random.nextBoolean())));
      default -> AnyValueBytes.array(elements(AnyValueBytes.string(word())));
    };
  }

  /// None to three elements; the first one is given, the others are of the same type.
  private List<byte[]> elements(byte[] first) {
    List<byte[]> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(elements.isEmpty() ? first : another(first[0]));
    }
    return elements;
  }

  private byte[] another(byte tag) {
    return switch (tag >>> 3) {
      case 1 -> AnyValueBytes.string(word());
      case 2 -> AnyValueBytes.bool(random.nextBoolean());
      case 3 -> AnyValueBytes.integer(199 + random.nextInt(4));
      default -> AnyValueBytes.decimal(number());
    };
  }

  private static int string(SpanColumnsBuilder builder, String text) {
    return builder.strings().intern(text);
  }
}
