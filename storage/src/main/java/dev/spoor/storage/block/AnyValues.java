package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.traceql.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// OTLP's `AnyValue` in its two spellings: the protobuf message, and the JSON text that blocks hold
/// for values without a column.
final class AnyValues {

  static final int STRING = 1;
  static final int BOOL = 2;
  static final int INT = 3;
  static final int DOUBLE = 4;
  static final int ARRAY = 5;
  static final int KEY_VALUES = 6;
  static final int BYTES = 7;

  /// The repeated field of `ArrayValue` and `KeyValueList`.
  static final int VALUES = 1;

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private AnyValues() {}

  /// The message for a text of protobuf JSON. A value of a kind that is not known is empty; a text
  /// that is something else is kept as the string that it is, so that nothing is lost.
  static byte[] fromJson(byte[] json) {
    try {
      return Json.read(json, "attribute value", AnyValues::value).toBytes();
    } catch (IOException e) {
      return new ProtoWriter().range(STRING, json).toBytes();
    }
  }

  private static ProtoWriter value(JsonParser parser) throws IOException {
    ProtoWriter to = new ProtoWriter();
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return to;
    }
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "stringValue" -> to.range(STRING, Json.string(parser).getBytes(UTF_8));
        case "boolValue" -> to.varint(BOOL, parser.currentToken() == JsonToken.VALUE_TRUE ? 1 : 0);
        case "intValue" -> to.varint(INT, Long.parseLong(parser.getString()));
        case "doubleValue" -> to.fixed64(DOUBLE, Double.doubleToRawLongBits(number(parser)));
        case "bytesValue" -> {
          Json.expect(parser, JsonToken.VALUE_STRING);
          to.range(BYTES, parser.getBinaryValue());
        }
        case "arrayValue" -> to.message(ARRAY, list(parser, AnyValues::value));
        case "kvlistValue" -> to.message(KEY_VALUES, list(parser, AnyValues::keyValue));
        default -> parser.skipChildren();
      }
    }
    return to;
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

  private static ProtoWriter list(JsonParser parser, Json.Reading<ProtoWriter> element)
      throws IOException {
    ProtoWriter to = new ProtoWriter();
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      if (parser.currentName().equals("values") && Json.startsArray(parser)) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          to.message(VALUES, element.from(parser));
        }
      } else {
        parser.skipChildren();
      }
    }
    return to;
  }

  private static ProtoWriter keyValue(JsonParser parser) throws IOException {
    ProtoWriter to = new ProtoWriter();
    Json.expect(parser, JsonToken.START_OBJECT);
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "key" -> to.range(KEY, Json.string(parser).getBytes(UTF_8));
        case "value" -> to.message(VALUE, value(parser));
        default -> parser.skipChildren();
      }
    }
    return to;
  }

  /// The value of the language that a message stands for. An array of one type is an array, with a
  /// single element it is that element; all that can't be compared is opaque, and so is what is
  /// malformed.
  static Value toValue(byte[] bytes, int from, int to) {
    try {
      return value(new ProtoReader(bytes, from, to), true);
    } catch (IOException e) {
      return Value.OPAQUE;
    }
  }

  /// As [#toValue], but what is no single string, int, double or bool is opaque.
  static Value toScalar(byte[] bytes, int from, int to) {
    try {
      return value(new ProtoReader(bytes, from, to), false);
    } catch (IOException e) {
      return Value.OPAQUE;
    }
  }

  private static Value value(ProtoReader reader, boolean outer) throws IOException {
    Value value = Value.OPAQUE;
    while (reader.next()) {
      switch (reader.field()) {
        case STRING -> {
          reader.range();
          value =
              new Value.Str(
                  new String(reader.array(), reader.start(), reader.end() - reader.start(), UTF_8));
        }
        case BOOL -> value = new Value.Bool(reader.varint() != 0);
        case INT -> value = new Value.Int(reader.varint());
        case DOUBLE -> value = new Value.Float(Double.longBitsToDouble(reader.fixed64()));
        case ARRAY -> value = outer ? array(reader.message()) : opaque(reader);
        default -> value = opaque(reader);
      }
    }
    return value;
  }

  private static Value opaque(ProtoReader reader) throws IOException {
    reader.skip();
    return Value.OPAQUE;
  }

  private static Value array(ProtoReader list) throws IOException {
    List<Value> elements = new ArrayList<>();
    while (list.next()) {
      if (list.field() == VALUES) {
        elements.add(value(list.message(), false));
      } else {
        list.skip();
      }
    }
    if (elements.isEmpty()) {
      return Value.OPAQUE;
    }
    Value first = elements.getFirst();
    boolean alike = elements.stream().allMatch(value -> value.getClass() == first.getClass());
    if (!alike || first instanceof Value.Opaque) {
      return Value.OPAQUE;
    }
    return elements.size() == 1 ? first : new Value.Array(elements);
  }
}
