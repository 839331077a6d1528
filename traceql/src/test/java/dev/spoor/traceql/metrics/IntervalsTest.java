package dev.spoor.traceql.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.traceql.TraceQlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalsTest {

  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1000 * MILLI;
  private static final long T0 = 1_700_000_000L * SECOND;

  @ParameterizedTest
  @CsvSource({
    "3000, 37000, 10000, -10000, 40000, 0 10000 20000 30000 40000",
    "500, 10500, 5000, -5000, 15000, 0 5000 10000 15000",
    "10000, 11000, 1000, 9000, 11000, 10000 11000",
  })
  void coverTheRangeAtMultiplesOfTheStep(
      long start, long end, long step, long from, long to, String stamps) {
    Intervals intervals = Intervals.aligned(T0 + start * MILLI, T0 + end * MILLI, step * MILLI);
    assertThat(intervals.start()).isEqualTo(T0 + from * MILLI);
    assertThat(intervals.end()).isEqualTo(T0 + to * MILLI);
    StringBuilder actual = new StringBuilder();
    for (int i = 0; i < intervals.count(); i++) {
      actual.append(i == 0 ? "" : " ").append((intervals.timestamp(i) - T0) / MILLI);
    }
    assertThat(actual.toString()).isEqualTo(stamps);
  }

  @Test
  void aTimeOnABoundaryBelongsToTheIntervalThatEndsThere() {
    Intervals intervals = new Intervals(100, 10, 3);
    assertThat(intervals.indexOf(100)).isEqualTo(-1);
    assertThat(intervals.indexOf(101)).isZero();
    assertThat(intervals.indexOf(110)).isZero();
    assertThat(intervals.indexOf(111)).isEqualTo(1);
    assertThat(intervals.indexOf(130)).isEqualTo(2);
    assertThat(intervals.indexOf(131)).isEqualTo(-1);
  }

  @Test
  void impossibleRangesAndStepsAreRefused() {
    assertThatThrownBy(() -> Intervals.aligned(5, 5, 1))
        .isInstanceOf(TraceQlException.class)
        .hasMessage("end must be greater than start");
    assertThatThrownBy(() -> Intervals.aligned(0, 10, 0)).hasMessageContaining("step");
    assertThatThrownBy(() -> Intervals.aligned(0, Long.MAX_VALUE / 2, 1))
        .hasMessageContaining("too many intervals");
  }

  @ParameterizedTest
  @CsvSource({
    "60, 1",
    "240, 1",
    "600, 2",
    "1200, 5",
    "3600, 15",
    "7200, 30",
    "86400, 360",
    "604800, 2520"
  })
  void defaultStepIsA240thOfTheRange(long range, long step) {
    assertThat(Intervals.defaultStep(range * SECOND)).isEqualTo(step * SECOND);
  }

  @ParameterizedTest
  @CsvSource({
    "1, -1",
    "2, 2",
    "3, 4",
    "4, 4",
    "5, 8",
    "1000, 1024",
    "1024, 1024",
    "1025, 2048",
    "1000000000, 1073741824",
    "-5, -1"
  })
  void bucketsArePowersOfTwo(long value, long bucket) {
    assertThat(Buckets.of(value)).isEqualTo(bucket);
  }

  @Test
  void aQuantileLiesBetweenTheBoundsOfItsBucket() {
    double quantile = Buckets.quantile(0.5, new double[] {1.0737, 2.1475}, new double[] {1, 2});
    assertThat(quantile).isBetween(1.5184, 1.5186);
  }
}
