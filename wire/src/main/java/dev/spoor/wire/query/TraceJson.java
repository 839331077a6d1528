package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.wire.json.JsonWriter;
import dev.spoor.wire.otlp.OtlpTags;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Prints a `tempopb.Trace` as JSON, straight from its protobuf bytes: ids in base64, 64-bit
/// integers as strings, enums by name, what is zero left out.
public final class TraceJson {

  private static final String[] KINDS = {
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER"
  };
  private static final String[] STATUS_CODES = {
    "STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"
  };

  private final TraceWalk walk;
  private final JsonWriter json;

  private TraceJson(Bytes trace, JsonWriter json) {
    this.walk = new TraceWalk(trace);
    this.json = json;
  }

  /// The body of `/api/traces/{id}`.
  ///
  /// @throws MalformedProtoException when the bytes are not a trace
  public static Bytes v1(Bytes trace) throws MalformedProtoException {
    JsonWriter json = new JsonWriter(capacity(trace));
    write(trace, "batches", json);
    return json.finish();
  }

  /// The same, written piece by piece.
  ///
  /// @throws IOException of the stream, or [MalformedProtoException]
  public static void v1(Bytes trace, OutputStream out) throws IOException {
    stream(out, json -> write(trace, "batches", json));
  }

  interface Document {
    void write(JsonWriter json) throws MalformedProtoException;
  }

