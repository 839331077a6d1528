package dev.spoor.testkit.fleet;

import dev.spoor.model.proto.ProtoWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Endless traffic, as exporters send it: each request holds spans of one pod of one service, out
/// of many traces; the spans of a trace are spread over the requests of the services it went
/// through.
///
/// Seeded: the same seed gives the same traces (but for their times). About 400 bytes and nine
/// attributes a span. One thread at a time.
public final class FleetTraffic {

  private static final int PODS = 3;
  private static final int USERS = 20_000;
  private static final int PRODUCTS = 4_000;
  private static final double ERRORS = 0.02;

  /// What fails was waited for: up to two seconds, half of it more than a tenth of one.
  private static final long TIMEOUT = 5_000_000;

  private final SplittableRandom random;
  private final LongSupplier nanoClock;
  private final int spansPerTrace;
  private final int spansPerRequest;
  private final byte[][][] resources;
  private final List<List<Outgoing>> outgoing = new ArrayList<>();
  private final Deque<FleetRequest> ready = new ArrayDeque<>();
  private long traces;

  /// What one exporter has gathered.
  private static final class Outgoing {
    final ProtoWriter spans = new ProtoWriter(64 << 10);
    final List<SpanRef> refs = new ArrayList<>();
  }

  /// @param nanoClock nanoseconds since the epoch, for the times of spans
  /// @param spansPerTrace mean; traces have from half to one and a half as many
  /// @param spansPerRequest how many an exporter sends at once
  public FleetTraffic(long seed, LongSupplier nanoClock, int spansPerTrace, int spansPerRequest) {
    this.random = new SplittableRandom(seed);
    this.nanoClock = nanoClock;
    this.spansPerTrace = spansPerTrace;
    this.spansPerRequest = spansPerRequest;
    this.resources = new byte[FleetService.ALL.length][PODS][];
    for (int service = 0; service < FleetService.ALL.length; service++) {
      List<Outgoing> pods = new ArrayList<>();
      for (int pod = 0; pod < PODS; pod++) {
        resources[service][pod] = FleetService.ALL[service].resource(pod);
        pods.add(new Outgoing());
      }
      outgoing.add(pods);
    }
  }

  /// The next request that an exporter sends.
  public FleetRequest next() {
    while (ready.isEmpty()) {
      addTrace();
    }
    return ready.remove();
  }

  /// What exporters still hold, as requests; then nothing is held.
  public List<FleetRequest> rest() {
    for (int service = 0; service < outgoing.size(); service++) {
      for (int pod = 0; pod < PODS; pod++) {
        if (!outgoing.get(service).get(pod).refs.isEmpty()) {
          send(service, pod);
        }
      }
    }
    List<FleetRequest> rest = List.copyOf(ready);
    ready.clear();
    return rest;
  }

  /// Traces begun so far.
  public long traces() {
    return traces;
  }

  private void addTrace() {
    long high = random.nextLong();
    long low = random.nextLong();
    int count = spansPerTrace / 2 + random.nextInt(spansPerTrace + 1);
    count = Math.max(1, count);
    long begin = nanoClock.getAsLong();
    int user = random.nextInt(USERS);
    boolean failing = random.nextDouble() < ERRORS * 5;
    traces++;
    int[] serviceOf = new int[count];
    for (int span = 0; span < count; span++) {
      int parent = span == 0 ? -1 : parentOf(span);
      serviceOf[span] = span == 0 ? 0 : serviceAfter(serviceOf[parent]);
      int pod = (int) ((low >>> (serviceOf[span] & 31)) & 0x7FFFFFFF) % PODS;
      write(serviceOf[span], pod, high, low, span, parent, begin, count, user, failing);
    }
  }

  private int parentOf(int span) {
    return span < 4 ? span - 1 : span - 1 - random.nextInt(Math.min(span - 1, 6));
  }

  private int serviceAfter(int service) {
    if (random.nextInt(3) > 0) {
      return service;
    }
    return service == 0 ? 1 : 2 + random.nextInt(FleetService.ALL.length - 2);
  }

  private void write(
      int service,
      int pod,
      long high,
      long low,
      int span,
      int parent,
      long begin,
      int count,
      int user,
      boolean failing) {
    Outgoing out = outgoing.get(service).get(pod);
    FleetService of = FleetService.ALL[service];
    int operation = span == 0 ? random.nextInt(2) : random.nextInt(of.operations().length);
    boolean error = failing && random.nextInt(8) == 0;
    long start = begin + span * 1_500_000L + random.nextInt(1_000_000);
    long duration =
        span == 0
            ? count * 2_000_000L + random.nextInt(50_000_000)
            : 200_000L + (long) (Math.exp(random.nextDouble() * 6) * (error ? TIMEOUT : 50_000));
    ProtoWriter writer = out.spans;
    int message = writer.begin(2);
    byte[] id = new byte[16];
    put(id, 0, high);
    put(id, 8, low);
    writer.bytes(1, id);
    writer.bytes(2, id(SpanRef.spanId(low, span)));
    if (parent >= 0) {
      writer.bytes(4, id(SpanRef.spanId(low, parent)));
    }
    writer.string(5, of.operations()[operation]);
    boolean database = operation >= 2;
    writer.varint(6, span == 0 || !database ? 2 : 3);
    writer.fixed64(7, start);
    writer.fixed64(8, start + duration);
    if (database) {
      databaseAttributes(writer, of, operation, user);
    } else {
      httpAttributes(writer, operation, user, error);
    }
    if (error) {
      exception(writer, of, start + duration / 2);
      int status = writer.begin(15);
      writer.string(2, "upstream refused the request");
      writer.varint(3, 2);
      writer.end(status);
    }
    writer.end(message);
    out.refs.add(new SpanRef(high, low, span));
    if (out.refs.size() >= spansPerRequest) {
      send(service, pod);
    }
  }

