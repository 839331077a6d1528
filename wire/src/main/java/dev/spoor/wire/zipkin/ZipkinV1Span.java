package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import dev.spoor.wire.otlp.ExportWriter;
import dev.spoor.wire.otlp.HttpStatusRule;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Turns the parts of a Zipkin v1 span, in whatever order they come, into an OTLP span.
///
/// Version 1 has no kind, and each annotation its own endpoint: the kind is that of the first core
/// annotation (`cs`, `sr` and so on), the service that of the first core annotation with a name.
/// One object for all spans of a batch.
final class ZipkinV1Span {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final Bytes LOCAL_COMPONENT = Bytes.utf8("lc");
  private static final Bytes COMPONENT = Bytes.utf8("component");
  private static final Bytes UNKNOWN_SERVICE = Bytes.utf8("unknown-service");
  private static final Bytes ERROR = Bytes.utf8("error");
  private static final Bytes TRUE = Bytes.utf8("true");
  private static final Bytes FALSE = Bytes.utf8("false");
  private static final Bytes HTTP_STATUS = Bytes.utf8("http.status_code");
  private static final Bytes STATUS_CODE = Bytes.utf8("otel.status_code");
  private static final Bytes STATUS_DESCRIPTION = Bytes.utf8("otel.status_description");
  private static final Bytes CENSUS_STATUS = Bytes.utf8("census.status_code");
  private static final Bytes CENSUS_DESCRIPTION = Bytes.utf8("census.status_description");
  private static final Bytes IPV4 = Bytes.utf8("ipv4");
  private static final Bytes IPV6 = Bytes.utf8("ipv6");
  private static final Bytes PORT = Bytes.utf8("port");
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final long NO_CODE = Long.MIN_VALUE;

  private final ExportWriter export;
  private final ProtoWriter to;
  private final ZipkinTags tags;
  private final long nowNanos;
  private final ProtoWriter resource = new ProtoWriter();
  private final ProtoWriter noScope = new ProtoWriter();
  private final byte[] id = new byte[2 * Long.BYTES];

  private int begun;
  private long traceHigh;
  private long traceLow;
  private long spanId;
  private long parentId;
  private long startMicros;
  private long durationMicros;
  private long earliestMicros;
  private long latestMicros;
  private int kind;

  /// Of the first core annotation with a service name.
  private final ZipkinEndpoint endpoint = new ZipkinEndpoint();

  private Bytes serviceOfBinary = Bytes.EMPTY;
  private Bytes component = Bytes.EMPTY;

  private long censusCode;
  private @Nullable Bytes censusMessage;
  private @Nullable Bytes statusCode;
  private @Nullable Bytes statusDescription;
  private boolean failed;
  private long httpStatus;

  /// @param nowNanos the start of spans that come without any time
  ZipkinV1Span(ExportWriter export, ZipkinTags tags, long nowNanos) {
    this.export = export;
    this.to = export.span();
    this.tags = tags;
    this.nowNanos = nowNanos;
  }

  void begin() {
    begun = export.begin();
    endpoint.clear();
    traceHigh = 0;
    traceLow = 0;
    spanId = 0;
    parentId = 0;
    startMicros = 0;
    durationMicros = 0;
    earliestMicros = Long.MAX_VALUE;
    latestMicros = Long.MIN_VALUE;
    kind = 0;
    serviceOfBinary = Bytes.EMPTY;
    component = Bytes.EMPTY;
    censusCode = NO_CODE;
    censusMessage = null;
    statusCode = null;
    statusDescription = null;
    failed = false;
    httpStatus = NO_CODE;
  }

  void traceHigh(long value) {
    traceHigh = value;
  }

  void traceLow(long value) {
    traceLow = value;
  }

  void spanId(long value) {
    spanId = value;
  }

  void parentId(long value) {
    parentId = value;
  }

  void name(Bytes name) {
    to.bytes(5, name);
  }

  void startMicros(long micros) {
    startMicros = micros;
  }

  void durationMicros(long micros) {
    durationMicros = micros;
  }

