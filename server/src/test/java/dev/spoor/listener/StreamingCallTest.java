package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.testclient.RawGrpc;
import dev.spoor.testclient.RawGrpc.Call;
import io.grpc.Status;
import java.io.DataInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class StreamingCallTest {

  private static final String METHOD = "/test.Service/Stream";
  private static final String UNARY = "/test.Service/Single";
  private static final int MAX_REQUEST = 1 << 10;
  private static final Bytes MEBIBYTE = Bytes.of(new byte[1 << 20]);

  private static final BodyBudget BUDGET = new BodyBudget(1 << 20);
  private static final HttpListener LISTENER =
      new HttpListener(
          "test",
          new InetSocketAddress("127.0.0.1", 0),
          BUDGET,
          new ListenerMetrics(new Metrics()));

  private static volatile GrpcStreamMethod method = (call, stream) -> GrpcEnd.OK;

  @BeforeAll
  static void start() throws Exception {
    LISTENER.grpcStream(METHOD, MAX_REQUEST, (call, stream) -> method.call(call, stream));
    LISTENER.grpc(
        UNARY,
        MAX_REQUEST,
        call ->
            CompletableFuture.completedFuture(
                call.message().length() > 0
                    ? GrpcReply.ok(call.message().toArray())
                    : GrpcReply.error(GrpcReply.RESOURCE_EXHAUSTED, "not 100 %")));
    LISTENER.start();
  }

  @AfterAll
  static void stop() {
    LISTENER.close();
  }

  @Test
  void messagesArriveInOrderAndTrailersAfterThem() throws Exception {
    try (RawGrpc client =
        serving((call, stream) -> {
          stream.send(Bytes.of("one for ".getBytes(StandardCharsets.UTF_8)));
          stream.send(call.message());
          return new GrpcEnd(GrpcReply.OK, "", Map.of("spoor-cost", "jobs=3"));
        })) {
      Call call = client.call(METHOD, "you");

      assertThat(call.all()).extracting(RawGrpcText::of).containsExactly("one for ", "you");
      assertThat(call.status().getCode()).isEqualTo(Status.Code.OK);
      assertThat(call.trailer("spoor-cost")).isEqualTo("jobs=3");
    }
  }

  @Test
  void aSingleAnswerIsAMessageOrACode() throws Exception {
    try (RawGrpc client = new RawGrpc(LISTENER.port())) {
      assertThat(client.call(UNARY, "echo").all())
          .extracting(RawGrpcText::of)
          .containsExactly("echo");
      Status refused = client.call(UNARY, "").status();
      assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused.getDescription()).isEqualTo("not 100 %");
      assertThat(client.call("/test.Service/Other", "").status().getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void messagesThatAreTooLargeAreNotSent() throws Exception {
    HttpListener limited = limited(new GrpcLimits(0, 8));
    limited.grpcStream(
        METHOD,
        MAX_REQUEST,
        (call, stream) -> {
          stream.send(call.message());
          stream.send(Bytes.of(new byte[9]));
          return GrpcEnd.OK;
        });
    limited.grpc(
        UNARY, MAX_REQUEST, call -> CompletableFuture.completedFuture(GrpcReply.ok(new byte[9])));
    limited.start();
    try (limited;
        RawGrpc client = new RawGrpc(limited.port())) {
      Call call = client.call(METHOD, "fits");

      assertThat(call.all()).extracting(RawGrpcText::of).containsExactly("fits");
      for (Status status : List.of(call.status(), client.call(UNARY, "").status())) {
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.getDescription())
            .isEqualTo("trying to send message larger than max (9 vs. 8)");
      }
    }
  }

  /// The frame in which a server says what it allows, RFC 9113 6.5.
  @Test
  void aConnectionIsToldHowManyCallsItMayHave() throws Exception {
    HttpListener limited = limited(new GrpcLimits(7, 0));
    limited.start();
    try (limited;
        Socket client = new Socket("127.0.0.1", limited.port())) {
      client
          .getOutputStream()
          .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      DataInputStream frame = new DataInputStream(client.getInputStream());
      int length = frame.readUnsignedShort() << 8 | frame.readUnsignedByte();
      assertThat(frame.readUnsignedByte()).as("SETTINGS").isEqualTo(4);
      frame.skipNBytes(5);
      Map<Integer, Integer> settings = new HashMap<>();
      for (int at = 0; at < length; at += 6) {
        settings.put(frame.readUnsignedShort(), frame.readInt());
      }
      assertThat(settings).containsEntry(3, 7);
    }
  }

  private static HttpListener limited(GrpcLimits limits) {
    return new HttpListener(
        "limited",
        Binding.at("127.0.0.1", 0).with(limits),
        Purpose.READ,
        new ListenerParts(
            BUDGET, new ListenerMetrics(new Metrics()), new TlsMetrics(new Metrics()), Gate.OPEN));
  }

  @Test
  void aFailureBeforeTheFirstMessageEndsTheCall() throws Exception {
    try (RawGrpc client =
        serving((call, stream) -> {
          throw new ServiceException(ErrorKind.INVALID, "100 % falsch: größer\nals erlaubt");
        })) {
      Status status = client.call(METHOD, "").status();

      assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(status.getDescription()).isEqualTo("100 % falsch: größer\nals erlaubt");
    }
  }

  @Test
  void aFailureAfterAMessageEndsTheCallToo() throws Exception {
    try (RawGrpc client =
        serving((call, stream) -> {
          stream.send(call.message());
          throw new IllegalStateException("broken");
        })) {
      Call call = client.call(METHOD, "half");

      assertThat(call.all()).extracting(RawGrpcText::of).containsExactly("half");
      assertThat(call.status().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(call.status().getDescription()).contains("broken");
    }
  }

  @Test
  void aRequestThatIsTooLargeIsRefusedAndGivesItsRoomBack() throws Exception {
    try (RawGrpc client = serving((call, stream) -> GrpcEnd.OK)) {
      Status status = client.call(METHOD, "x".repeat(MAX_REQUEST + 1)).status();

      assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(client.call(METHOD, "x".repeat(MAX_REQUEST)).status().isOk()).isTrue();
      assertThat(BUDGET.usedBytes()).isZero();
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsUpTheSender() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<Thread> sender = new CompletableFuture<>();
    try (RawGrpc client =
        serving((call, stream) -> {
          sender.complete(Thread.currentThread());
          for (int i = 0; i < 100; i++) {
            stream.send(MEBIBYTE);
            sent.incrementAndGet();
          }
          return GrpcEnd.OK;
        })) {
      Call call = client.callWithoutReading(METHOD, "");

      awaitRest(sender.get(), sent);
      assertThat(sent.get()).isLessThan(10);
      assertThat(call.all()).hasSize(100);
      assertThat(call.status().isOk()).isTrue();
    }
  }

  @Test
  void aCallThatIsCancelledInterruptsItsMethod() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    try (RawGrpc client = serving((call, stream) -> waiting(begun, interrupted))) {
      Call call = client.call(METHOD, "");
      begun.await();
      call.cancel();

      assertThat(interrupted.get()).isEqualTo("interrupted");
    }
  }

  @Test
  void aSenderThatWaitsForAClientIsInterruptedWhenItGoesAway() throws Exception {
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    try (RawGrpc client =
        serving((call, stream) -> {
          try {
            while (true) {
              stream.send(MEBIBYTE);
            }
          } catch (InterruptedException gone) {
            interrupted.complete("interrupted");
            throw gone;
          }
        })) {
      Call call = client.call(METHOD, "");
      call.next();
      call.cancel();

      assertThat(interrupted.get()).isEqualTo("interrupted");
    }
  }

  @Test
  void theDeadlineOfAClientInterruptsTheMethod() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    try (RawGrpc client = serving((call, stream) -> waiting(begun, interrupted))) {
      // A short one may be over before the call is there.
      for (Duration deadline = Duration.ofMillis(100);
          begun.getCount() > 0;
          deadline = deadline.multipliedBy(2)) {
        Status status = client.call(METHOD, "", deadline).status();
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      }
      assertThat(interrupted.get()).isEqualTo("interrupted");
    }
  }

  @Test
  void aClientThatDoesNotWatchItsDeadlineIsToldThatItHasPassed() throws Exception {
    method = (call, stream) -> waiting(new CountDownLatch(1), new CompletableFuture<>());

    assertThat(statusFor("10m")).isEqualTo("4");
    assertThat(statusFor("soon")).isEqualTo("3");
    assertThat(statusFor("123456789S")).isEqualTo("3");
  }

  @Test
  void whatIsNoGrpcIsRefused() throws Exception {
    WebClient client = WebClient.of("h2c://127.0.0.1:" + LISTENER.port());

    assertThat(client.post(METHOD, "text").aggregate().join().status().code()).isEqualTo(415);
    AggregatedHttpResponse half =
        client
            .execute(
                RequestHeaders.of(HttpMethod.POST, METHOD, "content-type", "application/grpc"),
                new byte[] {0, 0, 0, 0, 9, 1})
            .aggregate()
            .join();
    assertThat(half.headers().get("grpc-status")).isEqualTo("13");
    assertThat(BUDGET.usedBytes()).isZero();
  }

  private static GrpcEnd waiting(CountDownLatch begun, CompletableFuture<String> interrupted)
      throws InterruptedException {
    begun.countDown();
    try {
      new CountDownLatch(1).await();
      return GrpcEnd.OK;
    } catch (InterruptedException gone) {
      interrupted.complete("interrupted");
      throw gone;
    }
  }

  /// Until it waits for good: it stands still for a while and has sent nothing more.
  private static void awaitRest(Thread sender, AtomicInteger sent) throws InterruptedException {
    int before = -1;
    while (sender.getState() != Thread.State.WAITING || before != sent.get() || before == 0) {
      before = sent.get();
      Thread.sleep(200);
    }
  }

  private static RawGrpc serving(GrpcStreamMethod answer) {
    method = answer;
    return new RawGrpc(LISTENER.port());
  }

  private static String statusFor(String timeout) {
    AggregatedHttpResponse answer =
        WebClient.of("h2c://127.0.0.1:" + LISTENER.port())
            .execute(
                RequestHeaders.of(
                    HttpMethod.POST,
                    METHOD,
                    "content-type",
                    "application/grpc",
                    "grpc-timeout",
                    timeout),
                new byte[5])
            .aggregate()
            .join();
    return answer.headers().get("grpc-status", "");
  }

  private static final class RawGrpcText {
    static String of(byte[] message) {
      return new String(message, StandardCharsets.UTF_8);
    }
  }
}
