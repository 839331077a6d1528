package dev.spoor.traceql.query;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.evaluate.FieldEvaluator;
import dev.spoor.traceql.evaluate.Spanset;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.TimeRange;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import dev.spoor.traceql.query.TraceMatch.Attribute;
import dev.spoor.traceql.query.TraceMatch.MatchedSpan;
import dev.spoor.traceql.query.TraceMatch.MatchedSpanset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Makes answers of found spans: chooses traces and spans first, and then reads what is shown of
/// those that are left.
final class ResultBuilder {

  private static final Value NIL_TEXT = new Value.Str("nil");

  private final SpanBatch batch;
  private final FieldEvaluator fields;
  private final List<Field> shown;
  private final SearchLimits limits;

  ResultBuilder(SpanBatch batch, FieldEvaluator fields, List<Field> shown, SearchLimits limits) {
    this.batch = batch;
    this.fields = fields;
    this.shown = shown;
    this.limits = limits;
  }

  private record Candidate(TraceSummary summary, List<Spanset> spansets) {}

  private record ShownColumn(String key, ValueColumn values) {}

  /// Whether the consumer wants more.
  boolean build(List<Spanset> spansets, TraceMatchConsumer found) throws IOException {
    List<Candidate> chosen = choose(spansets);
    if (chosen.isEmpty()) {
      return true;
    }
    Columns columns = new Columns(kept(chosen));
    for (Candidate candidate : chosen) {
      if (!found.accept(match(candidate, columns))) {
        return false;
      }
    }
    return true;
  }

  private List<Candidate> choose(List<Spanset> spansets) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    int next = 0;
    while (next < spansets.size() && (limits.newest() || candidates.size() < limits.traces())) {
      int trace = spansets.get(next).trace();
      int from = next;
      while (next < spansets.size() && spansets.get(next).trace() == trace) {
        next++;
      }
      TraceSummary summary = batch.summary(trace);
      if (!TimeRange.isTooEarly(summary.endNanos(), limits.fromNanos())
          && !TimeRange.isTooLate(summary.startNanos(), limits.toNanos())) {
        candidates.add(new Candidate(summary, spansets.subList(from, next)));
      }
    }
    if (candidates.size() <= limits.traces()) {
      return candidates;
    }
    return candidates.stream()
        .sorted(
            Comparator.comparingLong((Candidate candidate) -> candidate.summary.startNanos())
                .reversed())
        .limit(limits.traces())
        .toList();
  }

  private OrdinalSet kept(List<Candidate> chosen) {
    OrdinalSet kept = new OrdinalSet(batch.spanCount());
    for (Candidate candidate : chosen) {
      for (Spanset spanset : candidate.spansets) {
        for (int span : shownSpans(spanset)) {
          kept.add(span);
        }
      }
    }
    return kept;
  }

  private int[] shownSpans(Spanset spanset) {
    int[] spans = spanset.spans();
    return spans.length <= limits.spansPerSpanset()
        ? spans
        : Arrays.copyOf(spans, limits.spansPerSpanset());
  }

  private TraceMatch match(Candidate candidate, Columns columns) {
    TraceSummary summary = candidate.summary;
    int trace = candidate.spansets.getFirst().trace();
    return new TraceMatch(
        new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)),
        summary.startNanos(),
        summary.endNanos() - summary.startNanos(),
        summary.rootServiceName(),
        summary.rootName(),
        summary.services(),
        candidate.spansets.stream().map(spanset -> matched(spanset, columns)).toList());
  }

  private MatchedSpanset matched(Spanset spanset, Columns columns) {
    List<MatchedSpan> spans = new ArrayList<>();
    for (int span : shownSpans(spanset)) {
      spans.add(columns.span(span));
    }
    spans.sort(Comparator.comparingLong(MatchedSpan::startNanos));
    return new MatchedSpanset(
        spans,
        spanset.spans().length,
        spanset.attributes().stream()
            .map(attribute -> new Attribute(attribute.name(), orNilText(attribute.value())))
            .toList());
  }

  private static Value orNilText(Value value) {
    return value instanceof Value.Nil ? NIL_TEXT : value;
  }

  /// What is shown of spans.
  private final class Columns {

    private final ValueColumn ids;
    private final ValueColumn starts;
    private final ValueColumn durations;
    private final Optional<ValueColumn> names;
    private final List<ShownColumn> attributes = new ArrayList<>();

    Columns(OrdinalSet kept) throws IOException {
      ids = batch.values(Field.Intrinsic.SPAN_ID, kept);
      starts = batch.values(Field.Intrinsic.SPAN_START, kept);
      durations = batch.values(Field.Intrinsic.DURATION, kept);
      names =
          shown.contains(Field.Intrinsic.NAME)
              ? Optional.of(batch.values(Field.Intrinsic.NAME, kept))
              : Optional.empty();
      for (Field field : shown) {
        if (field != Field.Intrinsic.NAME) {
          attributes.add(
              new ShownColumn(
                  FieldText.bare(field), fields.column(new FieldExpression.FieldOf(field), kept)));
        }
      }
    }

    MatchedSpan span(int span) {
      List<Attribute> values = new ArrayList<>();
      for (ShownColumn column : attributes) {
        Value value = column.values.at(span);
        if (!(value instanceof Value.Nil)) {
          values.add(new Attribute(column.key, value));
        }
      }
      return new MatchedSpan(
          text(ids.at(span)),
          names.map(column -> text(column.at(span))),
          starts.longAt(span),
          durations.longAt(span),
          values);
    }

    private static String text(Value value) {
      return value instanceof Value.Str(String text) ? text : "";
    }
  }
}