  /// Core annotations only tell kind and times; others become events.
  void annotation(long micros, Bytes value, ZipkinEndpoint from) {
    if (value.isEmpty()) {
      return;
    }
    earliestMicros = Math.min(earliestMicros, micros);
    latestMicros = Math.max(latestMicros, micros);
    int core = coreKind(value);
    if (core == 0) {
      int event = to.begin(ZipkinSpan.EVENTS);
      to.fixed64UnlessZero(1, micros * ZipkinSpan.NANOS_PER_MICRO);
      to.bytes(2, value);
      to.end(event);
      return;
    }
    kind = kind == 0 ? core : kind;
    if (endpoint.serviceName.isEmpty() && !from.serviceName.isEmpty()) {
      endpoint.set(from);
    }
  }

  private static int coreKind(Bytes value) {
    if (value.length() != 2) {
      return 0;
    }
    return switch (value.at(0) << Byte.SIZE | value.at(1)) {
      case 'c' << Byte.SIZE | 's', 'c' << Byte.SIZE | 'r' -> ZipkinSpan.CLIENT;
      case 's' << Byte.SIZE | 's', 's' << Byte.SIZE | 'r' -> ZipkinSpan.SERVER;
      case 'm' << Byte.SIZE | 's' -> ZipkinSpan.PRODUCER;
      case 'm' << Byte.SIZE | 'r' -> ZipkinSpan.CONSUMER;
      default -> 0;
    };
  }

  /// A binary annotation with a string.
  void tag(Bytes key, Bytes value, ZipkinEndpoint from) {
    Bytes name = named(key, from);
    if (key.equals(LOCAL_COMPONENT)) {
      component = value;
    }
    if (!statusTag(name, value)) {
      tags.write(to, ZipkinSpan.ATTRIBUTES, name, value);
    }
  }

  /// A binary annotation with a truth value. `sa`, `ca` and `ma` say where the other side is.
  void tag(Bytes key, boolean value, ZipkinEndpoint from) {
    if (isAddress(key)) {
      from.writeRemote(to, ZipkinSpan.ATTRIBUTES);
      AttributeWriter.bool(to, ZipkinSpan.ATTRIBUTES, key, value);
      return;
    }
    Bytes name = named(key, from);
    boolean isError = name.equals(ERROR);
    failed |= isError && value;
    if (!isError || !value) {
      AttributeWriter.bool(to, ZipkinSpan.ATTRIBUTES, name, value);
    }
  }

  /// A binary annotation with an integer.
  void tag(Bytes key, long value, ZipkinEndpoint from) {
    Bytes name = named(key, from);
    if (name.equals(CENSUS_STATUS)) {
      censusCode = value;
      return;
    }
    httpStatus = name.equals(HTTP_STATUS) ? value : httpStatus;
    AttributeWriter.integer(to, ZipkinSpan.ATTRIBUTES, name, value);
  }

  /// A binary annotation with a floating-point number.
  void tag(Bytes key, double value, ZipkinEndpoint from) {
    AttributeWriter.float64(
        to, ZipkinSpan.ATTRIBUTES, named(key, from), Double.doubleToRawLongBits(value));
  }

  private Bytes named(Bytes key, ZipkinEndpoint from) {
    if (!from.serviceName.isEmpty() && !isAddress(key)) {
      serviceOfBinary = from.serviceName;
    }
    return key.equals(LOCAL_COMPONENT) ? COMPONENT : key;
  }

  private static boolean isAddress(Bytes key) {
    return key.length() == 2
        && key.at(1) == 'a'
        && (key.at(0) == 's' || key.at(0) == 'c' || key.at(0) == 'm');
  }

  /// Whether the tag is not to be kept as an attribute. A look at the length of the key spares most
  /// of the comparisons.
  private boolean statusTag(Bytes key, Bytes value) {
    return switch (key.length()) {
      case 5 -> key.equals(ERROR) && error(value);
      case 16 -> key.equals(HTTP_STATUS) ? httpStatus(value) : otelStatus(key, value);
      case 18 -> key.equals(CENSUS_STATUS) && censusStatus(value);
      case 23 -> key.equals(STATUS_DESCRIPTION) && description(value);
      case 25 -> key.equals(CENSUS_DESCRIPTION) && censusDescription(value);
      default -> false;
    };
  }

