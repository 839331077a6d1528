package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.wire.json.JsonWriter;
import dev.spoor.wire.otlp.OtlpTags;

/// Prints a `tempopb.Trace` in the short form for language models: grouped by service, ids in hex,
/// attributes as flat maps with plain values.
final class LlmTraceJson {

  private static final Bytes SERVICE_NAME = Bytes.utf8("service.name");
  private static final double NANOS_PER_MILLI = 1e6;

  private final TraceWalk walk;
  private final JsonWriter json;

  private LlmTraceJson(Bytes trace, JsonWriter json) {
    this.walk = new TraceWalk(trace);
    this.json = json;
  }

  static void write(Bytes trace, JsonWriter json) throws MalformedProtoException {
    LlmTraceJson printer = new LlmTraceJson(trace, json);
    json.beginObject();
    if (!trace.isEmpty()) {
      printer.trace(trace.offset(), trace.end());
    }
    json.endObject();
  }

  private void trace(int start, int end) throws MalformedProtoException {
    Bytes traceId = firstTraceId(start, end);
    if (!traceId.isEmpty()) {
      hex("traceId", traceId);
    }
    json.name("services").beginArray();
    walk.each(OtlpTags.REQUEST_RESOURCE_SPANS, start, end, this::service);
    json.endArray();
  }

  private Bytes firstTraceId(int start, int end) throws MalformedProtoException {
    Bytes resourceSpans = walk.bytes(OtlpTags.REQUEST_RESOURCE_SPANS, start, end);
    Bytes scopeSpans = within(OtlpTags.RESOURCE_SPANS_SCOPE_SPANS, resourceSpans);
    Bytes span = within(OtlpTags.SCOPE_SPANS_SPANS, scopeSpans);
    return within(OtlpTags.SPAN_TRACE_ID, span);
  }

  private Bytes within(int tag, Bytes message) throws MalformedProtoException {
    return message.isEmpty() ? Bytes.EMPTY : walk.bytes(tag, message.offset(), message.end());
  }

  private void service(int start, int end) throws MalformedProtoException {
    json.beginObject();
    Bytes resource = walk.bytes(OtlpTags.RESOURCE_SPANS_RESOURCE, start, end);
    if (!resource.isEmpty()) {
      serviceName(resource);
      attributes("resource", OtlpTags.RESOURCE_ATTRIBUTES, resource.offset(), resource.end());
    }
    json.name("scopes").beginArray();
    walk.each(OtlpTags.RESOURCE_SPANS_SCOPE_SPANS, start, end, this::scope);
    json.endArray();
    json.endObject();
  }

  private void serviceName(Bytes resource) throws MalformedProtoException {
    walk.each(
        OtlpTags.RESOURCE_ATTRIBUTES,
        resource.offset(),
        resource.end(),
        (start, end) -> {
          if (walk.bytes(OtlpTags.KEY_VALUE_KEY, start, end).equals(SERVICE_NAME)) {
            json.name("serviceName");
            attributeValue(start, end, 1);
          }
        });
  }

  private void scope(int start, int end) throws MalformedProtoException {
    json.beginObject();
    Bytes scope = walk.bytes(OtlpTags.SCOPE_SPANS_SCOPE, start, end);
    if (!scope.isEmpty()) {
      text("name", OtlpTags.SCOPE_NAME, scope.offset(), scope.end());
      text("version", OtlpTags.SCOPE_VERSION, scope.offset(), scope.end());
      attributes("attributes", OtlpTags.SCOPE_ATTRIBUTES, scope.offset(), scope.end());
    }
    json.name("spans").beginArray();
    walk.each(OtlpTags.SCOPE_SPANS_SPANS, start, end, this::span);
    json.endArray();
    json.endObject();
  }

  private void span(int start, int end) throws MalformedProtoException {
    json.beginObject();
    hex("spanId", walk.bytes(OtlpTags.SPAN_SPAN_ID, start, end));
    hex("parentSpanId", walk.bytes(OtlpTags.SPAN_PARENT_SPAN_ID, start, end));
    text("name", OtlpTags.SPAN_NAME, start, end);
    int kind = walk.varint32(OtlpTags.SPAN_KIND, start, end);
    json.stringUnlessEmpty("kind", kind == 0 ? "" : TraceJson.kind(kind));
    long from = walk.fixed64(OtlpTags.SPAN_START, start, end);
    long to = walk.fixed64(OtlpTags.SPAN_END, start, end);
    json.uint64UnlessZero("startTimeUnixNano", from).uint64UnlessZero("endTimeUnixNano", to);
    json.name("durationMs").number((to - from) / NANOS_PER_MILLI);
    attributes("attributes", OtlpTags.SPAN_ATTRIBUTES, start, end);
    list("events", OtlpTags.SPAN_EVENTS, start, end, this::event);
    list("links", OtlpTags.SPAN_LINKS, start, end, this::link);
    Bytes status = walk.bytes(OtlpTags.SPAN_STATUS, start, end);
    if (!status.isEmpty()) {
      status(status.offset(), status.end());
    }
    json.endObject();
  }

