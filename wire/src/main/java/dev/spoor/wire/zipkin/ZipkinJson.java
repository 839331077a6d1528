package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.ExportWriter;

/// Turns Zipkin's JSON, version 2, into an OTLP trace export in protobuf.
///
/// Ids are hex digits, left-padded when there are fewer than usual; a span without `traceId` or
/// `id` is malformed. `debug` and `shared` are not kept.
public final class ZipkinJson {

  private final ZipkinJsonReader reader;
  private final ExportWriter export;
  private final ZipkinSpan span;

  private boolean hasTraceId;
  private boolean hasSpanId;
  private long annotationMicros;
  private Bytes annotationValue = Bytes.EMPTY;

  private ZipkinJson(ZipkinJsonReader reader, int bytes, boolean parseStringTags) {
    this.reader = reader;
    this.export = new ExportWriter(bytes);
    this.span = new ZipkinSpan(export, new ZipkinTags(parseStringTags));
  }

  /// @param parseStringTags whether values of tags that look like numbers or truth values are
  ///   stored as such
  /// @throws MalformedJsonException naming line, column and path of what is wrong
  public static Bytes toOtlp(Bytes json, boolean parseStringTags) throws MalformedJsonException {
    try (ZipkinJsonReader reader = new ZipkinJsonReader(json)) {
      ZipkinJson decoder = new ZipkinJson(reader, json.length(), parseStringTags);
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
        long low = reader.traceId();
        span.traceId(reader.idHigh(), low);
        hasTraceId = true;
      }
      case "id" -> {
        span.spanId(reader.spanId());
        hasSpanId = true;
      }
      case "parentId" -> span.parentId(reader.spanId());
      case "kind" -> span.kind(kind(reader.string()));
      case "name" -> span.name(reader.text());
      case "timestamp" -> span.startMicros(reader.integer());
      case "duration" -> span.durationMicros(reader.integer());
      case "localEndpoint" -> reader.endpoint(span.local);
      case "remoteEndpoint" -> reader.endpoint(span.remote);
      case "annotations" -> reader.array(this::annotation);
      case "tags" -> reader.object(key -> span.tag(reader.key(key), reader.text()));
      default -> reader.skip();
    }
  }

  private void annotation() throws MalformedJsonException {
    annotationMicros = 0;
    annotationValue = Bytes.EMPTY;
    reader.object(this::annotationMember);
    span.annotation(annotationMicros, annotationValue);
  }

  private void annotationMember(String name) throws MalformedJsonException {
    switch (name) {
      case "timestamp" -> annotationMicros = reader.integer();
      case "value" -> annotationValue = reader.text();
      default -> reader.skip();
    }
  }

  private static int kind(String name) {
    return switch (name) {
      case "CLIENT" -> ZipkinSpan.CLIENT;
      case "SERVER" -> ZipkinSpan.SERVER;
      case "PRODUCER" -> ZipkinSpan.PRODUCER;
      case "CONSUMER" -> ZipkinSpan.CONSUMER;
      default -> 0;
    };
  }
}
