package dev.spoor.api;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.TraceQueries;
import dev.spoor.frontend.QueryFrontendConfig;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.metrics.CompiledMetrics;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.Label;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.metrics.TimeSeries;
import dev.spoor.traceql.query.TraceQl;
import dev.spoor.wire.query.SummaryResponse;
import dev.spoor.wire.query.SummaryResponse.Static;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `/api/metrics/summary`: how many server spans there are in each group, how many of them failed,
/// and how long they took. Old versions of Grafana ask for it.
///
/// It is made of three metrics queries over the whole range: a quantile and two counts.
public final class SummaryApi {

  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(30);
  private static final int MOST_KEYS = 5;
  private static final long NANOS = 1_000_000_000L;
  private static final List<Double> QUANTILES = List.of(.99, .95, .9, .5);
  private static final MetricsLimits NO_LIMITS = new MetricsLimits(0, 0);

  private final TraceQueries queries;
  private final TenantHeader tenants;
  private final Overrides overrides;
  private final QueryFrontendConfig config;
  private final InstantSource clock;

  public SummaryApi(
      TraceQueries queries,
      TenantHeader tenants,
      Overrides overrides,
      QueryFrontendConfig config,
      InstantSource clock) {
    this.queries = queries;
    this.tenants = tenants;
    this.overrides = overrides;
    this.config = config;
    this.clock = clock;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route("*", prefix + "/api/metrics/summary", "api_metrics_summary", this::summary);
  }

  private Response summary(Request request) throws InterruptedException {
    Tenant tenant = tenants.of(request);
    Intervals window = window(request, tenant);
    SpansetExpression.Filter filter = filter(request);
    List<Key> keys = keys(request);
    Summaries summaries = new Summaries(keys);
    List<FieldExpression.Reference> by = List.copyOf(keys.stream().map(Key::field).toList());

    FieldOf duration = new FieldOf(Field.Intrinsic.DURATION);
    MetricsAnswer durations =
        ask(tenant, window, new Metric.Quantile(duration, QUANTILES, by), filter);
    durations.result().series().forEach(summaries::quantile);
    MetricsAnswer all = ask(tenant, window, new Metric.Count(false, by), filter);
    all.result().series().forEach(series -> summaries.counts(series, false));
    MetricsAnswer failed = ask(tenant, window, new Metric.Count(false, by), filter, isError());
    failed.result().series().forEach(series -> summaries.counts(series, true));

    Optional<String> partial = all.partial().or(failed::partial).or(durations::partial);
    Answered<SummaryResponse> answer =
        new Answered<>(
            new SummaryResponse(summaries.largest(Parameters.limitOrNone(request, "limit"))),
            all.cost(),
            partial);
    return answer.with(request, Answers.json(answer.body()));
  }

  private MetricsAnswer ask(
      Tenant tenant, Intervals window, Metric metric, SpansetExpression.Filter... filters)
      throws InterruptedException {
    List<Stage> stages = new ArrayList<>();
    for (SpansetExpression.Filter filter : filters) {
      stages.add(new Stage.Spanset(filter));
    }
    stages.add(new Stage.Spanset(isServer()));
    Query query = new Query.Metrics(new Pipeline(stages), metric, List.of(), Hints.NONE);
    return queries.metrics(tenant, new MetricsLookup(CompiledMetrics.of(query), window, NO_LIMITS));
  }

  private static SpansetExpression.Filter isServer() {
    return equal(Field.Intrinsic.KIND, new Value.Kind(Value.SpanKind.SERVER));
  }

  private static SpansetExpression.Filter isError() {
    return equal(Field.Intrinsic.STATUS, new Value.Status(Value.SpanStatus.ERROR));
  }

  private static SpansetExpression.Filter equal(Field field, Value value) {
    return new SpansetExpression.Filter(
        new FieldExpression.Comparison(
            ComparisonOperator.EQUAL, new FieldOf(field), new FieldExpression.Literal(value)));
  }

  private Intervals window(Request request, Tenant tenant) {
    Duration own = overrides.limitsOf(tenant).read().maxMetricsDuration();
    Duration most = own.isZero() ? config.metrics().maxDuration() : own;
    if (request.parameter("start").isEmpty() && request.parameter("end").isEmpty()) {
      long now = clock.instant().getEpochSecond() + 1;
      long seconds =
          most.isZero()
              ? DEFAULT_WINDOW.toSeconds()
              : Math.min(DEFAULT_WINDOW.toSeconds(), Math.max(1, most.toSeconds()));
      return Intervals.instant((now - seconds) * NANOS, now * NANOS);
    }
    Parameters.Window window = Parameters.searchWindow(request, clock, config.queryEndCutoff());
    Parameters.requireShort(
        new Parameters.NanoWindow(window.startSeconds() * NANOS, window.endSeconds() * NANOS),
        most);
    return Intervals.instant(window.startSeconds() * NANOS, window.endSeconds() * NANOS);
  }

