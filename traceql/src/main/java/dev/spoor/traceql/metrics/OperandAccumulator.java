package dev.spoor.traceql.metrics;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.evaluate.FieldEvaluator;
import dev.spoor.traceql.evaluate.PipelineEvaluator;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Adds up the spans of one operand.
final class OperandAccumulator {

  /// Whatever the limits say, memory is bounded.
  private static final int MAX_SERIES = 1 << 20;

  /// Bytes of a series beside its numbers, about.
  private static final int SERIES_OVERHEAD = 400;

  private final MetricsOperand operand;
  private final Intervals intervals;
  private final MetricsLimits limits;
  private final Measure measure;
  private final ExemplarBudget exemplars;
  private final Map<Key, State> series = new LinkedHashMap<>();
  private final QueryBudget budget = QueryBudget.current();
  private long held;
  private boolean truncated;

  OperandAccumulator(MetricsOperand operand, Intervals intervals, MetricsLimits limits) {
    this.operand = operand;
    this.intervals = intervals;
    this.limits = limits;
    this.measure = operand.measure();
    this.exemplars = new ExemplarBudget(intervals, limits.exemplars());
  }

  private record Key(List<Label> labels, long bucket, boolean seconds) {}

  private record State(double[][] columns, List<Exemplar> exemplars) {}

  boolean isTruncated() {
    return truncated;
  }

  /// @param without traces that do not count
  void add(SpanBatch batch, OrdinalSet without) throws IOException {
    if (operand.matchesNothing() || truncated) {
      return;
    }
    FieldEvaluator fields = new FieldEvaluator(batch);
    OrdinalSet found = new PipelineEvaluator(batch, fields).spans(operand.pipeline(), without);
    if (operand.metric() instanceof Metric.Compare compare) {
      new Comparison(batch, fields, compare, intervals)
          .count(found, (labels, interval) -> count(labels, interval));
      return;
    }
    if (!found.isEmpty()) {
      new Pass(batch, fields, found).run();
    }
  }

  private void count(List<Label> labels, int interval) {
    State state = state(new Key(labels, 0, false));
    if (state != null) {
      measure.add(state.columns, interval, 0);
    }
  }

  /// Null when there are too many, or the query has no memory left.
  private @Nullable State state(Key key) {
    State known = series.get(key);
    if (known != null) {
      return known;
    }
    boolean isLimited =
        limits.series() > 0
            && !operand.hasBuckets()
            && !(operand.metric() instanceof Metric.Compare);
    if (series.size() >= (isLimited ? limits.series() : MAX_SERIES)) {
      truncated = true;
      return null;
    }
    long size = SERIES_OVERHEAD + (long) measure.columns() * intervals.count() * Double.BYTES;
    if (!budget.hold(size)) {
      return null;
    }
    held += size;
    State state = new State(measure.newColumns(intervals.count()), new ArrayList<>());
    series.put(key, state);
    return state;
  }

  void merge(List<PartialSeries> others) {
    for (PartialSeries other : others) {
      State state = state(new Key(other.labels(), other.bucket(), other.seconds()));
      if (state == null) {
        return;
      }
      for (int i = 0; i < intervals.count(); i++) {
        measure.merge(state.columns, other.columns(), i);
      }
      for (Exemplar exemplar : other.exemplars()) {
        if (exemplars.take(exemplar.timeNanos())) {
          state.exemplars.add(exemplar);
        }
      }
    }
  }

  /// Gives back the memory; nothing may be added afterwards.
  void release() {
    budget.release(held);
    held = 0;
  }

  List<PartialSeries> partial() {
    List<PartialSeries> partial = new ArrayList<>();
    series.forEach((key, state) ->
        partial.add(
            new PartialSeries(
                key.labels, key.bucket, key.seconds, state.columns, state.exemplars)));
    return partial;
  }

  /// One batch. Numbers are taken out of columns some at a time.
  private final class Pass {

    private static final int SOME = 1024;

    /// Powers of two up to the largest bound.
    private static final int BUCKETS = 64;

    private final SpanBatch batch;
    private final FieldEvaluator fields;
    private final ValueColumn starts;

    /// What counts: found, and within the intervals.
    private final OrdinalSet spans;

    private final boolean isDense;

    private final Grouping grouping;
    private final @Nullable ValueColumn argument;

    /// `duration` is measured in seconds, other durations in nanoseconds.
    private final double unit;

    private final List<Key> keys = new ArrayList<>();
    private final @Nullable State[] states;

    /// By group and type, by the logarithm of the bucket.
    private final @Nullable State[] bucketStates;

    private final long[] times = new long[SOME];
    private final long[] numbers = new long[SOME];

    // The interval of the last span, of which the next one often is.
    private long intervalFrom = Long.MAX_VALUE;
    private long intervalTo = Long.MIN_VALUE;
    private int interval;

