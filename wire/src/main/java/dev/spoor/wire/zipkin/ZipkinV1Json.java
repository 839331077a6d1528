package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.JsonNames;
import dev.spoor.wire.json.JsonReader;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.ExportWriter;

/// Turns Zipkin's JSON, version 1, into an OTLP trace export in protobuf.
///
/// A span without `traceId` or `id` is malformed. `debug` is not kept.
public final class ZipkinV1Json {

  private enum Member {
    TRACE_ID("traceId"),
    ID("id"),
    PARENT_ID("parentId"),
    NAME("name"),
    TIMESTAMP("timestamp"),
    DURATION("duration"),
    ANNOTATIONS("annotations"),
    BINARY_ANNOTATIONS("binaryAnnotations"),
    OTHER("");

    private final String text;

    Member(String text) {
      this.text = text;
    }
  }

  /// Of an annotation, binary or not.
  private enum AnnotationMember {
    TIMESTAMP("timestamp"),
    KEY("key"),
    VALUE("value"),
    ENDPOINT("endpoint"),
    OTHER("");

    private final String text;

    AnnotationMember(String text) {
      this.text = text;
    }
  }

  private static final JsonNames<Member> MEMBERS =
      JsonNames.of(Member.OTHER, member -> member.text);
  private static final JsonNames<AnnotationMember> ANNOTATION_MEMBERS =
      JsonNames.of(AnnotationMember.OTHER, member -> member.text);

  /// The endpoints of annotations make up about half of a document.
  private static final int REPEATED = 2;

  private final JsonReader json;
  private final ZipkinJsonReader reader;
  private final ExportWriter export;
  private final ZipkinV1Span span;

  private final ZipkinEndpoint endpoint = new ZipkinEndpoint();

  // The value of a binary annotation: what it is, and the one of these that holds it.
  private JsonReader.Kind valueKind = JsonReader.Kind.STRING;
  private Bytes text = Bytes.EMPTY;
  private long integer;
  private double float64;

  private ZipkinV1Json(Bytes document, boolean parseStringTags, long nowNanos) {
    this.json = new JsonReader(document);
    this.reader = new ZipkinJsonReader(json);
    this.export = new ExportWriter(document.length() / REPEATED);
    this.span = new ZipkinV1Span(export, new ZipkinTags(parseStringTags), nowNanos);
  }

  /// @param parseStringTags whether values of binary annotations that look like numbers or truth
  ///   values are stored as such
  /// @param nowNanos the time of spans that come without any
  /// @throws MalformedJsonException naming line, column and path of what is wrong
  public static Bytes toOtlp(Bytes json, boolean parseStringTags, long nowNanos)
      throws MalformedJsonException {
    return new ZipkinV1Json(json, parseStringTags, nowNanos).document();
  }

  private Bytes document() throws MalformedJsonException {
    json.beginArray();
    while (json.nextElement()) {
      span();
    }
    json.end("the list of spans");
    return export.finish();
  }

  private void span() throws MalformedJsonException {
    span.begin();
    boolean hasTraceId = false;
    boolean hasSpanId = false;
    json.beginObject();
    while (json.nextMember()) {
      switch (MEMBERS.of(json)) {
        case TRACE_ID -> {
          span.traceLow(reader.traceId());
          span.traceHigh(reader.idHigh());
          hasTraceId = true;
        }
        case ID -> {
          span.spanId(reader.spanId());
          hasSpanId = true;
        }
        case PARENT_ID -> span.parentId(reader.spanId());
        case NAME -> span.name(json.text());
        case TIMESTAMP -> span.startMicros(json.integer());
        case DURATION -> span.durationMicros(json.integer());
        case ANNOTATIONS -> annotations();
        case BINARY_ANNOTATIONS -> binaryAnnotations();
        case OTHER -> json.skip();
      }
    }
    if (!hasTraceId || !hasSpanId) {
      throw json.malformed("the span has no " + (hasTraceId ? "id" : "traceId"));
    }
    span.end();
  }

  private void annotations() throws MalformedJsonException {
    json.beginArray();
    while (json.nextElement()) {
      long micros = 0;
      Bytes value = Bytes.EMPTY;
      endpoint.clear();
      json.beginObject();
      while (json.nextMember()) {
        switch (ANNOTATION_MEMBERS.of(json)) {
          case TIMESTAMP -> micros = json.integer();
          case VALUE -> value = json.text();
          case ENDPOINT -> reader.endpoint(endpoint);
          case KEY, OTHER -> json.skip();
        }
      }
      span.annotation(micros, value, endpoint);
    }
  }

  private void binaryAnnotations() throws MalformedJsonException {
    json.beginArray();
    while (json.nextElement()) {
      Bytes key = Bytes.EMPTY;
      text = Bytes.EMPTY;
      valueKind = JsonReader.Kind.STRING;
      endpoint.clear();
      json.beginObject();
      while (json.nextMember()) {
        switch (ANNOTATION_MEMBERS.of(json)) {
          case KEY -> key = json.text();
          case VALUE -> readValue();
          case ENDPOINT -> reader.endpoint(endpoint);
          case TIMESTAMP, OTHER -> json.skip();
        }
      }
      switch (valueKind) {
        case TRUE, FALSE -> span.tag(key, valueKind == JsonReader.Kind.TRUE, endpoint);
        case INTEGER -> span.tag(key, integer, endpoint);
        case DECIMAL -> span.tag(key, float64, endpoint);
        case OBJECT, ARRAY, STRING, NULL, NONE -> span.tag(key, text, endpoint);
      }
    }
  }

  private void readValue() throws MalformedJsonException {
    valueKind = json.kind();
    switch (valueKind) {
      case INTEGER -> integer = json.integer();
      case DECIMAL -> float64 = json.float64();
      case OBJECT, ARRAY, STRING, TRUE, FALSE, NULL, NONE -> text = json.text();
    }
  }
}
