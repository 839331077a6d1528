package dev.spoor.traceql.metrics;

import dev.spoor.traceql.TraceQlException;

/// The intervals of a metrics query: `(start, start + step]` and so on. A span belongs to one by
/// its start, and an interval is stamped with its end. All in nanoseconds since the epoch.
///
/// @param count how many intervals of `step` follow `start`
public record Intervals(long start, long step, int count) {

  private static final long SECOND = 1_000_000_000L;
  private static final int MAX_COUNT = 1 << 20;

  public Intervals {
    if (step <= 0) {
      throw invalid("step must be greater than 0");
    }
    if (count <= 0 || count > MAX_COUNT) {
      throw invalid("step of %d ns makes too many intervals".formatted(step));
    }
  }

  /// Intervals at multiples of the step that cover the range, and one before it: start is rounded
  /// down, end up, and start moved back by one more step.
  ///
  /// @throws TraceQlException when the range is empty, or the step too small for it
  public static Intervals aligned(long start, long end, long step) {
    requireRange(start, end);
    if (step <= 0) {
      throw invalid("step must be greater than 0");
    }
    long from = Math.floorDiv(start, step) * step - step;
    long to = Math.ceilDiv(end, step) * step;
    long count = (to - from) / step;
    return new Intervals(from, step, count > MAX_COUNT ? 0 : (int) count);
  }

  /// One interval, for a query that asks for a single value.
  ///
  /// @throws TraceQlException when the range is empty
  public static Intervals instant(long start, long end) {
    requireRange(start, end);
    return new Intervals(start, end - start, 1);
  }

  private static void requireRange(long start, long end) {
    if (end <= start) {
      throw invalid("end must be greater than start");
    }
  }

  private static TraceQlException invalid(String message) {
    return new TraceQlException(TraceQlException.Reason.INVALID, message);
  }

  public long end() {
    return start + count * step;
  }

  /// The interval that a time belongs to, or -1.
  public int indexOf(long time) {
    return time <= start || time > end() ? -1 : (int) ((time - start - 1) / step);
  }

  /// The stamp of an interval.
  public long timestamp(int interval) {
    return start + (interval + 1) * step;
  }

  double stepSeconds() {
    return step / 1e9;
  }

  /// The step of a query that names none: a 240th of the range, in multiples of 5 s, or of 1 s
  /// where that is less than 5 s; at least 1 s. As Tempo 2.x has it.
  public static long defaultStep(long rangeNanos) {
    long raw = rangeNanos / 240;
    long step = raw - raw % (5 * SECOND);
    if (step < 5 * SECOND) {
      step = raw - raw % SECOND;
    }
    return Math.max(step, SECOND);
  }
}
