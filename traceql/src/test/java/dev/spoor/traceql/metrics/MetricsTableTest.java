package dev.spoor.traceql.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.data.Cases;
import dev.spoor.traceql.data.ShopTraces;
import dev.spoor.traceql.data.TestBatch;
import dev.spoor.traceql.data.TestTrace;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MetricsTableTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Pattern HEAD =
      Pattern.compile(
          "(M\\d+)  (\\d+)\\.\\.(\\d+) (?:step (\\d+)s|(instant))  (.*?)(?: {3,}[(\\[].*)?");
  private static final Pattern SERIES = Pattern.compile("\\{(.*?)}  ([-+.0-9e ]*?)(?: {4,}\\(.*)?");

  @TestFactory
  Stream<DynamicTest> givesTheSeriesOfTheTable() {
    return cases().entrySet().stream()
        .map(entry -> dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> givesTheSameWhenTracesComeFromDifferentSources() {
    return cases().entrySet().stream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () ->
                    assertThat(shown(run(entry.getKey(), true)))
                        .isEqualTo(shown(run(entry.getKey(), false)))));
  }

  private static Map<String, List<String>> cases() {
    Map<String, List<String>> cases = new LinkedHashMap<>();
    String head = "";
    for (String line : Cases.lines("metrics.txt")) {
      if (line.startsWith("M")) {
        head = line;
        cases.put(head, new ArrayList<>());
      } else {
        cases.get(head).add(line.strip());
      }
    }
    return cases;
  }

  private static void check(String head, List<String> lines) throws IOException {
    MetricsResult result = run(head, false);
    Map<String, List<Double>> expected = new LinkedHashMap<>();
    for (String line : lines) {
      if (line.startsWith("{")) {
        Matcher matcher = SERIES.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        expected.put(matcher.group(1), numbers(matcher.group(2)));
      } else if (line.startsWith("# timestamps")) {
        assertThat(timestamps(result)).isEqualTo(numbers(line.substring(12)));
      }
    }
    Map<String, double[]> actual = new LinkedHashMap<>();
    result.series().forEach(series -> actual.put(shown(series.labels()), series.samples()));
    if (head.contains("(extract)")) {
      assertThat(actual).containsKeys(expected.keySet().toArray(String[]::new));
    } else {
      assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }
    expected.forEach((labels, values) -> assertSamples(labels, actual.get(labels), values));
  }

  private static void assertSamples(String labels, double[] actual, List<Double> expected) {
    assertThat(actual).as(labels).hasSize(expected.size());
    for (int i = 0; i < actual.length; i++) {
      if (Double.isNaN(expected.get(i))) {
        assertThat(actual[i]).as(labels + " " + i).isNaN();
      } else {
        double tolerance = Math.max(1e-12, Math.abs(expected.get(i)) * 1e-6);
        assertThat(actual[i]).as(labels + " " + i).isCloseTo(expected.get(i), within(tolerance));
      }
    }
  }

  private static MetricsResult run(String head, boolean apart) throws IOException {
    Matcher matcher = HEAD.matcher(head);
    assertThat(matcher.matches()).as(head).isTrue();
    long start = ShopTraces.T0 + Long.parseLong(matcher.group(2)) * SECOND;
    long end = ShopTraces.T0 + Long.parseLong(matcher.group(3)) * SECOND;
    Intervals intervals =
        matcher.group(5) != null
            ? Intervals.instant(start, end)
            : Intervals.aligned(start, end, Long.parseLong(matcher.group(4)) * SECOND);
    CompiledMetrics query = TraceQl.compileMetrics(matcher.group(6).strip());
    MetricsAccumulator whole = query.accumulator(intervals, MetricsLimits.NONE);
    List<TestBatch> batches = new ArrayList<>();
    if (apart) {
      for (TestTrace trace : ShopTraces.traces()) {
        batches.add(new TestBatch(List.of(trace)));
      }
    } else {
      batches.add(ShopTraces.batch());
    }
    for (TestBatch batch : batches) {
      MetricsAccumulator part = query.accumulator(intervals, MetricsLimits.NONE);
      for (int i = 0; i < query.operands().size(); i++) {
        part.add(i, batch);
      }
      whole.merge(part.partial());
    }
    return whole.finish();
  }

  private static List<Double> numbers(String text) {
    return Stream.of(text.strip().split(" +"))
        .map(number -> number.equals("-") ? Double.NaN : Double.parseDouble(number))
        .toList();
  }

  private static List<Double> timestamps(MetricsResult result) {
    List<Double> timestamps = new ArrayList<>();
    for (int i = 0; i < result.intervals().count(); i++) {
      timestamps.add((result.intervals().timestamp(i) - ShopTraces.T0) / 1e9);
    }
    return timestamps;
  }

  private static String shown(MetricsResult result) {
    return result.series().stream()
        .map(series -> shown(series.labels()) + java.util.Arrays.toString(series.samples()))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String shown(List<Label> labels) {
    return labels.stream()
        .map(label -> label.key() + "=" + shown(label.value()))
        .collect(Collectors.joining(", "));
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.Str(String text) -> '"' + text + '"';
      case Value.Float(double number) when number == Math.rint(number) ->
          Long.toString((long) number);
      default -> ValueText.plain(value);
    };
  }
}
