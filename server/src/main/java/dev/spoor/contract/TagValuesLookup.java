package dev.spoor.contract;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.query.CompiledQuery;
import java.util.List;
import java.util.Optional;

/// Which values to list.
///
/// @param fields whose values
/// @param filter finds the spans whose values count; all spans without it
/// @param fromNanos traces that end before do not count; nanoseconds since the epoch, inclusive
/// @param toNanos traces that start after do not count; inclusive
public record TagValuesLookup(
    List<Field> fields,
    Optional<CompiledQuery> filter,
    long fromNanos,
    long toNanos,
    TagLimits limits) {

  public TagValuesLookup {
    fields = List.copyOf(fields);
  }
}
