package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.model.Bytes;
import dev.spoor.wire.query.QueryInstantRequest;
import dev.spoor.wire.query.QueryRangeRequest;
import dev.spoor.wire.query.SearchRequest;
import dev.spoor.wire.query.TagValuesRequest;
import dev.spoor.wire.query.TagsRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is asked for over gRPC, in the words of the HTTP API: so the same code checks both, and
/// refuses both for the same reasons. Metadata become headers.
final class GrpcRequests {

  /// Smaller numbers of nanoseconds would be taken for seconds.
  private static final long LEAST_NANOS = 10_000_000_000L;

  private final Map<String, List<String>> parameters = new HashMap<>();
  private final Map<String, String> metadata;

  private GrpcRequests(Map<String, String> metadata) {
    this.metadata = metadata;
  }

  static Request of(SearchRequest message, Map<String, String> metadata) {
    return new GrpcRequests(metadata)
        .text("q", message.query())
        .text("tags", logfmt(message.tags()))
        .number("minDuration", message.minDurationMs(), "ms")
        .number("maxDuration", message.maxDurationMs(), "ms")
        .number("limit", message.limit(), "")
        .number("spss", message.spansPerSpanSet(), "")
        .number("start", message.startSeconds(), "")
        .number("end", message.endSeconds(), "")
        .request(Map.of());
  }

  static Request of(TagsRequest message, Map<String, String> metadata) {
    return new GrpcRequests(metadata)
        .text("scope", message.scope())
        .text("q", message.query())
        .number("start", message.startSeconds(), "")
        .number("end", message.endSeconds(), "")
        .number("limit", message.maxTagsPerScope(), "")
        .number("maxStaleValues", message.staleValuesThreshold(), "")
        .request(Map.of());
  }

  static Request of(TagValuesRequest message, Map<String, String> metadata) {
    return new GrpcRequests(metadata)
        .text("q", message.query())
        .number("start", message.startSeconds(), "")
        .number("end", message.endSeconds(), "")
        .number("limit", message.maxTagValues(), "")
        .number("maxStaleValues", message.staleValueThreshold(), "")
        .request(Map.of("name", message.tagName()));
  }

  static Request of(QueryRangeRequest message, Map<String, String> metadata) {
    return new GrpcRequests(metadata)
        .text("q", message.query())
        .time("start", message.startNanos())
        .time("end", message.endNanos())
        .number("step", message.stepNanos(), "ns")
        .number("exemplars", message.exemplars(), "")
        .number("maxSeries", message.maxSeries(), "")
        .request(Map.of());
  }

  static Request of(QueryInstantRequest message, Map<String, String> metadata) {
    return new GrpcRequests(metadata)
        .text("q", message.query())
        .time("start", message.startNanos())
        .time("end", message.endNanos())
        .request(Map.of());
  }

  private GrpcRequests text(String name, String value) {
    if (!value.isEmpty()) {
      parameters.put(name, List.of(value));
    }
    return this;
  }

  /// @param value unsigned; 0 is missing
  private GrpcRequests number(String name, long value, String unit) {
    return value == 0 ? this : text(name, Long.toUnsignedString(value) + unit);
  }

  private GrpcRequests time(String name, long nanos) {
    return nanos > 0 && nanos < LEAST_NANOS
        ? text(name, Instant.ofEpochSecond(0, nanos).toString())
        : number(name, nanos, "");
  }

  private Request request(Map<String, String> pathParameters) {
    return new Request("GET", "", pathParameters, parameters, metadata, Bytes.EMPTY);
  }

  private static String logfmt(Map<String, String> tags) {
    StringBuilder text = new StringBuilder();
    tags.forEach((key, value) ->
        text.append(text.isEmpty() ? "" : " ")
            .append(key)
            .append("=\"")
            .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
            .append('"'));
    return text.toString();
  }
}
