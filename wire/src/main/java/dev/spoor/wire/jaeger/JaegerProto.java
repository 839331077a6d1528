package dev.spoor.wire.jaeger;

import static dev.spoor.model.proto.WireType.FIXED64;
import static dev.spoor.model.proto.WireType.LENGTH_DELIMITED;
import static dev.spoor.model.proto.WireType.VARINT;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.ExportWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Turns a `PostSpansRequest` of Jaeger's gRPC API (`api_v2/collector.proto`, `model.proto`) into
/// an OTLP trace export in protobuf.
///
/// Ids that are not 16 and 8 bytes long are malformed, as they are for Jaeger. `flags`, `warnings`
/// and `process_id` are not kept.
public final class JaegerProto {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final int REQUEST_BATCH = 1 << 3 | LENGTH_DELIMITED;

  private static final int BATCH_SPANS = 1 << 3 | LENGTH_DELIMITED;
  private static final int BATCH_PROCESS = 2 << 3 | LENGTH_DELIMITED;

  private static final int PROCESS_SERVICE_NAME = 1 << 3 | LENGTH_DELIMITED;
  private static final int PROCESS_TAGS = 2 << 3 | LENGTH_DELIMITED;

  private static final int SPAN_TRACE_ID = 1 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_ID = 2 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_NAME = 3 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_REFERENCES = 4 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_START = 6 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_DURATION = 7 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_TAGS = 8 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_LOGS = 9 << 3 | LENGTH_DELIMITED;
  private static final int SPAN_PROCESS = 10 << 3 | LENGTH_DELIMITED;

  private static final int REFERENCE_TRACE_ID = 1 << 3 | LENGTH_DELIMITED;
  private static final int REFERENCE_SPAN_ID = 2 << 3 | LENGTH_DELIMITED;
  private static final int REFERENCE_TYPE = 3 << 3 | VARINT;
  private static final int FOLLOWS_FROM = 1;

  private static final int LOG_TIME = 1 << 3 | LENGTH_DELIMITED;
  private static final int LOG_FIELDS = 2 << 3 | LENGTH_DELIMITED;

  private static final int TAG_KEY = 1 << 3 | LENGTH_DELIMITED;
  private static final int TAG_TYPE = 2 << 3 | VARINT;
  private static final int TAG_STRING = 3 << 3 | LENGTH_DELIMITED;
  private static final int TAG_BOOL = 4 << 3 | VARINT;
  private static final int TAG_INT = 5 << 3 | VARINT;
  private static final int TAG_DOUBLE = 6 << 3 | FIXED64;
  private static final int TAG_BINARY = 7 << 3 | LENGTH_DELIMITED;

  /// Of `Timestamp`, and of `Duration` likewise.
  private static final int TIME_SECONDS = 1 << 3 | VARINT;

  private static final int TIME_NANOS = 2 << 3 | VARINT;

  private final ProtoReader reader;
  private final ExportWriter export;
  private final JaegerSpan span;
  private final JaegerProcess batchProcess = new JaegerProcess();
  private final JaegerProcess spanProcess = new JaegerProcess();
  private final JaegerTag tag = new JaegerTag();

  /// The first half of the id read last.
  private long idHigh;

  private JaegerProto(Bytes message) {
    reader = new ProtoReader(message);
    export = new ExportWriter(message.length() + message.length() / 8);
    span = new JaegerSpan(export, true);
  }

  /// @throws MalformedProtoException naming the offset in the message, and what was expected there
  public static Bytes postSpans(Bytes message) throws MalformedProtoException {
    JaegerProto decoder = new JaegerProto(message);
    decoder.request();
    return decoder.export.finish();
  }

  private void request() throws MalformedProtoException {
    while (reader.hasMore()) {
      int tagNumber = reader.tag();
      if (tagNumber == REQUEST_BATCH) {
        int outer = reader.enter();
        batch();
        reader.leave(outer);
      } else {
        reader.skip(tagNumber);
      }
    }
  }

