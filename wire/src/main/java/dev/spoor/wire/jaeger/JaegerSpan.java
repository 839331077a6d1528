package dev.spoor.wire.jaeger;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import dev.spoor.wire.otlp.ExportWriter;
import dev.spoor.wire.otlp.HttpStatusRule;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Turns the parts of a Jaeger span, in whatever order they come, into an OTLP span.
///
/// What has a meaning of its own in OTLP (kind, status, parent, links) is kept until the end; all
/// else is written at once. One object for all spans of a batch.
final class JaegerSpan {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final Bytes SPAN_KIND = Bytes.utf8("span.kind");
  private static final Bytes ERROR = Bytes.utf8("error");
  private static final Bytes STATUS_CODE = Bytes.utf8("otel.status_code");
  private static final Bytes STATUS_DESCRIPTION = Bytes.utf8("otel.status_description");
  private static final Bytes HTTP_STATUS_CODE = Bytes.utf8("http.status_code");
  private static final Bytes HTTP_STATUS_MESSAGE = Bytes.utf8("http.status_message");
  private static final Bytes TRACE_STATE = Bytes.utf8("w3c.tracestate");
  private static final Bytes SCOPE_NAME = Bytes.utf8("otel.scope.name");
  private static final Bytes SCOPE_VERSION = Bytes.utf8("otel.scope.version");
  private static final Bytes EVENT = Bytes.utf8("event");
  private static final Bytes REF_TYPE = Bytes.utf8("opentracing.ref_type");
  private static final Bytes CHILD_OF = Bytes.utf8("child_of");
  private static final Bytes FOLLOWS_FROM = Bytes.utf8("follows_from");

  private static final int ATTRIBUTES = 9;
  private static final int EVENTS = 11;
  private static final int EVENT_ATTRIBUTES = 3;
  private static final int LINKS = 13;
  private static final int STATUS = 15;
  private static final int LONGS_OF_A_REFERENCE = 4;
  private static final int OK = 1;
  private static final int FAILED = 2;
  private static final int SERVER = 2;
  private static final long NO_HTTP_STATUS = Long.MIN_VALUE;

  private final ExportWriter export;
  private final ProtoWriter to;
  private final boolean tagsNameScope;
  private final ProtoWriter scope = new ProtoWriter();
  private final byte[] id = new byte[2 * Long.BYTES];

  private int begun;
  private long traceHigh;
  private long traceLow;
  private long spanId;
  private long parentId;
  private long startNanos;
  private long durationNanos;

  /// Type, trace id (high, low) and span id of each.
  private long[] references = new long[2 * LONGS_OF_A_REFERENCE];

  private int referenceLongs;

  private int kind;
  private boolean failed;
  private @Nullable Bytes statusCode;
  private @Nullable Bytes statusDescription;
  private Bytes httpMessage = Bytes.EMPTY;
  private long httpStatus;
  private Bytes scopeName = Bytes.EMPTY;
  private Bytes scopeVersion = Bytes.EMPTY;

  /// @param tagsNameScope whether some tags are the scope and the trace state, as senders over gRPC
  ///   mean them
  JaegerSpan(ExportWriter export, boolean tagsNameScope) {
    this.export = export;
    this.to = export.span();
    this.tagsNameScope = tagsNameScope;
  }

  void begin() {
    begun = export.begin();
    traceHigh = 0;
    traceLow = 0;
    spanId = 0;
    parentId = 0;
    startNanos = 0;
    durationNanos = 0;
    referenceLongs = 0;
    kind = 0;
    failed = false;
    statusCode = null;
    statusDescription = null;
    httpMessage = Bytes.EMPTY;
    httpStatus = NO_HTTP_STATUS;
    scopeName = Bytes.EMPTY;
    scopeVersion = Bytes.EMPTY;
  }

  void traceId(long high, long low) {
    traceHigh = high;
    traceLow = low;
  }

  void traceHigh(long high) {
    traceHigh = high;
  }

  void traceLow(long low) {
    traceLow = low;
  }

  void spanId(long value) {
    spanId = value;
  }

  /// @param value 0 for none
  void parentId(long value) {
    parentId = value;
  }

  void name(Bytes name) {
    to.bytes(5, name);
  }

  void startNanos(long value) {
    startNanos = value;
  }

  void durationNanos(long value) {
    durationNanos = value;
  }

  void reference(boolean followsFrom, long high, long low, long span) {
    if (referenceLongs == references.length) {
      references = Arrays.copyOf(references, references.length * 2);
    }
    references[referenceLongs++] = followsFrom ? 1 : 0;
    references[referenceLongs++] = high;
    references[referenceLongs++] = low;
    references[referenceLongs++] = span;
  }

  /// What all that is done with a tag depends on is its key; a look at the length spares most of
  /// the comparisons.
  void tag(JaegerTag tag) {
    Bytes key = tag.key;
    boolean consumed =
        switch (key.length()) {
          case 5 -> tag.isTrue() && key.equals(ERROR) && setFailed();
          case 9 -> key.equals(SPAN_KIND) && setKind(tag.stringOrEmpty());
          case 14 -> tagsNameScope && key.equals(TRACE_STATE) && setTraceState(tag);
          case 15 -> tagsNameScope && key.equals(SCOPE_NAME) && setScopeName(tag);
          case 16 -> statusTag(tag);
          case 18 -> tagsNameScope && key.equals(SCOPE_VERSION) && setScopeVersion(tag);
          case 19 -> {
            if (key.equals(HTTP_STATUS_MESSAGE)) {
              httpMessage = tag.stringOrEmpty();
            }
            yield false;
          }
          case 23 ->
              tag.type == JaegerTag.Type.STRING
                  && key.equals(STATUS_DESCRIPTION)
                  && setDescription(tag);
          default -> false;
        };
    if (!consumed) {
      tag.write(to, ATTRIBUTES);
    }
  }

