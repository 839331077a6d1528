package dev.spoor.api;

import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceQueries;
import dev.spoor.contract.TraceResult;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.listener.StreamedBody;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenants;
import dev.spoor.model.TraceId;
import dev.spoor.overrides.Overrides;
import dev.spoor.wire.query.TraceByIdResponse;
import dev.spoor.wire.query.TraceJson;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;

/// `/api/traces/{id}` and `/api/v2/traces/{id}`.
///
/// Traces larger than the limit for reads are answered in part (v2) or not at all (v1). Large ones
/// are printed while they are sent.
public final class TraceApi {

  /// Larger traces, in bytes of protobuf, are printed while they are sent.
  private static final int LARGE = 256 << 10;

  private final TraceQueries queries;
  private final TenantsHeader tenants;
  private final Overrides overrides;
  private final long readLimit;

  /// @param readLimit bytes of a trace in an answer; 0 for any number
  public TraceApi(
      TraceQueries queries, TenantsHeader tenants, Overrides overrides, long readLimit) {
    this.queries = queries;
    this.tenants = tenants;
    this.overrides = overrides;
    this.readLimit = readLimit;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route(
        "*",
        prefix + "/api/traces/{id}",
        "api_traces_traceid",
        request -> answer(request, this::version1));
    listener.route(
        "*",
        prefix + "/api/v2/traces/{id}",
        "api_v2_traces_traceid",
        request -> answer(request, this::version2));
  }

  /// How a version of the API prints what was found.
  private interface Version {
    Response print(Request request, TraceResult result) throws IOException;
  }

  private Response answer(Request request, Version version) throws Exception {
    Tenants whose = tenants.of(request);
    TraceResult result = queries.traceById(whose, lookup(request, whose));
    boolean isSentLater = false;
    try {
      Response response =
          ExplainAnswers.wanted(request)
              ? Answers.with(request, Response.of(200), result.cost(), result.partial())
              : version.print(request, result);
      isSentLater = response.streamed() != null;
      return response;
    } finally {
      if (!isSentLater) {
        result.close();
      }
    }
  }

  private Response version1(Request request, TraceResult result) throws IOException {
    if (result.trace().isEmpty()) {
      // Not to have found it is an answer only when everything could be looked at.
      return result
          .partial()
          .map(reason -> Response.text(500, reason))
          .orElseGet(() -> Response.of(404));
    }
    if (result.tooLarge()) {
      String text = "trace exceeds max size (max bytes: %d)".formatted(limit(tenants.of(request)));
      return Response.text(422, result.partial().map(why -> text + ": " + why).orElse(text));
    }
    return Answers.with(
        request,
        version1(Accept.of(request), result, result.trace().get()),
        result.cost(),
        result.partial());
  }

  private static Response version1(Accept form, TraceResult result, Bytes trace)
      throws IOException {
    boolean isLarge = trace.length() >= LARGE;
    if (form == Accept.PROTOBUF) {
      return isLarge
          ? Response.of(Response.PROTOBUF, new Sent(result, out -> copy(trace, out)))
          : Response.of(Response.PROTOBUF, trace);
    }
    return isLarge
        ? Response.of(Response.JSON, new Sent(result, out -> TraceJson.v1(trace, out)))
        : Response.of(Response.JSON, TraceJson.v1(trace));
  }

  private static void copy(Bytes trace, OutputStream out) throws IOException {
    out.write(trace.array(), trace.offset(), trace.length());
  }

  private Response version2(Request request, TraceResult result) throws IOException {
    TraceByIdResponse body =
        new TraceByIdResponse(
            result.trace().orElse(Bytes.EMPTY),
            result.cost().fetch().bytesRead(),
            result.tooLarge() || result.partial().isPresent(),
            message(request, result));
    Accept form = Accept.of(request);
    Response response =
        body.trace().length() < LARGE
            ? whole(form, body)
            : Response.of(form.contentType(), new Sent(result, out -> write(form, body, out)));
    return Answers.with(request, response, result.cost(), result.partial());
  }

  private static Response whole(Accept form, TraceByIdResponse body) throws IOException {
    return Response.of(
        form.contentType(),
        switch (form) {
          case PROTOBUF -> body.toProtobuf();
          case LLM -> body.toLlmJson();
          case JSON -> body.toJson();
        });
  }

  private static void write(Accept form, TraceByIdResponse body, OutputStream out)
      throws IOException {
    switch (form) {
      case PROTOBUF -> body.writeProtobuf(out);
      case LLM -> body.writeLlmJson(out);
      case JSON -> body.writeJson(out);
    }
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  /// A large trace on its way. When it was sent, others may have its memory.
  private record Sent(TraceResult result, Writing writing) implements StreamedBody {

    @Override
    public void writeTo(OutputStream out) throws IOException {
      writing.to(out);
    }

    @Override
    public void close() {
      result.close();
    }
  }

  private String message(Request request, TraceResult result) {
    if (result.partial().isPresent()) {
      return result.partial().get();
    }
    return result.tooLarge()
        ? "trace exceeds maximum size of %d bytes, a partial trace is returned"
            .formatted(limit(tenants.of(request)))
        : "";
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

  /// 0 for none.
  private long limit(Tenants whose) {
    return readLimit == 0
        ? 0
        : Math.max(readLimit, overrides.limitsOf(whose).global().maxBytesPerTrace());
  }
}
