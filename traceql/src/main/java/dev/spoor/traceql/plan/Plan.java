package dev.spoor.traceql.plan;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a pipeline needs of storage.
///
/// @param prefilter what each span that matters satisfies
/// @param columns fields whose values decide which spans are found
/// @param shown fields that each found span is shown with, in the order in which the query mentions
///   them
/// @param wholeTraces whether the answer for a trace depends on more than one span of it, so that
///   its pieces have to be brought together
public record Plan(
    Prefilter prefilter, Set<Field> columns, List<Field> shown, boolean wholeTraces) {

  public Plan {
    shown = List.copyOf(shown);
  }

  /// Whether no data can have an answer.
  public boolean isEmpty() {
    return prefilter instanceof Prefilter.Nothing;
  }

  /// @param more fields to read besides
  public FetchRequest request(long fromNanos, long toNanos, Set<Field> more) {
    Set<Field> all = new LinkedHashSet<>(columns);
    all.addAll(more);
    return switch (prefilter) {
      case Prefilter.Everything _, Prefilter.Nothing _ ->
          new FetchRequest(List.of(), true, wholeTraces, fromNanos, toNanos, all);
      case Prefilter.Satisfies(List<Condition> conditions, boolean every) ->
          new FetchRequest(conditions, every, wholeTraces, fromNanos, toNanos, all);
    };
  }
}
