package dev.spoor.wire.zipkin;

import static dev.spoor.wire.thrift.ThriftReader.STOP;
import static dev.spoor.wire.thrift.ThriftType.BINARY;
import static dev.spoor.wire.thrift.ThriftType.I16;
import static dev.spoor.wire.thrift.ThriftType.I32;
import static dev.spoor.wire.thrift.ThriftType.I64;
import static dev.spoor.wire.thrift.ThriftType.LIST;
import static dev.spoor.wire.thrift.ThriftType.STRUCT;

import dev.spoor.model.Bytes;
import dev.spoor.wire.otlp.ExportWriter;
import dev.spoor.wire.thrift.MalformedThriftException;
import dev.spoor.wire.thrift.ThriftReader;
import java.nio.ByteBuffer;
import java.util.Base64;

/// Turns Zipkin's Thrift, version 1 (a list of `Span` of `zipkinCore.thrift` in the binary
/// protocol), into an OTLP trace export in protobuf.
///
/// Bytes become base64, since the other senders of version 1 have only strings. `debug` is not
/// kept.
public final class ZipkinV1Thrift {

  private static final int SPAN_TRACE_LOW = 1 << 8 | I64;
  private static final int SPAN_NAME = 3 << 8 | BINARY;
  private static final int SPAN_ID = 4 << 8 | I64;
  private static final int SPAN_PARENT_ID = 5 << 8 | I64;
  private static final int SPAN_ANNOTATIONS = 6 << 8 | LIST;
  private static final int SPAN_BINARY_ANNOTATIONS = 8 << 8 | LIST;
  private static final int SPAN_TIMESTAMP = 10 << 8 | I64;
  private static final int SPAN_DURATION = 11 << 8 | I64;
  private static final int SPAN_TRACE_HIGH = 12 << 8 | I64;

  private static final int ANNOTATION_TIMESTAMP = 1 << 8 | I64;
  private static final int ANNOTATION_VALUE = 2 << 8 | BINARY;
  private static final int ANNOTATION_HOST = 3 << 8 | STRUCT;

  private static final int BINARY_KEY = 1 << 8 | BINARY;
  private static final int BINARY_VALUE = 2 << 8 | BINARY;
  private static final int BINARY_TYPE = 3 << 8 | I32;
  private static final int BINARY_HOST = 4 << 8 | STRUCT;

  private static final int ENDPOINT_IPV4 = 1 << 8 | I32;
  private static final int ENDPOINT_PORT = 2 << 8 | I16;
  private static final int ENDPOINT_SERVICE_NAME = 3 << 8 | BINARY;
  private static final int ENDPOINT_IPV6 = 4 << 8 | BINARY;

  private static final int TYPE_BOOL = 0;
  private static final int TYPE_I16 = 2;
  private static final int TYPE_I32 = 3;
  private static final int TYPE_I64 = 4;
  private static final int TYPE_DOUBLE = 5;
  private static final int TYPE_STRING = 6;

  private final ThriftReader reader;
  private final ExportWriter export;
  private final ZipkinV1Span span;
  private final ZipkinEndpoint endpoint = new ZipkinEndpoint();

  private ZipkinV1Thrift(Bytes body, boolean parseStringTags, long nowNanos) {
    reader = ThriftReader.binary(body);
    export = new ExportWriter(body.length() + body.length() / 8);
    span = new ZipkinV1Span(export, new ZipkinTags(parseStringTags), nowNanos);
  }

  /// @param parseStringTags whether strings that look like numbers or truth values are stored as
  ///   such
  /// @param nowNanos the time of spans that come without any
  /// @throws MalformedThriftException naming the offset in the body, and what was expected there
  public static Bytes toOtlp(Bytes body, boolean parseStringTags, long nowNanos)
      throws MalformedThriftException {
    ZipkinV1Thrift decoder = new ZipkinV1Thrift(body, parseStringTags, nowNanos);
    for (int i = decoder.reader.list(STRUCT); i > 0; i--) {
      decoder.span();
    }
    decoder.reader.requireEnd();
    return decoder.export.finish();
  }

  private void span() throws MalformedThriftException {
    span.begin();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case SPAN_TRACE_LOW -> span.traceLow(reader.i64());
        case SPAN_TRACE_HIGH -> span.traceHigh(reader.i64());
        case SPAN_NAME -> span.name(binary());
        case SPAN_ID -> span.spanId(reader.i64());
        case SPAN_PARENT_ID -> span.parentId(reader.i64());
        case SPAN_ANNOTATIONS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            annotation();
          }
        }
        case SPAN_BINARY_ANNOTATIONS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            binaryAnnotation();
          }
        }
        case SPAN_TIMESTAMP -> span.startMicros(reader.i64());
        case SPAN_DURATION -> span.durationMicros(reader.i64());
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    span.end();
  }

  private void annotation() throws MalformedThriftException {
    long micros = 0;
    Bytes value = Bytes.EMPTY;
    endpoint.clear();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case ANNOTATION_TIMESTAMP -> micros = reader.i64();
        case ANNOTATION_VALUE -> value = binary();
        case ANNOTATION_HOST -> endpoint();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    span.annotation(micros, value, endpoint);
  }

  private void binaryAnnotation() throws MalformedThriftException {
    Bytes key = Bytes.EMPTY;
    Bytes value = Bytes.EMPTY;
    int type = TYPE_STRING;
    endpoint.clear();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case BINARY_KEY -> key = binary();
        case BINARY_VALUE -> value = binary();
        case BINARY_TYPE -> type = reader.i32();
        case BINARY_HOST -> endpoint();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    tag(key, value, type);
  }

  /// Numbers are big-endian; a value that is too short for its type is kept as bytes.
  private void tag(Bytes key, Bytes value, int type) {
    ByteBuffer bytes = ByteBuffer.wrap(value.array(), value.offset(), value.length());
    if (type == TYPE_STRING) {
      span.tag(key, value, endpoint);
    } else if (type == TYPE_BOOL && value.length() == 1) {
      span.tag(key, bytes.get() == 1, endpoint);
    } else if (type == TYPE_I16 && value.length() == Short.BYTES) {
      span.tag(key, (long) bytes.getShort(), endpoint);
    } else if (type == TYPE_I32 && value.length() == Integer.BYTES) {
      span.tag(key, (long) bytes.getInt(), endpoint);
    } else if (type == TYPE_I64 && value.length() == Long.BYTES) {
      span.tag(key, bytes.getLong(), endpoint);
    } else if (type == TYPE_DOUBLE && value.length() == Double.BYTES) {
      span.tag(key, bytes.getDouble(), endpoint);
    } else {
      span.tag(key, Bytes.utf8(Base64.getEncoder().encodeToString(value.toArray())), endpoint);
    }
  }

  private void endpoint() throws MalformedThriftException {
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case ENDPOINT_IPV4 -> {
          int address = reader.i32();
          if (address != 0) {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(address).array();
            endpoint.ipv4 = ZipkinEndpoint.text(bytes);
          }
        }
        case ENDPOINT_PORT -> endpoint.port = reader.i16() & 0xffff;
        case ENDPOINT_SERVICE_NAME -> endpoint.serviceName = binary();
        case ENDPOINT_IPV6 -> endpoint.ipv6 = ZipkinEndpoint.text(binary().toArray());
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
  }

  private Bytes binary() throws MalformedThriftException {
    int length = reader.skipBinary();
    return Bytes.of(reader.array(), reader.position() - length, length);
  }
}
