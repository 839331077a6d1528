package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Value;
import org.jspecify.annotations.Nullable;

/// Values of one field by ordinal. One thread at a time.
public interface ValueColumn {

  Type type(int ordinal);

  /// The number behind INT, DURATION (nanoseconds), BOOL (0, 1), STATUS and KIND (ordinals of
  /// [Value.SpanStatus] and [Value.SpanKind]); undefined for other types.
  long longAt(int ordinal);

  /// The number behind FLOAT; undefined for other types.
  double doubleAt(int ordinal);

  /// For STRING: a number that two ordinals of this column share exactly when their strings are
  /// equal, at least 0 and below [#stringIds]. Undefined for other types.
  int stringId(int ordinal);

  /// The bound of [#stringId].
  int stringIds();

  /// The string of a [#stringId].
  String string(int stringId);

  /// The type that every ordinal is sure to have; null when they have to be asked.
  default @Nullable Type uniformType() {
    return null;
  }

  /// The first ordinal behind `ordinal` that may have another value: those between have the same.
  default int sameUntil(int ordinal) {
    return ordinal + 1;
  }

  /// Copies [#longAt] of `[from, to)` into an array, from its start; of ordinals whose values are
  /// not sure to be there, anything.
  default void longs(int from, int to, long[] target) {
    for (int i = from; i < to; i++) {
      target[i - from] = longAt(i);
    }
  }

  /// Any type, as an object: for the few that end up in an answer.
  Value at(int ordinal);

  enum Type {
    NIL,
    INT,
    FLOAT,
    STRING,
    BOOL,
    DURATION,
    STATUS,
    KIND,
    ARRAY,
    OPAQUE
  }
}
