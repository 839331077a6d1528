package dev.spoor.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RefusedUndecoded;
import dev.spoor.contract.SpanIntake;
import dev.spoor.distributor.Distributor;
import dev.spoor.distributor.DistributorMetrics;
import dev.spoor.listener.Binding;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.Gate;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.TlsMetrics;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.IngestionLimits;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.testclient.RawGrpc;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.wire.otlp.OtlpJson;
import dev.spoor.wire.otlp.SpanBatch;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A tenant floods the ports with large bodies, over real sockets and many connections, all of them
/// refused by its rate limit. Its turns end when the test says so, so that it can tell who waits
/// for whom.
@Timeout(300)
class DecodingTest {

  private static final int LIMIT = 4 << 20;
  private static final int FLOOD = 12;
  private static final int LARGE_SPANS = 5_000;

  private static final Tenant NOISY = new Tenant("noisy");
  private static final Tenant QUIET = new Tenant("quiet");

  private static final Bytes SMALL = json(1);
  private static final Bytes LARGE = json(LARGE_SPANS);

  private final Metrics metrics = new Metrics();
  private final Queues queues = new Queues();
  private final Turns turns = new Turns();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() throws Exception {
    turns.mayEnd.release(1_000);
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    client.close();
  }

  @Test
  void whoSendsLittleWaitsForNoTurnOfAFlood() throws Exception {
    HttpListener port = port(FLOOD);
    List<CompletableFuture<HttpResponse<String>>> flood = flood(port, FLOOD);

    for (int round = 0; round < FLOOD; round++) {
      assertThat(post(port, QUIET, SMALL.toArray()).statusCode()).isEqualTo(200);
      assertThat(post(port, QUIET, gzip(SMALL), "content-encoding", "gzip").statusCode())
          .isEqualTo(200);
    }

    assertThat(turns.of(NOISY)).as("turns of the flood, the first of which has not ended").isOne();
    assertThat(turns.of(QUIET)).isEqualTo(2 * FLOOD);
    turns.mayEnd.release(FLOOD);
    for (CompletableFuture<HttpResponse<String>> each : flood) {
      assertThat(each.get().statusCode()).isEqualTo(429);
      assertThat(each.get().body()).contains("RATE_LIMITED");
    }
    assertThat(metric("tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"noisy\"}"))
        .isEqualTo(FLOOD * LARGE_SPANS);
    assertThat(metric("tempo_receiver_refused_spans{receiver=\"otlp\",transport=\"http\"}"))
        .isEqualTo(FLOOD * LARGE_SPANS);
  }

  @Test
  void whoSendsMuchWaitsForOneTurnOfAFlood() throws Exception {
    HttpListener port = port(FLOOD);
    List<CompletableFuture<HttpResponse<String>>> flood = flood(port, FLOOD);

    for (int round = 1; round <= 3; round++) {
      CompletableFuture<HttpResponse<String>> answer =
          later(port, QUIET, gzip(LARGE), "content-encoding", "gzip");
      queues.await(QUIET, 1);
      turns.mayEnd.release();

      assertThat(answer.get().statusCode()).isEqualTo(200);
      turns.awaitBegun(NOISY, round + 1);
    }

    assertThat(turns.order.subList(0, 7))
        .containsExactly(NOISY, QUIET, NOISY, QUIET, NOISY, QUIET, NOISY);
    turns.mayEnd.release(FLOOD);
    for (CompletableFuture<HttpResponse<String>> each : flood) {
      assertThat(each.get().statusCode()).isEqualTo(429);
    }
  }

