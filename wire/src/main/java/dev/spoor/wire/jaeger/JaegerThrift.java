package dev.spoor.wire.jaeger;

import static dev.spoor.wire.thrift.ThriftReader.STOP;
import static dev.spoor.wire.thrift.ThriftType.BINARY;
import static dev.spoor.wire.thrift.ThriftType.BOOL;
import static dev.spoor.wire.thrift.ThriftType.DOUBLE;
import static dev.spoor.wire.thrift.ThriftType.I32;
import static dev.spoor.wire.thrift.ThriftType.I64;
import static dev.spoor.wire.thrift.ThriftType.LIST;
import static dev.spoor.wire.thrift.ThriftType.STRUCT;

import dev.spoor.model.Bytes;
import dev.spoor.wire.otlp.ExportWriter;
import dev.spoor.wire.thrift.MalformedThriftException;
import dev.spoor.wire.thrift.ThriftReader;

/// Turns Jaeger's Thrift (`jaeger.thrift`, `agent.thrift`) into an OTLP trace export in protobuf.
///
/// As in Thrift's generated classes, unknown fields are left out and a structure that lacks a
/// required field is malformed. `flags`, `seqNo` and `stats` are not kept.
public final class JaegerThrift {

  private static final long NANOS_PER_MICRO = 1000;

  private static final int BATCH_PROCESS = 1 << 8 | STRUCT;
  private static final int BATCH_SPANS = 2 << 8 | LIST;
  private static final int BATCH_REQUIRED = 1 << 1 | 1 << 2;

  private static final int PROCESS_SERVICE_NAME = 1 << 8 | BINARY;
  private static final int PROCESS_TAGS = 2 << 8 | LIST;
  private static final int PROCESS_REQUIRED = 1 << 1;

  private static final int SPAN_TRACE_LOW = 1 << 8 | I64;
  private static final int SPAN_TRACE_HIGH = 2 << 8 | I64;
  private static final int SPAN_ID = 3 << 8 | I64;
  private static final int SPAN_PARENT_ID = 4 << 8 | I64;
  private static final int SPAN_NAME = 5 << 8 | BINARY;
  private static final int SPAN_REFERENCES = 6 << 8 | LIST;
  private static final int SPAN_START = 8 << 8 | I64;
  private static final int SPAN_DURATION = 9 << 8 | I64;
  private static final int SPAN_TAGS = 10 << 8 | LIST;
  private static final int SPAN_LOGS = 11 << 8 | LIST;
  private static final int SPAN_REQUIRED =
      1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9;

  private static final int REFERENCE_TYPE = 1 << 8 | I32;
  private static final int REFERENCE_TRACE_LOW = 2 << 8 | I64;
  private static final int REFERENCE_TRACE_HIGH = 3 << 8 | I64;
  private static final int REFERENCE_SPAN_ID = 4 << 8 | I64;
  private static final int REFERENCE_REQUIRED = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4;
  private static final int FOLLOWS_FROM = 1;

  private static final int LOG_TIME = 1 << 8 | I64;
  private static final int LOG_FIELDS = 2 << 8 | LIST;
  private static final int LOG_REQUIRED = 1 << 1 | 1 << 2;

  private static final int TAG_KEY = 1 << 8 | BINARY;
  private static final int TAG_TYPE = 2 << 8 | I32;
  private static final int TAG_STRING = 3 << 8 | BINARY;
  private static final int TAG_DOUBLE = 4 << 8 | DOUBLE;
  private static final int TAG_BOOL = 5 << 8 | BOOL;
  private static final int TAG_LONG = 6 << 8 | I64;
  private static final int TAG_BINARY = 7 << 8 | BINARY;
  private static final int TAG_REQUIRED = 1 << 1 | 1 << 2;

  private static final int EMIT_BATCH = 1 << 8 | STRUCT;

  private final ThriftReader reader;
  private final ExportWriter export;
  private final JaegerSpan span;
  private final JaegerProcess process = new JaegerProcess();
  private final JaegerTag tag = new JaegerTag();

  private JaegerThrift(ThriftReader reader, int bytes) {
    this.reader = reader;
    this.export = new ExportWriter(bytes + bytes / 8);
    this.span = new JaegerSpan(export, false);
  }

  /// The body of a post to a collector: one `Batch` in the binary protocol.
  ///
  /// @throws MalformedThriftException naming the offset in the body, and what was expected there
  public static Bytes batch(Bytes body) throws MalformedThriftException {
    JaegerThrift decoder = new JaegerThrift(ThriftReader.binary(body), body.length());
    decoder.batch();
    decoder.reader.requireEnd();
    return decoder.export.finish();
  }