    Pass(SpanBatch batch, FieldEvaluator fields, OrdinalSet found) throws IOException {
      this.batch = batch;
      this.fields = fields;
      this.starts = batch.values(Field.Intrinsic.SPAN_START, found);
      this.spans = inWindow(found);
      this.isDense = spans.cardinality() == spans.size();
      List<ValueColumn> by = new ArrayList<>();
      for (Reference reference : operand.by()) {
        by.add(fields.column(reference, spans));
      }
      this.grouping = new Grouping(by, spans, batch.spanCount());
      this.argument =
          operand.argument().isPresent() ? fields.column(operand.argument().get(), spans) : null;
      boolean isDuration =
          operand.argument().isPresent()
              && operand
                  .argument()
                  .get()
                  .equals(new FieldExpression.FieldOf(Field.Intrinsic.DURATION));
      this.unit = isDuration ? 1e9 : 1;
      this.states = new @Nullable State[grouping.count()];
      this.bucketStates =
          new @Nullable State[operand.hasBuckets() ? 2 * BUCKETS * grouping.count() : 0];
      for (int group = 0; group < grouping.count(); group++) {
        keys.add(new Key(labels(grouping.values(group)), 0, false));
      }
    }

    private OrdinalSet inWindow(OrdinalSet found) {
      OrdinalSet inside = found;
      for (int first = found.next(0); first >= 0; first = found.next(endOfSome(first))) {
        int end = endOfSome(first);
        starts.longs(first, end, times);
        if (allInWindow(end - first)) {
          continue;
        }
        for (int span = first; span >= 0 && span < end; span = found.next(span + 1)) {
          if (intervalOf(times[span - first]) < 0) {
            inside = inside == found ? found.copy() : inside;
            inside.remove(span);
          }
        }
      }
      return inside;
    }

    /// Whether the first `count` of the times are within the intervals.
    private boolean allInWindow(int count) {
      long from = intervals.start();
      long to = intervals.end();
      boolean any = false;
      for (int i = 0; i < count; i++) {
        any |= times[i] <= from | times[i] > to;
      }
      return !any;
    }

    private int next(int span) {
      return isDense ? span + 1 : spans.next(span + 1);
    }

    private int endOfSome(int first) {
      return Math.min(batch.spanCount(), first + SOME);
    }

    private int intervalOf(long time) {
      if (time <= intervalFrom || time > intervalTo) {
        int found = intervals.indexOf(time);
        if (found < 0) {
          return -1;
        }
        interval = found;
        intervalTo = intervals.timestamp(interval);
        intervalFrom = intervalTo - intervals.step();
      }
      return interval;
    }

    void run() throws IOException {
      for (int first = spans.next(0); first >= 0; first = spans.next(endOfSome(first))) {
        int end = endOfSome(first);
        starts.longs(first, end, times);
        if (argument == null) {
          count(first, end);
        } else if (operand.hasBuckets()) {
          countBuckets(first, end);
        } else {
          add(first, end);
        }
        budget.check();
      }
      if (!exemplars.isSpent()) {
        chooseExemplars();
      }
    }

    private void count(int first, int end) {
      for (int span = first; span >= 0 && span < end; span = next(span)) {
        State state = stateOf(grouping.groupOf(span));
        if (state != null) {
          state.columns[0][intervalOf(times[span - first])]++;
        }
      }
    }

    private void add(int first, int end) {
      for (int span = first; span >= 0 && span < end; span = next(span)) {
        double value = value(span);
        State state = Double.isNaN(value) ? null : stateOf(grouping.groupOf(span));
        if (state != null) {
          measure.add(state.columns, intervalOf(times[span - first]), value);
        }
      }
    }

    private void countBuckets(int first, int end) {
      ValueColumn.Type uniform = argument == null ? null : argument.uniformType();
      if (argument != null
          && (uniform == ValueColumn.Type.INT || uniform == ValueColumn.Type.DURATION)) {
        argument.longs(first, end, numbers);
        countBuckets(first, end, uniform == ValueColumn.Type.DURATION);
        return;
      }
      for (int span = first; span >= 0 && span < end; span = next(span)) {
        State state = bucketState(span, grouping.groupOf(span));
        if (state != null) {
          state.columns[0][intervalOf(times[span - first])]++;
        }
      }
    }

    /// Those of [#numbers].
    private void countBuckets(int first, int end, boolean isDuration) {
      for (int span = first; span >= 0 && span < end; span = next(span)) {
        State state = bucketState(numbers[span - first], isDuration, grouping.groupOf(span));
        if (state != null) {
          state.columns[0][intervalOf(times[span - first])]++;
        }
      }
    }

    private @Nullable State stateOf(int group) {
      State known = states[group];
      if (known == null) {
        known = state(keys.get(group));
        states[group] = known;
      }
      return known;
    }

