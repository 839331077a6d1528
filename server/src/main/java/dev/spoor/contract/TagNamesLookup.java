package dev.spoor.contract;

import dev.spoor.traceql.Scope;
import dev.spoor.traceql.query.CompiledQuery;
import java.util.List;
import java.util.Optional;

/// Which names of attributes to list.
///
/// @param scopes any but [Scope#ANY]
/// @param filter finds the spans whose attributes count; all spans without it
/// @param fromNanos traces that end before do not count; nanoseconds since the epoch, inclusive
/// @param toNanos traces that start after do not count; inclusive
public record TagNamesLookup(
    List<Scope> scopes,
    Optional<CompiledQuery> filter,
    long fromNanos,
    long toNanos,
    TagLimits limits) {

  public TagNamesLookup {
    scopes = List.copyOf(scopes);
  }
}
