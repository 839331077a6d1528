package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.MalformedJsonException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Turns an OTLP trace export in JSON into the same request in protobuf, in one pass.
///
/// The rules are those of the JSON mapping of proto3 with the exceptions that OTLP makes: trace and
/// span ids are hex digits of any case, enums are numbers (their names are taken too). Names may be
/// written in lowerCamel or with underscores; 64-bit integers as numbers or strings; unknown
/// members are ignored, and so are members that are `null`.
///
/// The result still has to go through [OtlpDecoder], which looks at the lengths of ids.
public final class OtlpJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final List<String> KINDS =
      List.of(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");
  private static final List<String> STATUS_CODES =
      List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private static final double MAX_EXACT_INTEGER = 1L << 53;

  private final JsonParser parser;
  private final ProtoWriter writer;

  /// How deep the attribute value is that is being read.
  private int depth;

  private OtlpJson(JsonParser parser, int capacity) {
    this.parser = parser;
    this.writer = new ProtoWriter(capacity);
  }

  /// Reads the member of a message whose name was read and whose value is the current token.
  @FunctionalInterface
  private interface Members {
    void read(String name) throws MalformedJsonException;
  }

  /// @return an `ExportTraceServiceRequest`
  /// @throws MalformedJsonException naming line, column and path of what is wrong
  public static Bytes toProtobuf(Bytes json) throws MalformedJsonException {
    try (JsonParser parser = parser(json)) {
      return new OtlpJson(parser, json.length()).request();
    }
  }

  /// It looks at the first bytes already, for the encoding of the text.
  private static JsonParser parser(Bytes json) throws MalformedJsonException {
    try {
      return FACTORY.createParser(
          ObjectReadContext.empty(), json.array(), json.offset(), json.length());
    } catch (JacksonException e) {
      throw new MalformedJsonException(1, 1, "", text(e));
    }
  }

  private Bytes request() throws MalformedJsonException {
    try {
      parser.nextToken();
      object(this::requestMember);
      if (parser.nextToken() != null) {
        throw malformed("expected the end after the request");
      }
      return writer.finish();
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      throw malformed(place == null ? parser.currentLocation() : place, text(e));
    }
  }

  /// What Jackson says, without a second place that it does not know.
  private static String text(JacksonException failure) {
    return String.valueOf(failure.getOriginalMessage()).replaceFirst(" \\(start marker at .*", "");
  }

  private void requestMember(String name) throws MalformedJsonException {
    switch (name) {
      case "resourceSpans", "resource_spans" -> messages(1, this::resourceSpansMember);
      default -> parser.skipChildren();
    }
  }

  private void resourceSpansMember(String name) throws MalformedJsonException {
    switch (name) {
      case "resource" -> message(1, this::resourceMember);
      case "scopeSpans", "scope_spans" -> messages(2, this::scopeSpansMember);
      case "schemaUrl", "schema_url" -> text(3);
      default -> parser.skipChildren();
    }
  }

  private void resourceMember(String name) throws MalformedJsonException {
    switch (name) {
      case "attributes" -> messages(1, this::attributeMember);
      case "droppedAttributesCount", "dropped_attributes_count" -> uint32(2);
      default -> parser.skipChildren();
    }
  }

  private void scopeSpansMember(String name) throws MalformedJsonException {
    switch (name) {
      case "scope" -> message(1, this::scopeMember);
      case "spans" -> messages(2, this::spanMember);
      case "schemaUrl", "schema_url" -> text(3);
      default -> parser.skipChildren();
    }
  }

  private void scopeMember(String name) throws MalformedJsonException {
    switch (name) {
      case "name" -> text(1);
      case "version" -> text(2);
      case "attributes" -> messages(3, this::attributeMember);
      case "droppedAttributesCount", "dropped_attributes_count" -> uint32(4);
      default -> parser.skipChildren();
    }
  }

  private void spanMember(String name) throws MalformedJsonException {
    switch (name) {
      case "traceId", "trace_id" -> hex(1);
      case "spanId", "span_id" -> hex(2);
      case "traceState", "trace_state" -> text(3);
      case "parentSpanId", "parent_span_id" -> hex(4);
      case "name" -> text(5);
      case "kind" -> enumeration(6, KINDS);
      case "startTimeUnixNano", "start_time_unix_nano" -> fixed64(7);
      case "endTimeUnixNano", "end_time_unix_nano" -> fixed64(8);
      case "attributes" -> messages(9, this::attributeMember);
      case "droppedAttributesCount", "dropped_attributes_count" -> uint32(10);
      case "events" -> messages(11, this::eventMember);
      case "droppedEventsCount", "dropped_events_count" -> uint32(12);
      case "links" -> messages(13, this::linkMember);
      case "droppedLinksCount", "dropped_links_count" -> uint32(14);
      case "status" -> message(15, this::statusMember);
      case "flags" -> fixed32(16);
      default -> parser.skipChildren();
    }
  }

  private void eventMember(String name) throws MalformedJsonException {
    switch (name) {
      case "timeUnixNano", "time_unix_nano" -> fixed64(1);
      case "name" -> text(2);
      case "attributes" -> messages(3, this::attributeMember);
      case "droppedAttributesCount", "dropped_attributes_count" -> uint32(4);
      default -> parser.skipChildren();
    }
  }

  private void linkMember(String name) throws MalformedJsonException {
    switch (name) {
      case "traceId", "trace_id" -> hex(1);
      case "spanId", "span_id" -> hex(2);
      case "traceState", "trace_state" -> text(3);
      case "attributes" -> messages(4, this::attributeMember);
      case "droppedAttributesCount", "dropped_attributes_count" -> uint32(5);
      case "flags" -> fixed32(6);
      default -> parser.skipChildren();
    }
  }

  private void statusMember(String name) throws MalformedJsonException {
    switch (name) {
      case "message" -> text(2);
      case "code" -> enumeration(3, STATUS_CODES);
      default -> parser.skipChildren();
    }
  }

  private void attributeMember(String name) throws MalformedJsonException {
    switch (name) {
      case "key" -> text(1);
      case "value" -> message(2, this::valueMember);
      default -> parser.skipChildren();
    }
  }

  /// The members of a value are a choice: the one that is there is written even when it is zero.
  private void valueMember(String name) throws MalformedJsonException {
    switch (name) {
      case "stringValue", "string_value" -> writer.string(1, string());
      case "boolValue", "bool_value" -> writer.bool(2, bool());
      case "intValue", "int_value" -> writer.varint(3, int64());
      case "doubleValue", "double_value" -> writer.float64(4, float64());
      case "arrayValue", "array_value" -> nested(5, this::arrayMember);
      case "kvlistValue", "kvlist_value" -> nested(6, this::listMember);
      case "bytesValue", "bytes_value" -> writer.bytes(7, base64());
      default -> parser.skipChildren();
    }
  }

  private void arrayMember(String name) throws MalformedJsonException {
    if (name.equals("values")) {
      messages(1, this::valueMember);
    } else {
      parser.skipChildren();
    }
  }

  private void listMember(String name) throws MalformedJsonException {
    if (name.equals("values")) {
      messages(1, this::attributeMember);
    } else {
      parser.skipChildren();
    }
  }

  private void nested(int field, Members members) throws MalformedJsonException {
    depth++;
    if (depth >= OtlpDecoder.MAX_VALUE_DEPTH) {
      throw malformed("attribute values are nested deeper than " + OtlpDecoder.MAX_VALUE_DEPTH);
    }
    message(field, members);
    depth--;
  }

  private void messages(int field, Members members) throws MalformedJsonException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw expected("an array");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      message(field, members);
    }
  }

  private void message(int field, Members members) throws MalformedJsonException {
    int begun = writer.begin(field);
    object(members);
    writer.end(begun);
  }

  private void object(Members members) throws MalformedJsonException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw expected("an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        members.read(name);
      }
    }
  }

  private void text(int field) throws MalformedJsonException {
    writer.stringUnlessEmpty(field, string());
  }

  private void hex(int field) throws MalformedJsonException {
    String digits = string();
    try {
      byte[] id = HexFormat.of().parseHex(digits);
      writer.bytesUnlessEmpty(field, id, 0, id.length);
    } catch (IllegalArgumentException notHex) {
      throw expected("an id in hex digits");
    }
  }

  private void uint32(int field) throws MalformedJsonException {
    writer.varintUnlessZero(field, uint32());
  }

  private void fixed32(int field) throws MalformedJsonException {
    int value = (int) uint32();
    if (value != 0) {
      writer.fixed32(field, value);
    }
  }

  private void fixed64(int field) throws MalformedJsonException {
    writer.fixed64UnlessZero(field, uint64());
  }

  private void enumeration(int field, List<String> names) throws MalformedJsonException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      int number = names.indexOf(parser.getString());
      if (number < 0) {
        throw expected("a number or one of " + String.join(", ", names));
      }
      writer.varintUnlessZero(field, number);
      return;
    }
    long number = int64();
    if (number != (int) number) {
      throw expected("a number of 32 bits");
    }
    writer.varintUnlessZero(field, number);
  }

  private String string() throws MalformedJsonException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw expected("a string");
    }
    return parser.getString();
  }

  private boolean bool() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw expected("true or false");
    };
  }

  private long uint32() throws MalformedJsonException {
    long value = uint64();
    if (value < 0 || value > 0xffff_ffffL) {
      throw expected("an integer of 32 bits, not negative");
    }
    return value;
  }

  private long uint64() throws MalformedJsonException {
    try {
      return Long.parseUnsignedLong(integer());
    } catch (NumberFormatException notOne) {
      throw expected("an integer of 64 bits, not negative");
    }
  }

  private long int64() throws MalformedJsonException {
    try {
      return Long.parseLong(integer());
    } catch (NumberFormatException notOne) {
      throw expected("an integer of 64 bits");
    }
  }

  /// The digits of an integer that stands as a number or as a string. A number may also be written
  /// with a fraction of zero or an exponent.
  private String integer() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_FLOAT -> {
        double value = parser.getDoubleValue();
        if (value != Math.rint(value) || Math.abs(value) > MAX_EXACT_INTEGER) {
          throw expected("an integer");
        }
        yield Long.toString((long) value);
      }
      default -> throw expected("an integer");
    };
  }

  private double float64() throws MalformedJsonException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_STRING -> {
        try {
          yield Double.parseDouble(parser.getString());
        } catch (NumberFormatException notOne) {
          throw expected("a number");
        }
      }
      default -> throw expected("a number");
    };
  }

  /// The standard or the URL-safe alphabet, with or without padding.
  private byte[] base64() throws MalformedJsonException {
    String text = string().replace('-', '+').replace('_', '/');
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw expected("bytes in base64");
    }
  }

  private MalformedJsonException expected(String what) {
    return malformed("expected %s, found %s".formatted(what, found()));
  }

  private String found() {
    return switch (parser.currentToken()) {
      case null -> "the end";
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case END_OBJECT, END_ARRAY -> "the end of it";
      case VALUE_STRING, PROPERTY_NAME -> "'" + shortened(parser.getString()) + "'";
      default -> shortened(parser.getString());
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private MalformedJsonException malformed(String problem) {
    return malformed(parser.currentTokenLocation(), problem);
  }

  private MalformedJsonException malformed(TokenStreamLocation place, String problem) {
    return new MalformedJsonException(place.getLineNr(), place.getColumnNr(), path(), problem);
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    append(path, parser.streamReadContext());
    return path.toString();
  }

  private static void append(StringBuilder path, TokenStreamContext context) {
    TokenStreamContext parent = context.getParent();
    if (parent != null) {
      append(path, parent);
    }
    if (context.inArray() && context.hasCurrentIndex()) {
      path.append('[').append(context.getCurrentIndex()).append(']');
    } else if (context.inObject() && context.currentName() != null) {
      path.append(path.isEmpty() ? "" : ".").append(shortened(context.currentName()));
    }
  }
}
