package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a port puts up with, as its clients see it over plain sockets.
class PortRulesTest {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final String POST = "POST /push HTTP/1.1\r\nHost: test\r\n";

  @Test
  void everyAnswerCarriesTheHeadersButWhatARouteSaysCountsMore() throws Exception {
    PortRules rules = rules().with(Map.of("x-team", "shop", "content-type", "none")).build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      assertThat(client.ask(POST + "Content-Length: 0\r\n\r\n"))
          .contains("x-team: shop", "content-type: text/plain; charset=utf-8");
      assertThat(client.ask("GET /elsewhere HTTP/1.1\r\nHost: test\r\n\r\n"))
          .startsWith("HTTP/1.1 404")
          .contains("x-team: shop");
    }
  }

  @Test
  void onlyTheEncodingsOnTheListAreTakenAndPlainBodies() throws Exception {
    PortRules rules = rules().with(Set.of("gzip", "zstd")).build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      for (String taken : new String[] {"", "Content-Encoding: GZIP\r\n"}) {
        assertThat(client.ask(POST + taken + "Content-Length: 0\r\n\r\n"))
            .startsWith("HTTP/1.1 200");
      }
      assertThat(client.ask(POST + "Content-Encoding: snappy\r\nContent-Length: 0\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("takes no bodies compressed as 'snappy' (compression_algorithms: gzip, zstd)");
    }
  }

  @Test
  void aBodyThatDoesNotComeIsGivenUp() throws Exception {
    PortRules rules = rules().reading(SOON).build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      assertThat(client.ask(POST + "Content-Length: 5\r\n\r\nab"))
          .startsWith("HTTP/1.1 504")
          .contains("the body did not come within 50ms (read_timeout)");
    }
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() throws Exception {
    PortRules rules = rules().writing(SOON).build();
    try (HttpListener port = started(rules, _ -> new CompletableFuture<>());
        Client client = new Client(port)) {
      assertThat(client.ask(POST + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosed() throws Exception {
    PortRules rules = rules().idling(SOON).build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void withoutKeepAliveAConnectionCarriesOneRequest() throws Exception {
    PortRules rules = rules().once().build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      assertThat(client.ask(POST + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(client.isClosed()).isTrue();
    }
  }

  /// On a slow machine it may be that before it was asked.
  @Test
  void aConnectionThatGrewOldIsClosed() throws Exception {
    PortRules rules = rules().aging(Duration.ofSeconds(1)).build();
    try (HttpListener port = started(rules, stored());
        Client client = new Client(port)) {
      client.send(POST + "Content-Length: 0\r\n\r\n");
      assertThat(client.untilClosed()).matches("(?s)(HTTP/1\\.1 200.*)?");
    }
  }

  private static PushEndpoint stored() {
    return _ -> CompletableFuture.completedFuture(Response.text(200, "stored"));
  }

  private static HttpListener started(PortRules rules, PushEndpoint endpoint) throws IOException {
    Metrics metrics = new Metrics();
    HttpListener port =
        new HttpListener(
            "test",
            Binding.at(new InetSocketAddress("127.0.0.1", 0)).with(rules),
            Purpose.WRITE,
            new ListenerParts(
                new BodyBudget(1 << 20),
                new ListenerMetrics(metrics),
                new TlsMetrics(metrics),
                Gate.OPEN));
    port.push("POST", "/push", "push", 1000, endpoint, PortRulesTest::refused);
    port.start();
    return port;
  }

  private static Response refused(HttpListener.RequestHead head, ServiceException refusal) {
    return Response.text(Replies.statusOf(refusal.kind()), refusal.getMessage());
  }

  private static Rules rules() {
    return new Rules();
  }

  private static final class Rules {

    private Duration idle = Duration.ZERO;
    private Duration age = Duration.ZERO;
    private Duration read = Duration.ZERO;
    private Duration write = Duration.ZERO;
    private boolean keepAlive = true;
    private Set<String> encodings = Set.of();
    private Map<String, String> headers = Map.of();

    Rules with(Map<String, String> always) {
      headers = always;
      return this;
    }

    Rules with(Set<String> taken) {
      encodings = taken;
      return this;
    }

    Rules idling(Duration most) {
      idle = most;
      return this;
    }

    Rules aging(Duration most) {
      age = most;
      return this;
    }

    Rules reading(Duration most) {
      read = most;
      return this;
    }

    Rules writing(Duration most) {
      write = most;
      return this;
    }

    Rules once() {
      keepAlive = false;
      return this;
    }

    PortRules build() {
      return new PortRules(idle, age, Duration.ZERO, read, write, keepAlive, encodings, headers);
    }
  }

  /// One connection, byte by byte.
  private static final class Client implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    Client(HttpListener port) throws IOException {
      socket = new Socket("127.0.0.1", port.port());
      socket.setSoTimeout(60_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    void send(String request) throws IOException {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    String ask(String request) throws IOException {
      send(request);
      StringBuilder answer = new StringBuilder();
      int length = 0;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        answer.append(line).append('\n');
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring(16));
        }
      }
      char[] body = new char[length];
      for (int read = 0; read < length; ) {
        read += in.read(body, read, length - read);
      }
      return answer.append(body).toString();
    }

    /// Everything that comes; a reset ends it too.
    String untilClosed() throws IOException {
      StringBuilder all = new StringBuilder();
      try {
        for (int next = in.read(); next >= 0; next = in.read()) {
          all.append((char) next);
        }
      } catch (SocketTimeoutException open) {
        throw open;
      } catch (SocketException reset) {
        // As good as closed.
      }
      return all.toString();
    }

    boolean isClosed() throws IOException {
      return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
