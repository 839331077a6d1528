package dev.spoor.storage.block;

import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Spans as a web shop of 14 services would send them: about 11 attributes each, some with as many
/// values as there are traces. The same seed gives the same spans.
public final class ShopTraffic {

  private static final String[] SERVICES = {
    "frontend",
    "gateway",
    "cart",
    "checkout",
    "payment",
    "shipping",
    "catalog",
    "search",
    "recommendation",
    "ads",
    "email",
    "currency",
    "accounts",
    "inventory"
  };
  private static final int PODS = 4;
  private static final HexFormat HEX = HexFormat.of();

  private final SplittableRandom random;
  private final List<SpanColumnsBuilder> builders = new ArrayList<>();
  private final List<int[]> resources = new ArrayList<>();
  private final String[] pods = new String[SERVICES.length * PODS];
  private final String[] agents = new String[50];
  private final String[] statements = new String[400];
  private final int spansPerTrace;

  private SpanColumnsBuilder to;
  private int[] resourcesOf;
  private long clock = 1_790_000_000_000_000_000L;

  ShopTraffic(long seed, int batches, int spansPerTrace) {
    random = new SplittableRandom(seed);
    this.spansPerTrace = spansPerTrace;
    for (int i = 0; i < pods.length; i++) {
      pods[i] = SERVICES[i / PODS] + "-" + hex(5) + "-" + hex(3);
    }
    for (int i = 0; i < agents.length; i++) {
      agents[i] = "Mozilla/5.0 (X11; Linux x86_64; rv:" + (90 + i) + ".0) Gecko/20100101";
    }
    for (int i = 0; i < statements.length; i++) {
      statements[i] = "SELECT c" + i % 17 + ", c" + i % 5 + " FROM table_" + i + " WHERE id = ?";
    }
    for (int i = 0; i < batches; i++) {
      to = new SpanColumnsBuilder();
      to.endScope(string("io.opentelemetry.auto"), string("2.9.0"), 0);
      builders.add(to);
      resources.add(addResources());
    }
    to = builders.getFirst();
    resourcesOf = resources.getFirst();
  }

  /// Makes traces; the spans of a trace go to two neighbouring batches.
  public static List<SpanColumns> batches(long seed, int traces, int batches, int spansPerTrace) {
    ShopTraffic traffic = new ShopTraffic(seed, batches, spansPerTrace);
    for (int i = 0; i < traces; i++) {
      traffic.trace(i % batches);
    }
    return traffic.builders.stream().map(SpanColumnsBuilder::build).toList();
  }

  private int[] addResources() {
    int[] numbers = new int[pods.length];
    for (int i = 0; i < pods.length; i++) {
      resourceString("service.name", SERVICES[i / PODS]);
      resourceString("service.version", "1." + i % PODS + ".0");
      resourceString("service.instance.id", "3f2a-" + i);
      resourceString("k8s.pod.name", pods[i]);
      resourceString("k8s.namespace.name", "shop");
      resourceString("host.name", "node-" + i % 7);
      resourceString("telemetry.sdk.language", "java");
      resourceString("telemetry.sdk.name", "opentelemetry");
      resourceString("deployment.environment", "production");
      numbers[i] = to.endResource(0);
    }
    return numbers;
  }

  private void resourceString(String key, String value) {
    to.resourceAttribute(string(key), ValueType.STRING, string(value));
  }

  private void trace(int batch) {
    long high = random.nextLong();
    long low = random.nextLong();
    int count = Math.max(1, spansPerTrace / 2 + random.nextInt(spansPerTrace + 1));
    long[] ids = new long[count];
    long[] starts = new long[count];
    int[] pod = new int[count];
    String user = "user-" + random.nextInt(200_000);
    String request = HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    clock += random.nextLong(20_000_000L);
    for (int i = 0; i < count; i++) {
      int parent = i == 0 ? -1 : Math.max(0, i - 1 - random.nextInt(Math.min(i, 6)));
      to = builders.get((batch + (i * 4 / count == 3 ? 1 : 0)) % builders.size());
      resourcesOf = resources.get(builders.indexOf(to));
      int type = i == 0 ? 0 : random.nextInt(4);
      pod[i] = parent < 0 ? 0 : type == 0 ? random.nextInt(pods.length) : pod[parent];
      ids[i] = random.nextLong();
      starts[i] = (parent < 0 ? clock : starts[parent]) + 1000 * random.nextLong(1, 3000);
      SpanColumnsBuilder.Span span = to.span();
      span.traceIdHigh = high;
      span.traceIdLow = low;
      span.spanId = ids[i];
      span.hasParent = parent >= 0;
      span.parentSpanId = parent < 0 ? 0 : ids[parent];
      span.startNanos = starts[i] + random.nextLong(1000);
      span.endNanos = span.startNanos + (long) Math.exp(random.nextDouble() * 9 + 8);
      span.resource = resourcesOf[pod[i]];
      span.scope = 0;
      attributes(type, SERVICES[pod[i] / PODS], user, request);
      extras();
      to.endSpan();
    }
  }

