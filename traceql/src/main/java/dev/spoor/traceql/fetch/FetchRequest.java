package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import java.util.List;
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

  /// Everything, with nothing known in advance.
  public static final FetchRequest EVERYTHING =
      new FetchRequest(List.of(), true, true, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
}