  /// A datagram to an agent: a call of `emitBatch`.
  ///
  /// @param reader at the start of the datagram
  /// @param bytes how long it is
  /// @throws MalformedThriftException naming the offset, and what was expected there; also for
  ///   other methods
  public static Bytes emitBatch(ThriftReader reader, int bytes) throws MalformedThriftException {
    String method = reader.message();
    if (!method.equals("emitBatch")) {
      throw reader.malformed(
          reader.position(),
          "expected a call of emitBatch, found one of '%s'".formatted(shortened(method)));
    }
    JaegerThrift decoder = new JaegerThrift(reader, bytes);
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      if (field == EMIT_BATCH) {
        decoder.batch();
      } else {
        reader.skip(field);
      }
    }
    reader.leave(outer);
    return decoder.export.finish();
  }

  private void batch() throws MalformedThriftException {
    int seen = 0;
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case BATCH_PROCESS -> {
          process();
          export.batchResource(process.end());
        }
        case BATCH_SPANS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            span();
          }
        }
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("Batch", BATCH_REQUIRED, seen);
  }

  private void process() throws MalformedThriftException {
    int seen = 0;
    process.begin();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case PROCESS_SERVICE_NAME -> process.serviceName(binary());
        case PROCESS_TAGS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            tag();
            process.tag(tag);
          }
        }
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("Process", PROCESS_REQUIRED, seen);
  }

  private void span() throws MalformedThriftException {
    int seen = 0;
    span.begin();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case SPAN_TRACE_LOW -> span.traceLow(reader.i64());
        case SPAN_TRACE_HIGH -> span.traceHigh(reader.i64());
        case SPAN_ID -> span.spanId(reader.i64());
        case SPAN_PARENT_ID -> span.parentId(reader.i64());
        case SPAN_NAME -> span.name(binary());
        case SPAN_REFERENCES -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            reference();
          }
        }
        case SPAN_START -> span.startNanos(reader.i64() * NANOS_PER_MICRO);
        case SPAN_DURATION -> span.durationNanos(reader.i64() * NANOS_PER_MICRO);
        case SPAN_TAGS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            tag();
            span.tag(tag);
          }
        }
        case SPAN_LOGS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            log();
          }
        }
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("Span", SPAN_REQUIRED, seen);
    span.end(null);
  }

  private void reference() throws MalformedThriftException {
    int seen = 0;
    int type = 0;
    long high = 0;
    long low = 0;
    long spanId = 0;
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case REFERENCE_TYPE -> type = reader.i32();
        case REFERENCE_TRACE_LOW -> low = reader.i64();
        case REFERENCE_TRACE_HIGH -> high = reader.i64();
        case REFERENCE_SPAN_ID -> spanId = reader.i64();
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("SpanRef", REFERENCE_REQUIRED, seen);
    span.reference(type == FOLLOWS_FROM, high, low, spanId);
  }

  private void log() throws MalformedThriftException {
    int seen = 0;
    int begun = span.beginLog();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case LOG_TIME -> span.logNanos(reader.i64() * NANOS_PER_MICRO);
        case LOG_FIELDS -> {
          for (int i = reader.list(STRUCT); i > 0; i--) {
            tag();
            span.logField(tag);
          }
        }
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("Log", LOG_REQUIRED, seen);
    span.endLog(begun);
  }

  private void tag() throws MalformedThriftException {
    int seen = 0;
    tag.clear();
    int outer = reader.enter();
    for (int field = reader.field(); field != STOP; field = reader.field()) {
      switch (field) {
        case TAG_KEY -> tag.key = binary();
        case TAG_TYPE -> {
          tag.sentType = reader.i32();
          tag.type = type(tag.sentType);
        }
        case TAG_STRING -> tag.string = binary();
        case TAG_DOUBLE -> tag.doubleBits = reader.float64();
        case TAG_BOOL -> tag.bool = reader.bool();
        case TAG_LONG -> tag.integer = reader.i64();
        case TAG_BINARY -> tag.binary = binary();
        default -> reader.skip(field);
      }
      seen |= bit(field);
    }
    reader.leave(outer);
    require("Tag", TAG_REQUIRED, seen);
  }

  private static JaegerTag.Type type(int number) {
    return switch (number) {
      case 0 -> JaegerTag.Type.STRING;
      case 1 -> JaegerTag.Type.DOUBLE;
      case 2 -> JaegerTag.Type.BOOL;
      case 3 -> JaegerTag.Type.INT;
      case 4 -> JaegerTag.Type.BINARY;
      default -> JaegerTag.Type.UNKNOWN;
    };
  }

  private Bytes binary() throws MalformedThriftException {
    int length = reader.skipBinary();
    return Bytes.of(reader.array(), reader.position() - length, length);
  }

  /// A bit for each field of a small number, whatever its type.
  private static int bit(int field) {
    int number = field >> 8;
    return number > 0 && number < Integer.SIZE ? 1 << number : 0;
  }

  private void require(String struct, int required, int seen) throws MalformedThriftException {
    int missing = required & ~seen;
    if (missing != 0) {
      throw reader.malformed(
          reader.position(),
          "%s ends without its required field %d"
              .formatted(struct, Integer.numberOfTrailingZeros(missing)));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