  private SpansetExpression.Filter filter(Request request) {
    String text = request.parameter("q").orElse("{}");
    Parameters.requireShort(text, config.maxQueryExpressionSizeBytes());
    try {
      if (TraceQl.parse(text) instanceof Query.Search(Pipeline pipeline, var _)
          && pipeline.stages().size() == 1
          && pipeline.stages().getFirst() instanceof Stage.Spanset(SpansetExpression only)
          && only instanceof SpansetExpression.Filter filter) {
        return filter;
      }
    } catch (TraceQlException bad) {
      throw Parameters.invalid("invalid TraceQL query: " + bad.getMessage());
    }
    throw Parameters.invalid(
        "invalid q: only one filter is possible here, such as { status = error }");
  }

  /// @param text as it was asked for
  private record Key(String text, FieldOf field) {}

  private static List<Key> keys(Request request) {
    String all = request.parameter("groupBy").orElse("");
    List<Key> keys = new ArrayList<>();
    for (String text : all.isBlank() ? new String[0] : all.split(",", -1)) {
      try {
        keys.add(new Key(text.strip(), new FieldOf(TraceQl.field(text.strip()))));
      } catch (TraceQlException bad) {
        throw Parameters.invalid("invalid groupBy: %s: %s".formatted(text, bad.getMessage()));
      }
    }
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw Parameters.invalid(
          "invalid groupBy: 1 to %d attributes are needed, separated by commas"
              .formatted(MOST_KEYS));
    }
    return keys;
  }

  /// The groups while the three answers are brought together.
  private static final class Summaries {

    private final List<Key> keys;
    private final Map<List<Value>, Summary> groups = new LinkedHashMap<>();

    Summaries(List<Key> keys) {
      this.keys = keys;
    }

    private static final class Summary {
      private final Map<Double, Long> quantiles = new HashMap<>();
      private long spans;
      private long errors;
    }

    void quantile(TimeSeries series) {
      if (series.labels().getLast().value() instanceof Value.Float(double quantile)) {
        long nanos = Math.round(series.samples()[0] * 1e9);
        group(series.labels()).quantiles.put(quantile, nanos);
      }
    }

    void counts(TimeSeries series, boolean failed) {
      Summary summary = group(series.labels());
      long count = Math.round(series.samples()[0]);
      if (failed) {
        summary.errors = count;
      } else {
        summary.spans = count;
      }
    }

    private Summary group(List<Label> labels) {
      List<Value> values = new ArrayList<>();
      for (Key key : keys) {
        String name = CanonicalText.of(key.field());
        values.add(
            labels.stream()
                .filter(label -> label.key().equals(name))
                .map(Label::value)
                .findFirst()
                .orElse(Value.NIL));
      }
      // A count says with a word that nothing of the group is there; a quantile has no label then.
      boolean isNothing = values.stream().skip(1).allMatch(Value.Nil.class::isInstance);
      if (isNothing && values.getFirst().equals(new Value.Str("nil"))) {
        values.set(0, Value.NIL);
      }
      return groups.computeIfAbsent(values, _ -> new Summary());
    }

    List<SummaryResponse.Summary> largest(int limit) {
      return groups.entrySet().stream()
          .filter(group -> group.getValue().spans > 0)
          .sorted(Comparator.comparingLong(group -> -group.getValue().spans))
          .limit(limit == 0 ? Long.MAX_VALUE : limit)
          .map(group -> summary(group.getKey(), group.getValue()))
          .toList();
    }

    private SummaryResponse.Summary summary(List<Value> values, Summary summary) {
      List<SummaryResponse.GroupKey> group = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        Key key = keys.get(i);
        group.add(new SummaryResponse.GroupKey(key.text(), valueOf(key.field(), values.get(i))));
      }
      Map<Double, Long> quantiles = summary.quantiles;
      return new SummaryResponse.Summary(
          summary.spans,
          summary.errors,
          group,
          quantiles.getOrDefault(.99, 0L),
          quantiles.getOrDefault(.95, 0L),
          quantiles.getOrDefault(.9, 0L),
          quantiles.getOrDefault(.5, 0L));
    }

    private static Static valueOf(FieldOf field, Value value) {
      return switch (value) {
        case Value.Str(String text) when field.field() == Field.Intrinsic.STATUS ->
            new Static.Status(List.of("error", "ok", "unset").indexOf(text));
        case Value.Str(String text) when field.field() == Field.Intrinsic.KIND ->
            new Static.Kind(
                List.of("unspecified", "internal", "client", "server", "producer", "consumer")
                    .indexOf(text));
        case Value.Str(String text) -> new Static.Text(text);
        case Value.Int(long number) -> new Static.Int(number);
        case Value.Float(double number) -> new Static.Float(number);
        case Value.Bool(boolean bool) -> new Static.Bool(bool);
        // Labels are none of these.
        case Value.Nil _,
            Value.Duration _,
            Value.Status _,
            Value.Kind _,
            Value.Array _,
            Value.Opaque _ ->
            new Static.Nil();
      };
    }
  }
}