  @Test
  void whatFindsNoPlaceInTheQueueOfItsTenantIsRefusedUnreadAndToldToComeBack() throws Exception {
    HttpListener port = port(2);
    List<CompletableFuture<HttpResponse<String>>> flood = flood(port, 3);

    HttpResponse<String> answer = post(port, NOISY, gzip(LARGE), "content-encoding", "gzip");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
    assertThat(answer.body()).contains("too many large requests of tenant noisy wait");
    try (RawGrpc grpc = new RawGrpc(port.port())) {
      grpc.compressing("gzip").with("x-scope-orgid", NOISY.id());
      RawGrpc.Call call = grpc.call(OtlpReceiver.EXPORT, OtlpJson.toProtobuf(LARGE).toArray());
      assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(new String(call.details(), StandardCharsets.UTF_8)).contains("RetryInfo");
    }
    assertThat(queues.refused).containsExactly(NOISY.id(), NOISY.id());
    assertThat(turns.order).containsExactly(NOISY);

    CompletableFuture<HttpResponse<String>> other =
        later(port, QUIET, gzip(LARGE), "content-encoding", "gzip");
    queues.await(QUIET, 1);
    turns.mayEnd.release(FLOOD);
    assertThat(other.get().statusCode()).isEqualTo(200);
    for (CompletableFuture<HttpResponse<String>> each : flood) {
      assertThat(each.get().statusCode()).isEqualTo(429);
    }
  }

  /// Several members, of which the last one, whose size is told, is small.
  @Test
  void aBodyThatIsLargerThanItSeemsTakesATurnToo() throws Exception {
    HttpListener port = port(FLOOD);
    flood(port, 1);
    byte[] spaces = " ".repeat(10).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip(LARGE));
    members.write(gzip(Bytes.of(spaces)));

