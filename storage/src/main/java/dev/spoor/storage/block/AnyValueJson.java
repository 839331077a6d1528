package dev.spoor.storage.block;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.storage.columns.AnyValues;
import java.io.IOException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The JSON text that blocks hold for `AnyValue` messages without a column, on its way back.
final class AnyValueJson {

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private AnyValueJson() {}

  /// The message for a text of protobuf JSON. A value of a kind that is not known is empty; a text
  /// that is something else is kept as the string that it is, so that nothing is lost.
  static byte[] toMessage(byte[] json) {
    try {
      return Json.read(
          json,
          "attribute value",
          parser -> {
            ProtoWriter to = new ProtoWriter(64);
            value(parser, to);
            return to.toArray();
          });
    } catch (IOException e) {
      ProtoWriter to = new ProtoWriter(64);
      to.bytes(AnyValues.STRING, json);
      return to.toArray();
    }
  }

  private static void value(JsonParser parser, ProtoWriter to) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "stringValue" -> to.string(AnyValues.STRING, Json.string(parser));
        case "boolValue" -> to.bool(AnyValues.BOOL, parser.currentToken() == JsonToken.VALUE_TRUE);
        case "intValue" -> to.varint(AnyValues.INT, Long.parseLong(parser.getString()));
        case "doubleValue" -> to.float64(AnyValues.DOUBLE, number(parser));
        case "bytesValue" -> {
          Json.expect(parser, JsonToken.VALUE_STRING);
          to.bytes(AnyValues.BYTES, parser.getBinaryValue());
        }
        case "arrayValue" -> list(parser, to, AnyValues.ARRAY, AnyValueJson::value);
        case "kvlistValue" -> list(parser, to, AnyValues.KEY_VALUES, AnyValueJson::keyValue);
        default -> parser.skipChildren();
      }
    }
  }

  /// Protobuf JSON spells what is no JSON number as a string.
  private static double number(JsonParser parser) throws IOException {
    String text = parser.getString();
    return switch (text) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @FunctionalInterface
  private interface Element {
    void write(JsonParser parser, ProtoWriter to) throws IOException;
  }

  private static void list(JsonParser parser, ProtoWriter to, int field, Element element)
      throws IOException {
    int list = to.begin(field);
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      if (parser.currentName().equals("values") && Json.startsArray(parser)) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          int begun = to.begin(AnyValues.VALUES);
          element.write(parser, to);
          to.end(begun);
        }
      } else {
        parser.skipChildren();
      }
    }
    to.end(list);
  }

  private static void keyValue(JsonParser parser, ProtoWriter to) throws IOException {
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "key" -> to.string(KEY, Json.string(parser));
        case "value" -> {
          int begun = to.begin(VALUE);
          value(parser, to);
          to.end(begun);
        }
        default -> parser.skipChildren();
      }
    }
  }
}