    /// NaN for what is no number.
    private double value(int span) {
      if (argument == null) {
        return Double.NaN;
      }
      return switch (argument.type(span)) {
        case INT -> argument.longAt(span);
        case DURATION -> argument.longAt(span) / unit;
        case FLOAT -> argument.doubleAt(span);
        case NIL, STRING, BOOL, STATUS, KIND, ARRAY, OPAQUE -> Double.NaN;
      };
    }

    /// Floats have no bucket, and neither has what is below 2.
    private @Nullable State bucketState(int span, int group) {
      if (argument == null) {
        return null;
      }
      ValueColumn.Type type = argument.type(span);
      if (type != ValueColumn.Type.INT && type != ValueColumn.Type.DURATION) {
        return null;
      }
      return bucketState(argument.longAt(span), type == ValueColumn.Type.DURATION, group);
    }

    private @Nullable State bucketState(long number, boolean isDuration, int group) {
      long bucket = Buckets.of(number);
      if (bucket < 0) {
        return null;
      }
      int place = (2 * group + (isDuration ? 1 : 0)) * BUCKETS + Long.numberOfTrailingZeros(bucket);
      State known = bucketStates[place];
      if (known == null) {
        known = state(new Key(keys.get(group).labels, bucket, isDuration));
        bucketStates[place] = known;
      }
      return known;
    }

    /// One span of each trace at most, any of them with the same chance.
    private void chooseExemplars() throws IOException {
      List<Integer> chosen = new ArrayList<>();
      for (int trace = 0; trace < batch.traceCount() && !exemplars.isSpent(); trace++) {
        int end = batch.firstSpan(trace + 1);
        int first = spans.next(batch.firstSpan(trace));
        if (first < 0 || first >= end || !exemplars.hasRoom(starts.longAt(first))) {
          continue;
        }
        SplittableRandom random =
            new SplittableRandom(batch.traceIdHigh(trace) * 31 + batch.traceIdLow(trace));
        int seen = 0;
        int pick = -1;
        for (int span = first; span >= 0 && span < end; span = spans.next(span + 1)) {
          if (isMeasured(span)) {
            seen++;
            pick = random.nextInt(seen) == 0 ? span : pick;
          }
        }
        if (pick >= 0 && exemplars.take(starts.longAt(pick))) {
          chosen.add(pick);
        }
      }
      attach(chosen);
    }

    private boolean isMeasured(int span) {
      return argument == null
          || (operand.hasBuckets()
              ? bucketState(span, grouping.groupOf(span)) != null
              : !Double.isNaN(value(span)));
    }

    private void attach(List<Integer> chosen) throws IOException {
      OrdinalSet set = new OrdinalSet(batch.spanCount());
      chosen.forEach(set::add);
      List<ValueColumn> columns = new ArrayList<>();
      for (Field field : operand.shown()) {
        columns.add(fields.column(new FieldExpression.FieldOf(field), set));
      }
      int trace = 0;
      for (int span : chosen) {
        while (batch.firstSpan(trace + 1) <= span) {
          trace++;
        }
        int group = grouping.groupOf(span);
        State state = operand.hasBuckets() ? bucketState(span, group) : state(keys.get(group));
        if (state != null) {
          state.exemplars.add(
              new Exemplar(
                  exemplarLabels(trace, span, columns), exemplarValue(span), starts.longAt(span)));
        }
      }
    }

    private double exemplarValue(int span) {
      if (operand.metric() instanceof Metric.Quantile && argument != null) {
        boolean seconds = argument.type(span) == ValueColumn.Type.DURATION;
        return argument.longAt(span) / (seconds ? 1e9 : 1);
      }
      return operand.metric() instanceof Metric.Over ? value(span) : Double.NaN;
    }

    private List<Label> exemplarLabels(int trace, int span, List<ValueColumn> columns) {
      List<Label> labels = new ArrayList<>();
      TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
      labels.add(Label.text("trace:id", id.toShortHex()));
      for (int i = 0; i < columns.size(); i++) {
        Value value = columns.get(i).at(span);
        if (!(value instanceof Value.Nil)) {
          labels.add(Label.of(FieldText.canonical(operand.shown().get(i)), value));
        }
      }
      return labels;
    }
  }

  /// What is missing has no label; but without any other label, the first one says so.
  private List<Label> labels(List<Value> values) {
    List<Reference> by = operand.by();
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < by.size(); i++) {
      Value value = values.get(i);
      if (!(value instanceof Value.Nil)) {
        labels.add(Label.of(CanonicalText.of(by.get(i)), value));
      }
    }
    if (labels.isEmpty() && !by.isEmpty() && !operand.hasBuckets()) {
      labels.add(Label.text(CanonicalText.of(by.getFirst()), "nil"));
    }
    return labels;
  }
}
