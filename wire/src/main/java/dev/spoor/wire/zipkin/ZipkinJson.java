package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.json.JsonNames;
import dev.spoor.wire.json.JsonReader;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.ExportWriter;

/// Turns Zipkin's JSON, version 2, into an OTLP trace export in protobuf.
///
/// Ids are hex digits, left-padded when there are fewer than usual; a span without `traceId` or
/// `id` is malformed. `debug` and `shared` are not kept.
public final class ZipkinJson {

  private enum Member {
    TRACE_ID("traceId"),
    ID("id"),
    PARENT_ID("parentId"),
    KIND("kind"),
    NAME("name"),
    TIMESTAMP("timestamp"),
    DURATION("duration"),
    LOCAL_ENDPOINT("localEndpoint"),
    REMOTE_ENDPOINT("remoteEndpoint"),
    ANNOTATIONS("annotations"),
    TAGS("tags"),
    OTHER("");

    private final String text;

    Member(String text) {
      this.text = text;
    }
  }

  private enum AnnotationMember {
    TIMESTAMP("timestamp"),
    VALUE("value"),
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

  private final JsonReader json;
  private final ZipkinJsonReader reader;
  private final ExportWriter export;
  private final ZipkinSpan span;

  private ZipkinJson(Bytes document, boolean parseStringTags) {
    this.json = new JsonReader(document);
    this.reader = new ZipkinJsonReader(json);
    this.export = new ExportWriter(document.length());
    this.span = new ZipkinSpan(export, new ZipkinTags(parseStringTags));
  }

  /// @param parseStringTags whether values of tags that look like numbers or truth values are
  ///   stored as such
  /// @throws MalformedJsonException naming line, column and path of what is wrong
  public static Bytes toOtlp(Bytes json, boolean parseStringTags) throws MalformedJsonException {
    return new ZipkinJson(json, parseStringTags).document();
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
          long low = reader.traceId();
          span.traceId(reader.idHigh(), low);
          hasTraceId = true;
        }
        case ID -> {
          span.spanId(reader.spanId());
          hasSpanId = true;
        }
        case PARENT_ID -> span.parentId(reader.spanId());
        case KIND -> span.kind(kind(json.text()));
        case NAME -> span.name(json.text());
        case TIMESTAMP -> span.startMicros(json.integer());
        case DURATION -> span.durationMicros(json.integer());
        case LOCAL_ENDPOINT -> reader.endpoint(span.local);
        case REMOTE_ENDPOINT -> reader.endpoint(span.remote);
        case ANNOTATIONS -> annotations();
        case TAGS -> tags();
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
      json.beginObject();
      while (json.nextMember()) {
        switch (ANNOTATION_MEMBERS.of(json)) {
          case TIMESTAMP -> micros = json.integer();
          case VALUE -> value = json.text();
          case OTHER -> json.skip();
        }
      }
      span.annotation(micros, value);
    }
  }

  private void tags() throws MalformedJsonException {
    json.beginObject();
    while (json.nextMember()) {
      Bytes key = json.name();
      span.tag(key, json.text());
    }
  }

  private static int kind(Bytes name) {
    return switch (name.utf8()) {
      case "CLIENT" -> ZipkinSpan.CLIENT;
      case "SERVER" -> ZipkinSpan.SERVER;
      case "PRODUCER" -> ZipkinSpan.PRODUCER;
      case "CONSUMER" -> ZipkinSpan.CONSUMER;
      default -> 0;
    };
  }
}