  private void event(int start, int end) throws MalformedProtoException {
    json.beginObject();
    text("name", OtlpTags.EVENT_NAME, start, end);
    json.uint64UnlessZero("timeUnixNano", walk.fixed64(OtlpTags.EVENT_TIME, start, end));
    attributes("attributes", OtlpTags.EVENT_ATTRIBUTES, start, end);
    json.endObject();
  }

  private void link(int start, int end) throws MalformedProtoException {
    json.beginObject();
    hex("traceId", walk.bytes(OtlpTags.LINK_TRACE_ID, start, end));
    hex("spanId", walk.bytes(OtlpTags.LINK_SPAN_ID, start, end));
    attributes("attributes", OtlpTags.LINK_ATTRIBUTES, start, end);
    json.endObject();
  }

  private void status(int start, int end) throws MalformedProtoException {
    json.name("status").beginObject();
    int code = walk.varint32(OtlpTags.STATUS_CODE, start, end);
    json.name("code").string(TraceJson.statusCode(code));
    text("message", OtlpTags.STATUS_MESSAGE, start, end);
    json.endObject();
  }

  /// All attributes but the service's name, which stands elsewhere.
  private void attributes(String name, int tag, int start, int end) throws MalformedProtoException {
    boolean resource = name.equals("resource");
    if (walk.has(tag, start, end)) {
      json.name(name).beginObject();
      walk.each(
          tag,
          start,
          end,
          (from, to) -> {
            Bytes key = walk.bytes(OtlpTags.KEY_VALUE_KEY, from, to);
            if (!resource || !key.equals(SERVICE_NAME)) {
              json.name(key.utf8());
              attributeValue(from, to, 1);
            }
          });
      json.endObject();
    }
  }

  private void attributeValue(int start, int end, int depth) throws MalformedProtoException {
    Bytes value = walk.bytes(OtlpTags.KEY_VALUE_VALUE, start, end);
    if (value.isEmpty()) {
      json.nothing();
    } else {
      value(value.offset(), value.end(), depth);
    }
  }

  private void value(int start, int end, int depth) throws MalformedProtoException {
    walk.checkDepth(depth);
    int chosen = walk.choice(start, end);
    ProtoReader at = walk.reader();
    switch (chosen) {
      case OtlpTags.VALUE_STRING -> string(at.bytes());
      case OtlpTags.VALUE_BOOL -> json.bool(at.bool());
      case OtlpTags.VALUE_INT -> json.number(at.varint());
      case OtlpTags.VALUE_DOUBLE -> json.number(Double.longBitsToDouble(at.fixed64()));
      case OtlpTags.VALUE_ARRAY -> array(at.bytes(), depth);
      case OtlpTags.VALUE_KEY_VALUES -> map(at.bytes(), depth);
      case OtlpTags.VALUE_BYTES -> {
        Bytes bytes = at.bytes();
        json.hex(bytes.array(), bytes.offset(), bytes.length());
      }
      default -> json.nothing();
    }
  }

  private void array(Bytes list, int depth) throws MalformedProtoException {
    json.beginArray();
    walk.each(
        OtlpTags.LIST_VALUES,
        list.offset(),
        list.end(),
        (start, end) -> value(start, end, depth + 1));
    json.endArray();
  }

  private void map(Bytes list, int depth) throws MalformedProtoException {
    json.beginObject();
    walk.each(
        OtlpTags.LIST_VALUES,
        list.offset(),
        list.end(),
        (start, end) -> {
          json.name(walk.bytes(OtlpTags.KEY_VALUE_KEY, start, end).utf8());
          attributeValue(start, end, depth + 1);
        });
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

  private void text(String name, int tag, int start, int end) throws MalformedProtoException {
    Bytes text = walk.bytes(tag, start, end);
    if (!text.isEmpty()) {
      json.name(name);
      string(text);
    }
  }

  private void string(Bytes utf8) {
    json.string(utf8.array(), utf8.offset(), utf8.length());
  }

  private void hex(String name, Bytes id) {
    if (!id.isEmpty()) {
      json.name(name).hex(id.array(), id.offset(), id.length());
    }
  }
}
