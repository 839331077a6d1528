package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// A source that can often tell which attributes its spans have, and which values, without looking
/// at single spans.
///
/// A range of time is taken roughly: traces that are stored together with those of the range count
/// too.
public interface AttributeSource extends SpanSource {

  /// What was found, to be changed by the caller at will.
  ///
  /// @param cost of finding it
  record Found<T>(Set<T> entries, FetchCost cost) {}

  /// The names of the attributes of one scope; empty when spans have to be looked at.
  ///
  /// @param scope any but [Scope#ANY]
  /// @throws IOException naming what can't be read
  Optional<Found<String>> attributeNames(Scope scope, long fromNanos, long toNanos)
      throws IOException;

  /// The distinct values of a field, without empty texts of intrinsics; empty when spans have to be
  /// looked at.
  ///
  /// @throws IOException naming what can't be read
  Optional<Found<Value>> distinctValues(Field field, long fromNanos, long toNanos)
      throws IOException;
}
