package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.SpanIntake;
import dev.spoor.listener.Datagrams;
import dev.spoor.listener.GrpcCall;
import dev.spoor.listener.GrpcReply;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Replies;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MessageTooLargeException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.logging.RareLog;
import dev.spoor.wire.compress.BodyTooLargeException;
import dev.spoor.wire.jaeger.JaegerProto;
import dev.spoor.wire.jaeger.JaegerThrift;
import dev.spoor.wire.otlp.RpcStatus;
import dev.spoor.wire.thrift.MalformedThriftException;
import dev.spoor.wire.thrift.ThriftReader;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jaeger's collector over gRPC and Thrift over HTTP, and its agent over UDP. Its methods run on
/// the event loop, for large bodies on threads of [Decoding], or on the thread of the datagrams,
/// and do not block.
public final class JaegerReceiver {

  private static final Logger log = LoggerFactory.getLogger(JaegerReceiver.class);

  static final String POST_SPANS = "/jaeger.api_v2.CollectorService/PostSpans";

  private static final Set<String> THRIFT =
      Set.of("application/x-thrift", "application/vnd.apache.thrift.binary");
  private static final byte[] NOTHING = {};

  private final WholePush pushes;
  private final Decoding decoding;
  private final TenantResolver tenants;
  private final RetryDelay retryDelay;
  private final RareLog lost = new RareLog(log);
  private final ReceiverMetrics receiverMetrics;
  private final ReceiverMetrics.Transport grpcMetrics;
  private final ReceiverMetrics.Transport httpMetrics;

  /// @param retryAfter `distributor.retry_after_on_resource_exhausted`: told to senders over gRPC
  ///   that were refused for a limit of theirs; empty to tell nothing
  public JaegerReceiver(
      SpanIntake intake,
      Decoding decoding,
      TenantResolver tenants,
      Optional<Duration> retryAfter,
      ReceiverMetrics metrics) {
    this.pushes = new WholePush(intake);
    this.decoding = decoding;
    this.tenants = tenants;
    this.retryDelay = new RetryDelay(retryAfter);
    this.receiverMetrics = metrics;
    this.grpcMetrics = metrics.transport("jaeger", "grpc");
    this.httpMetrics = metrics.transport("jaeger", "collector_http");
  }

  /// Adds the collector's gRPC service to a port.
  public void serveGrpc(HttpListener listener, long maxMessageBytes) {
    listener.grpc(
        POST_SPANS, maxMessageBytes, call -> post(call, maxMessageBytes), this::refusedCall);
  }

  /// Adds the collector's HTTP service to a port.
  public void serveHttp(HttpListener listener, long maxBodyBytes) {
    listener.push(
        "*",
        "/api/traces",
        "jaeger_api_traces",
        maxBodyBytes,
        request -> post(request, maxBodyBytes),
        (_, refusal) -> refused(refusal));
  }

  /// What is done with datagrams in the compact protocol.
  public Datagrams.Handler compactDatagrams() {
    return new Agent("udp_thrift_compact", ThriftReader::compact, "Jaeger's compact Thrift");
  }

  /// What is done with datagrams in the binary protocol.
  public Datagrams.Handler binaryDatagrams() {
    return new Agent("udp_thrift_binary", ThriftReader::binary, "Jaeger's binary Thrift");
  }

  private CompletableFuture<GrpcReply> post(GrpcCall call, long maxMessageBytes) {
    try {
      return decoding.decode(
          tenants.resolve(call.metadata(TenantResolver.HEADER)),
          PushBody.of(call, maxMessageBytes),
          true,
          (tenant, message) ->
              pushes
                  .push(tenant, JaegerProto.postSpans(message), grpcMetrics)
                  .thenApply(this::reply),
          this::unreadableCall);
    } catch (ServiceException refusal) {
      return done(refusedCall(refusal));
    }
  }

  private GrpcReply unreadableCall(Exception failure) {
    if (failure instanceof BodyTooLargeException || failure instanceof MessageTooLargeException) {
      return GrpcReply.error(GrpcReply.RESOURCE_EXHAUSTED, message(failure));
    }
    grpcMetrics.malformed().inc();
    return GrpcReply.error(GrpcReply.INVALID_ARGUMENT, message(failure));
  }

  private GrpcReply refusedCall(ServiceException refusal) {
    return error(refusal.kind(), message(refusal), retryDelay.of(refusal));
  }

  private static GrpcReply error(ErrorKind kind, String text, Optional<Duration> retryAfter) {
    int code = Replies.codeOf(kind);
    return GrpcReply.error(
        code, text, new RpcStatus(code, text, retryAfter).toProtobuf().toArray());
  }

