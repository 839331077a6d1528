package dev.spoor.ingester;

import dev.spoor.storage.columns.SpanColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// Counts traces that begin or end far from now, since the clock of their sender is wrong or they
/// were sent late. Not safe for several threads.
final class TimeSlack {

  private final long earliest;
  private final long latest;
  private int traces;

  TimeSlack(Instant now, Duration slack) {
    this.earliest = Math.max(0, nanos(now.minus(slack))); // compared as unsigned
    this.latest = nanos(now.plus(slack));
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  void add(SpanColumns columns) {
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      if (Long.compareUnsigned(columns.traceStartNanos(trace), earliest) < 0
          || Long.compareUnsigned(columns.traceEndNanos(trace), latest) > 0) {
        traces++;
      }
    }
  }

  /// How many there were.
  int traces() {
    return traces;
  }
}
