package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.SpanIntake;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MessageTooLargeException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.compress.BodyTooLargeException;
import dev.spoor.wire.json.JsonWriter;
import dev.spoor.wire.zipkin.ZipkinJson;
import dev.spoor.wire.zipkin.ZipkinProto;
import dev.spoor.wire.zipkin.ZipkinV1Json;
import dev.spoor.wire.zipkin.ZipkinV1Thrift;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Zipkin's collector over HTTP: JSON and protobuf of version 2, JSON and Thrift of version 1. Its
/// methods run on the event loop, or for large bodies on threads of [Decoding], and do not block.
public final class ZipkinReceiver {

  private static final String V1_PATH = "api/v1/spans";

  private final WholePush pushes;
  private final Decoding decoding;
  private final TenantResolver tenants;
  private final RetryDelay retryDelay = new RetryDelay(Optional.empty());
  private final boolean parseStringTags;
  private final InstantSource clock;
  private final Map<Format, ReceiverMetrics.Transport> metrics = new EnumMap<>(Format.class);

  /// What a request holds, told by its path and content type.
  private enum Format {
    V1_THRIFT("http_v1_thrift"),
    V1_JSON("http_v1_json"),
    V2_JSON("http_v2_json"),
    V2_PROTO("http_v2_proto");

    private final String transport;

    Format(String transport) {
      this.transport = transport;
    }

    static Format of(Request request) {
      String contentType = PushBody.mediaType(request.header("content-type").orElse(""));
      if (request.path().contains(V1_PATH)) {
        return contentType.equals("application/x-thrift") ? V1_THRIFT : V1_JSON;
      }
      return contentType.equals("application/x-protobuf") ? V2_PROTO : V2_JSON;
    }
  }

  /// @param parseStringTags `parse_string_tags`
  /// @param clock for spans that come without any time
  public ZipkinReceiver(
      SpanIntake intake,
      Decoding decoding,
      TenantResolver tenants,
      boolean parseStringTags,
      InstantSource clock,
      ReceiverMetrics receiverMetrics) {
    this.pushes = new WholePush(intake);
    this.decoding = decoding;
    this.tenants = tenants;
    this.parseStringTags = parseStringTags;
    this.clock = clock;
    for (Format format : Format.values()) {
      metrics.put(format, receiverMetrics.transport("zipkin", format.transport));
    }
  }

  /// Adds the service to a port, on every path.
  public void serve(HttpListener listener, long maxBodyBytes) {
    listener.push(
        "*",
        "regex:^/.*$",
        "zipkin_spans",
        maxBodyBytes,
        request -> post(request, maxBodyBytes),
        (_, refusal) -> refused(refusal));
  }

  private CompletableFuture<Response> post(Request request, long maxBodyBytes) {
    if (!request.method().equals("POST")) {
      return done(
          Response.text(405, "%s is not supported here: use POST".formatted(request.method())));
    }
    Format format = Format.of(request);
    ReceiverMetrics.Transport transport = transport(format);
    try {
      return decoding.decode(
          tenants.resolve(request.header(TenantResolver.HEADER)),
          PushBody.of(request, maxBodyBytes),
          true,
          (tenant, body) ->
              pushes.push(tenant, toOtlp(format, body), transport).thenApply(this::response),
          failure -> unreadable(transport, failure));
    } catch (ServiceException refusal) {
      return done(refused(refusal));
    }
  }

  private static Response unreadable(ReceiverMetrics.Transport transport, Exception failure) {
    if (failure instanceof BodyTooLargeException || failure instanceof MessageTooLargeException) {
      return refused(ErrorKind.TOO_LARGE, message(failure), Optional.empty());
    }
    transport.malformed().inc();
    return Response.text(400, message(failure) + "\n");
  }

  private ReceiverMetrics.Transport transport(Format format) {
    ReceiverMetrics.Transport transport = metrics.get(format);
    if (transport == null) {
      throw new IllegalStateException("no metrics of " + format);
    }
    return transport;
  }

  private Bytes toOtlp(Format format, Bytes body) throws IOException {
    return switch (format) {
      case V2_JSON -> ZipkinJson.toOtlp(body, parseStringTags);
      case V2_PROTO -> ZipkinProto.toOtlp(body, parseStringTags);
      case V1_JSON -> ZipkinV1Json.toOtlp(body, parseStringTags, nowNanos());
      case V1_THRIFT -> ZipkinV1Thrift.toOtlp(body, parseStringTags, nowNanos());
    };
  }

  private long nowNanos() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
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

  /// The reason as a JSON string: that is what Zipkin's clients are used to.
  private static Response refused(ErrorKind kind, String text, Optional<Duration> retryAfter) {
    byte[] body = new JsonWriter().string(text).finish().toArray();
    int status = HttpAnswers.statusOf(kind);
    Response json = Response.of(Response.JSON, body);
    return HttpAnswers.after(
        retryAfter, new Response(status, json.contentType(), json.body(), json.headers()));
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
