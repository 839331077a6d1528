package dev.spoor.wire.otlp;

import static dev.spoor.model.proto.WireType.FIXED32;
import static dev.spoor.model.proto.WireType.FIXED64;
import static dev.spoor.model.proto.WireType.LENGTH_DELIMITED;
import static dev.spoor.model.proto.WireType.VARINT;

/// The tags (field number and wire type) of the messages of an OTLP trace export, from
/// `opentelemetry/proto/trace/v1/trace.proto` and its neighbours of opentelemetry-proto 1.x. The
/// query API's `tempopb.Trace` has the same fields.
public final class OtlpTags {

  /// `ExportTraceServiceRequest`, and `Trace` likewise.
  public static final int REQUEST_RESOURCE_SPANS = 1 << 3 | LENGTH_DELIMITED;

  public static final int RESOURCE_SPANS_RESOURCE = 1 << 3 | LENGTH_DELIMITED;
  public static final int RESOURCE_SPANS_SCOPE_SPANS = 2 << 3 | LENGTH_DELIMITED;
  public static final int RESOURCE_SPANS_SCHEMA_URL = 3 << 3 | LENGTH_DELIMITED;

  public static final int RESOURCE_ATTRIBUTES = 1 << 3 | LENGTH_DELIMITED;
  public static final int RESOURCE_DROPPED_ATTRIBUTES = 2 << 3 | VARINT;
  public static final int RESOURCE_ENTITY_REFS = 3 << 3 | LENGTH_DELIMITED;

  public static final int SCOPE_SPANS_SCOPE = 1 << 3 | LENGTH_DELIMITED;
  public static final int SCOPE_SPANS_SPANS = 2 << 3 | LENGTH_DELIMITED;
  public static final int SCOPE_SPANS_SCHEMA_URL = 3 << 3 | LENGTH_DELIMITED;

  public static final int SCOPE_NAME = 1 << 3 | LENGTH_DELIMITED;
  public static final int SCOPE_VERSION = 2 << 3 | LENGTH_DELIMITED;
  public static final int SCOPE_ATTRIBUTES = 3 << 3 | LENGTH_DELIMITED;
  public static final int SCOPE_DROPPED_ATTRIBUTES = 4 << 3 | VARINT;

  public static final int SPAN_TRACE_ID = 1 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_SPAN_ID = 2 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_TRACE_STATE = 3 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_PARENT_SPAN_ID = 4 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_NAME = 5 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_KIND = 6 << 3 | VARINT;
  public static final int SPAN_START = 7 << 3 | FIXED64;
  public static final int SPAN_END = 8 << 3 | FIXED64;
  public static final int SPAN_ATTRIBUTES = 9 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_DROPPED_ATTRIBUTES = 10 << 3 | VARINT;
  public static final int SPAN_EVENTS = 11 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_DROPPED_EVENTS = 12 << 3 | VARINT;
  public static final int SPAN_LINKS = 13 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_DROPPED_LINKS = 14 << 3 | VARINT;
  public static final int SPAN_STATUS = 15 << 3 | LENGTH_DELIMITED;
  public static final int SPAN_FLAGS = 16 << 3 | FIXED32;

  public static final int EVENT_TIME = 1 << 3 | FIXED64;
  public static final int EVENT_NAME = 2 << 3 | LENGTH_DELIMITED;
  public static final int EVENT_ATTRIBUTES = 3 << 3 | LENGTH_DELIMITED;
  public static final int EVENT_DROPPED_ATTRIBUTES = 4 << 3 | VARINT;

  public static final int LINK_TRACE_ID = 1 << 3 | LENGTH_DELIMITED;
  public static final int LINK_SPAN_ID = 2 << 3 | LENGTH_DELIMITED;
  public static final int LINK_TRACE_STATE = 3 << 3 | LENGTH_DELIMITED;
  public static final int LINK_ATTRIBUTES = 4 << 3 | LENGTH_DELIMITED;
  public static final int LINK_DROPPED_ATTRIBUTES = 5 << 3 | VARINT;
  public static final int LINK_FLAGS = 6 << 3 | FIXED32;

  public static final int STATUS_MESSAGE = 2 << 3 | LENGTH_DELIMITED;
  public static final int STATUS_CODE = 3 << 3 | VARINT;

  public static final int KEY_VALUE_KEY = 1 << 3 | LENGTH_DELIMITED;
  public static final int KEY_VALUE_VALUE = 2 << 3 | LENGTH_DELIMITED;

  public static final int VALUE_STRING = 1 << 3 | LENGTH_DELIMITED;
  public static final int VALUE_BOOL = 2 << 3 | VARINT;
  public static final int VALUE_INT = 3 << 3 | VARINT;
  public static final int VALUE_DOUBLE = 4 << 3 | FIXED64;
  public static final int VALUE_ARRAY = 5 << 3 | LENGTH_DELIMITED;
  public static final int VALUE_KEY_VALUES = 6 << 3 | LENGTH_DELIMITED;
  public static final int VALUE_BYTES = 7 << 3 | LENGTH_DELIMITED;

  /// The values of an `ArrayValue`, and the entries of a `KeyValueList` likewise.
  public static final int LIST_VALUES = 1 << 3 | LENGTH_DELIMITED;

  private OtlpTags() {}
}
