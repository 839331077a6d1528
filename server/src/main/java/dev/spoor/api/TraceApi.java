package dev.spoor.api;

import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceQueries;
import dev.spoor.contract.TraceResult;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenants;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.overrides.Overrides;
import dev.spoor.wire.query.TraceByIdResponse;
import dev.spoor.wire.query.TraceJson;
import java.time.Instant;
import java.util.Optional;

/// `/api/traces/{id}` and `/api/v2/traces/{id}`.
public final class TraceApi {

  /// Larger traces are answered in part (v2) or not at all (v1), when the tenant's own limit on
  /// traces is not larger still. Who takes traces of any size has this one too.
  private static final long READ_LIMIT = 50_000_000;

  private final TraceQueries queries;
  private final TenantsHeader tenants;
  private final Overrides overrides;

  public TraceApi(TraceQueries queries, TenantsHeader tenants, Overrides overrides) {
    this.queries = queries;
    this.tenants = tenants;
    this.overrides = overrides;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route("*", prefix + "/api/traces/{id}", "api_traces_traceid", this::version1);
    listener.route("*", prefix + "/api/v2/traces/{id}", "api_v2_traces_traceid", this::version2);
  }

  private Response version1(Request request) throws Exception {
    TraceResult result = find(request);
    if (ExplainAnswers.wanted(request)) {
      return Answers.with(request, Response.of(200), result.cost(), result.partial());
    }
    if (result.trace().isEmpty()) {
      // Not to have found it is an answer only when everything could be looked at.
      return result
          .partial()
          .map(reason -> Response.text(500, reason))
          .orElseGet(() -> Response.of(404));
    }
    if (result.tooLarge()) {
      String text = "trace exceeds max size (max bytes: %d)".formatted(limit(tenantOf(request)));
      return Response.text(422, result.partial().map(why -> text + ": " + why).orElse(text));
    }
    Bytes trace = result.trace().get();
    Response response =
        Accept.of(request) == Accept.PROTOBUF
            ? Response.of(Response.PROTOBUF, trace)
            : Response.of(Response.JSON, TraceJson.v1(trace));
    return Answers.with(request, response, result.cost(), result.partial());
  }

  private Response version2(Request request) throws Exception {
    TraceResult result = find(request);
    TraceByIdResponse body =
        new TraceByIdResponse(
            result.trace().orElse(Bytes.EMPTY),
            result.cost().fetch().bytesRead(),
            result.tooLarge() || result.partial().isPresent(),
            message(request, result));
    return Answers.with(request, print(request, body), result.cost(), result.partial());
  }

  private static Response print(Request request, TraceByIdResponse body)
      throws MalformedProtoException {
    return switch (Accept.of(request)) {
      case PROTOBUF -> Response.of(Response.PROTOBUF, body.toProtobuf());
      case LLM -> Response.of(Accept.LLM_JSON, body.toLlmJson());
      case JSON -> Response.of(Response.JSON, body.toJson());
    };
  }

  private String message(Request request, TraceResult result) {
    if (result.partial().isPresent()) {
      return result.partial().get();
    }
    return result.tooLarge()
        ? "trace exceeds maximum size of %d bytes, a partial trace is returned"
            .formatted(limit(tenantOf(request)))
        : "";
  }

  private TraceResult find(Request request) throws InterruptedException {
    Tenants whose = tenantOf(request);
    return queries.traceById(whose, lookup(request, whose));
  }

  private TraceLookup lookup(Request request, Tenants whose) {
    Optional<Instant> from = Parameters.instant(request, "start");
    Optional<Instant> to = Parameters.instant(request, "end");
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw Parameters.invalid(
          "http parameter start must be before end. received start=%d end=%d"
              .formatted(from.get().getEpochSecond(), to.get().getEpochSecond()));
    }
    return new TraceLookup(id(request), from, to, where(request), limit(whose));
  }

  private static TraceId id(Request request) {
    try {
      return TraceId.parse(request.pathParameter("id"));
    } catch (IllegalArgumentException bad) {
      throw Parameters.invalid(String.valueOf(bad.getMessage()));
    }
  }

  private static TraceLookup.Where where(Request request) {
    String mode = request.parameter("mode").orElse("all");
    return switch (mode) {
      case "all" -> TraceLookup.Where.ALL;
      case "ingesters" -> TraceLookup.Where.INGESTERS;
      case "blocks" -> TraceLookup.Where.BLOCKS;
      case "external" -> TraceLookup.Where.EXTERNAL;
      default -> throw Parameters.invalid("invalid value for mode " + mode);
    };
  }

  private long limit(Tenants whose) {
    return Math.max(READ_LIMIT, overrides.limitsOf(whose).global().maxBytesPerTrace());
  }

  private Tenants tenantOf(Request request) {
    return tenants.of(request);
  }
}
