package dev.spoor.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.listener.Binding;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.Datagrams;
import dev.spoor.listener.Gate;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.TlsMetrics;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.testclient.RawGrpc;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.wire.otlp.OtlpDecoder;
import io.grpc.Status;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How Jaeger's and Zipkin's ports answer, over real sockets, with what happens behind them made
/// up.
class ForeignReceiversTest {

  private static final String ONE_SPAN = "[{\"traceId\": \"1\", \"id\": \"2\", \"timestamp\": 5}]";
  private static final byte[] EMPTY_EMIT_BATCH = {
    (byte) 0x82,
    (byte) 0x81,
    0,
    9,
    'e',
    'm',
    'i',
    't',
    'B',
    'a',
    't',
    'c',
    'h', // the call
    0x1c,
    0x1c,
    0x18,
    1,
    's',
    0,
    0x19,
    0x0c,
    0,
    0 // Batch{Process{"s"}, []}
  };

  private final Metrics metrics = new Metrics();
  private final ReceiverMetrics receiverMetrics = new ReceiverMetrics(metrics);
  private final FakeIntake intake = new FakeIntake();
  private final Decoding decoding = new Decoding(1, new DecodingMetrics(new Metrics()));
  private Gate gate = Gate.OPEN;
  private boolean multitenancy;

  @BeforeEach
  void start() {
    decoding.start();
  }

