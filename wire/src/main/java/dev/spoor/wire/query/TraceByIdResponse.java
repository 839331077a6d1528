package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// The answer of `/api/v2/traces/{id}`, `tempopb.TraceByIDResponse`.
///
/// @param trace a `tempopb.Trace` in protobuf; empty when nothing was found
/// @param partial whether spans are missing
/// @param message why; empty when nothing is missing
public record TraceByIdResponse(Bytes trace, long inspectedBytes, boolean partial, String message) {

  private static final int PARTIAL = 1;

  public Bytes toProtobuf() {
    ProtoWriter writer = new ProtoWriter(trace.length() + 64);
    writer.bytes(1, trace);
    int metrics = writer.begin(2);
    writer.varintUnlessZero(1, inspectedBytes);
    writer.end(metrics);
    writer.varintUnlessZero(3, partial ? PARTIAL : 0);
    writer.stringUnlessEmpty(4, message);
    return writer.finish();
  }

  /// @throws MalformedProtoException when the trace is not one
  public Bytes toJson() throws MalformedProtoException {
    JsonWriter json = new JsonWriter(TraceJson.capacity(trace));
    json.beginObject().name("trace");
    TraceJson.write(trace, "resourceSpans", json);
    json.name("metrics")
        .beginObject()
        .uint64UnlessZero("inspectedBytes", inspectedBytes)
        .endObject();
    writeStatus(json);
    return json.endObject().finish();
  }

  /// The form for language models: flat attributes, ids in hex.
  ///
  /// @throws MalformedProtoException when the trace is not one
  public Bytes toLlmJson() throws MalformedProtoException {
    JsonWriter json = new JsonWriter(TraceJson.capacity(trace));
    json.beginObject().name("trace");
    LlmTraceJson.write(trace, json);
    json.name("metrics")
        .beginObject()
        .numberUnlessZero("inspectedBytes", inspectedBytes)
        .endObject();
    writeStatus(json);
    return json.endObject().finish();
  }

  private void writeStatus(JsonWriter json) {
    if (partial) {
      json.name("status").string("PARTIAL");
    }
    json.stringUnlessEmpty("message", message);
  }
}
