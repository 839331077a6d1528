package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import dev.spoor.wire.otlp.ExportWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns the parts of a Zipkin v2 span, in whatever order they come, into an OTLP span.
///
/// Tags that say something about the process become attributes of the resource; spans with the same
/// resource stand together. One object for all spans of a batch.
final class ZipkinSpan {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  static final int ATTRIBUTES = 9;
  static final int EVENTS = 11;
  static final int LINKS = 13;
  static final int STATUS = 15;
  static final int INTERNAL = 1;
  static final int SERVER = 2;
  static final int CLIENT = 3;
  static final int PRODUCER = 4;
  static final int CONSUMER = 5;
  static final int OK = 1;
  static final int FAILED = 2;
  static final long NANOS_PER_MICRO = 1000;
  static final Bytes SERVICE_NAME = Bytes.utf8("service.name");
  static final Bytes ABSENT_START = Bytes.utf8("otel.zipkin.absentField.startTime");

  private static final Bytes SPAN_KIND = Bytes.utf8("span.kind");
  private static final Bytes ERROR = Bytes.utf8("error");
  private static final Bytes STATUS_CODE = Bytes.utf8("otel.status_code");
  private static final Bytes STATUS_DESCRIPTION = Bytes.utf8("otel.status_description");
  private static final Bytes TRACE_STATE = Bytes.utf8("w3c.tracestate");
  private static final Bytes SCOPE_NAME = Bytes.utf8("otel.library.name");
  private static final Bytes SCOPE_VERSION = Bytes.utf8("otel.library.version");
  private static final Bytes NAME_SOURCE = Bytes.utf8("otlp.service.name.source");
  private static final Bytes LINK = Bytes.utf8("otlp.link.");
  private static final Bytes TRUE = Bytes.utf8("true");
  private static final Bytes INTERNAL_KIND = Bytes.utf8("internal");
  private static final int RESOURCE_ATTRIBUTES = 1;

  private final ExportWriter export;
  private final ProtoWriter to;
  private final ZipkinTags tags;
  private final ProtoWriter resource = new ProtoWriter();
  private final ProtoWriter scope = new ProtoWriter();
  private final byte[] id = new byte[2 * Long.BYTES];

  final ZipkinEndpoint local = new ZipkinEndpoint();
  final ZipkinEndpoint remote = new ZipkinEndpoint();

  private int begun;
  private long traceHigh;
  private long traceLow;
  private long spanId;
  private long parentId;
  private int kind;
  private long startMicros;
  private long durationMicros;
  private @Nullable Bytes kindTag;
  private @Nullable Bytes statusCode;
  private @Nullable Bytes statusDescription;
  private boolean failed;
  private Bytes scopeName = Bytes.EMPTY;
  private Bytes scopeVersion = Bytes.EMPTY;
  private @Nullable Bytes serviceTag;
  private Bytes nameSource = SERVICE_NAME;

  ZipkinSpan(ExportWriter export, ZipkinTags tags) {
    this.export = export;
    this.to = export.span();
    this.tags = tags;
  }

  void begin() {
    begun = export.begin();
    resource.clear();
    local.clear();
    remote.clear();
    traceHigh = 0;
    traceLow = 0;
    spanId = 0;
    parentId = 0;
    kind = 0;
    startMicros = 0;
    durationMicros = 0;
    kindTag = null;
    statusCode = null;
    statusDescription = null;
    failed = false;
    scopeName = Bytes.EMPTY;
    scopeVersion = Bytes.EMPTY;
    serviceTag = null;
    nameSource = SERVICE_NAME;
  }

  void traceId(long high, long low) {
    traceHigh = high;
    traceLow = low;
  }

  void spanId(long value) {
    spanId = value;
  }

  void parentId(long value) {
    parentId = value;
  }

  void kind(int otlpKind) {
    kind = otlpKind;
  }

  void name(Bytes name) {
    to.bytes(5, name);
  }

  /// @param micros 0 for unknown
  void startMicros(long micros) {
    startMicros = micros;
  }

  void durationMicros(long micros) {
    durationMicros = micros;
  }

  void annotation(long micros, Bytes value) {
    int event = to.begin(EVENTS);
    to.fixed64UnlessZero(1, micros * NANOS_PER_MICRO);
    if (!EncodedParts.writeEvent(to, value)) {
      to.bytes(2, value);
    }
    to.end(event);
  }