  @AfterEach
  void stop() {
    decoding.close();
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsStored() throws Exception {
    intake.answer = new CompletableFuture<>();
    try (HttpListener port = zipkin()) {
      CompletableFuture<HttpResponse<String>> answer = postLater(port, ONE_SPAN);
      assertThat(answer).isNotDone();

      intake.answer.complete(PushOutcome.Stored.ALL);

      assertThat(answer.get(3, TimeUnit.MINUTES).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void aLimitThatWasHitIsAnInternalErrorThatSaysWhy() throws Exception {
    intake.answers(
        new PushOutcome.Refused(
            ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.RATE_LIMITED, "RATE_LIMITED: too fast"));
    try (HttpListener port = zipkin()) {
      HttpResponse<String> answer = post(port, ONE_SPAN);

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("\"RATE_LIMITED: too fast\"");
      assertThat(scrape())
          .contains(
              "tempo_receiver_refused_spans{receiver=\"zipkin\","
                  + "transport=\"http_v2_json\"} 1.0");
    }
  }

  @Test
  void overGrpcItIsSaidWhenToComeBackUnlessTheTenantIsNotToldOrItWouldBeNoUse() throws Exception {
    JaegerReceiver jaeger =
        new JaegerReceiver(
            intake,
            decoding,
            new TenantResolver(multitenancy),
            Optional.of(Duration.ofSeconds(7)),
            receiverMetrics);
    HttpListener port =
        new HttpListener("jaeger", Binding.at("127.0.0.1:0"), Purpose.WRITE, parts());
    jaeger.serveGrpc(port, 1 << 20);
    port.start();
    try (port;
        RawGrpc client = new RawGrpc(port.port())) {
      for (boolean mayTellWhen : new boolean[] {true, false}) {
        intake.answers(
            new PushOutcome.Refused(
                ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.RATE_LIMITED, "fast", mayTellWhen));

        RawGrpc.Call call = client.call(JaegerReceiver.POST_SPANS, "");

        assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(new String(call.details(), StandardCharsets.UTF_8).contains("RetryInfo"))
            .isEqualTo(mayTellWhen);
      }
    }
  }

  @Test
  void whoIsRefusedSinceWeAreShortOfMemoryIsAlwaysToldWhenToComeBack() throws Exception {
    intake.answers(
        new PushOutcome.Refused(
            ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.INGESTER_UNAVAILABLE, "memory pressure"));
    try (HttpListener port = zipkin()) {
      HttpResponse<String> answer = post(port, ONE_SPAN);

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
    }
    HttpListener port =
        new HttpListener("jaeger", Binding.at("127.0.0.1:0"), Purpose.WRITE, parts());
    new JaegerReceiver(
            intake, decoding, new TenantResolver(multitenancy), Optional.empty(), receiverMetrics)
        .serveGrpc(port, 1 << 20);
    port.start();
    try (port;
        RawGrpc client = new RawGrpc(port.port())) {
      RawGrpc.Call call = client.call(JaegerReceiver.POST_SPANS, "");

      assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(new String(call.details(), StandardCharsets.UTF_8)).contains("RetryInfo");
    }
  }

  @Test
  void aBatchOfWhichNothingWasStoredIsRefused() throws Exception {
    intake.answers(
        new PushOutcome.Stored(
            List.of(new Rejection(DiscardReason.TRACE_TOO_LARGE, 1, "TRACE_TOO_LARGE: much"))));
    try (HttpListener port = zipkin()) {
      HttpResponse<String> answer = post(port, ONE_SPAN);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("\"1 span: TRACE_TOO_LARGE: much\"");
    }
  }

  /// Spans of one byte each, of which there are too many when they are decompressed.
  @Test
  void aBatchThatBecomesTooLargeIsRefusedForGood() throws Exception {
    int spans = OtlpDecoder.MAX_SPANS + 1;
    ByteBuffer list = ByteBuffer.allocate(5 + spans).put((byte) 12).putInt(spans);
    try (HttpListener port = zipkin();
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d/api/v1/spans".formatted(port.port())))
              .header("content-type", "application/x-thrift")
              .header("content-encoding", "gzip")
              .POST(BodyPublishers.ofByteArray(HostileBodies.gzip(Bytes.of(list.array()))))
              .build();

      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
    }
    assertThat(intake.tenants).isEmpty();
  }

  @Test
  void theTenantIsNamedByTheHeaderAndNeededWithMultitenancy() throws Exception {
    multitenancy = true;
    try (HttpListener port = zipkin()) {
      assertThat(post(port, ONE_SPAN).statusCode()).isEqualTo(401);
      assertThat(post(port, ONE_SPAN, "x-scope-orgid", "acme").statusCode()).isEqualTo(202);
      assertThat(post(port, ONE_SPAN, "x-scope-orgid", "a/b").statusCode()).isEqualTo(400);
    }
    assertThat(intake.tenants).containsExactly(new Tenant("acme"));
  }

  @Test
  void anUnknownCompressionIsRefused() throws Exception {
    try (HttpListener port = zipkin()) {
      assertThat(post(port, ONE_SPAN, "content-encoding", "br").statusCode()).isEqualTo(400);
    }
    assertThat(intake.tenants).isEmpty();
  }

  @Test
  void aDatagramIsTheSingleTenants() throws Exception {
    try (Datagrams port = compact(1000)) {
      send(port, EMPTY_EMIT_BATCH);

      await(() -> !intake.tenants.isEmpty());
    }
    assertThat(intake.tenants).containsExactly(Tenant.SINGLE);
  }

  @Test
  void datagramsAreDroppedAndCountedWhereATenantIsNeeded() throws Exception {
    multitenancy = true;
    try (Datagrams port = compact(1000)) {
      send(port, EMPTY_EMIT_BATCH);

      await(() -> dropped("no_tenant") == 1);
    }
    assertThat(intake.tenants).isEmpty();
  }

  @Test
  void datagramsAreDroppedAndCountedWhereAccessIsControlled() throws Exception {
    gate =
        (_, _) -> {
          throw new ServiceException(ErrorKind.UNAUTHENTICATED, "who are you?");
        };
    try (Datagrams port = compact(1000)) {
      send(port, EMPTY_EMIT_BATCH);

      await(() -> dropped("not_allowed") == 1);
    }
    assertThat(intake.tenants).isEmpty();
  }

  @Test
  void datagramsThatFindNoRoomAreDroppedAndCounted() throws Exception {
    intake.answer = new CompletableFuture<>();
    try (Datagrams port = compact(1)) {
      send(port, EMPTY_EMIT_BATCH);
      await(() -> intake.tenants.size() == 1);
      send(port, EMPTY_EMIT_BATCH);
      await(() -> dropped("queue_full") == 1);

      intake.answer.complete(PushOutcome.Stored.ALL);
      send(port, EMPTY_EMIT_BATCH);
      await(() -> intake.tenants.size() == 2);
    }
  }

  @Test
  void datagramsThatAreTooLargeAreDroppedAndCounted() throws Exception {
    try (Datagrams port = compact(1000)) {
      send(port, new byte[201]);

      await(() -> dropped("too_large") == 1);
    }
    assertThat(intake.tenants).isEmpty();
  }

  private HttpListener zipkin() throws Exception {
    HttpListener port =
        new HttpListener("zipkin", Binding.at("127.0.0.1:0"), Purpose.WRITE, parts());
    new ZipkinReceiver(
            intake,
            decoding,
            new TenantResolver(multitenancy),
            false,
            InstantSource.system(),
            receiverMetrics)
        .serve(port, 1 << 20);
    port.start();
    return port;
  }

  /// @param room how many datagrams are handled at a time
  private Datagrams compact(int room) throws Exception {
    JaegerReceiver receiver =
        new JaegerReceiver(
            intake, decoding, new TenantResolver(multitenancy), Optional.empty(), receiverMetrics);
    Datagrams port =
        new Datagrams(
            "jaeger-compact",
            Binding.at("127.0.0.1:0"),
            new Datagrams.Limits(room, 200, 0),
            parts(),
            receiver.compactDatagrams());
    port.start();
    return port;
  }

  private ListenerParts parts() {
    Metrics own = new Metrics();
    return new ListenerParts(
        new BodyBudget(1 << 20), new ListenerMetrics(own), new TlsMetrics(own), gate);
  }

  private static HttpResponse<String> post(HttpListener port, String json, String... headers)
      throws Exception {
    return postLater(port, json, headers).get(3, TimeUnit.MINUTES);
  }

  private static CompletableFuture<HttpResponse<String>> postLater(
      HttpListener port, String json, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/api/v2/spans".formatted(port.port())))
            .POST(BodyPublishers.ofString(json));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static void send(Datagrams port, byte[] datagram) throws Exception {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(
          new DatagramPacket(
              datagram, datagram.length, InetAddress.getByName("127.0.0.1"), port.port()));
    }
  }

  private double dropped(String reason) {
    return receiverMetrics.dropped("jaeger", "udp_thrift_compact", reason).get();
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long patience = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(patience);
      Thread.sleep(2);
    }
  }
}
