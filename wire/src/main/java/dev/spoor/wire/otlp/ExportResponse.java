package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// The answer to a trace export that was taken, wholly or in part: `ExportTraceServiceResponse`.
///
/// @param rejectedSpans how many spans were not taken; the sender must not send them again
/// @param errorMessage why, or a warning when it is about no span; empty when all is well
public record ExportResponse(long rejectedSpans, String errorMessage) {

  public static final ExportResponse ACCEPTED = new ExportResponse(0, "");

  public ExportResponse {
    if (rejectedSpans < 0) {
      throw new IllegalArgumentException("rejectedSpans is " + rejectedSpans);
    }
  }

  /// Empty when everything was taken.
  public Bytes toProtobuf() {
    if (equals(ACCEPTED)) {
      return Bytes.EMPTY;
    }
    ProtoWriter writer = new ProtoWriter();
    int partialSuccess = writer.begin(1);
    writer.varintUnlessZero(1, rejectedSpans);
    writer.stringUnlessEmpty(2, errorMessage);
    writer.end(partialSuccess);
    return writer.finish();
  }

  public Bytes toJson() {
    JsonWriter json = new JsonWriter();
    json.beginObject()
        .name("partialSuccess")
        .beginObject()
        .uint64UnlessZero("rejectedSpans", rejectedSpans)
        .stringUnlessEmpty("errorMessage", errorMessage)
        .endObject()
        .endObject();
    return json.finish();
  }
}
