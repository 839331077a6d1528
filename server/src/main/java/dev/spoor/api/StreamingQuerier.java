package dev.spoor.api;

import dev.spoor.listener.GrpcCall;
import dev.spoor.listener.GrpcEnd;
import dev.spoor.listener.GrpcReply;
import dev.spoor.listener.GrpcStream;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.wire.compress.BodyDecoder;
import dev.spoor.wire.compress.BodyTooLargeException;
import dev.spoor.wire.compress.Compression;
import dev.spoor.wire.query.Answer;
import dev.spoor.wire.query.QueryInstantRequest;
import dev.spoor.wire.query.QueryRangeRequest;
import dev.spoor.wire.query.SearchRequest;
import dev.spoor.wire.query.TagValuesRequest;
import dev.spoor.wire.query.TagsRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// The gRPC service `tempopb.StreamingQuerier`: the queries of the HTTP API, whose answers arrive
/// while they are still being found.
///
/// Each call gets at least one message. Searches and lists send what is new or has changed; their
/// costs are sums so far. Time series send those that have changed and at the end all of them; the
/// values of an instant query are always all of them. The trailing metadata `spoor-cost` and
/// `spoor-partial` say what the headers of the HTTP answer say.
public final class StreamingQuerier {

  static final String SERVICE = "/tempopb.StreamingQuerier/";

  /// Clients take messages of 4 MiB, unless they are told otherwise.
  private static final int MESSAGE_BYTES = 1 << 20;

  /// Where each message replaces the one before, it should hold everything.
  private static final int WHOLE_MESSAGE_BYTES = (4 << 20) - (64 << 10);

  private final SearchApi search;
  private final TagsApi tags;
  private final MetricsApi metrics;
  private final Duration pause;

  /// @param pause between two messages, and before the first one
  public StreamingQuerier(SearchApi search, TagsApi tags, MetricsApi metrics, Duration pause) {
    this.search = search;
    this.tags = tags;
    this.metrics = metrics;
    this.pause = pause;
  }

  /// Adds the service to a port.
  ///
  /// @param maxRequestBytes larger requests are RESOURCE_EXHAUSTED
  public void serve(HttpListener listener, int maxRequestBytes) {
    Port port = new Port(listener, maxRequestBytes);
    port.add(
        "Search",
        (message, metadata) -> GrpcRequests.of(SearchRequest.parse(message), metadata),
        search::search,
        () ->
            new StreamedMessages<>(Forms.TRACES, StreamedMessages.Content.CHANGES, MESSAGE_BYTES));
    port.add(
        "SearchTags",
        (message, metadata) -> GrpcRequests.of(TagsRequest.parse(message), metadata),
        tags::names,
        () -> new StreamedMessages<>(Forms.NAMES, StreamedMessages.Content.CHANGES, MESSAGE_BYTES));
    port.add(
        "SearchTagsV2",
        (message, metadata) -> GrpcRequests.of(TagsRequest.parse(message), metadata),
        tags::namesByScope,
        () ->
            new StreamedMessages<>(
                Forms.SCOPED_NAMES, StreamedMessages.Content.CHANGES, MESSAGE_BYTES));
    port.add(
        "SearchTagValues",
        (message, metadata) -> GrpcRequests.of(TagValuesRequest.parse(message), metadata),
        tags::values,
        () ->
            new StreamedMessages<>(Forms.VALUES, StreamedMessages.Content.CHANGES, MESSAGE_BYTES));
    port.add(
        "SearchTagValuesV2",
        (message, metadata) -> GrpcRequests.of(TagValuesRequest.parse(message), metadata),
        tags::typedValues,
        () ->
            new StreamedMessages<>(
                Forms.TYPED_VALUES, StreamedMessages.Content.CHANGES, MESSAGE_BYTES));
    port.add(
        "MetricsQueryRange",
        (message, metadata) -> GrpcRequests.of(QueryRangeRequest.parse(message), metadata),
        metrics::range,
        () ->
            new StreamedMessages<>(
                Forms.SERIES, StreamedMessages.Content.CHANGES_THEN_ALL, MESSAGE_BYTES));
    port.add(
        "MetricsQueryInstant",
        (message, metadata) -> GrpcRequests.of(QueryInstantRequest.parse(message), metadata),
        metrics::instant,
        () ->
            new StreamedMessages<>(
                Forms.INSTANT_SERIES, StreamedMessages.Content.ALL, WHOLE_MESSAGE_BYTES));
  }