  private void attributes(int type, String service, String user, String request) {
    SpanColumnsBuilder.Span span = to.span();
    int operation = random.nextInt(8);
    boolean error = random.nextInt(40) == 0;
    span.statusCode = error ? 2 : 0;
    span.statusMessage = error ? string("upstream timed out after 1000 ms") : 0;
    int peer = random.nextInt(SERVICES.length);
    switch (type) {
      case 0 -> {
        span.kind = 2;
        span.name = string("GET /api/" + service + "/op" + operation + "/{id}");
        string("http.request.method", operation < 5 ? "GET" : "POST");
        string("url.path", "/api/" + service + "/op" + operation + "/" + random.nextInt(100_000));
        string("url.scheme", "https");
        string("http.route", "/api/" + service + "/op" + operation + "/{id}");
        number("http.response.status_code", error ? 503 : 200);
        string("server.address", service + ".shop.svc");
        number("server.port", 8080);
        string("client.address", "10." + random.nextInt(4) + "." + random.nextInt(256) + ".17");
        string("user_agent.original", agents[random.nextInt(agents.length)]);
        string("user.id", user);
        string("request.id", request);
        number("thread.id", random.nextInt(200));
      }
      case 1 -> {
        span.kind = 3;
        span.name = string("GET");
        string("http.request.method", "GET");
        string(
            "url.full",
            "https://"
                + SERVICES[peer]
                + ".shop.svc/api/op"
                + operation
                + "/"
                + random.nextInt(100_000));
        number("http.response.status_code", error ? 503 : 200);
        string("server.address", SERVICES[peer] + ".shop.svc");
        number("server.port", 8080);
        string("network.protocol.version", "1.1");
        string("peer.service", SERVICES[peer]);
        number("thread.id", random.nextInt(200));
        string("thread.name", "http-client-" + random.nextInt(16));
        string("request.id", request);
      }
      case 2 -> {
        int statement = random.nextInt(statements.length);
        span.kind = 3;
        span.name = string("SELECT table_" + statement);
        string("db.system", "postgresql");
        string("db.name", service);
        string("db.statement", statements[statement]);
        string("db.operation", "SELECT");
        string("db.sql.table", "table_" + statement);
        string("db.user", service + "_rw");
        string("server.address", "pg-" + peer % 3 + ".shop.svc");
        number("server.port", 5432);
        number("db.rows", random.nextInt(500));
        number("thread.id", random.nextInt(200));
        string("thread.name", "jdbc-" + random.nextInt(16));
      }
      default -> {
        span.kind = 1;
        span.name = string("compute-" + service + "-" + operation);
        string("code.function", "handle" + operation);
        string("code.namespace", "com.shop." + service);
        string("order.id", "ord-" + HEX.toHexDigits(random.nextInt()));
        number("cart.size", random.nextInt(30));
        to.spanAttribute(
            string("price"),
            ValueType.DOUBLE,
            Double.doubleToRawLongBits(random.nextInt(100_000) / 100.0));
        to.spanAttribute(string("cached"), ValueType.BOOL, random.nextInt(2));
        string("region", "eu-" + random.nextInt(3));
        string("user.id", user);
        string("feature.flag", "variant-" + random.nextInt(6));
        number("thread.id", random.nextInt(200));
        string("thread.name", "worker-" + random.nextInt(32));
      }
    }
  }

  private void extras() {
    if (random.nextInt(33) == 0) {
      to.eventAttribute(string("exception.type"), ValueType.STRING, string("TimeoutException"));
      to.eventAttribute(
          string("exception.message"), ValueType.STRING, string("no answer in 1000 ms"));
      to.endEvent(to.span().startNanos + random.nextLong(1_000_000), string("exception"), 0);
    }
  }

  private void string(String key, String value) {
    to.spanAttribute(string(key), ValueType.STRING, string(value));
  }

  private void number(String key, long value) {
    to.spanAttribute(string(key), ValueType.INT, value);
  }

  private int string(String text) {
    return to.strings().intern(text);
  }

  private String hex(int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return HEX.formatHex(content);
  }
}