  private boolean error(Bytes value) {
    failed |= !value.equals(FALSE);
    return value.equals(TRUE);
  }

  private boolean httpStatus(Bytes value) {
    httpStatus = number(value);
    return false;
  }

  private boolean otelStatus(Bytes key, Bytes value) {
    boolean isStatus = key.equals(STATUS_CODE);
    statusCode = isStatus ? value : statusCode;
    return isStatus;
  }

  private boolean censusStatus(Bytes value) {
    censusCode = number(value);
    return censusCode != NO_CODE;
  }

  private boolean description(Bytes value) {
    statusDescription = value;
    return true;
  }

  private boolean censusDescription(Bytes value) {
    censusMessage = value;
    return true;
  }

  private static long number(Bytes value) {
    try {
      return Long.parseLong(value.utf8());
    } catch (NumberFormatException notOne) {
      return NO_CODE;
    }
  }

  /// Writes what was kept, and ends the span.
  void end() {
    BIG_ENDIAN.set(id, 0, traceHigh);
    BIG_ENDIAN.set(id, Long.BYTES, traceLow);
    to.bytes(1, id);
    BIG_ENDIAN.set(id, 0, spanId);
    to.bytes(2, id, 0, Long.BYTES);
    if (parentId != 0 && parentId != spanId) {
      BIG_ENDIAN.set(id, 0, parentId);
      to.bytes(4, id, 0, Long.BYTES);
    }
    to.varintUnlessZero(6, kind);
    writeTimes();
    writeStatus();
    writeResource();
    export.end(begun, resource, noScope);
  }

  /// Timestamp and duration know best, then the annotations.
  private void writeTimes() {
    boolean annotated = latestMicros > 0;
    if (startMicros == 0 && !annotated) {
      to.fixed64(7, nowNanos);
      to.fixed64(8, nowNanos);
      AttributeWriter.bool(to, ZipkinSpan.ATTRIBUTES, ZipkinSpan.ABSENT_START, true);
      return;
    }
    long start = startMicros != 0 ? startMicros : earliestMicros;
    long end = start + durationMicros;
    if (durationMicros == 0 && annotated) {
      end = Math.max(start, latestMicros);
    }
    to.fixed64UnlessZero(7, start * ZipkinSpan.NANOS_PER_MICRO);
    to.fixed64UnlessZero(8, end * ZipkinSpan.NANOS_PER_MICRO);
  }

  private void writeStatus() {
    int code = 0;
    if (censusCode != NO_CODE) {
      code = censusCode == 0 ? 0 : ZipkinSpan.FAILED;
    } else if (statusCode != null) {
      code = ZipkinSpan.statusOf(statusCode);
    } else if (failed) {
      code = ZipkinSpan.FAILED;
    } else if (httpStatus != NO_CODE
        && HttpStatusRule.isFailure(httpStatus, kind == ZipkinSpan.SERVER)) {
      code = ZipkinSpan.FAILED;
    }
    ZipkinSpan.writeStatus(to, code, censusMessage == null ? statusDescription : censusMessage);
  }

  private void writeResource() {
    resource.clear();
    AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, ZipkinSpan.SERVICE_NAME, service());
    if (!endpoint.ipv4.isEmpty()) {
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, IPV4, endpoint.ipv4);
    }
    if (!endpoint.ipv6.isEmpty()) {
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, IPV6, endpoint.ipv6);
    }
    if (endpoint.port != 0) {
      Bytes port = Bytes.utf8(Integer.toString(endpoint.port));
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, PORT, port);
    }
  }

  private Bytes service() {
    if (!endpoint.serviceName.isEmpty()) {
      return endpoint.serviceName;
    }
    if (!serviceOfBinary.isEmpty()) {
      return serviceOfBinary;
    }
    return component.isEmpty() ? UNKNOWN_SERVICE : component;
  }
}
