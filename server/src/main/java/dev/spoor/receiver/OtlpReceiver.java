package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.contract.SpanIntake;
import dev.spoor.listener.GrpcCall;
import dev.spoor.listener.GrpcReply;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Replies;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.compress.BodyTooLargeException;
import dev.spoor.wire.otlp.ExportResponse;
import dev.spoor.wire.otlp.OtlpJson;
import dev.spoor.wire.otlp.RpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// OTLP over gRPC and over HTTP. Its methods run on the event loop, or for large bodies on threads
/// of [Decoding], and do not block.
///
/// The status of an answer is what OTLP clients go by: INVALID_ARGUMENT and 400 are not sent again,
/// UNAVAILABLE, 503 and 429 are; RESOURCE_EXHAUSTED is when it carries a `RetryInfo`.
public final class OtlpReceiver {

  static final String EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final SpanIntake intake;
  private final Decoding decoding;
  private final TenantResolver tenants;
  private final RetryDelay retryDelay;
  private final ReceiverMetrics.Transport grpcMetrics;
  private final ReceiverMetrics.Transport httpMetrics;

  /// @param retryAfter `distributor.retry_after_on_resource_exhausted`: told to senders that were
  ///   refused for a limit of theirs; empty to tell nothing
  public OtlpReceiver(
      SpanIntake intake,
      Decoding decoding,
      TenantResolver tenants,
      Optional<Duration> retryAfter,
      ReceiverMetrics metrics) {
    this.intake = intake;
    this.decoding = decoding;
    this.tenants = tenants;
    this.retryDelay = new RetryDelay(retryAfter);
    this.grpcMetrics = metrics.transport("otlp", "grpc");
    this.httpMetrics = metrics.transport("otlp", "http");
  }

  /// Adds the gRPC service to a port.
  public void serveGrpc(HttpListener listener, long maxMessageBytes) {
    listener.grpc(EXPORT, maxMessageBytes, call -> export(call, maxMessageBytes), this::refused);
  }

  /// Adds the HTTP service to a port.
  ///
  /// @param path `traces_url_path`, by default `/v1/traces`
  public void serveHttp(HttpListener listener, String path, long maxBodyBytes) {
    listener.push(
        "*",
        path,
        "otlp_v1_traces",
        maxBodyBytes,
        request -> export(request, maxBodyBytes),
        (head, refusal) -> refused(head.headers().getOrDefault("content-type", ""), refusal));
  }

  private CompletableFuture<GrpcReply> export(GrpcCall call, long maxMessageBytes) {
    try {
      return decoding.decode(
          tenants.resolve(call.metadata(TenantResolver.HEADER)),
          PushBody.of(call, maxMessageBytes),
          false,
          (tenant, message) ->
              Pushed.to(intake, tenant, message, grpcMetrics)
                  .thenApply(pushed -> reply(pushed.outcome())),
          this::unreadable);
    } catch (ServiceException refusal) {
      return done(refused(refusal));
    }
  }

  private GrpcReply unreadable(Exception failure) {
    grpcMetrics.malformed().inc();
    return GrpcReply.error(
        failure instanceof BodyTooLargeException
            ? GrpcReply.RESOURCE_EXHAUSTED
            : GrpcReply.INVALID_ARGUMENT,
        message(failure));
  }

  private GrpcReply refused(ServiceException refusal) {
    int code = Replies.codeOf(refusal.kind());
    return error(code, message(refusal), retryDelay.of(refusal));
  }

  private static GrpcReply error(int code, String message, Optional<Duration> retryAfter) {
    return GrpcReply.error(
        code, message, new RpcStatus(code, message, retryAfter).toProtobuf().toArray());
  }

  private GrpcReply reply(PushOutcome outcome) {
    return switch (outcome) {
      case PushOutcome.Stored(List<Rejection> rejections) ->
          GrpcReply.ok(response(rejections).toProtobuf().toArray());
      case PushOutcome.Refused refused ->
          error(Replies.codeOf(refused.kind()), refused.message(), retryDelay.of(refused));
    };
  }

  private CompletableFuture<Response> export(Request request, long maxBodyBytes) {
    if (!request.method().equals("POST")) {
      return done(
          Response.text(405, "%s is not supported here: use POST".formatted(request.method())));
    }
    String contentType = PushBody.mediaType(request.header("content-type").orElse(""));
    if (!contentType.equals(PROTOBUF) && !contentType.equals(JSON)) {
      return done(
          Response.text(415, "unsupported content type: use %s or %s".formatted(PROTOBUF, JSON)));
    }
    boolean isJson = contentType.equals(JSON);
    try {
      return decoding.decode(
          tenants.resolve(request.header(TenantResolver.HEADER)),
          PushBody.of(request, maxBodyBytes),
          isJson,
          (tenant, body) ->
              Pushed.to(intake, tenant, isJson ? OtlpJson.toProtobuf(body) : body, httpMetrics)
                  .thenApply(pushed -> response(contentType, pushed.outcome())),
          malformed -> unreadable(contentType, malformed));
    } catch (ServiceException refusal) {
      return done(refused(contentType, refusal));
    }
  }

  private Response unreadable(String contentType, Exception malformed) {
    httpMetrics.malformed().inc();
    return failure(contentType, 400, GrpcReply.INVALID_ARGUMENT, message(malformed));
  }

  private Response response(String contentType, PushOutcome outcome) {
    return switch (outcome) {
      case PushOutcome.Stored(List<Rejection> rejections) -> {
        ExportResponse response = response(rejections);
        yield contentType.equals(JSON)
            ? Response.of(JSON, response.toJson().toArray())
            : Response.of(PROTOBUF, response.toProtobuf().toArray());
      }
      case PushOutcome.Refused refused ->
          failure(
              contentType,
              httpStatus(refused.kind()),
              Replies.codeOf(refused.kind()),
              refused.message(),
              retryDelay.of(refused));
    };
  }

  private Response refused(String contentTypeHeader, ServiceException refusal) {
    // The reference answers 400 to a body that is too large, and clients know it so.
    int status = refusal.kind() == ErrorKind.TOO_LARGE ? 400 : httpStatus(refusal.kind());
    int code =
        refusal.kind() == ErrorKind.TOO_LARGE
            ? GrpcReply.INVALID_ARGUMENT
            : Replies.codeOf(refusal.kind());
    return failure(
        PushBody.mediaType(contentTypeHeader),
        status,
        code,
        message(refusal),
        retryDelay.of(refusal));
  }

  private static Response failure(String contentType, int status, int code, String message) {
    return failure(contentType, status, code, message, Optional.empty());
  }

  private static Response failure(
      String contentType, int status, int code, String message, Optional<Duration> retryAfter) {
    RpcStatus body = new RpcStatus(code, message, retryAfter);
    Response response =
        contentType.equals(JSON)
            ? Response.of(JSON, body.toJson().toArray())
            : Response.of(PROTOBUF, body.toProtobuf().toArray());
    return HttpAnswers.after(
        retryAfter,
        new Response(status, response.contentType(), response.body(), response.headers()));
  }

  private static int httpStatus(ErrorKind kind) {
    return Replies.statusOf(kind);
  }

  private static ExportResponse response(List<Rejection> rejections) {
    int spans = rejections.stream().mapToInt(Rejection::spans).sum();
    return new ExportResponse(spans, Rejections.text(rejections));
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