  private void batch() throws MalformedProtoException {
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case BATCH_SPANS -> {
          int outer = reader.enter();
          span();
          reader.leave(outer);
        }
        case BATCH_PROCESS -> export.batchResource(process(batchProcess));
        default -> reader.skip(field);
      }
    }
  }

  private ProtoWriter process(JaegerProcess process) throws MalformedProtoException {
    int outer = reader.enter();
    process.begin();
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case PROCESS_SERVICE_NAME -> process.serviceName(reader.bytes());
        case PROCESS_TAGS -> {
          tag();
          process.tag(tag);
        }
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    return process.end();
  }

  private void span() throws MalformedProtoException {
    span.begin();
    @Nullable ProtoWriter ownResource = null;
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case SPAN_TRACE_ID -> {
          long low = traceId();
          span.traceId(idHigh, low);
        }
        case SPAN_ID -> span.spanId(spanId());
        case SPAN_NAME -> span.name(reader.bytes());
        case SPAN_REFERENCES -> {
          int outer = reader.enter();
          reference();
          reader.leave(outer);
        }
        case SPAN_START -> span.startNanos(nanos());
        case SPAN_DURATION -> span.durationNanos(nanos());
        case SPAN_TAGS -> {
          tag();
          span.tag(tag);
        }
        case SPAN_LOGS -> {
          int outer = reader.enter();
          log();
          reader.leave(outer);
        }
        case SPAN_PROCESS -> ownResource = process(spanProcess);
        default -> reader.skip(field);
      }
    }
    span.end(ownResource);
  }

  private void reference() throws MalformedProtoException {
    int type = 0;
    long high = 0;
    long low = 0;
    long spanId = 0;
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case REFERENCE_TRACE_ID -> {
          low = traceId();
          high = idHigh;
        }
        case REFERENCE_SPAN_ID -> spanId = spanId();
        case REFERENCE_TYPE -> type = reader.varint32();
        default -> reader.skip(field);
      }
    }
    span.reference(type == FOLLOWS_FROM, high, low, spanId);
  }

  private void log() throws MalformedProtoException {
    int begun = span.beginLog();
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case LOG_TIME -> span.logNanos(nanos());
        case LOG_FIELDS -> {
          tag();
          span.logField(tag);
        }
        default -> reader.skip(field);
      }
    }
    span.endLog(begun);
  }

  private void tag() throws MalformedProtoException {
    int outer = reader.enter();
    tag.clear();
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case TAG_KEY -> tag.key = reader.bytes();
        case TAG_TYPE -> {
          tag.sentType = reader.varint32();
          tag.type = type(tag.sentType);
        }
        case TAG_STRING -> tag.string = reader.bytes();
        case TAG_BOOL -> tag.bool = reader.bool();
        case TAG_INT -> tag.integer = reader.varint();
        case TAG_DOUBLE -> tag.doubleBits = reader.fixed64();
        case TAG_BINARY -> tag.binary = reader.bytes();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
  }

  private static JaegerTag.Type type(int number) {
    return switch (number) {
      case 0 -> JaegerTag.Type.STRING;
      case 1 -> JaegerTag.Type.BOOL;
      case 2 -> JaegerTag.Type.INT;
      case 3 -> JaegerTag.Type.DOUBLE;
      case 4 -> JaegerTag.Type.BINARY;
      default -> JaegerTag.Type.UNKNOWN;
    };
  }

  /// The second half; the first is in [#idHigh].
  private long traceId() throws MalformedProtoException {
    int at = reader.position();
    int length = reader.skipBytes();
    if (length == 0) {
      idHigh = 0;
      return 0;
    }
    if (length != 2 * Long.BYTES) {
      throw reader.malformed(at, "expected a trace id of 16 bytes, found " + length);
    }
    idHigh = (long) BIG_ENDIAN.get(reader.array(), reader.position() - length);
    return (long) BIG_ENDIAN.get(reader.array(), reader.position() - Long.BYTES);
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

  private long nanos() throws MalformedProtoException {
    int outer = reader.enter();
    long nanos = 0;
    while (reader.hasMore()) {
      int field = reader.tag();
      switch (field) {
        case TIME_SECONDS -> nanos += reader.varint() * NANOS_PER_SECOND;
        case TIME_NANOS -> nanos += reader.varint32();
        default -> reader.skip(field);
      }
    }
    reader.leave(outer);
    return nanos;
  }
}
