package dev.spoor.traceql.query;

/// Takes what a search finds.
@FunctionalInterface
public interface TraceMatchConsumer {

  /// @return whether more is wanted
  boolean accept(TraceMatch match);
}