  private void httpAttributes(ProtoWriter writer, int operation, int user, boolean error) {
    int product = random.nextInt(PRODUCTS);
    string(writer, "http.request.method", operation == 2 ? "POST" : "GET");
    string(writer, "url.path", "/api/products/" + product);
    string(writer, "http.route", "/api/products/{id}");
    integer(writer, "http.response.status_code", error ? 500 + random.nextInt(4) : 200);
    string(writer, "server.address", "shop.example.com");
    integer(writer, "server.port", 8080);
    string(writer, "user.id", "u-" + user);
    string(writer, "network.peer.address", "10.8." + user % 250 + "." + product % 250);
    string(writer, "user_agent.original", AGENTS[user % AGENTS.length]);
    bool(writer, "app.cached", (product & 3) == 0);
  }

  private void databaseAttributes(ProtoWriter writer, FleetService of, int operation, int user) {
    string(writer, "db.system", "postgresql");
    string(writer, "db.name", of.database());
    string(writer, "db.operation", of.operations()[operation]);
    string(
        writer,
        "db.statement",
        "SELECT id, name, price FROM " + of.name() + " WHERE owner = $1 AND kind = $2 LIMIT 50");
    integer(writer, "db.rows", random.nextInt(500));
    string(writer, "server.address", of.name() + "-db.internal");
    integer(writer, "thread.id", 20 + user % 16);
    string(writer, "thread.name", "pool-1-thread-" + user % 16);
    number(writer, "db.cost", random.nextInt(1000) / 8.0);
  }

  private void exception(ProtoWriter writer, FleetService of, long time) {
    int event = writer.begin(11);
    writer.fixed64(1, time);
    writer.string(2, "exception");
    attribute(writer, 3, "exception.type", "com.example." + of.name() + ".UpstreamException");
    attribute(writer, 3, "exception.message", "connection reset by peer");
    attribute(
        writer,
        3,
        "exception.stacktrace",
        "com.example.UpstreamException: connection reset by peer\n\tat com.example."
            + of.name()
            + ".Client.call(Client.java:117)\n\tat com.example.Handler.handle(Handler.java:58)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)");
    writer.end(event);
  }

  private void send(int service, int pod) {
    Outgoing out = outgoing.get(service).get(pod);
    ProtoWriter request = new ProtoWriter(out.spans.size() + 1024);
    int resourceSpans = request.begin(1);
    request.bytes(1, resources[service][pod]);
    int scopeSpans = request.begin(2);
    int scope = request.begin(1);
    request.string(1, "io.opentelemetry." + FleetService.ALL[service].language());
    request.string(2, "2.10.0");
    request.end(scope);
    request.raw(out.spans.finish());
    request.end(scopeSpans);
    request.end(resourceSpans);
    ready.add(new FleetRequest(request.toArray(), List.copyOf(out.refs)));
    outgoing.get(service).set(pod, new Outgoing());
  }

  private static final String[] AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1",
    "okhttp/4.12.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
  };

  private static void string(ProtoWriter writer, String key, String value) {
    attribute(writer, 9, key, value);
  }

  private static void attribute(ProtoWriter writer, int field, String key, String value) {
    int attribute = writer.begin(field);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.string(1, value);
    writer.end(any);
    writer.end(attribute);
  }

  private static void integer(ProtoWriter writer, String key, long value) {
    int attribute = writer.begin(9);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.varint(3, value);
    writer.end(any);
    writer.end(attribute);
  }

  private static void bool(ProtoWriter writer, String key, boolean value) {
    int attribute = writer.begin(9);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.bool(2, value);
    writer.end(any);
    writer.end(attribute);
  }

  private static void number(ProtoWriter writer, String key, double value) {
    int attribute = writer.begin(9);
    writer.string(1, key);
    int any = writer.begin(2);
    writer.float64(4, value);
    writer.end(any);
    writer.end(attribute);
  }

  private static byte[] id(long value) {
    byte[] id = new byte[8];
    put(id, 0, value);
    return id;
  }

  private static void put(byte[] to, int offset, long value) {
    for (int i = 0; i < 8; i++) {
      to[offset + i] = (byte) (value >>> (56 - 8 * i));
    }
  }
}
