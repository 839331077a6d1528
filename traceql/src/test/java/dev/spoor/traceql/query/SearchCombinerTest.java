package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.TraceSummary.ServiceStats;
import dev.spoor.traceql.query.TraceMatch.Attribute;
import dev.spoor.traceql.query.TraceMatch.MatchedSpanset;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchCombinerTest {

  @Test
  void piecesOfATraceBecomeOne() {
    SearchCombiner combiner = new SearchCombiner(5, false);
    combiner.accept(
        new TraceMatch(
            new TraceId(0, 1),
            100,
            30,
            "",
            "",
            List.of(new ServiceStats("shop", 2, 1)),
            List.of(spanset("x", 3, 3), spanset("y", 1, 1))));
    combiner.accept(
        new TraceMatch(
            new TraceId(0, 1),
            90,
            20,
            "web",
            "GET /",
            List.of(new ServiceStats("shop", 1, 2), new ServiceStats("db", 1, 0)),
            List.of(spanset("x", 2, 2), spanset("z", 4, 4))));
    assertThat(combiner.traces())
        .containsExactly(
            new TraceMatch(
                new TraceId(0, 1),
                90,
                30,
                "web",
                "GET /",
                List.of(new ServiceStats("shop", 2, 2), new ServiceStats("db", 1, 0)),
                List.of(spanset("x", 3, 3), spanset("y", 1, 1), spanset("z", 4, 4))));
  }

  @Test
  void anyTracesWillDoUntilThereAreEnough() {
    SearchCombiner combiner = new SearchCombiner(2, false);
    assertThat(combiner.accept(trace(1, 10))).isTrue();
    assertThat(combiner.accept(trace(2, 20))).isFalse();
    combiner.accept(trace(3, 30));
    assertThat(combiner.traces()).containsExactly(trace(2, 20), trace(1, 10));
  }

  @Test
  void theNewestOfManyAreKeptAndOlderSourcesCanBeLeftOut() {
    SearchCombiner combiner = new SearchCombiner(3, true);
    assertThat(combiner.oldestWanted()).isEmpty();
    for (int i = 0; i < 1000; i++) {
      assertThat(combiner.accept(trace(i + 1, i * 7919L % 1000))).isTrue();
    }
    assertThat(combiner.traces()).map(TraceMatch::startNanos).containsExactly(999L, 998L, 997L);
    assertThat(combiner.oldestWanted()).hasValue(997);
  }

  private static MatchedSpanset spanset(String group, int matched, long count) {
    return new MatchedSpanset(
        List.of(),
        matched,
        List.of(
            new Attribute("by(name)", new Value.Str(group)),
            new Attribute("count()", new Value.Int(count))));
  }

  private static TraceMatch trace(long id, long start) {
    return new TraceMatch(new TraceId(0, id), start, 1, "", "", List.of(), List.of());
  }
}
