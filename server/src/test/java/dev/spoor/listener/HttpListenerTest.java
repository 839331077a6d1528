package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpResponse;
import dev.spoor.platform.metrics.Metrics;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpListenerTest {

  private final BodyBudget budget = new BodyBudget(1 << 20);
  private final Metrics metrics = new Metrics();
  private final AtomicLong nanos = new AtomicLong();
  private final HttpListener listener =
      new HttpListener(
          "test",
          new InetSocketAddress("127.0.0.1", 0),
          budget,
          new ListenerMetrics(metrics),
          nanos::get);

  @Test
  void reachesRoutesThatWereAddedAfterOneWithARegularExpression() throws Exception {
    listener.route("GET", "/before", "before", request -> Response.text(200, "before"));
    listener.route("GET", "regex:^/tag/(?<name>.+)/values$", "values", HttpListenerTest::nameOf);
    listener.route("GET", "/after", "after", request -> Response.text(200, "after"));
    listener.start();
    try (listener) {
      assertThat(get("/before")).isEqualTo("200 before");
      assertThat(get("/tag/a/b/values")).isEqualTo("200 a/b");
      assertThat(get("/after")).isEqualTo("200 after");
      assertThat(get("/elsewhere")).startsWith("404 ");
    }
  }

  @Test
  void whatCanBeGotCanBeAskedForItsHeadAndForWhatElseItTakes() throws Exception {
    listener.route("GET", "/page", "page", request -> Response.text(200, request.method()));
    listener.route("DELETE", "/page", "page", request -> Response.text(200, "deleted"));
    listener.route("*", "/any/{x}", "any", request -> Response.text(404, "no such thing"));
    listener.route("GET", "regex:^/tag/(?<name>.+)/values$", "values", HttpListenerTest::nameOf);
    listener.route("POST", "/post", "post", request -> Response.text(200, "posted"));
    listener.start();
    try (listener) {
      List<String> heads =
          heads(
              "HEAD /page",
              "HEAD /any/1",
              "HEAD /post",
              "OPTIONS /page",
              "OPTIONS /tag/a/b/values",
              "OPTIONS /elsewhere");

      assertThat(heads.get(0))
          .startsWith("HTTP/1.1 200 ")
          .contains("content-type: text/plain; charset=utf-8\n", "content-length: 4\n");
      assertThat(heads.get(1)).startsWith("HTTP/1.1 404 ").contains("content-length: 13\n");
      assertThat(heads.get(2)).startsWith("HTTP/1.1 404 ");
      assertThat(heads.get(3))
          .startsWith("HTTP/1.1 204 ")
          .contains("allow: OPTIONS, GET, HEAD, DELETE\n");
      assertThat(heads.get(4)).startsWith("HTTP/1.1 204 ").contains("allow: OPTIONS, GET, HEAD\n");
      assertThat(heads.get(5)).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  @Timeout(300)
  void requestsThatAnnounceMuchAndBringNothingKeepNobodyOut() throws Exception {
    int limit = 200_000;
    listener.push(
        "POST",
        "/push",
        "push",
        limit,
        request ->
            CompletableFuture.completedFuture(Response.text(200, "" + request.body().length())),
        (_, refusal) -> Response.text(429, refusal.getMessage()));
    listener.start();
    List<Socket> idle = new ArrayList<>();
    try (listener) {
      String head = "POST /push HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n";
      for (int i = 0; i < 10; i++) {
        Socket client = new Socket("127.0.0.1", listener.port());
        client.getOutputStream().write(head.formatted(limit).getBytes(StandardCharsets.US_ASCII));
        idle.add(client);
      }
      // All heads were read: now there would be no room for the push if they had any.
      while (budget.usedBytes() < 10 * 64L << 10) {
        Thread.sleep(2);
      }
      HttpRequest push =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/push"))
              .POST(BodyPublishers.ofByteArray(new byte[limit]))
              .build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(client.send(push, BodyHandlers.ofString()).body()).isEqualTo("" + limit);
      }
    } finally {
      for (Socket client : idle) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatClosesItsConnectionInterruptsTheEndpoint() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    listener.route("GET", "/slow", "slow", request -> hang(begun, interrupted));
    listener.start();
    try (listener) {
      try (Socket client = new Socket("127.0.0.1", listener.port())) {
        client
            .getOutputStream()
            .write("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        begun.await();
      }
      assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void aClientThatResetsItsStreamInterruptsTheEndpoint() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    listener.route("GET", "/slow", "slow", request -> hang(begun, interrupted));
    listener.start();
    try (listener) {
      WebClient client =
          WebClient.builder("h2c://127.0.0.1:" + listener.port()).responseTimeoutMillis(0).build();
      HttpResponse response = client.get("/slow");
      begun.await();
      response.abort();
      assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void aStreamedBodyIsSentWholePlainAndCompressedAndClosedAfterwards() throws Exception {
    Counting body = new Counting(1_000_000);
    listener.route("GET", "/large", "large", request -> Response.of(Response.JSON, body));
    listener.start();
    try (listener;
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + listener.port() + "/large");
      byte[] plain =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body();
      body.closed.acquire();
      var zipped =
          client.send(
              HttpRequest.newBuilder(uri).header("accept-encoding", "gzip").build(),
              BodyHandlers.ofByteArray());
      body.closed.acquire();
      var head =
          client.send(HttpRequest.newBuilder(uri).HEAD().build(), BodyHandlers.ofByteArray());
      body.closed.acquire();

      assertThat(plain).isEqualTo(body.expected());
      assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
      assertThat(zipped.body()).hasSizeLessThan(1_000_000);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
          .isEqualTo(body.expected());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void aStreamedBodyWaitsForItsClientAndIsGivenUpWhenThatGoes() throws Exception {
    Counting body = new Counting(1 << 30);
    listener.route("GET", "/endless", "endless", request -> Response.of(Response.JSON, body));
    listener.start();
    try (listener) {
      try (Socket client = new Socket("127.0.0.1", listener.port())) {
        client
            .getOutputStream()
            .write(
                "GET /endless HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');
      }
      assertThat(body.closed.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
      assertThat(body.written.get()).as("made for nobody").isLessThan(1 << 30);
    }
  }

  /// With 64 KiB each 10 seconds it would hold its memory for two days.
  @Test
  void aStreamedBodyIsGivenUpWhenItsClientTakesItTooSlowly() throws Exception {
    Counting body = new Counting(1 << 30);
    listener.route("GET", "/endless", "endless", request -> Response.of(Response.JSON, body));
    listener.start();
    try (listener) {
      takeSlowly("/endless", Duration.ofSeconds(10));

      body.closed.acquire();
      assertThat(body.written.get()).isLessThan(1 << 30);
      assertThat(scraped())
          .contains("spoor_answers_given_up_total{method=\"GET\",route=\"endless\"} 1");
    }
  }

  @Test
  void aStreamedBodyIsSentWholeWhenItsClientTakesMinutesAtASteadyRate() throws Exception {
    Counting body = new Counting(64 << 20);
    listener.route("GET", "/long", "long", request -> Response.of(Response.JSON, body));
    listener.start();
    try (listener) {
      long taken = takeSlowly("/long", Duration.ofMillis(100));

      assertThat(taken).isGreaterThanOrEqualTo(64 << 20);
      assertThat(nanos.get()).isGreaterThan(Duration.ofSeconds(90).toNanos());
      assertThat(scraped()).doesNotContain("spoor_answers_given_up_total{");
    }
  }

  /// Asks, and reads until the connection ends.
  ///
  /// @param pause what the clock shows later after each 64 KiB
  /// @return how many bytes came
  private long takeSlowly(String path, Duration pause) throws IOException {
    try (Socket client = new Socket()) {
      client.setReceiveBufferSize(64 << 10);
      client.connect(new InetSocketAddress("127.0.0.1", listener.port()));
      String request = "GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      long taken = 0;
      byte[] some = new byte[64 << 10];
      try {
        int count;
        while ((count = client.getInputStream().readNBytes(some, 0, some.length)) > 0) {
          taken += count;
          nanos.addAndGet(pause.toNanos());
        }
      } catch (SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
      return taken;
    }
  }

  private String scraped() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }

  @Test
  void aStreamedBodyIsClosedAlsoWhenItsClientWentBeforeItWasMade() throws Exception {
    Counting body = new Counting(1 << 30);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    listener.route(
        "GET",
        "/late",
        "late",
        request -> {
          asked.countDown();
          while (true) {
            try {
              gone.await();
              return Response.of(Response.JSON, body);
            } catch (InterruptedException canceled) {
              gone.countDown(); // too late: it is made by now
            }
          }
        });
    listener.start();
    try (listener) {
      try (Socket client = new Socket("127.0.0.1", listener.port())) {
        client
            .getOutputStream()
            .write("GET /late HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        asked.await();
      }
      assertThat(body.closed.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aStreamedBodyThatRunsOutOfMemoryEndsTheConnection() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    listener.route(
        "GET",
        "/outofmemory",
        "outofmemory",
        request ->
            Response.of(
                Response.JSON,
                new StreamedBody() {
                  @Override
                  public void writeTo(OutputStream out) throws IOException {
                    out.write(new byte[200_000]);
                    throw new StackOverflowError("no memory, for a test");
                  }

                  @Override
                  public void close() {
                    closed.incrementAndGet();
                  }
                }));
    listener.start();
    try (listener;
        Socket client = new Socket("127.0.0.1", listener.port())) {
      client.setSoTimeout(30_000);
      client
          .getOutputStream()
          .write(
              "GET /outofmemory HTTP/1.1\r\nHost: test\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThan(210_000);
      assertThat(closed.get()).isEqualTo(1);
    }
  }

  /// A body that fails in the middle must not be taken for a whole one.
  @Test
  void aStreamedBodyThatFailsIsNotEnded() throws Exception {
    listener.route(
        "GET",
        "/broken",
        "broken",
        request ->
            Response.of(
                Response.JSON,
                new StreamedBody() {
                  @Override
                  public void writeTo(OutputStream out) throws IOException {
                    out.write(new byte[200_000]);
                    throw new IOException("the rest is lost");
                  }

                  @Override
                  public void close() {}
                }));
    listener.start();
    try (listener) {
      assertThatThrownBy(() -> get("/broken")).isInstanceOf(IOException.class);
    }
  }

  /// Bytes that count up.
  private static final class Counting implements StreamedBody {

    private final int size;
    final AtomicInteger written = new AtomicInteger();
    final Semaphore closed = new Semaphore(0);

    Counting(int size) {
      this.size = size;
    }

    byte[] expected() {
      byte[] all = new byte[size];
      for (int i = 0; i < size; i++) {
        all[i] = (byte) i;
      }
      return all;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] some = new byte[256];
      for (int i = 0; i < 256; i++) {
        some[i] = (byte) i;
      }
      for (int at = 0; at < size; at += 256) {
        int count = Math.min(256, size - at);
        out.write(some, 0, count);
        written.addAndGet(count);
      }
    }

    @Override
    public void close() {
      closed.release();
    }
  }

  /// The heads of the answers to requests over one connection. A body before the last one would be
  /// taken for the next head.
  private List<String> heads(String... requests) throws IOException {
    List<String> heads = new ArrayList<>();
    try (Socket client = new Socket("127.0.0.1", listener.port())) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      for (String request : requests) {
        client
            .getOutputStream()
            .write(
                (request + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          head.append(line).append('\n');
        }
        heads.add(head.toString());
      }
    }
    return heads;
  }

  private static Response hang(CountDownLatch begun, CountDownLatch interrupted)
      throws InterruptedException {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      return Response.text(200, "never");
    } catch (InterruptedException canceled) {
      interrupted.countDown();
      throw canceled;
    }
  }

  private static Response nameOf(Request request) {
    return Response.text(200, request.pathParameter("name"));
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response = client.send(request, BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
