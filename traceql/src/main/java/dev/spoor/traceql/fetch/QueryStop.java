package dev.spoor.traceql.fetch;

/// Why the work of a query ends before all of it is done.
///
/// @param message for whoever asked, such as `a budget of 5s is spent`
public record QueryStop(Reason reason, String message) {

  /// What ended it.
  public enum Reason {
    /// Nobody wants the answer any more.
    CANCELED,
    /// There is enough: what is missing would change nothing.
    ENOUGH,
    /// The time is over after which no answer is given.
    DEADLINE,
    TIME,
    BYTES,
    /// It would have to hold more than a query may.
    MEMORY,
    /// What it would have to hold is held by other queries; later it may be free.
    CROWDED
  }

  /// Whether what was found until then is an answer that must say it may be incomplete.
  public boolean isPartial() {
    return switch (reason) {
      case CANCELED, ENOUGH, DEADLINE -> false;
      case TIME, BYTES, MEMORY, CROWDED -> true;
    };
  }
}
