package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a query wants to know of the spans of a source.
///
/// @param conditions the comparisons that the query will ask of each batch; a source may use them
///   to leave out what cannot match
/// @param allConditions true when a span that fails any of the conditions cannot be part of the
///   answer; false when it must satisfy at least one of them. Without conditions every span is
///   wanted, whatever this says
/// @param wholeTraces true when the answer depends on spans that satisfy no condition (structure,
///   aggregates over other spans): then a source may leave out traces, but no spans of a trace
/// @param fromNanos traces that end before this are not wanted; nanoseconds since the epoch,
///   inclusive; `Long.MIN_VALUE` for no bound
/// @param toNanos traces that start after this are not wanted; inclusive; `Long.MAX_VALUE` for no
///   bound
/// @param columns fields whose values will be asked for, beyond those of the conditions: a hint for
///   reading ahead, anything may be asked for
public record FetchRequest(
    List<Condition> conditions,
    boolean allConditions,
    boolean wholeTraces,
    long fromNanos,
    long toNanos,
    Set<Field> columns) {

  public FetchRequest {
    conditions = List.copyOf(conditions);
    columns = Set.copyOf(columns);
  }

  /// Whether a trace is not wanted that ends then; see [TimeRange].
  public boolean isTooEarly(long endNanos) {
    return TimeRange.isTooEarly(endNanos, fromNanos);
  }

  /// Whether a trace is not wanted that starts then; see [TimeRange].
  public boolean isTooLate(long startNanos) {
    return TimeRange.isTooLate(startNanos, toNanos);
  }

  private static final Set<Field> OF_ROOTS =
      Set.of(Field.Intrinsic.ROOT_NAME, Field.Intrinsic.ROOT_SERVICE_NAME);

  /// What to ask of a source that may have only a piece of a trace, so that at least one piece of
  /// each trace that satisfies this request is yielded. Time is not asked about, since a piece may
  /// lie elsewhere than the rest, and neither is what a piece alone can't tell.
  ///
  /// @return empty when nothing can be asked: any piece may belong to a trace that is wanted
  public Optional<FetchRequest> ofPieces() {
    List<Condition> own =
        conditions.stream().filter(condition -> !condition.field().dependsOnTrace()).toList();
    // What is known of the root of a trace is known to the piece that has it.
    boolean askAll =
        conditions.stream()
            .map(Condition::field)
            .allMatch(field -> !field.dependsOnTrace() || OF_ROOTS.contains(field));
    List<Condition> asked = allConditions && !own.isEmpty() ? own : askAll ? conditions : List.of();
    if (asked.isEmpty() && !conditions.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new FetchRequest(
            asked, allConditions, wholeTraces, Long.MIN_VALUE, Long.MAX_VALUE, columns));
  }

  /// The traces of a batch that have a span which satisfies what this asks of spans.
  ///
  /// @throws IOException naming what can't be read
  public OrdinalSet candidates(SpanBatch batch) throws IOException {
    if (conditions.isEmpty()) {
      return OrdinalSet.all(batch.traceCount());
    }
    OrdinalSet spans = new OrdinalSet(batch.spanCount());
    boolean isFirst = true;
    for (Condition condition : conditions) {
      OrdinalSet matching = spansMatching(batch, condition);
      spans = isFirst ? matching : allConditions ? spans.and(matching) : spans.or(matching);
      isFirst = false;
    }
    OrdinalSet traces = new OrdinalSet(batch.traceCount());
    for (int trace = 0; trace < batch.traceCount(); trace++) {
      if (spans.intersects(batch.firstSpan(trace), batch.firstSpan(trace + 1))) {
        traces.add(trace);
      }
    }
    return traces;
  }

  private static OrdinalSet spansMatching(SpanBatch batch, Condition condition) throws IOException {
    OrdinalSet matching = batch.matching(condition);
    Field.Level level = condition.field().level();
    if (level == Field.Level.SPAN) {
      return matching;
    }
    OrdinalSet spans = new OrdinalSet(batch.spanCount());
    for (int i = matching.next(0);
        i >= 0;
        i = i + 1 < matching.size() ? matching.next(i + 1) : -1) {
      spans.add(batch.spanOf(level, i));
    }
    return spans;
  }

  /// Everything, with nothing known in advance.
  public static final FetchRequest EVERYTHING =
      new FetchRequest(List.of(), true, true, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
}
