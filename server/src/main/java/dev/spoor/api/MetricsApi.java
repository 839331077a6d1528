package dev.spoor.api;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.Progress;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenants;
import dev.spoor.platform.config.Durations;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.metrics.CompiledMetrics;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.query.TraceQl;
import dev.spoor.wire.query.QueryInstantResponse;
import dev.spoor.wire.query.QueryRangeResponse;
import java.time.Duration;
import java.util.Optional;

/// Time series out of spans: `/api/metrics/query_range` and `/api/metrics/query`. Always JSON.
public final class MetricsApi {

  private static final long MILLI = 1_000_000L;

  private final QueryApiParts parts;

  public MetricsApi(QueryApiParts parts) {
    this.parts = parts;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route(
        "*", prefix + "/api/metrics/query_range", "api_metrics_query_range", this::range);
    listener.route("*", prefix + "/api/metrics/query", "api_metrics_query", this::instant);
  }

  private Response range(Request request) throws InterruptedException {
    Answered<QueryRangeResponse> answer = range(request, Progress.unwatched());
    return answer.with(request, Answers.json(answer.body()));
  }

  Answered<QueryRangeResponse> range(Request request, Progress<QueryRangeResponse> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    Parameters.NanoWindow window = window(request, whose);
    long range = window.endNanos() - window.startNanos();
    long step = Parameters.step(request).orElse(Intervals.defaultStep(range));
    requireFewIntervals(range, step);
    CompiledMetrics query = compiled(request, false);
    int exemplars =
        query.exemplars(
            Parameters.count(request, "exemplars"), parts.config().metrics().maxExemplars());
    MetricsLimits limits = new MetricsLimits(exemplars, maxSeries(request));
    MetricsLookup lookup = new MetricsLookup(query, aligned(window, step), limits);
    MetricsAnswer answer =
        parts
            .queries()
            .metrics(
                whose,
                lookup,
                progress.of(soFar -> MetricsAnswers.range(soFar, tooMany(soFar, limits))));
    return new Answered<>(
        MetricsAnswers.range(answer, tooMany(answer, limits)), answer.cost(), answer.partial());
  }

  private Response instant(Request request) throws InterruptedException {
    Answered<QueryInstantResponse> answer = instant(request, Progress.unwatched());
    return answer.with(request, Answers.json(answer.body()));
  }

  Answered<QueryInstantResponse> instant(Request request, Progress<QueryInstantResponse> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    Parameters.NanoWindow window = window(request, whose);
    CompiledMetrics query = compiled(request, true);
    MetricsLimits limits = new MetricsLimits(0, maxSeries(request));
    Intervals intervals = Intervals.instant(window.startNanos(), window.endNanos());
    MetricsAnswer answer =
        parts
            .queries()
            .metrics(
                whose,
                new MetricsLookup(query, intervals, limits),
                progress.of(soFar -> MetricsAnswers.instant(soFar, tooMany(soFar, limits))));
    return new Answered<>(
        MetricsAnswers.instant(answer, tooMany(answer, limits)), answer.cost(), answer.partial());
  }

  private Parameters.NanoWindow window(Request request, Tenants whose) {
    Parameters.NanoWindow window =
        Parameters.metricsWindow(request, parts.clock(), parts.config().queryEndCutoff());
    Duration own = parts.overrides().limitsOf(whose).read().maxMetricsDuration();
    Duration most = own.isZero() ? parts.config().metrics().maxDuration() : own;
    if (!most.isZero() && window.endNanos() - window.startNanos() > most.toNanos()) {
      throw Parameters.invalid(
          "metrics query time range exceeds the maximum allowed duration of "
              + Durations.formatGo(most));
    }
    return window;
  }

  private void requireFewIntervals(long range, long step) {
    int most = parts.config().metrics().maxIntervals();
    if (range / step > most) {
      long least = Math.ceilDiv(Math.ceilDiv(range, most), MILLI) * MILLI;
      throw Parameters.invalid(
          "step of %s is too small, minimum step for given range is %s"
              .formatted(
                  Durations.formatGo(Duration.ofNanos(step)),
                  Durations.formatGo(Duration.ofNanos(least))));
    }
  }

  private static Intervals aligned(Parameters.NanoWindow window, long step) {
    try {
      return Intervals.aligned(window.startNanos(), window.endNanos(), step);
    } catch (TraceQlException bad) {
      throw Parameters.invalid("invalid step: " + bad.getMessage());
    }
  }

  private CompiledMetrics compiled(Request request, boolean isInstant) {
    String text = request.parameter("q").or(() -> request.parameter("query")).orElse("");
    Parameters.requireShort(text, parts.config().maxQueryExpressionSizeBytes());
    try {
      return TraceQl.compileMetrics(text);
    } catch (TraceQlException bad) {
      boolean isBare = !isInstant && bad.reason() == TraceQlException.Reason.SYNTAX;
      throw Parameters.invalid((isBare ? "" : "compiling query: ") + bad.getMessage());
    }
  }

  /// The smaller one of what is asked for and what is allowed, where 0 is no limit.
  private int maxSeries(Request request) {
    int wanted = Parameters.count(request, "maxSeries");
    int most = parts.config().metrics().maxResponseSeries();
    return wanted == 0 || most == 0 ? Math.max(wanted, most) : Math.min(wanted, most);
  }

  private static Optional<String> tooMany(MetricsAnswer answer, MetricsLimits limits) {
    return answer.result().truncated()
        ? Optional.of(
            "Response exceeds maximum series limit of %d, a partial response is returned. Warning: the accuracy of each individual value is not guaranteed."
                .formatted(limits.series()))
        : Optional.empty();
  }
}
