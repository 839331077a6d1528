package dev.spoor.wire.otlp;

/// When an HTTP status makes a span fail, for senders that say nothing else about it.
public final class HttpStatusRule {

  private HttpStatusRule() {}

  /// @param server whether the span is of the side that answered: it is not at fault for what the
  ///   client did wrong
  public static boolean isFailure(long status, boolean server) {
    boolean good = status >= 100 && status < 399;
    boolean clientsFault = status >= 400 && status < 500;
    return !good && !(server && clientsFault);
  }
}
