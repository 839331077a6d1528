package dev.spoor.contract;

/// Why spans were not stored; the label `reason` of `tempo_discarded_spans_total`.
public enum DiscardReason {
  RATE_LIMITED("rate_limited"),
  LIVE_TRACES_EXCEEDED("live_traces_exceeded"),
  TRACE_TOO_LARGE("trace_too_large"),
  INVALID_TRACE_ID("invalid_trace_id"),
  INVALID_SPAN_ID("invalid_span_id"),
  INVALID_PARENT_SPAN_ID("invalid_parent_span_id"),
  /// More attributes, events, links and values within values than any span needs.
  TOO_MANY_ENTRIES("too_many_entries"),
  /// The ingester could not take them now: WAL, memory or disk.
  INGESTER_UNAVAILABLE("ingester_unavailable");

  private final String label;

  DiscardReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
