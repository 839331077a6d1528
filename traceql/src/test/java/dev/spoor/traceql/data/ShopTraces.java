package dev.spoor.traceql.data;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.Value.SpanKind;
import dev.spoor.traceql.Value.SpanStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Three small traces of a shop, to which all tables of cases refer: A is a checkout, B a nightly
/// job, and C has lost its root.
public final class ShopTraces {

  public static final long T0 = 1_700_000_000_000_000_000L;

  private static final long MILLI = 1_000_000L;
  private static final TraceId A = TraceId.parse("a1a1a1a1a1a1a1a1");
  private static final TraceId B = TraceId.parse("b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2");
  private static final TraceId C = TraceId.parse("c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3");

  private ShopTraces() {}

  public static TestBatch batch() {
    return new TestBatch(traces());
  }

  public static List<TestTrace> traces() {
    return List.of(a(), b(), c());
  }

  private static TestTrace a() {
    List<TestSpan> spans = new ArrayList<>();
    spans.add(
        web(
            span("A1", 0, "POST /checkout", SpanKind.SERVER, SpanStatus.UNSET, 0, 1200),
            "http.method",
            "POST",
            "http.status_code",
            200,
            "cart.items",
            3,
            "user.tier",
            "gold"));
    spans.add(
        web(
            span("A2", 1, "render", SpanKind.INTERNAL, SpanStatus.OK, 50, 100),
            "cache.hit",
            true,
            "ratio",
            0.75));
    TestSpan charge =
        pay(
            span("A3", 1, "charge", SpanKind.CLIENT, SpanStatus.ERROR, 200, 800),
            "http.method",
            "POST",
            "http.status_code",
            402,
            "amount",
            19.99,
            "tags",
            List.of("retry", "card"));
    charge.statusMessage = "card declined";
    charge.events.add(new TestSpan.Event("retry", 100 * MILLI, attributes("attempt", 1)));
    charge.events.add(
        new TestSpan.Event(
            "exception", 500 * MILLI, attributes("exception.type", "CardError", "attempt", 2)));
    spans.add(charge);
    spans.add(
        pay(
            span("A4", 3, "db.insert", SpanKind.CLIENT, SpanStatus.UNSET, 300, 50),
            "db.system",
            "postgres",
            "rows",
            1,
            "region",
            "us"));
    TestSpan insert =
        pay(
            span("A5", 3, "db.insert", SpanKind.CLIENT, SpanStatus.OK, 400, 70),
            "db.system",
            "postgres",
            "rows",
            4);
    insert.links.add(new TestSpan.Link(B.toShortHex(), id("B", 1), attributes("rel", "follows")));
    spans.add(insert);
    return new TestTrace(A, spans);
  }

  private static TestTrace b() {
    List<TestSpan> spans = new ArrayList<>();
    TestSpan nightly =
        jobs(
            span("B1", 0, "nightly", SpanKind.INTERNAL, SpanStatus.ERROR, 0, 5000),
            "http.status_code",
            "500",
            "retries",
            0);
    nightly.statusMessage = "timeout";
    spans.add(nightly);
    TestSpan fetch =
        jobs(
            span("B2", 1, "fetch", SpanKind.CLIENT, SpanStatus.ERROR, 500, 2000),
            "http.method",
            "GET",
            "retries",
            2);
    fetch.events.add(
        new TestSpan.Event("exception", 1500 * MILLI, attributes("exception.type", "Timeout")));
    spans.add(fetch);
    spans.add(
        cat(
            span("B3", 2, "GET /items", SpanKind.SERVER, SpanStatus.UNSET, 550, 1900),
            "http.method",
            "GET",
            "http.status_code",
            200,
            "sizes",
            List.of(10, 20, 30)));
    spans.add(
        jobs(
            span("B4", 1, "store", SpanKind.PRODUCER, SpanStatus.OK, 3000, 1000),
            "retries",
            -1,
            "temp",
            -2.5));
    return new TestTrace(B, spans);
  }

  private static TestTrace c() {
    return new TestTrace(
        C,
        List.of(
            cat(
                span("C1", 99, "GET /items", SpanKind.SERVER, SpanStatus.UNSET, 0, 20),
                "http.method",
                "GET",
                "http.status_code",
                404),
            cat(
                span("C2", 1, "cache.get", SpanKind.INTERNAL, SpanStatus.OK, 1, 2),
                "cache.hit",
                false),
            cat(
                span("C3", 1, "db.query", SpanKind.CLIENT, SpanStatus.UNSET, 4, 15),
                "db.system",
                "mysql",
                "rows",
                0,
                "weird key!",
                "yes")));
  }

  private static TestSpan span(
      String key, int parent, String name, SpanKind kind, SpanStatus status, long at, long took) {
    String trace = key.substring(0, 1);
    long traceStart =
        T0
            + switch (trace) {
              case "A" -> 0;
              case "B" -> 10_000 * MILLI;
              default -> 30_000 * MILLI;
            };
    int number = key.charAt(1) - '0';
    TestSpan span = new TestSpan(key, id(trace, number), parent == 0 ? 0 : id(trace, parent));
    span.name = name;
    span.kind = kind;
    span.status = status;
    span.start = traceStart + at * MILLI;
    span.duration = took * MILLI;
    return span;
  }

  private static long id(String trace, int number) {
    String prefix = trace.toLowerCase() + (trace.charAt(0) - 'A' + 1);
    return Long.parseUnsignedLong(prefix + "000000000000" + "%02d".formatted(number), 16);
  }

  private static TestSpan web(TestSpan span, Object... attributes) {
    span.resource =
        attributes("service.name", "shop-web", "deployment.env", "prod", "region", "eu");
    span.scopeAttributes = attributes("lang", "java");
    return scope(span, "otel-java", "1.9", attributes);
  }

  private static TestSpan pay(TestSpan span, Object... attributes) {
    span.resource =
        attributes("service.name", "payments", "deployment.env", "prod", "region", "eu");
    return scope(span, "otel-go", "0.3", attributes);
  }

  private static TestSpan jobs(TestSpan span, Object... attributes) {
    span.resource = attributes("service.name", "jobs", "deployment.env", "staging", "replicas", 2);
    return scope(span, "", "", attributes);
  }

  private static TestSpan cat(TestSpan span, Object... attributes) {
    span.resource = attributes("service.name", "catalog");
    span.scopeAttributes = attributes("lang", "go");
    return scope(span, "otel-go", "0.4", attributes);
  }

  private static TestSpan scope(TestSpan span, String name, String version, Object... attributes) {
    span.scopeName = name;
    span.scopeVersion = version;
    span.attributes.putAll(attributes(attributes));
    return span;
  }

  private static Map<String, Value> attributes(Object... keysAndValues) {
    Map<String, Value> attributes = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      attributes.put((String) keysAndValues[i], value(keysAndValues[i + 1]));
    }
    return attributes;
  }

  private static Value value(Object object) {
    return switch (object) {
      case String text -> new Value.Str(text);
      case Integer number -> new Value.Int(number);
      case Double number -> new Value.Float(number);
      case Boolean bool -> new Value.Bool(bool);
      case List<?> list -> new Value.Array(list.stream().map(ShopTraces::value).toList());
      default -> throw new IllegalArgumentException("no attribute: " + object);
    };
  }
}