  /// Reads a request.
  private interface Reader {
    Request read(Bytes message, Map<String, String> metadata) throws MalformedProtoException;
  }

  /// The HTTP API's way to the same answer.
  private interface Twin<A extends Answer> {
    Answered<A> answer(Request request, dev.spoor.contract.Progress<A> progress) throws Exception;
  }

  private interface NewMessages<A extends Answer> {
    StreamedMessages<A, ?> create();
  }

  private final class Port {

    private final HttpListener listener;
    private final int maxRequestBytes;

    Port(HttpListener listener, int maxRequestBytes) {
      this.listener = listener;
      this.maxRequestBytes = maxRequestBytes;
    }

    <A extends Answer> void add(
        String method, Reader reader, Twin<A> twin, NewMessages<A> messages) {
      listener.grpcStream(
          SERVICE + method,
          maxRequestBytes,
          (call, stream) -> {
            try {
              Request request = reader.read(message(call), call.metadata());
              return answer(request, twin, messages.create(), stream);
            } catch (ServiceException refusal) {
              return GrpcEnd.error(codeOf(refusal.kind()), String.valueOf(refusal.getMessage()));
            } catch (MalformedProtoException malformed) {
              return GrpcEnd.error(
                  GrpcReply.INVALID_ARGUMENT, String.valueOf(malformed.getMessage()));
            }
          });
    }

    private Bytes message(GrpcCall call) {
      if (!call.compressed() || call.encoding().equalsIgnoreCase("identity")) {
        return call.message();
      }
      Compression compression =
          Compression.ofHeader(call.encoding())
              .orElseThrow(() ->
                  new ServiceException(
                      ErrorKind.UNIMPLEMENTED, "unsupported compression: " + call.encoding()));
      try {
        return BodyDecoder.decode(compression, call.message(), maxRequestBytes);
      } catch (BodyTooLargeException tooLarge) {
        throw new ServiceException(
            ErrorKind.RESOURCE_EXHAUSTED, String.valueOf(tooLarge.getMessage()), tooLarge);
      } catch (IOException corrupt) {
        throw new ServiceException(
            ErrorKind.INVALID, String.valueOf(corrupt.getMessage()), corrupt);
      }
    }
  }

  private <A extends Answer> GrpcEnd answer(
      Request request, Twin<A> twin, StreamedMessages<A, ?> messages, GrpcStream stream)
      throws Exception {
    Answered<A> answer =
        new LiveQuery<A>(pause).run(progress -> twin.answer(request, progress), messages, stream);
    return new GrpcEnd(GrpcReply.OK, "", Answers.trailers(answer.cost(), answer.partial()));
  }

  /// As clients of Tempo know them, which are not always the codes that say it best.
  private static int codeOf(ErrorKind kind) {
    return switch (kind) {
      case INVALID -> GrpcReply.INVALID_ARGUMENT;
      case NOT_FOUND -> GrpcReply.NOT_FOUND;
      case RESOURCE_EXHAUSTED -> GrpcReply.RESOURCE_EXHAUSTED;
      case CANCELED -> GrpcReply.CANCELLED;
      case TIMEOUT, API_TIMEOUT -> GrpcReply.DEADLINE_EXCEEDED;
      case INTERNAL, UNAVAILABLE -> GrpcReply.INTERNAL;
      case PERMISSION_DENIED -> GrpcReply.PERMISSION_DENIED;
      case UNIMPLEMENTED -> GrpcReply.UNIMPLEMENTED;
      case UNAUTHENTICATED, TOO_LARGE -> GrpcReply.UNKNOWN;
    };
  }
}
