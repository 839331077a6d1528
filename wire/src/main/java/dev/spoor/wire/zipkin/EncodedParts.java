package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import java.util.HexFormat;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Events and links that a sender had to squeeze into Zipkin's strings, taken apart again: parts
/// between bars, of which one is a JSON object of attributes and the last how many were dropped.
///
/// What is not of that form is said to be so, and the caller keeps the string as it is.
final class EncodedParts {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
  private static final int EVENT_NAME = 2;
  private static final int EVENT_ATTRIBUTES = 3;
  private static final int EVENT_DROPPED = 4;
  private static final int LINK_TRACE_STATE = 3;
  private static final int LINK_ATTRIBUTES = 4;
  private static final int LINK_DROPPED = 5;

  private EncodedParts() {}

  /// Writes name, attributes and dropped count of an event, if `value` is `name|{…}|dropped`.
  ///
  /// @return whether it was; if not, nothing is written
  static boolean writeEvent(ProtoWriter to, Bytes value) {
    int last = value.length() - 1;
    if (last < 0 || value.at(last) < '0' || value.at(last) > '9') {
      return false;
    }
    String text = value.utf8();
    int first = text.indexOf('|');
    int end = text.lastIndexOf('|');
    if (first < 0 || end == first || !COUNT.matcher(text.substring(end + 1)).matches()) {
      return false;
    }
    int before = to.size();
    to.bytes(EVENT_NAME, Bytes.utf8(text.substring(0, first)));
    if (!writeAttributes(to, EVENT_ATTRIBUTES, text.substring(first + 1, end))) {
      to.truncate(before);
      return false;
    }
    to.varintUnlessZero(EVENT_DROPPED, Long.parseLong(text.substring(end + 1)));
    return true;
  }

  /// Writes a link, if `value` is `trace id|span id|trace state|{…}|dropped`.
  ///
  /// @param field of links in the span
  /// @return whether it was; if not, nothing is written
  static boolean writeLink(ProtoWriter to, int field, Bytes value) {
    String[] parts = value.utf8().split("\\|", 4);
    if (parts.length < 4) {
      return false;
    }
    int end = parts[3].lastIndexOf('|');
    if (end < 0 || !COUNT.matcher(parts[3].substring(end + 1)).matches()) {
      return false;
    }
    int before = to.size();
    int link = to.begin(field);
    try {
      byte[] traceId = HexFormat.of().parseHex(parts[0]);
      byte[] spanId = HexFormat.of().parseHex(parts[1]);
      to.bytesUnlessEmpty(1, traceId, 0, traceId.length);
      to.bytesUnlessEmpty(2, spanId, 0, spanId.length);
    } catch (IllegalArgumentException notHex) {
      to.truncate(before);
      return false;
    }
    to.stringUnlessEmpty(LINK_TRACE_STATE, parts[2]);
    if (!writeAttributes(to, LINK_ATTRIBUTES, parts[3].substring(0, end))) {
      to.truncate(before);
      return false;
    }
    to.varintUnlessZero(LINK_DROPPED, Long.parseLong(parts[3].substring(end + 1)));
    to.end(link);
    return true;
  }

  private static boolean writeAttributes(ProtoWriter to, int field, String json) {
    if (json.isEmpty()) {
      return true;
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return parser.currentToken() == JsonToken.VALUE_NULL && parser.nextToken() == null;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        Bytes key = Bytes.utf8(parser.currentName());
        if (!writeAttribute(to, field, key, parser)) {
          return false;
        }
      }
      return parser.nextToken() == null;
    } catch (JacksonException notJson) {
      return false;
    }
  }

  private static boolean writeAttribute(ProtoWriter to, int field, Bytes key, JsonParser parser) {
    switch (parser.nextToken()) {
      case VALUE_STRING -> AttributeWriter.string(to, field, key, Bytes.utf8(parser.getString()));
      case VALUE_TRUE -> AttributeWriter.bool(to, field, key, true);
      case VALUE_FALSE -> AttributeWriter.bool(to, field, key, false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> writeNumber(to, field, key, parser);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void writeNumber(ProtoWriter to, int field, Bytes key, JsonParser parser) {
    double number = parser.getDoubleValue();
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && Math.abs(number) < 0x1p62) {
      AttributeWriter.integer(to, field, key, parser.getLongValue());
    } else {
      AttributeWriter.float64(to, field, key, Double.doubleToRawLongBits(number));
    }
  }
}
