package dev.spoor.traceql.fetch;

/// Asks the budget of the query every now and then, in loops that compare strings: after some
/// thousand of them, or some ten thousand bytes. One thread at a time.
public final class Pace {

  /// Even a slow regular expression gets through so many bytes in some ten milliseconds.
  private static final int BYTES = 16 << 10;

  /// What a comparison costs beside its bytes.
  private static final int OVERHEAD = 16;

  private final QueryBudget budget = QueryBudget.current();
  private int left = BYTES;

  /// @param bytes that the next step looks at
  /// @throws QueryStoppedException when the query has ended
  public void step(int bytes) throws QueryStoppedException {
    left -= bytes + OVERHEAD;
    if (left < 0) {
      left = BYTES;
      budget.check();
    }
  }
}