  private GrpcReply reply(WholePush.Answer answer) {
    return switch (answer) {
      case WholePush.Answer.Yes(String refused) ->
          GrpcReply.partly(NOTHING, HttpAnswers.line(refused));
      case WholePush.Answer.No(PushOutcome.Refused refused) ->
          error(refused.kind(), refused.message(), retryDelay.of(refused));
    };
  }

  private CompletableFuture<Response> post(Request request, long maxBodyBytes) {
    if (!request.method().equals("POST")) {
      return done(
          Response.text(405, "%s is not supported here: use POST".formatted(request.method())));
    }
    String contentType = PushBody.mediaType(request.header("content-type").orElse(""));
    if (!THRIFT.contains(contentType)) {
      String text = "unsupported content type '%s': use application/x-thrift";
      return done(Response.text(400, text.formatted(contentType)));
    }
    try {
      return decoding.decode(
          tenants.resolve(request.header(TenantResolver.HEADER)),
          PushBody.of(request, maxBodyBytes),
          true,
          (tenant, body) ->
              pushes.push(tenant, JaegerThrift.batch(body), httpMetrics).thenApply(this::response),
          this::unreadable);
    } catch (ServiceException refusal) {
      return done(refused(refusal));
    }
  }

  private Response unreadable(Exception failure) {
    if (failure instanceof BodyTooLargeException || failure instanceof MessageTooLargeException) {
      return refused(ErrorKind.TOO_LARGE, message(failure), Optional.empty());
    }
    httpMetrics.malformed().inc();
    return refused(ErrorKind.INVALID, message(failure), Optional.empty());
  }

  private Response response(WholePush.Answer answer) {
    return switch (answer) {
      case WholePush.Answer.Yes(String refused) -> HttpAnswers.accepted(refused);
      case WholePush.Answer.No(PushOutcome.Refused refused) ->
          refused(refused.kind(), refused.message(), retryDelay.of(refused));
    };
  }

  private Response refused(ServiceException refusal) {
    return refused(refusal.kind(), message(refusal), retryDelay.of(refusal));
  }

  private static Response refused(ErrorKind kind, String text, Optional<Duration> retryAfter) {
    return HttpAnswers.after(
        retryAfter,
        Response.text(HttpAnswers.statusOf(kind), "the batch can't be submitted: " + text + "\n"));
  }

  /// Datagrams have no answer: what can't be stored is counted and logged.
  private final class Agent implements Datagrams.Handler {

    private final String transport;
    private final ReceiverMetrics.Transport metrics;
    private final Function<Bytes, ThriftReader> protocol;
    private final String sender;

    Agent(String transport, Function<Bytes, ThriftReader> protocol, String sender) {
      this.transport = transport;
      this.metrics = receiverMetrics.transport("jaeger", transport);
      this.protocol = protocol;
      this.sender = sender;
    }

    @Override
    public CompletableFuture<?> handle(Bytes datagram) {
      if (tenants.multitenancy()) {
        drop("no_tenant", "multitenancy_enabled needs a tenant, which UDP can't name");
        return done(Boolean.FALSE);
      }
      try {
        Bytes otlp = JaegerThrift.emitBatch(protocol.apply(datagram), datagram.length());
        return pushes.push(Tenant.SINGLE, otlp, metrics).thenAccept(this::logRefusal);
      } catch (MalformedThriftException | MessageTooLargeException malformed) {
        metrics.malformed().inc();
        lost.warn(
            "dropped a datagram of %d bytes that is not %s: %s"
                .formatted(datagram.length(), sender, message(malformed)));
        return done(Boolean.FALSE);
      }
    }

    private void logRefusal(WholePush.Answer answer) {
      if (answer instanceof WholePush.Answer.No(PushOutcome.Refused refused)) {
        lost.warn(
            () -> "dropped the spans of a datagram of %s: %s".formatted(sender, refused.message()));
      }
    }

    @Override
    public void dropped(Datagrams.Drop reason) {
      switch (reason) {
        case QUEUE_FULL -> drop("queue_full", "too many are being stored");
        case TOO_LARGE -> drop("too_large", "it is larger than max_packet_size");
        case NOT_ALLOWED ->
            drop("not_allowed", "access is controlled, and UDP can't say who sends");
      }
    }

    private void drop(String label, String why) {
      receiverMetrics.dropped("jaeger", transport, label).inc();
      lost.warn("dropped a datagram of %s: %s".formatted(sender, why));
    }
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
