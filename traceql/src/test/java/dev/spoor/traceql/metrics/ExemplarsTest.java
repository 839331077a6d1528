package dev.spoor.traceql.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.ShopTraces;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExemplarsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Intervals INTERVALS =
      Intervals.aligned(ShopTraces.T0, ShopTraces.T0 + 40 * SECOND, 10 * SECOND);

  @Test
  void eachTraceGivesOneSpanAtMost() throws IOException {
    List<TimeSeries> series = run("{ } | max_over_time(duration) by (kind)", 100);
    List<Exemplar> exemplars = series.stream().flatMap(each -> each.exemplars().stream()).toList();
    assertThat(exemplars).hasSize(3);
    assertThat(exemplars)
        .map(exemplar -> exemplar.labels().getFirst().value())
        .containsExactlyInAnyOrder(
            new Value.Str("a1a1a1a1a1a1a1a1"),
            new Value.Str("b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"),
            new Value.Str("c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3"));
  }

  @Test
  void whereSpansAreCountedAnExemplarIsAsHighAsItsSeries() throws IOException {
    TimeSeries series = run("{ status = error } | count_over_time()", 100).getFirst();
    assertThat(series.exemplars()).hasSize(2);
    for (Exemplar exemplar : series.exemplars()) {
      int interval = INTERVALS.indexOf(exemplar.timeNanos());
      assertThat(exemplar.value()).isEqualTo(series.samples()[interval]).isGreaterThan(0);
      assertThat(exemplar.labels()).contains(Label.text("status", "error"));
    }
  }

  @Test
  void aQuantileHasTheExemplarsNearestToIt() throws IOException {
    List<TimeSeries> series = run("{ name = \"nightly\" } | quantile_over_time(duration, 0, 1)", 9);
    assertThat(series).hasSize(2);
    assertThat(series.stream().flatMap(each -> each.exemplars().stream()))
        .map(Exemplar::value)
        .containsExactly(5.0);
  }

  @Test
  void noMoreThanTheLimit() throws IOException {
    assertThat(exemplarsOf("{ } | rate()", 0)).isZero();
    assertThat(exemplarsOf("{ } | rate()", 1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{ } | rate(); 0; 100",
        "{ } | rate(); 7; 7",
        "{ } | rate(); 700; 100",
        "{ } | rate() with(exemplars=5); 7; 5",
        "{ } | rate() with(exemplars=500); 7; 100",
        "{ } | rate() with(exemplars=false); 7; 0",
        "{ } | rate() with(exemplars=true); 7; 100",
        "{ } | rate() with(exemplars=\"x\"); 7; 7",
      })
  void theHintOverridesWhatWasAskedFor(String query, int requested, int expected) {
    assertThat(TraceQl.compileMetrics(query).exemplars(requested, 100)).isEqualTo(expected);
  }

  @Test
  void moreSeriesThanAllowedAreCutAndThatIsSaid() throws IOException {
    CompiledMetrics compiled = TraceQl.compileMetrics("{ } | rate() by (name)");
    MetricsAccumulator accumulator = compiled.accumulator(INTERVALS, new MetricsLimits(0, 3));
    accumulator.add(0, ShopTraces.batch());
    MetricsResult result = accumulator.finish();
    assertThat(result.series()).hasSize(3);
    assertThat(result.truncated()).isTrue();
  }

  private static long exemplarsOf(String query, int limit) throws IOException {
    return run(query, limit).stream().mapToLong(each -> each.exemplars().size()).sum();
  }

  private static List<TimeSeries> run(String query, int exemplars) throws IOException {
    CompiledMetrics compiled = TraceQl.compileMetrics(query);
    MetricsAccumulator accumulator =
        compiled.accumulator(INTERVALS, new MetricsLimits(exemplars, 0));
    accumulator.add(0, ShopTraces.batch());
    return accumulator.finish().series();
  }
}