  /// A look at the length of the key spares most of the comparisons.
  void tag(Bytes key, Bytes value) {
    boolean consumed =
        switch (key.length()) {
          case 5 -> key.equals(ERROR) && error(value);
          case 9 -> key.equals(SPAN_KIND) && kindTag(value);
          case 12 -> key.equals(SERVICE_NAME) && serviceTag(value);
          case 14 -> key.equals(TRACE_STATE) && traceState(value);
          case 16 -> key.equals(STATUS_CODE) && statusCode(value);
          case 17 -> key.equals(SCOPE_NAME) && scopeName(value);
          case 20 -> key.equals(SCOPE_VERSION) && scopeVersion(value);
          case 23 -> key.equals(STATUS_DESCRIPTION) && statusDescription(value);
          case 24 -> key.equals(NAME_SOURCE) && nameSource(value);
          default -> false;
        };
    if (consumed || link(key, value)) {
      return;
    }
    if (ZipkinTags.isOfResource(key)) {
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, key, value);
    } else {
      tags.write(to, ATTRIBUTES, key, value);
    }
  }

  /// A value other than `true` tells what went wrong, and stays.
  private boolean error(Bytes value) {
    failed = true;
    return value.equals(TRUE);
  }

  private boolean kindTag(Bytes value) {
    kindTag = value;
    return true;
  }

  private boolean serviceTag(Bytes value) {
    serviceTag = value;
    return true;
  }

  private boolean traceState(Bytes value) {
    to.bytes(3, value);
    return true;
  }

  private boolean statusCode(Bytes value) {
    statusCode = value;
    return true;
  }

  private boolean statusDescription(Bytes value) {
    statusDescription = value;
    return true;
  }

  private boolean scopeName(Bytes value) {
    scopeName = value;
    return true;
  }

  private boolean scopeVersion(Bytes value) {
    scopeVersion = value;
    return true;
  }

  private boolean nameSource(Bytes value) {
    nameSource = value.isEmpty() ? SERVICE_NAME : value;
    return true;
  }

  private boolean link(Bytes key, Bytes value) {
    if (key.length() <= LINK.length() || key.at(0) != 'o') {
      return false;
    }
    Bytes beginning = Bytes.of(key.array(), key.offset(), LINK.length());
    return beginning.equals(LINK) && EncodedParts.writeLink(to, LINKS, value);
  }

  /// Writes what was kept, and ends the span.
  void end() {
    to.bytes(1, id(traceHigh, traceLow));
    to.bytes(2, id(spanId), 0, Long.BYTES);
    if (parentId != 0 && parentId != spanId) {
      to.bytes(4, id(parentId), 0, Long.BYTES);
    }
    writeKind();
    to.fixed64UnlessZero(7, startMicros * NANOS_PER_MICRO);
    to.fixed64UnlessZero(8, (startMicros + durationMicros) * NANOS_PER_MICRO);
    if (startMicros == 0) {
      AttributeWriter.bool(to, ATTRIBUTES, ABSENT_START, true);
    }
    local.writeLocal(to, ATTRIBUTES);
    remote.writeRemote(to, ATTRIBUTES);
    writeStatus();
    writeService();
    scope.clear();
    scope.bytesUnlessEmpty(1, scopeName.array(), scopeName.offset(), scopeName.length());
    scope.bytesUnlessEmpty(2, scopeVersion.array(), scopeVersion.offset(), scopeVersion.length());
    export.end(begun, resource, scope);
  }

  private void writeKind() {
    if (kind != 0 && kindTag != null) {
      tags.write(to, ATTRIBUTES, SPAN_KIND, kindTag);
    }
    boolean internal = kind == 0 && kindTag != null && kindTag.equals(INTERNAL_KIND);
    to.varintUnlessZero(6, internal ? INTERNAL : kind);
  }

  private void writeStatus() {
    if (statusCode == null && statusDescription != null) {
      tags.write(to, ATTRIBUTES, STATUS_DESCRIPTION, statusDescription);
    }
    int code = failed ? FAILED : statusCode == null ? 0 : statusOf(statusCode);
    boolean described = statusCode != null && statusDescription != null;
    writeStatus(to, code, described ? statusDescription : Bytes.EMPTY);
  }

  static void writeStatus(ProtoWriter to, int code, @Nullable Bytes description) {
    Bytes message = description == null ? Bytes.EMPTY : description;
    if (code != 0 || !message.isEmpty()) {
      int status = to.begin(STATUS);
      to.bytesUnlessEmpty(2, message.array(), message.offset(), message.length());
      to.varintUnlessZero(3, code);
      to.end(status);
    }
  }

  static int statusOf(Bytes name) {
    return switch (name.utf8().toUpperCase(Locale.ROOT)) {
      case "OK", "STATUS_CODE_OK" -> OK;
      case "ERROR", "STATUS_CODE_ERROR" -> FAILED;
      default -> 0;
    };
  }

  /// A tag `service.name` knows better than the endpoint.
  private void writeService() {
    if (serviceTag != null) {
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, SERVICE_NAME, serviceTag);
    } else if (!local.serviceName.isEmpty()) {
      AttributeWriter.string(resource, RESOURCE_ATTRIBUTES, nameSource, local.serviceName);
    }
  }

  private byte[] id(long high, long low) {
    BIG_ENDIAN.set(id, 0, high);
    BIG_ENDIAN.set(id, Long.BYTES, low);
    return id;
  }

  private byte[] id(long value) {
    BIG_ENDIAN.set(id, 0, value);
    return id;
  }
}
