package dev.spoor.traceql.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.data.TestBatch;
import dev.spoor.traceql.data.TestSpan;
import dev.spoor.traceql.data.TestTrace;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Every span is counted in the interval that its start lies in, and no other one is.
class SpansInIntervalsTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSpanOutsideDoesNotDisturbThoseAfterIt() throws IOException {
    Intervals intervals = new Intervals(10, 10, 2);

    double[] counts =
        counted("{ } | count_over_time()", intervals, List.of(15L, 40L, 16L, 5L, 25L));

    assertThat(counts).containsExactly(2, 1);
  }

  @Property(tries = 600)
  void countsAreThoseOfEachSpanByItself(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Intervals intervals = intervals(random);
    List<Long> starts = starts(random, intervals);
    double[] expected = expected(intervals, starts, 1);

    assertThat(counted("{ } | count_over_time()", intervals, starts)).isEqualTo(expected);
    assertThat(counted("{ } | count_over_time() by (name)", intervals, starts)).isEqualTo(expected);
    assertThat(counted("{ } | sum_over_time(span.one)", intervals, starts)).isEqualTo(expected);
    assertThat(counted("{ } | histogram_over_time(duration)", intervals, starts))
        .isEqualTo(expected);
    assertThat(counted("{ name = \"n0\" } | count_over_time()", intervals, starts))
        .isEqualTo(expected(intervals, starts, 3));
  }

  /// What every `each`-th span gives.
  private static double[] expected(Intervals intervals, List<Long> starts, int each) {
    double[] expected = new double[intervals.count()];
    for (int span = 0; span < starts.size(); span += each) {
      long start = starts.get(span);
      for (int i = 0; i < expected.length; i++) {
        boolean isInside =
            start > intervals.start() + i * intervals.step()
                && start <= intervals.start() + (i + 1) * intervals.step();
        expected[i] += isInside ? 1 : 0;
      }
    }
    return expected;
  }

  private static Intervals intervals(Random random) {
    long step = random.nextBoolean() ? random.nextLong(1, 20) : random.nextLong(1, 70 * SECOND);
    long start = random.nextBoolean() ? random.nextLong(0, 100) : 1_700_000_000L * SECOND;
    long range = 1 + random.nextLong(step * 30);
    return random.nextInt(4) == 0
        ? Intervals.instant(start, start + range)
        : Intervals.aligned(start, start + range, step);
  }

  /// Mostly at the edges of intervals, sometimes far away; in order or not.
  private static List<Long> starts(Random random, Intervals intervals) {
    int count = random.nextInt(10) == 0 ? random.nextInt(1000, 3000) : random.nextInt(1, 100);
    long range = intervals.end() - intervals.start();
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long edge = intervals.start() + random.nextInt(-1, intervals.count() + 2) * intervals.step();
      starts.add(
          switch (random.nextInt(8)) {
            case 0 -> intervals.start() - random.nextLong(range + 1);
            case 1 -> intervals.end() + random.nextLong(range + 1);
            case 2 -> 0L;
            case 3, 4 -> edge + random.nextInt(-1, 2);
            default -> intervals.start() + random.nextLong(range);
          });
    }
    if (random.nextBoolean()) {
      starts.sort(null);
    }
    return starts;
  }

  /// The samples of all series, added up.
  private static double[] counted(String query, Intervals intervals, List<Long> starts)
      throws IOException {
    MetricsAccumulator accumulator =
        TraceQl.compileMetrics(query).accumulator(intervals, new MetricsLimits(10, 0));
    accumulator.add(0, new TestBatch(traces(starts)));
    double[] sums = new double[intervals.count()];
    for (TimeSeries series : accumulator.finish().series()) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Double.isNaN(series.samples()[i]) ? 0 : series.samples()[i];
      }
    }
    return sums;
  }

  private static List<TestTrace> traces(List<Long> starts) {
    List<TestTrace> traces = new ArrayList<>();
    for (int from = 0; from < starts.size(); from += 7) {
      List<TestSpan> spans = new ArrayList<>();
      for (int i = from; i < Math.min(starts.size(), from + 7); i++) {
        TestSpan span = new TestSpan("s" + i, i + 1L, 0);
        span.start = starts.get(i);
        span.duration = 1 << (i % 20 + 1);
        span.name = "n" + i % 3;
        span.attributes.put("one", new Value.Int(1));
        span.resource = Map.of("service.name", new Value.Str("cart"));
        spans.add(span);
      }
      traces.add(new TestTrace(new TraceId(0, from + 1L), spans));
    }
    return traces;
  }
}
