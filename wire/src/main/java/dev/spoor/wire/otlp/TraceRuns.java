package dev.spoor.wire.otlp;

import java.util.Arrays;

/// Where the trace changes from one span of a body to the next.
///
/// Filled while the body is walked, when the ids are at hand: whoever counts spans to their traces
/// afterwards reads a few numbers here, and none of the body again. One thread fills it; after that
/// nobody changes it.
final class TraceRuns {

  private static final int FIRST_CAPACITY = 16;

  private int[] starts = new int[FIRST_CAPACITY];

  /// Two numbers for each run: the halves of its trace id.
  private long[] ids = new long[FIRST_CAPACITY * 2];

  private int count;
  private long lastHigh;
  private long lastLow;

  /// The next span. Spans are added in their order, from 0 on.
  ///
  /// @param traceId index in the array, or [SpanBatch#NO_TRACE_ID]
  void add(int span, byte[] array, int traceId) {
    long high = 0;
    long low = 0;
    if (traceId != SpanBatch.NO_TRACE_ID) {
      high = (long) SpanBatch.BIG_ENDIAN.get(array, traceId);
      low = (long) SpanBatch.BIG_ENDIAN.get(array, traceId + Long.BYTES);
    }
    if (count == 0 || high != lastHigh || low != lastLow) {
      begin(span, high, low);
    }
  }

  private void begin(int span, long high, long low) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ids = Arrays.copyOf(ids, count * 4);
    }
    starts[count] = span;
    ids[count * 2] = high;
    ids[count * 2 + 1] = low;
    count++;
    lastHigh = high;
    lastLow = low;
  }

  int count() {
    return count;
  }

  int start(int run) {
    return starts[run];
  }

  long high(int run) {
    return ids[run * 2];
  }

  long low(int run) {
    return ids[run * 2 + 1];
  }
}
