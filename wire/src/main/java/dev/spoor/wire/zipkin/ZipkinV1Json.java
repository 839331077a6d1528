package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.ExportWriter;
import tools.jackson.core.JsonToken;

/// Turns Zipkin's JSON, version 1, into an OTLP trace export in protobuf.
///
/// A span without `traceId` or `id` is malformed. `debug` is not kept.
public final class ZipkinV1Json {

  private final ZipkinJsonReader reader;
  private final ExportWriter export;
  private final ZipkinV1Span span;

  private final ZipkinEndpoint endpoint = new ZipkinEndpoint();
  private boolean hasTraceId;
  private boolean hasSpanId;
  private long micros;
  private Bytes key = Bytes.EMPTY;
  private Bytes text = Bytes.EMPTY;

  /// What the value of a binary annotation is.
  private JsonToken valueToken = JsonToken.VALUE_STRING;

  private long integer;
  private double float64;

  private ZipkinV1Json(ZipkinJsonReader reader, ZipkinV1Span span, ExportWriter export) {
    this.reader = reader;
    this.export = export;
    this.span = span;
  }

  /// @param parseStringTags whether values of binary annotations that look like numbers or truth
  ///   values are stored as such
  /// @param nowNanos the time of spans that come without any
  /// @throws MalformedJsonException naming line, column and path of what is wrong
  public static Bytes toOtlp(Bytes json, boolean parseStringTags, long nowNanos)
      throws MalformedJsonException {
    try (ZipkinJsonReader reader = new ZipkinJsonReader(json)) {
      ExportWriter export = new ExportWriter(json.length());
      ZipkinV1Span span = new ZipkinV1Span(export, new ZipkinTags(parseStringTags), nowNanos);
      ZipkinV1Json decoder = new ZipkinV1Json(reader, span, export);
      reader.document(decoder::span);
      return decoder.export.finish();
    }
  }

  private void span() throws MalformedJsonException {
    span.begin();
    hasTraceId = false;
    hasSpanId = false;
    reader.object(this::member);
    if (!hasTraceId || !hasSpanId) {
      throw reader.malformed("the span has no " + (hasTraceId ? "id" : "traceId"));
    }
    span.end();
  }

  private void member(String name) throws MalformedJsonException {
    switch (name) {
      case "traceId" -> {
        span.traceLow(reader.traceId());
        span.traceHigh(reader.idHigh());
        hasTraceId = true;
      }
      case "id" -> {
        span.spanId(reader.spanId());
        hasSpanId = true;
      }
      case "parentId" -> span.parentId(reader.spanId());
      case "name" -> span.name(reader.text());
      case "timestamp" -> span.startMicros(reader.integer());
      case "duration" -> span.durationMicros(reader.integer());
      case "annotations" -> reader.array(this::annotation);
      case "binaryAnnotations" -> reader.array(this::binaryAnnotation);
      default -> reader.skip();
    }
  }

  private void annotation() throws MalformedJsonException {
    micros = 0;
    text = Bytes.EMPTY;
    endpoint.clear();
    reader.object(this::annotationMember);
    span.annotation(micros, text, endpoint);
  }

  private void annotationMember(String name) throws MalformedJsonException {
    switch (name) {
      case "timestamp" -> micros = reader.integer();
      case "value" -> text = reader.text();
      case "endpoint" -> reader.endpoint(endpoint);
      default -> reader.skip();
    }
  }

  private void binaryAnnotation() throws MalformedJsonException {
    key = Bytes.EMPTY;
    text = Bytes.EMPTY;
    valueToken = JsonToken.VALUE_STRING;
    endpoint.clear();
    reader.object(this::binaryAnnotationMember);
    switch (valueToken) {
      case VALUE_TRUE, VALUE_FALSE -> span.tag(key, valueToken == JsonToken.VALUE_TRUE, endpoint);
      case VALUE_NUMBER_INT -> span.tag(key, integer, endpoint);
      case VALUE_NUMBER_FLOAT -> span.tag(key, float64, endpoint);
      default -> span.tag(key, text, endpoint);
    }
  }

  private void binaryAnnotationMember(String name) throws MalformedJsonException {
    switch (name) {
      case "key" -> key = reader.text();
      case "value" -> {
        text = reader.text();
        valueToken = reader.token();
        integer = valueToken == JsonToken.VALUE_NUMBER_INT ? reader.integer() : 0;
        float64 = valueToken == JsonToken.VALUE_NUMBER_FLOAT ? reader.float64() : 0;
      }
      case "endpoint" -> reader.endpoint(endpoint);
      default -> reader.skip();
    }
  }
}
