package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;

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
    writeRest(writer);
    return writer.finish();
  }

  /// The same, without a copy of the trace.
  public void writeProtobuf(OutputStream out) throws IOException {
    ProtoWriter head = new ProtoWriter();
    head.lengthOf(1, trace.length());
    write(head.finish(), out);
    write(trace, out);
    ProtoWriter rest = new ProtoWriter();
    writeRest(rest);
    write(rest.finish(), out);
  }

  private void writeRest(ProtoWriter writer) {
    int metrics = writer.begin(2);
    writer.varintUnlessZero(1, inspectedBytes);
    writer.end(metrics);
    writer.varintUnlessZero(3, partial ? PARTIAL : 0);
    writer.stringUnlessEmpty(4, message);
  }

  private static void write(Bytes bytes, OutputStream out) throws IOException {
    out.write(bytes.array(), bytes.offset(), bytes.length());
  }

  /// @throws MalformedProtoException when the trace is not one
  public Bytes toJson() throws MalformedProtoException {
    JsonWriter json = new JsonWriter(TraceJson.capacity(trace));
    writeJson(json);
    return json.finish();
  }

  /// The same, written piece by piece.
  ///
  /// @throws IOException of the stream, or [MalformedProtoException]
  public void writeJson(OutputStream out) throws IOException {
    TraceJson.stream(out, this::writeJson);
  }

  private void writeJson(JsonWriter json) throws MalformedProtoException {
    json.beginObject().name("trace");
    TraceJson.write(trace, "resourceSpans", json);
    json.name("metrics")
        .beginObject()
        .uint64UnlessZero("inspectedBytes", inspectedBytes)
        .endObject();
    writeStatus(json);
    json.endObject();
  }

  /// The form for language models: flat attributes, ids in hex.
  ///
  /// @throws MalformedProtoException when the trace is not one
  public Bytes toLlmJson() throws MalformedProtoException {
    JsonWriter json = new JsonWriter(TraceJson.capacity(trace));
    writeLlmJson(json);
    return json.finish();
  }

  /// The same, written piece by piece.
  ///
  /// @throws IOException of the stream, or [MalformedProtoException]
  public void writeLlmJson(OutputStream out) throws IOException {
    TraceJson.stream(out, this::writeLlmJson);
  }

  private void writeLlmJson(JsonWriter json) throws MalformedProtoException {
    json.beginObject().name("trace");
    LlmTraceJson.write(trace, json);
    json.name("metrics")
        .beginObject()
        .numberUnlessZero("inspectedBytes", inspectedBytes)
        .endObject();
    writeStatus(json);
    json.endObject();
  }

  private void writeStatus(JsonWriter json) {
    if (partial) {
      json.name("status").string("PARTIAL");
    }
    json.stringUnlessEmpty("message", message);
  }
}
