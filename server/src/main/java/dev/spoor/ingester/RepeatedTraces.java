package dev.spoor.ingester;

import dev.spoor.model.TraceId;
import java.util.HashSet;
import java.util.Set;

/// Traces of a place of which a span may also be in an earlier place. Immutable.
///
/// @param ids those traces, now and then one more
/// @param isUnknown whether any other trace of the place may be one as well
record RepeatedTraces(Set<TraceId> ids, boolean isUnknown) {

  static final RepeatedTraces NONE = new RepeatedTraces(Set.of(), false);

  /// Of a place that nobody compared with others.
  static final RepeatedTraces UNKNOWN = new RepeatedTraces(Set.of(), true);

  /// More are not remembered one by one.
  private static final int MOST = 50_000;

  RepeatedTraces {
    ids = Set.copyOf(ids);
  }

  static RepeatedTraces of(Set<TraceId> ids) {
    return ids.isEmpty() ? NONE : ids.size() > MOST ? UNKNOWN : new RepeatedTraces(ids, false);
  }

  /// Of a place that has what two places had.
  RepeatedTraces and(RepeatedTraces other) {
    if (isUnknown || other.isUnknown) {
      return UNKNOWN;
    }
    if (ids.isEmpty() || other.ids.isEmpty()) {
      return ids.isEmpty() ? other : this;
    }
    Set<TraceId> both = new HashSet<>(ids);
    both.addAll(other.ids);
    return of(both);
  }
}