  private boolean statusTag(JaegerTag tag) {
    if (tag.key.equals(STATUS_CODE)) {
      statusCode = tag.stringOrEmpty();
      return true;
    }
    if (tag.key.equals(HTTP_STATUS_CODE)) {
      httpStatus = httpStatus(tag);
    }
    return false;
  }

  private boolean setFailed() {
    failed = true;
    return true;
  }

  private boolean setKind(Bytes name) {
    kind =
        switch (name.utf8()) {
          case "internal" -> 1;
          case "server" -> SERVER;
          case "client" -> 3;
          case "producer" -> 4;
          case "consumer" -> 5;
          default -> 0;
        };
    return true;
  }

  private boolean setTraceState(JaegerTag tag) {
    to.bytes(3, tag.stringOrEmpty());
    return true;
  }

  private boolean setScopeName(JaegerTag tag) {
    scopeName = tag.stringOrEmpty();
    return true;
  }

  private boolean setScopeVersion(JaegerTag tag) {
    scopeVersion = tag.stringOrEmpty();
    return true;
  }

  private boolean setDescription(JaegerTag tag) {
    statusDescription = tag.string;
    return true;
  }

  private static long httpStatus(JaegerTag tag) {
    if (tag.type == JaegerTag.Type.INT) {
      return tag.integer;
    }
    try {
      return Long.parseLong(tag.stringOrEmpty().utf8());
    } catch (NumberFormatException notOne) {
      return NO_HTTP_STATUS;
    }
  }

  /// @return what [#endLog] wants back
  int beginLog() {
    return to.begin(EVENTS);
  }

  void logNanos(long nanos) {
    to.fixed64(1, nanos);
  }

  void logField(JaegerTag field) {
    if (field.type == JaegerTag.Type.STRING && field.key.equals(EVENT)) {
      to.bytes(2, field.string);
    } else {
      field.write(to, EVENT_ATTRIBUTES);
    }
  }

  void endLog(int log) {
    to.end(log);
  }

  /// Writes what was kept, and ends the span.
  ///
  /// @param resource of the span alone; null for that of the batch
  void end(@Nullable ProtoWriter resource) {
    to.bytes(1, id(traceHigh, traceLow));
    to.bytes(2, id(spanId), 0, Long.BYTES);
    long parent = parentId != 0 ? parentId : parentAmongReferences();
    if (parent != 0) {
      to.bytes(4, id(parent), 0, Long.BYTES);
    }
    to.varintUnlessZero(6, kind);
    to.fixed64UnlessZero(7, startNanos);
    to.fixed64UnlessZero(8, startNanos + durationNanos);
    writeLinks(parent);
    writeStatus();
    scope.clear();
    scope.bytesUnlessEmpty(1, scopeName.array(), scopeName.offset(), scopeName.length());
    if (!scopeName.isEmpty()) {
      scope.bytesUnlessEmpty(2, scopeVersion.array(), scopeVersion.offset(), scopeVersion.length());
    }
    if (resource == null) {
      export.end(begun, scope);
    } else {
      export.end(begun, resource, scope);
    }
  }

  /// The first that this span is a child of within its trace, or else the first that it follows.
  private long parentAmongReferences() {
    long followed = 0;
    for (int i = 0; i < referenceLongs; i += LONGS_OF_A_REFERENCE) {
      if (references[i + 1] != traceHigh || references[i + 2] != traceLow) {
        continue;
      }
      if (references[i] == 0) {
        return references[i + 3];
      }
      followed = followed == 0 ? references[i + 3] : followed;
    }
    return followed;
  }

  /// A reference that only says again who the parent is becomes no link.
  private void writeLinks(long parent) {
    for (int i = 0; i < referenceLongs; i += LONGS_OF_A_REFERENCE) {
      boolean childOf = references[i] == 0;
      if (childOf && references[i + 3] == parent) {
        continue;
      }
      int link = to.begin(LINKS);
      to.bytes(1, id(references[i + 1], references[i + 2]));
      to.bytes(2, id(references[i + 3]), 0, Long.BYTES);
      AttributeWriter.string(to, 4, REF_TYPE, childOf ? CHILD_OF : FOLLOWS_FROM);
      to.end(link);
    }
  }

  private void writeStatus() {
    int code = 0;
    Bytes message = Bytes.EMPTY;
    boolean described = failed || statusCode != null;
    if (failed) {
      code = FAILED;
      message = statusDescription == null ? httpMessage : statusDescription;
    } else if (statusCode != null) {
      code = codeOf(statusCode);
      message = statusDescription == null ? Bytes.EMPTY : statusDescription;
    } else if (isHttpFailure()) {
      code = FAILED;
      message = httpMessage;
    }
    if (!described && statusDescription != null) {
      AttributeWriter.string(to, ATTRIBUTES, STATUS_DESCRIPTION, statusDescription);
    }
    if (code != 0 || !message.isEmpty()) {
      int status = to.begin(STATUS);
      to.bytesUnlessEmpty(2, message.array(), message.offset(), message.length());
      to.varintUnlessZero(3, code);
      to.end(status);
    }
  }

  private static int codeOf(Bytes name) {
    String text = name.utf8();
    return text.equalsIgnoreCase("OK") ? OK : text.equalsIgnoreCase("ERROR") ? FAILED : 0;
  }

  private boolean isHttpFailure() {
    return httpStatus != NO_HTTP_STATUS && HttpStatusRule.isFailure(httpStatus, kind == SERVER);
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
