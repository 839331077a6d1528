package dev.spoor.traceql.fetch;

import java.io.IOException;

/// The query that this work is for has ended: its budget is spent, or nobody waits for it. Not a
/// failure of what was being read.
public final class QueryStoppedException extends IOException {

  private static final long serialVersionUID = 1;

  private final transient QueryStop stop;

  public QueryStoppedException(QueryStop stop) {
    super(stop.message());
    this.stop = stop;
  }

  public QueryStop stop() {
    return stop;
  }

  /// Thrown often and expected: where from does not matter.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