  static void stream(OutputStream out, Document document) throws IOException {
    JsonWriter json = new JsonWriter(out);
    try {
      document.write(json);
      json.flush();
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  /// Bytes of JSON that are mostly enough, so that a large trace is not copied while it is printed.
  static int capacity(Bytes trace) {
    return (int) Math.min(Integer.MAX_VALUE - 16, trace.length() * 9L / 4 + 64);
  }

  /// Writes the trace as an object whose one member is an array of its resources' spans.
  static void write(Bytes trace, String member, JsonWriter json) throws MalformedProtoException {
    TraceJson printer = new TraceJson(trace, json);
    json.beginObject();
    printer.list(
        member,
        OtlpTags.REQUEST_RESOURCE_SPANS,
        trace.offset(),
        trace.end(),
        printer::resourceSpans);
    json.endObject();
  }

  static String kind(int number) {
    return number >= 0 && number < KINDS.length ? KINDS[number] : Integer.toString(number);
  }

  static String statusCode(int number) {
    return number >= 0 && number < STATUS_CODES.length
        ? STATUS_CODES[number]
        : Integer.toString(number);
  }

  private void resourceSpans(int start, int end) throws MalformedProtoException {
    json.beginObject();
    object("resource", OtlpTags.RESOURCE_SPANS_RESOURCE, start, end, this::resource);
    list("scopeSpans", OtlpTags.RESOURCE_SPANS_SCOPE_SPANS, start, end, this::scopeSpans);
    text("schemaUrl", OtlpTags.RESOURCE_SPANS_SCHEMA_URL, start, end);
    json.endObject();
  }

  private void resource(int start, int end) throws MalformedProtoException {
    json.beginObject();
    list("attributes", OtlpTags.RESOURCE_ATTRIBUTES, start, end, this::attribute);
    uint32("droppedAttributesCount", OtlpTags.RESOURCE_DROPPED_ATTRIBUTES, start, end);
    json.endObject();
  }

  private void scopeSpans(int start, int end) throws MalformedProtoException {
    json.beginObject();
    object("scope", OtlpTags.SCOPE_SPANS_SCOPE, start, end, this::scope);
    list("spans", OtlpTags.SCOPE_SPANS_SPANS, start, end, this::span);
    text("schemaUrl", OtlpTags.SCOPE_SPANS_SCHEMA_URL, start, end);
    json.endObject();
  }

  private void scope(int start, int end) throws MalformedProtoException {
    json.beginObject();
    text("name", OtlpTags.SCOPE_NAME, start, end);
    text("version", OtlpTags.SCOPE_VERSION, start, end);
    list("attributes", OtlpTags.SCOPE_ATTRIBUTES, start, end, this::attribute);
    uint32("droppedAttributesCount", OtlpTags.SCOPE_DROPPED_ATTRIBUTES, start, end);
    json.endObject();
  }

  private void span(int start, int end) throws MalformedProtoException {
    json.beginObject();
    base64("traceId", OtlpTags.SPAN_TRACE_ID, start, end);
    base64("spanId", OtlpTags.SPAN_SPAN_ID, start, end);
    text("traceState", OtlpTags.SPAN_TRACE_STATE, start, end);
    base64("parentSpanId", OtlpTags.SPAN_PARENT_SPAN_ID, start, end);
    fixed32("flags", OtlpTags.SPAN_FLAGS, start, end);
    text("name", OtlpTags.SPAN_NAME, start, end);
    int kind = walk.varint32(OtlpTags.SPAN_KIND, start, end);
    json.stringUnlessEmpty("kind", kind == 0 ? "" : kind(kind));
    fixed64("startTimeUnixNano", OtlpTags.SPAN_START, start, end);
    fixed64("endTimeUnixNano", OtlpTags.SPAN_END, start, end);
    list("attributes", OtlpTags.SPAN_ATTRIBUTES, start, end, this::attribute);
    uint32("droppedAttributesCount", OtlpTags.SPAN_DROPPED_ATTRIBUTES, start, end);
    list("events", OtlpTags.SPAN_EVENTS, start, end, this::event);
    uint32("droppedEventsCount", OtlpTags.SPAN_DROPPED_EVENTS, start, end);
    list("links", OtlpTags.SPAN_LINKS, start, end, this::link);
    uint32("droppedLinksCount", OtlpTags.SPAN_DROPPED_LINKS, start, end);
    object("status", OtlpTags.SPAN_STATUS, start, end, this::status);
    json.endObject();
  }

  private void event(int start, int end) throws MalformedProtoException {
    json.beginObject();
    fixed64("timeUnixNano", OtlpTags.EVENT_TIME, start, end);
    text("name", OtlpTags.EVENT_NAME, start, end);
    list("attributes", OtlpTags.EVENT_ATTRIBUTES, start, end, this::attribute);
    uint32("droppedAttributesCount", OtlpTags.EVENT_DROPPED_ATTRIBUTES, start, end);
    json.endObject();
  }

  private void link(int start, int end) throws MalformedProtoException {
    json.beginObject();
    base64("traceId", OtlpTags.LINK_TRACE_ID, start, end);
    base64("spanId", OtlpTags.LINK_SPAN_ID, start, end);
    text("traceState", OtlpTags.LINK_TRACE_STATE, start, end);
    list("attributes", OtlpTags.LINK_ATTRIBUTES, start, end, this::attribute);
    uint32("droppedAttributesCount", OtlpTags.LINK_DROPPED_ATTRIBUTES, start, end);
    fixed32("flags", OtlpTags.LINK_FLAGS, start, end);
    json.endObject();
  }

  private void status(int start, int end) throws MalformedProtoException {
    json.beginObject();
    text("message", OtlpTags.STATUS_MESSAGE, start, end);
    int code = walk.varint32(OtlpTags.STATUS_CODE, start, end);
    json.stringUnlessEmpty("code", code == 0 ? "" : statusCode(code));
    json.endObject();
  }

  private void attribute(int start, int end) throws MalformedProtoException {
    attribute(start, end, 1);
  }

  private void attribute(int start, int end, int depth) throws MalformedProtoException {
    json.beginObject();
    text("key", OtlpTags.KEY_VALUE_KEY, start, end);
    object("value", OtlpTags.KEY_VALUE_VALUE, start, end, (from, to) -> value(from, to, depth));
    json.endObject();
  }

  private void value(int start, int end, int depth) throws MalformedProtoException {
    walk.checkDepth(depth);
    json.beginObject();
    int chosen = walk.choice(start, end);
    ProtoReader at = walk.reader();
    switch (chosen) {
      case OtlpTags.VALUE_STRING -> string(json.name("stringValue"), at.bytes());
      case OtlpTags.VALUE_BOOL -> json.name("boolValue").bool(at.bool());
      case OtlpTags.VALUE_INT -> json.name("intValue").int64(at.varint());
      case OtlpTags.VALUE_DOUBLE ->
          json.name("doubleValue").number(Double.longBitsToDouble(at.fixed64()));
      case OtlpTags.VALUE_ARRAY ->
          values("arrayValue", at.bytes(), (from, to) -> value(from, to, depth + 1));
      case OtlpTags.VALUE_KEY_VALUES ->
          values("kvlistValue", at.bytes(), (from, to) -> attribute(from, to, depth + 1));
      case OtlpTags.VALUE_BYTES -> base64(json.name("bytesValue"), at.bytes());
      default -> {}
    }
    json.endObject();
  }

  private void values(String name, Bytes list, TraceWalk.Visitor printer)
      throws MalformedProtoException {
    json.name(name).beginObject();
    list("values", OtlpTags.LIST_VALUES, list.offset(), list.end(), printer);
    json.endObject();
  }

  private void list(String name, int tag, int start, int end, TraceWalk.Visitor printer)
      throws MalformedProtoException {
    if (walk.has(tag, start, end)) {
      json.name(name).beginArray();
      walk.each(tag, start, end, printer);
      json.endArray();
    }
  }

  private void object(String name, int tag, int start, int end, TraceWalk.Visitor printer)
      throws MalformedProtoException {
    if (walk.has(tag, start, end)) {
      Bytes message = walk.bytes(tag, start, end);
      json.name(name);
      printer.visit(message.offset(), message.end());
    }
  }

  private void text(String name, int tag, int start, int end) throws MalformedProtoException {
    Bytes text = walk.bytes(tag, start, end);
    if (!text.isEmpty()) {
      string(json.name(name), text);
    }
  }

  private void base64(String name, int tag, int start, int end) throws MalformedProtoException {
    Bytes id = walk.bytes(tag, start, end);
    if (!id.isEmpty()) {
      base64(json.name(name), id);
    }
  }

  private void fixed64(String name, int tag, int start, int end) throws MalformedProtoException {
    json.uint64UnlessZero(name, walk.fixed64(tag, start, end));
  }

  private void fixed32(String name, int tag, int start, int end) throws MalformedProtoException {
    json.numberUnlessZero(name, Integer.toUnsignedLong(walk.fixed32(tag, start, end)));
  }

  private void uint32(String name, int tag, int start, int end) throws MalformedProtoException {
    json.numberUnlessZero(name, Integer.toUnsignedLong(walk.varint32(tag, start, end)));
  }

  private static void string(JsonWriter json, Bytes utf8) {
    json.string(utf8.array(), utf8.offset(), utf8.length());
  }

  private static void base64(JsonWriter json, Bytes bytes) {
    json.base64(bytes.array(), bytes.offset(), bytes.length());
  }
}
