package dev.spoor.storage.head;

/// Earliest start and latest end of traces, as unsigned nanoseconds. A trace without a start counts
/// as one that starts at 0, which is how queries see it; 0 and 0 when there are no traces.
final class TimeBounds {

  private long start;
  private long end;
  private boolean any;

  void add(long traceStart, long traceEnd) {
    if (!any || Long.compareUnsigned(traceStart, start) < 0) {
      start = traceStart;
    }
    if (Long.compareUnsigned(traceEnd, end) > 0) {
      end = traceEnd;
    }
    any = true;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }
}
