package dev.spoor.traceql;

/// A query that cannot be run; the message is for whoever wrote it.
public final class TraceQlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public TraceQlException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public enum Reason {
    /// Longer than the language allows. The client's fault.
    TOO_LONG,
    /// The text does not follow the grammar; the message names line and column. The client's fault.
    SYNTAX,
    /// The text follows the grammar, but makes no sense or is not supported. The client's fault.
    INVALID,
    /// The query met data on which it has no answer.
    EVALUATION
  }
}
