package dev.spoor.wire.zipkin;

import static dev.spoor.model.proto.WireType.FIXED64;
import static dev.spoor.model.proto.WireType.LENGTH_DELIMITED;
import static dev.spoor.model.proto.WireType.VARINT;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.wire.otlp.ExportWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Turns Zipkin's protobuf (`zipkin.proto3.ListOfSpans`) into an OTLP trace export in protobuf.
///
/// Trace ids have 16 bytes or 8, other ids 8; anything else is malformed. `debug` and `shared` are
/// not kept.
public final class ZipkinProto {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int LIST_SPANS = 1 << 3 | LENGTH_DELIMITED;

  private static final int SPAN_TRACE_ID = 1 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_PARENT_ID = 2 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_ID = 3 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_KIND = 4 << 3 | VARINT;
  private static final int SPAN_NAME = 5 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_TIMESTAMP = 6 << 3 | FIXED64;
  private static final int SPAN_DURATION = 7 << 3 | VARINT;
  private static final int SPAN_LOCAL = 8 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_REMOTE = 9 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_ANNOTATIONS = 10 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_TAGS = 11 << 3 | LENGTH_DELIMITED;

  private static final int ENDPOINT_SERVICE_NAME = 1 << 3 | LENGTH_DELIMITED;
  private static final int ENDPOINT_IPV4 = 2 << 3 | LENGTH_DELIMITED;
  private static final int ENDPOINT_IPV6 = 3 << 3 | LENGTH_DELIMITED;
  private static final int ENDPOINT_PORT = 4 << 3 | VARINT;

  private static final int ANNOTATION_TIMESTAMP = 1 << 3 | FIXED64;
  private static final int ANNOTATION_VALUE = 2 << 3 | LENGTH_DELIMITED;

  private static final int ENTRY_KEY = 1 << 3 | LENGTH_DELIMITED;
  private static final int ENTRY_VALUE = 2 << 3 | LENGTH_DELIMITED;

  private final ProtoReader reader;
  private final ExportWriter export;
  private final ZipkinSpan span;

  private ZipkinProto(Bytes message, boolean parseStringTags) {
    reader = new ProtoReader(message);
    export = new ExportWriter(message.length() + message.length() / 8);
    span = new ZipkinSpan(export, new ZipkinTags(parseStringTags));
  }

  /// @param parseStringTags whether values of tags that look like numbers or truth values are
  ///   stored as such
  /// @throws MalformedProtoException naming the offset in the message, and what was expected there
  public static Bytes toOtlp(Bytes message, boolean parseStringTags)
      throws MalformedProtoException {
    ZipkinProto decoder = new ZipkinProto(message, parseStringTags);
    decoder.spans();
    return decoder.export.finish();
  }

  private void spans() throws MalformedProtoException {
    while (reader.hasMore()) {
      int field = reader.tag();
      if (field == LIST_SPANS) {
        int outer = reader.enter();
        span();
        reader.leave(outer);
      } else {
        reader.skip(field);
      }
    }
  }

  private void span() throws MalformedProtoException {
    span.begin();
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case SPAN_TRACE_ID -> traceId();
        case SPAN_PARENT_ID -> span.parentId(spanId());
        case SPAN_ID -> span.spanId(spanId());
        case SPAN_KIND -> span.kind(kind(reader.varint32()));
        case SPAN_NAME -> span.name(reader.bytes());
        case SPAN_TIMESTAMP -> span.startMicros(reader.fixed64());
        case SPAN_DURATION -> span.durationMicros(reader.varint());
        case SPAN_LOCAL -> endpoint(span.local);
        case SPAN_REMOTE -> endpoint(span.remote);
        case SPAN_ANNOTATIONS -> annotation();
        case SPAN_TAGS -> tag();
        default -> reader.skip(field);
      }
    }
    span.end();
  }

  private static int kind(int number) {
    return switch (number) {
      case 1 -> ZipkinSpan.CLIENT;
      case 2 -> ZipkinSpan.SERVER;
      case 3 -> ZipkinSpan.PRODUCER;
      case 4 -> ZipkinSpan.CONSUMER;
      default -> 0;
    };
  }

  private void endpoint(ZipkinEndpoint endpoint) throws MalformedProtoException {
    int outer = reader.enter();
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case ENDPOINT_SERVICE_NAME -> endpoint.serviceName = reader.bytes();
        case ENDPOINT_IPV4 -> endpoint.ipv4 = ZipkinEndpoint.text(reader.bytes().toArray());
        case ENDPOINT_IPV6 -> endpoint.ipv6 = ZipkinEndpoint.text(reader.bytes().toArray());
        case ENDPOINT_PORT -> endpoint.port = reader.varint32();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
  }

  private void annotation() throws MalformedProtoException {
    int outer = reader.enter();
    long micros = 0;
    Bytes value = Bytes.EMPTY;
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case ANNOTATION_TIMESTAMP -> micros = reader.fixed64();
        case ANNOTATION_VALUE -> value = reader.bytes();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    span.annotation(micros, value);
  }

  private void tag() throws MalformedProtoException {
    int outer = reader.enter();
    Bytes key = Bytes.EMPTY;
    Bytes value = Bytes.EMPTY;
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case ENTRY_KEY -> key = reader.bytes();
        case ENTRY_VALUE -> value = reader.bytes();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    span.tag(key, value);
  }

  private void traceId() throws MalformedProtoException {
    int at = reader.position();
    int length = reader.skipBytes();
    int end = reader.position();
    switch (length) {
      case 0 -> span.traceId(0, 0);
      case Long.BYTES -> span.traceId(0, (long) BIG_ENDIAN.get(reader.array(), end - length));
      case 2 * Long.BYTES ->
          span.traceId(
              (long) BIG_ENDIAN.get(reader.array(), end - length),
              (long) BIG_ENDIAN.get(reader.array(), end - Long.BYTES));
      default ->
          throw reader.malformed(at, "expected a trace id of 16 or 8 bytes, found " + length);
    }
  }

  private long spanId() throws MalformedProtoException {
    int at = reader.position();
    int length = reader.skipBytes();
    if (length == 0) {
      return 0;
    }
    if (length != Long.BYTES) {
      throw reader.malformed(at, "expected a span id of 8 bytes, found " + length);
    }
    return (long) BIG_ENDIAN.get(reader.array(), reader.position() - length);
  }
}
