package dev.spoor.testkit.fleet;

/// A span of the fleet by the id of its trace and its number in the trace, from 0.
public record SpanRef(long traceHigh, long traceLow, int number) {

  /// The span id follows from trace and number, so that a span nobody sent is recognised.
  public static long spanId(long traceLow, int number) {
    long mixed = (traceLow ^ (number + 1) * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    long id = mixed ^ (mixed >>> 29);
    return id == 0 ? 1 : id;
  }

  public long spanId() {
    return spanId(traceLow, number);
  }
}