    CompletableFuture<HttpResponse<String>> answer =
        later(port, QUIET, members.toByteArray(), "content-encoding", "gzip");
    queues.await(QUIET, 1);
    turns.mayEnd.release();

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(turns.order).containsExactly(NOISY, QUIET);
  }

  @Test
  void aLargeBodyIsNotAcknowledgedBeforeItIsStored() throws Exception {
    HttpListener port = port(FLOOD);
    turns.stored = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> answer =
        later(port, QUIET, gzip(LARGE), "content-encoding", "gzip");
    turns.awaitBegun(QUIET, 1);
    assertThat(answer).isNotDone();

    turns.stored.complete(PushOutcome.Stored.ALL);

    assertThat(answer.get().statusCode()).isEqualTo(200);
  }

  @Test
  void aLargeBodyThatCannotBeReadIsSaidToBeMalformed() throws Exception {
    HttpListener port = port(FLOOD);
    byte[] cut = Arrays.copyOf(LARGE.toArray(), LARGE.length() - 1);

    assertThat(post(port, QUIET, cut).statusCode()).isEqualTo(400);
    assertThat(turns.order).isEmpty();
  }

  @Test
  void whatWaitsWhenTheProcessStopsIsToldToComeBack() throws Exception {
    Decoding decoding = new Decoding(1, FLOOD, queues);
    HttpListener port = port(decoding);
    CompletableFuture<HttpResponse<String>> answer =
        later(port, QUIET, gzip(LARGE), "content-encoding", "gzip");
    queues.await(QUIET, 1); // it was never started

    decoding.close();

    assertThat(answer.get().statusCode()).isEqualTo(503);
    assertThat(turns.order).isEmpty();
  }

  /// Has the first of some large requests begun, and the others wait.
  private List<CompletableFuture<HttpResponse<String>>> flood(HttpListener port, int requests)
      throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      answers.add(later(port, NOISY, gzip(LARGE), "content-encoding", "gzip"));
      turns.awaitBegun(NOISY, 1);
      queues.await(NOISY, i);
    }
    return answers;
  }

  private HttpListener port(int mostWaiting) throws Exception {
    Decoding decoding = new Decoding(1, mostWaiting, queues);
    HttpListener port = port(decoding);
    decoding.start();
    open.addFirst(decoding);
    return port;
  }

  private HttpListener port(Decoding decoding) throws Exception {
    Metrics own = new Metrics();
    HttpListener port =
        new HttpListener(
            "otlp",
            Binding.at("127.0.0.1:0"),
            Purpose.WRITE,
            new ListenerParts(
                new BodyBudget(64 << 20, true),
                new ListenerMetrics(own),
                new TlsMetrics(own),
                Gate.OPEN));
    OtlpReceiver receiver =
        new OtlpReceiver(
            turns,
            decoding,
            new TenantResolver(true),
            Optional.empty(),
            new ReceiverMetrics(metrics));
    receiver.serveHttp(port, "/v1/traces", LIMIT);
    receiver.serveGrpc(port, LIMIT);
    port.start();
    open.add(port);
    return port;
  }

  private HttpResponse<String> post(
      HttpListener port, Tenant tenant, byte[] body, String... headers) throws Exception {
    return later(port, tenant, body, headers).get();
  }

  /// Over a connection that no other request is on.
  private CompletableFuture<HttpResponse<String>> later(
      HttpListener port, Tenant tenant, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/traces".formatted(port.port())))
            .version(HttpClient.Version.HTTP_1_1)
            .header("content-type", "application/json")
            .header("x-scope-orgid", tenant.id())
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static byte[] gzip(Bytes body) {
    return HostileBodies.gzip(body);
  }

  private static Bytes json(int spans) {
    StringBuilder json = new StringBuilder("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[");
    for (int span = 1; span <= spans; span++) {
      json.append(span == 1 ? "" : ",")
          .append(
              "{\"traceId\":\"%032x\",\"spanId\":\"%016x\",\"name\":\"a rather long name\"}"
                  .formatted(span, span));
    }
    return Bytes.utf8(json.append("]}]}]}").toString());
  }

  private double metric(String name) throws Exception {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /// The limits, behind something that notes whose pushes come, and lets those of the flood end
  /// when it may.
  private final class Turns implements SpanIntake {

    private final List<Tenant> order = new CopyOnWriteArrayList<>();
    private final Semaphore mayEnd = new Semaphore(0);
    private volatile CompletableFuture<PushOutcome> stored =
        CompletableFuture.completedFuture(PushOutcome.Stored.ALL);
    private final DistributorMetrics counters = new DistributorMetrics(metrics);
    private final Distributor usual = distributor(OverridesConfig.DEFAULTS);
    private final Distributor strict = distributor(strictLimits());

    private Distributor distributor(OverridesConfig limits) {
      return new Distributor(new Overrides(limits), (_, _) -> stored, counters);
    }

    private static OverridesConfig strictLimits() {
      TenantLimits defaults = TenantLimits.DEFAULTS;
      return new OverridesConfig(
          new TenantLimits(
              new IngestionLimits(IngestionLimits.RateStrategy.LOCAL, 1, 1, 0, 0, 0, true),
              defaults.read(),
              defaults.compaction(),
              defaults.global(),
              defaults.storage()),
          "",
          Duration.ofSeconds(10),
          false,
          OverridesConfig.UserConfigurable.DEFAULTS);
    }

    private Distributor distributorOf(Tenant tenant) {
      return tenant.equals(NOISY) ? strict : usual;
    }

    @Override
    public Optional<RefusedUndecoded> refuseUndecoded(Tenant tenant, Bytes otlp) {
      order.add(tenant);
      synchronized (this) {
        notifyAll();
      }
      if (tenant.equals(NOISY)) {
        mayEnd.acquireUninterruptibly();
      }
      return distributorOf(tenant).refuseUndecoded(tenant, otlp);
    }

    @Override
    public CompletableFuture<PushOutcome> push(Tenant tenant, SpanBatch batch) {
      return distributorOf(tenant).push(tenant, batch);
    }

    int of(Tenant tenant) {
      return (int) order.stream().filter(tenant::equals).count();
    }

    synchronized void awaitBegun(Tenant tenant, int count) throws InterruptedException {
      while (of(tenant) < count) {
        wait();
      }
    }
  }

  /// How much waits.
  private static final class Queues implements CpuPool.Observer {

    private final Map<String, Integer> lengths = new ConcurrentHashMap<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void waiting(String owner, int jobs) {
      lengths.put(owner, jobs);
      notifyAll();
    }

    @Override
    public void waited(long nanos) {}

    @Override
    public void refused(String owner) {
      refused.add(owner);
    }

    synchronized void await(Tenant tenant, int jobs) throws InterruptedException {
      while (lengths.getOrDefault(tenant.id(), 0) != jobs) {
        wait();
      }
    }
  }
}
