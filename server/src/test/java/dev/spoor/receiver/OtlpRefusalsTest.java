package dev.spoor.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.listener.Binding;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.Gate;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.TlsMetrics;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.testclient.RawGrpc;
import dev.spoor.testkit.HostileBodies;
import io.grpc.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What OTLP senders are told when there is no room for what they send: something that makes them
/// come again, since clients throw away what is refused with RESOURCE_EXHAUSTED and no `RetryInfo`.
class OtlpRefusalsTest {

  private static final int LIMIT = 4 << 20;
  private static final Bytes EMPTY_EVENTS = HostileBodies.emptyEvents(1, 4, 4, 100_000);

  private final FakeIntake intake = new FakeIntake();
  private final BodyBudget budget = new BodyBudget(1 << 20);

  @Test
  void aPushThatFindsNoMemoryIsToldWhenToComeBackWhateverIsConfigured() throws Exception {
    refuse(ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.INGESTER_UNAVAILABLE);
    try (Ports ports = new Ports(Optional.empty())) {
      ports.assertToldAfter(new byte[0], 1, 429, Status.Code.RESOURCE_EXHAUSTED);
    }
    try (Ports ports = new Ports(Optional.of(Duration.ofSeconds(7)))) {
      ports.assertToldAfter(new byte[0], 7, 429, Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void aPushThatFindsNoDiskIsToldToo() throws Exception {
    refuse(ErrorKind.UNAVAILABLE, DiscardReason.INGESTER_UNAVAILABLE);
    try (Ports ports = new Ports(Optional.empty())) {
      ports.assertToldAfter(new byte[0], 1, 503, Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void aLimitOfTheSenderIsToldAsConfigured() throws Exception {
    refuse(ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.RATE_LIMITED);
    try (Ports ports = new Ports(Optional.empty())) {
      assertThat(ports.post(new byte[0]).headers().firstValue("retry-after")).isEmpty();
      assertThat(new String(ports.call(new byte[0]).details(), StandardCharsets.UTF_8))
          .doesNotContain("RetryInfo");
    }
  }

  @Test
  void aBodyThatFindsNoRoomIsTold() throws Exception {
    try (Ports ports = new Ports(Optional.empty())) {
      ports.assertToldAfter(new byte[2 << 20], 1, 429, Status.Code.RESOURCE_EXHAUSTED);
    }
    assertThat(intake.tenants).isEmpty();
    assertThat(budget.usedBytes()).isZero();
  }

  /// Three megabytes of which three thousand bytes are sent.
  @Test
  void aSmallBodyThatFindsNoRoomOnceItIsDecompressedIsTold() throws Exception {
    byte[] sent = HostileBodies.gzip(EMPTY_EVENTS);
    assertThat(sent.length).isLessThan(10_000);
    try (Ports ports = new Ports(Optional.empty())) {
      HttpResponse<byte[]> answer = ports.post(sent, "content-encoding", "gzip");
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");

      ports.grpcClient.compressing("gzip");
      RawGrpc.Call call = ports.call(EMPTY_EVENTS.toArray());
      assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(new String(call.details(), StandardCharsets.UTF_8)).contains("RetryInfo");
    }
    assertThat(intake.tenants).isEmpty();
    assertThat(budget.usedBytes()).isZero();
  }

  private void refuse(ErrorKind kind, DiscardReason reason) {
    intake.answers(new PushOutcome.Refused(kind, reason, "no"));
  }

  /// A receiver on both of its ports.
  private final class Ports implements AutoCloseable {

    private final HttpListener http = port("otlp-http");
    private final HttpListener grpc = port("otlp-grpc");
    private final HttpClient client = HttpClient.newHttpClient();
    private final Decoding decoding = new Decoding(1, new DecodingMetrics(new Metrics()));
    private final RawGrpc grpcClient;

    Ports(Optional<Duration> retryAfter) throws Exception {
      OtlpReceiver receiver =
          new OtlpReceiver(
              intake,
              decoding,
              new TenantResolver(false),
              retryAfter,
              new ReceiverMetrics(new Metrics()));
      receiver.serveHttp(http, "/v1/traces", LIMIT);
      receiver.serveGrpc(grpc, LIMIT);
      decoding.start();
      http.start();
      grpc.start();
      grpcClient = new RawGrpc(grpc.port());
    }

    private HttpListener port(String name) {
      Metrics own = new Metrics();
      return new HttpListener(
          name,
          Binding.at("127.0.0.1:0"),
          Purpose.WRITE,
          new ListenerParts(budget, new ListenerMetrics(own), new TlsMetrics(own), Gate.OPEN));
    }

    void assertToldAfter(byte[] body, int seconds, int status, Status.Code code) throws Exception {
      HttpResponse<byte[]> answer = post(body);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("retry-after")).contains("" + seconds);

      RawGrpc.Call call = call(body);
      assertThat(call.status().getCode()).isEqualTo(code);
      assertThat(new String(call.details(), StandardCharsets.UTF_8)).contains("RetryInfo");
    }

    HttpResponse<byte[]> post(byte[] body, String... headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/traces".formatted(http.port())))
              .header("content-type", "application/x-protobuf")
              .POST(BodyPublishers.ofByteArray(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    RawGrpc.Call call(byte[] body) {
      return grpcClient.call(OtlpReceiver.EXPORT, body);
    }

    @Override
    public void close() throws Exception {
      grpcClient.close();
      client.close();
      http.close();
      grpc.close();
      decoding.close();
    }
  }
}
