package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.data.PlainRules;
import dev.spoor.traceql.data.RandomQueries;
import dev.spoor.traceql.data.RandomTraces;
import dev.spoor.traceql.data.TestBatch;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.data.TestTrace;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.parse.Parser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class DifferentialTest {

  private static final SearchLimits PLENTY =
      new SearchLimits(1000, 100, false, Long.MIN_VALUE, Long.MAX_VALUE);

  /// The query goes through its text, so that parsing, folding and printing are part of it.
  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void findsWhatPlainEvaluationFinds(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<TestTrace> traces = RandomTraces.traces(random);
    Pipeline pipeline = new RandomQueries(random).pipeline();
    String text = CanonicalText.of(pipeline);
    Assume.that(makesSense(text));
    List<String> expected = PlainEvaluator.found(pipeline, traces);
    // What can't match anything is not run, and so can't fail.
    boolean isRun = !TraceQl.compile(text).matchesNothing();
    assertThat(engine(text, traces))
        .as(text)
        .isEqualTo(isRun || !expected.equals(PlainEvaluator.FAILURE) ? expected : List.of());
  }

  /// A source may leave out spans (or, when traces are needed whole, traces) that fail the request.
  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void whatStorageMayLeaveOutDoesNotMatter(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<TestTrace> traces = RandomTraces.traces(random);
    String text = CanonicalText.of(new RandomQueries(random).pipeline());
    Assume.that(makesSense(text));
    List<String> expected = engine(text, traces);
    FetchRequest request = TraceQl.compile(text).request(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(engine(text, left(traces, request))).as(text).isEqualTo(expected);
  }

  private static List<TestTrace> left(List<TestTrace> traces, FetchRequest request) {
    List<TestTrace> left = new ArrayList<>();
    for (TestTrace trace : traces) {
      List<TestSpan> spans =
          trace.spans.stream().filter(span -> isWanted(trace, span, request)).toList();
      if (!spans.isEmpty()) {
        left.add(request.wholeTraces() ? trace : new TestTrace(trace.id, spans));
      }
    }
    return left;
  }

  private static boolean isWanted(TestTrace trace, TestSpan span, FetchRequest request) {
    if (request.conditions().isEmpty()) {
      return true;
    }
    return request.allConditions()
        ? request.conditions().stream().allMatch(condition -> satisfies(trace, span, condition))
        : request.conditions().stream().anyMatch(condition -> satisfies(trace, span, condition));
  }

  private static boolean satisfies(TestTrace trace, TestSpan span, Condition condition) {
    int count =
        switch (condition.field().level()) {
          case SPAN -> 1;
          case EVENT -> span.events.size();
          case LINK -> span.links.size();
        };
    return IntStream.range(0, count)
        .anyMatch(i ->
            PlainRules.satisfies(condition, PlainRules.value(trace, span, i, condition.field())));
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void textReadsBackAsTheSameQuery(@ForAll long seed) {
    Pipeline pipeline = new RandomQueries(new Random(seed)).pipeline();
    Query query = Parser.parse(CanonicalText.of(pipeline));
    String text = CanonicalText.of(query);
    assertThat(Parser.parse(text)).as(text).isEqualTo(query);
  }

  private static boolean makesSense(String text) {
    try {
      TraceQl.parse(text);
      return true;
    } catch (TraceQlException refused) {
      assertThat(refused.reason()).as(text).isEqualTo(TraceQlException.Reason.INVALID);
      return false;
    }
  }

  private static List<String> engine(String text, List<TestTrace> traces) throws IOException {
    List<String> found = new ArrayList<>();
    try {
      TraceQl.compile(text)
          .search(
              new TestBatch(traces),
              PLENTY,
              match -> {
                match.spansets().forEach(spanset -> found.add(match.id().low() + shown(spanset)));
                return true;
              });
    } catch (TraceQlException failure) {
      return List.of(failure.reason().name());
    }
    Collections.sort(found);
    return found;
  }

  /// The names of attributes are left out, since they are of the folded query.
  private static String shown(TraceMatch.MatchedSpanset spanset) {
    return spanset.spans().stream().map(TraceMatch.MatchedSpan::spanId).sorted().toList()
        + spanset.attributes().stream()
            .map(attribute -> attribute.value().toString())
            .collect(Collectors.joining("; "));
  }
}
