package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.data.RandomQueries;
import dev.spoor.traceql.data.RandomTraces;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.data.TestTrace;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;
import dev.spoor.traceql.query.PlainEvaluator;
import dev.spoor.traceql.query.TraceMatch;
import dev.spoor.traceql.query.TraceQl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// Whatever place the spans of a trace are in, and however many: an answer is the same as if all of
/// them were in one.
class SplitTracesTest {

  /// Kinds of places, and how many of each there may be.
  private static final int PLACES = 9;

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void aSearchFindsWhatPlainEvaluationFinds(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<TestTrace> traces = traces(random);
    Pipeline pipeline = pipeline(random, traces);
    String text = CanonicalText.of(pipeline);
    List<String> expected = PlainEvaluator.found(pipeline, traces);

    try (Places places = spread(traces, random);
        CpuPool pool = new CpuPool("test", 2)) {
      SearchLookup lookup =
          new SearchLookup(TraceQl.compile(text), Long.MIN_VALUE, Long.MAX_VALUE, 1000, 100);
      SearchResult result = frontend(places, pool).search(Places.TENANT, lookup);

      assertThat(result.partial()).isEmpty();
      assertThat(lines(result)).as(text).isEqualTo(expected);
    }
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void metricsCountEachSpanOnce(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<TestTrace> traces = traces(random);
    Pipeline pipeline = filter(random);
    String text = CanonicalText.of(pipeline);
    long expected =
        PlainEvaluator.found(pipeline, traces).stream()
            .mapToLong(line -> line.chars().filter(c -> c == ',').count() + 1)
            .sum();

    try (Places places = spread(traces, random);
        CpuPool pool = new CpuPool("test", 2)) {
      MetricsLookup lookup =
          new MetricsLookup(
              TraceQl.compileMetrics(text + " | count_over_time()"),
              Intervals.instant(0, 1000),
              new MetricsLimits(0, 0));
      MetricsAnswer answer = frontend(places, pool).metrics(Places.TENANT, lookup);

      double counted =
          answer.result().series().stream()
              .flatMapToDouble(series -> Arrays.stream(series.samples()))
              .sum();
      assertThat(counted).as(text).isEqualTo(expected);
    }
  }

  private static QueryFrontend frontend(Places places, CpuPool pool) {
    pool.start();
    StoredBlocks stored = places.stored(places.objects());
    return new QueryFrontend(
        _ -> places,
        stored,
        new BlockTraceIds(stored, 1 << 20),
        pool,
        new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
        new FrontendMetrics(new Metrics()));
  }

  /// Aggregates over attributes have the type of their first value.
  private static final Pattern OF_THE_FIRST = Pattern.compile("(sum|avg|min|max)\\((?!duration)");

  /// What numbers the spans of a trace have depends on their order, which is nobody's business; so
  /// does which value comes first.
  private static boolean makesSense(String text) {
    try {
      TraceQl.parse(text);
      return !text.contains("nestedSet") && !OF_THE_FIRST.matcher(text).find();
    } catch (TraceQlException refused) {
      return false;
    }
  }

  /// One that makes sense, and has an answer.
  private static Pipeline pipeline(Random random, List<TestTrace> traces) {
    while (true) {
      Pipeline pipeline = new RandomQueries(random).pipeline();
      if (makesSense(CanonicalText.of(pipeline))
          && !PlainEvaluator.found(pipeline, traces).equals(PlainEvaluator.FAILURE)) {
        return pipeline;
      }
    }
  }

  private static Pipeline filter(Random random) {
    while (true) {
      FieldExpression condition = new RandomQueries(random).bool(2);
      Pipeline pipeline =
          new Pipeline(List.of(new Stage.Spanset(new SpansetExpression.Filter(condition))));
      if (makesSense(CanonicalText.of(pipeline))) {
        return pipeline;
      }
    }
  }

  private static List<TestTrace> traces(Random random) {
    List<TestTrace> traces = new ArrayList<>();
    while (traces.isEmpty()) {
      traces.addAll(RandomTraces.traces(random));
      traces.removeIf(trace -> !hasOneRoot(trace));
    }
    return traces;
  }

  /// Which of several roots is the root depends on the order of spans.
  private static boolean hasOneRoot(TestTrace trace) {
    return trace.spans.stream().filter(span -> span.parentId == 0).count() < 2;
  }

  /// Puts each span into one place, or into two.
  private static Places spread(List<TestTrace> traces, Random random) throws Exception {
    List<List<OtlpOf.Placed>> spread = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      spread.add(new ArrayList<>());
    }
    int used = random.nextInt(1, PLACES + 1);
    for (TestTrace trace : traces) {
      for (TestSpan span : trace.spans) {
        Set<Integer> chosen = new HashSet<>();
        chosen.add(random.nextInt(used));
        if (random.nextInt(4) == 0) {
          chosen.add(random.nextInt(used));
        }
        for (int place : chosen) {
          spread.get(place).add(new OtlpOf.Placed(trace.id.low(), span));
        }
      }
    }
    Places places = new Places();
    List<Integer> kinds = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
    Collections.shuffle(kinds, random);
    for (int i = 0; i < PLACES; i++) {
      if (!spread.get(i).isEmpty()) {
        var columns = OtlpOf.columns(spread.get(i));
        switch (kinds.get(i)) {
          case 0, 1 -> places.addLive(columns);
          case 2, 3 -> places.addHead(columns);
          case 4 -> places.addLocalBlock(columns);
          default -> places.addStoredBlock(columns, random.nextInt(1, 6));
        }
      }
    }
    return places;
  }

  private static List<String> lines(SearchResult result) {
    List<String> found = new ArrayList<>();
    for (TraceMatch match : result.traces()) {
      match.spansets().forEach(spanset -> found.add(match.id().low() + shown(spanset)));
    }
    found.sort(null);
    return found;
  }

  private static String shown(TraceMatch.MatchedSpanset spanset) {
    return spanset.spans().stream().map(TraceMatch.MatchedSpan::spanId).sorted().toList()
        + spanset.attributes().stream()
            .map(attribute -> attribute.value().toString())
            .collect(Collectors.joining("; "));
  }
}
