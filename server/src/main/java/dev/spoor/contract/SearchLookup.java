package dev.spoor.contract;

import dev.spoor.traceql.query.CompiledQuery;

/// What to search for.
///
/// @param fromNanos traces that end before are not wanted; nanoseconds since the epoch, inclusive
/// @param toNanos traces that start after are not wanted; inclusive
/// @param limit traces at most, at least 1
/// @param spansPerSpanSet spans of a spanset at most, at least 1
public record SearchLookup(
    CompiledQuery query, long fromNanos, long toNanos, int limit, int spansPerSpanSet) {}
