package dev.spoor.api;

import dev.spoor.contract.Progress;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.frontend.QueryFrontendConfig;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenants;
import dev.spoor.platform.config.Durations;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.query.CompiledQuery;
import dev.spoor.traceql.query.LegacySearch;
import dev.spoor.traceql.query.TraceQl;
import dev.spoor.wire.query.SearchResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// `/api/search`, by TraceQL or by tags and durations, which become TraceQL.
public final class SearchApi {

  private static final long NANOS = 1_000_000_000L;

  private final QueryApiParts parts;

  public SearchApi(QueryApiParts parts) {
    this.parts = parts;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route("*", prefix + "/api/search", "api_search", this::search);
  }

  private Response search(Request request) throws InterruptedException {
    return search(request, Progress.unwatched()).as(request);
  }

  Answered<SearchResponse> search(Request request, Progress<SearchResponse> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    boolean withSpanSets = request.parameter("q").isPresent();
    SearchResult result =
        parts
            .queries()
            .search(
                whose,
                lookup(request, whose),
                progress.of(soFar -> SearchAnswers.of(soFar, withSpanSets)));
    return new Answered<>(SearchAnswers.of(result, withSpanSets), result.cost(), result.partial());
  }

  private SearchLookup lookup(Request request, Tenants whose) {
    QueryFrontendConfig.Search limits = parts.config().search();
    Parameters.Window window =
        Parameters.searchWindow(request, parts.clock(), parts.config().queryEndCutoff());
    checkWindow(window, whose);
    int limit = limit(request, limits);
    int spans = spansPerSpanSet(request, limits);
    return new SearchLookup(
        query(request), window.startSeconds() * NANOS, window.endSeconds() * NANOS, limit, spans);
  }

  private void checkWindow(Parameters.Window window, Tenants whose) {
    Duration own = parts.overrides().limitsOf(whose).read().maxSearchDuration();
    Duration most = own.isZero() ? parts.config().search().maxDuration() : own;
    if (!most.isZero() && window.endSeconds() - window.startSeconds() > most.toSeconds()) {
      throw Parameters.invalid(
          "range specified by start and end exceeds %s. received start=%d end=%d"
              .formatted(Durations.formatGo(most), window.startSeconds(), window.endSeconds()));
    }
  }

  private static int limit(Request request, QueryFrontendConfig.Search limits) {
    Optional<String> text = request.parameter("limit");
    if (text.isEmpty()) {
      return limits.defaultResultLimit();
    }
    long limit = Parameters.wholeNumber("limit", text.get());
    if (limit <= 0) {
      throw Parameters.invalid("invalid limit: must be a positive number");
    }
    if (limits.maxResultLimit() > 0 && limit > limits.maxResultLimit()) {
      throw Parameters.invalid(
          "limit %d exceeds max limit %d".formatted(limit, limits.maxResultLimit()));
    }
    return (int) Math.min(limit, Integer.MAX_VALUE);
  }

  private static int spansPerSpanSet(Request request, QueryFrontendConfig.Search limits) {
    Optional<String> text = request.parameter("spss");
    if (text.isEmpty()) {
      return limits.defaultSpansPerSpanSet();
    }
    long spans = Parameters.wholeNumber("spss", text.get());
    int most = limits.maxSpansPerSpanSet();
    if (spans < 0) {
      throw Parameters.invalid("invalid spss: must not be negative");
    }
    if (most > 0 && spans > most) {
      throw Parameters.invalid("spans per span set exceeds %d. received %d".formatted(most, spans));
    }
    if (spans == 0) {
      return most > 0 ? most : Integer.MAX_VALUE;
    }
    return (int) Math.min(spans, Integer.MAX_VALUE);
  }

  private CompiledQuery query(Request request) {
    Optional<String> traceQl = request.parameter("q");
    Optional<String> tags = request.parameter("tags");
    if (traceQl.isPresent() && tags.isPresent()) {
      throw Parameters.invalid("invalid request: can't specify tags and q in the same query");
    }
    if (traceQl.isPresent()) {
      return compiled(traceQl.get());
    }
    try {
      Map<String, String> pairs = tags.map(LegacySearch::parseTags).orElse(Map.of());
      return LegacySearch.compile(
          pairs, duration(request, "minDuration"), duration(request, "maxDuration"));
    } catch (TraceQlException bad) {
      throw Parameters.invalid(String.valueOf(bad.getMessage()));
    }
  }

  private CompiledQuery compiled(String text) {
    Parameters.requireShort(text, parts.config().maxQueryExpressionSizeBytes());
    try {
      return TraceQl.compile(text);
    } catch (TraceQlException bad) {
      throw Parameters.invalid("invalid TraceQL query: " + bad.getMessage());
    }
  }

  private static OptionalLong duration(Request request, String name) {
    return request
        .parameter(name)
        .map(text -> OptionalLong.of(LegacySearch.parseDuration(name, text)))
        .orElse(OptionalLong.empty());
  }
}
