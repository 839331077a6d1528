package dev.spoor.wire.otlp;

/// Why a span that is well-formed protobuf can't be stored.
public enum SpanProblem {
  NONE("nothing is wrong"),
  TRACE_ID("trace ids must be 128 bit (16 bytes)"),
  SPAN_ID("span ids must be 64 bit (8 bytes) and not all zero"),
  PARENT_SPAN_ID("parent span ids must be 64 bit (8 bytes) or absent"),
  TOO_MANY_ENTRIES(
      "a span, its resource or its scope must not have more than %d attributes, events, links and values within values"
          .formatted(OtlpDecoder.MAX_ENTRIES));

  private final String text;

  SpanProblem(String text) {
    this.text = text;
  }

  /// What the sender is told.
  public String text() {
    return text;
  }
}
