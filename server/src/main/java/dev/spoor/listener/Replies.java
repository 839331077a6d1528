package dev.spoor.listener;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers of a port, as the server library wants them, and what failures become in them.
public final class Replies {

  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  private static final int MIN_COMPRESSED_BYTES = 1024;
  static final AsciiString GRPC_STATUS = AsciiString.of("grpc-status");
  static final AsciiString GRPC_MESSAGE = AsciiString.of("grpc-message");
  private static final AsciiString GRPC_DETAILS = AsciiString.of("grpc-status-details-bin");

  private static final AsciiString PARTIAL = AsciiString.of("spoor-partial");

  private final String name;

  /// @param name of the port, for messages
  Replies(String name) {
    this.name = name;
  }

  /// An answer that is compressed, where the client says that it may be and it is worth it.
  static Response compressed(Request request, Response response) throws IOException {
    boolean wanted =
        request.header("accept-encoding").filter(all -> all.contains("gzip")).isPresent();
    if (!wanted || response.body().length() < MIN_COMPRESSED_BYTES) {
      return response;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(response.body().length() / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
      gzip.write(response.body().array(), response.body().offset(), response.body().length());
    }
    return gzipped(
        new Response(
            response.status(),
            response.contentType(),
            Bytes.of(body.toByteArray()),
            response.headers()));
  }

  /// With the head of an answer whose body is compressed.
  static Response gzipped(Response response) {
    return response.with("content-encoding", "gzip").with("vary", "accept-encoding");
  }

  static HttpResponse http(Response response) {
    Bytes body = response.body();
    return HttpResponse.of(
        headOf(response).build(), HttpData.wrap(body.array(), body.offset(), body.length()));
  }

  /// The answer to HEAD: everything but the body.
  static HttpResponse head(Response response) {
    return HttpResponse.of(headOf(response).contentLength(response.body().length()).build());
  }

  static ResponseHeadersBuilder headOf(Response response) {
    ResponseHeadersBuilder head = ResponseHeaders.builder(response.status());
    if (!response.contentType().isEmpty()) {
      head.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
    }
    response.headers().forEach((key, value) -> head.set(key, value));
    return head;
  }

  static HttpResponse grpc(GrpcReply reply) {
    ResponseHeadersBuilder head =
        ResponseHeaders.builder(200).set(HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto");
    if (reply.code() != GrpcReply.OK) {
      head.set(GRPC_STATUS, Integer.toString(reply.code()));
      head.set(GRPC_MESSAGE, GrpcFrames.percentEncoded(reply.message()));
      if (reply.statusDetails().length > 0) {
        head.set(
            GRPC_DETAILS,
            Base64.getEncoder().withoutPadding().encodeToString(reply.statusDetails()));
      }
      // A frame without data after it would be taken for a message that was cut off.
      return HttpResponse.of(head.endOfStream(true).build());
    }
    return HttpResponse.of(
        head.build(),
        GrpcFrames.frame(Bytes.of(reply.body(), 0, reply.body().length)),
        reply.message().isEmpty()
            ? HttpHeaders.of(GRPC_STATUS, "0")
            : HttpHeaders.of(GRPC_STATUS, "0", PARTIAL, reply.message()));
  }

  /// What to say of a failure, over HTTP. Who did not expect it finds it in the log.
  Response failed(ServiceRequestContext context, Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ServiceException known) {
      return Response.text(statusOf(known.kind()), String.valueOf(known.getMessage()));
    }
    if (cause instanceof InterruptedException) {
      return Response.text(499, "the client went away");
    }
    log.error("{}: {} failed", name, context.path(), cause);
    return Response.text(500, cause.toString());
  }

  /// As `failed`, over gRPC.
  ///
  /// @param refusedCall what is said of a refusal
  GrpcReply failedGrpc(
      ServiceRequestContext context, Throwable failure, HttpListener.RefusedCall refusedCall) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ServiceException known) {
      return refusedCall.answer(known);
    }
    log.error("{}: {} failed", name, context.path(), cause);
    return GrpcReply.error(GrpcReply.INTERNAL, cause.toString());
  }

  /// What is said of a refused call where the method says nothing itself.
  static GrpcReply refusedCall(ServiceException refusal) {
    return GrpcReply.error(codeOf(refusal.kind()), String.valueOf(refusal.getMessage()));
  }

  /// The HTTP status of a failure of this kind.
  public static int statusOf(ErrorKind kind) {
    return switch (kind) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND, UNIMPLEMENTED -> 404;
      case TOO_LARGE -> 413;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELED -> 499;
      case INTERNAL -> 500;
      case UNAVAILABLE, API_TIMEOUT -> 503;
      case TIMEOUT -> 504;
    };
  }

  /// The gRPC code of a failure of this kind.
  public static int codeOf(ErrorKind kind) {
    return switch (kind) {
      case INVALID -> GrpcReply.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> GrpcReply.UNAUTHENTICATED;
      case PERMISSION_DENIED -> GrpcReply.PERMISSION_DENIED;
      case NOT_FOUND -> GrpcReply.NOT_FOUND;
      case UNIMPLEMENTED -> GrpcReply.UNIMPLEMENTED;
      case TOO_LARGE, RESOURCE_EXHAUSTED -> GrpcReply.RESOURCE_EXHAUSTED;
      case CANCELED -> GrpcReply.CANCELLED;
      case INTERNAL -> GrpcReply.INTERNAL;
      case UNAVAILABLE -> GrpcReply.UNAVAILABLE;
      case TIMEOUT, API_TIMEOUT -> GrpcReply.DEADLINE_EXCEEDED;
    };
  }

  /// What a future failed of.
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
