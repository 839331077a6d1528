package dev.spoor.storage.head;

/// Earliest start and latest end of spans, as unsigned nanoseconds; a start of 0 is one not set.
final class TimeBounds {

  private long start;
  private long end;

  void add(long spanStart, long spanEnd) {
    if (spanStart != 0 && (start == 0 || Long.compareUnsigned(spanStart, start) < 0)) {
      start = spanStart;
    }
    if (Long.compareUnsigned(spanEnd, end) > 0) {
      end = spanEnd;
    }
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }
}
