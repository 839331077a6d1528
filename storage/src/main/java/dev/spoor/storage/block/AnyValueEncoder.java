package dev.spoor.storage.block;

import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.WireType;
import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.parquet.StringPool;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// OTLP `AnyValue` messages that are no plain scalars, on their way into a block: arrays of one
/// type get elements, the rest becomes the text of their protobuf JSON form.
///
/// Never refuses: what is malformed, or nested deeper than anybody nests, is kept as a bytes value
/// that holds the message as it came.
final class AnyValueEncoder {

  private static final int PAIR_KEY = 1 << 3 | WireType.LENGTH_DELIMITED;
  private static final int PAIR_VALUE = 2 << 3 | WireType.LENGTH_DELIMITED;

  private static final int MAX_DEPTH = 200;

  private AnyValueEncoder() {}

  /// The last of the fields that an AnyValue may have: a number, or the bytes `[from, end)`.
  private record Last(int field, long number, byte[] data, int from, int end) {

    /// @param message which is read to its end
    static @Nullable Last of(ProtoReader message) throws MalformedProtoException {
      int field = 0;
      long number = 0;
      int from = 0;
      int end = 0;
      while (message.hasMore()) {
        int tag = message.tag();
        switch (tag) {
          case AnyValues.STRING_TAG,
              AnyValues.ARRAY_TAG,
              AnyValues.KEY_VALUES_TAG,
              AnyValues.BYTES_TAG -> {
            int length = message.skipBytes();
            end = message.position();
            from = end - length;
          }
          case AnyValues.BOOL_TAG -> number = message.bool() ? 1 : 0;
          case AnyValues.INT_TAG -> number = message.varint();
          case AnyValues.DOUBLE_TAG -> number = message.fixed64();
          default -> {
            message.skip(tag);
            continue;
          }
        }
        field = WireType.fieldOf(tag);
      }
      return field == 0 ? null : new Last(field, number, message.array(), from, end);
    }

    ProtoReader content() {
      return new ProtoReader(data, from, end, from);
    }
  }

  /// What kind of array the message is; its elements are added to `elements`, strings as numbers in
  /// the pool. `UNSUPPORTED` when it is anything else; then `elements` may have been added to.
  static int arrayKind(byte[] data, int from, int end, LongList elements, StringPool pool) {
    try {
      Last array = Last.of(new ProtoReader(data, from, end, from));
      return array != null && array.field == AnyValues.ARRAY
          ? elementKind(array.content(), elements, pool)
          : AttributeKinds.UNSUPPORTED;
    } catch (MalformedProtoException e) {
      return AttributeKinds.UNSUPPORTED;
    }
  }

  private static int elementKind(ProtoReader list, LongList elements, StringPool pool)
      throws MalformedProtoException {
    int kind = AttributeKinds.EMPTY_ARRAY;
    while (list.hasMore()) {
      int tag = list.tag();
      if (tag != AnyValues.VALUES_TAG) {
        list.skip(tag);
        continue;
      }
      int outer = list.enter();
      Last value = Last.of(list);
      list.leave(outer);
      if (value == null || value.field > AnyValues.DOUBLE) {
        return AttributeKinds.UNSUPPORTED;
      }
      int kindHere = AttributeKinds.ARRAY_OF + kindOf(value.field);
      if (kind != AttributeKinds.EMPTY_ARRAY && kind != kindHere) {
        return AttributeKinds.UNSUPPORTED;
      }
      kind = kindHere;
      elements.add(
          value.field == AnyValues.STRING
              ? pool.intern(value.data, value.from, value.end - value.from)
              : value.number);
    }
    return kind;
  }

  private static int kindOf(int field) {
    return switch (field) {
      case AnyValues.STRING -> AttributeKinds.STRING;
      case AnyValues.BOOL -> AttributeKinds.BOOL;
      case AnyValues.INT -> AttributeKinds.INT;
      case AnyValues.DOUBLE -> AttributeKinds.DOUBLE;
      default -> throw new IllegalArgumentException("field " + field);
    };
  }

  /// The protobuf JSON form, as UTF-8.
  static byte[] toJson(byte[] data, int from, int end) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try {
      writeValue(new ProtoReader(data, from, end, from), json, 0);
    } catch (MalformedProtoException e) {
      json.reset();
      writeBytes(data, from, end, json);
    }
    return json.toByteArray();
  }

  /// @param message which is read to its end
  private static void writeValue(ProtoReader message, ByteArrayOutputStream json, int depth)
      throws MalformedProtoException {
    if (depth > MAX_DEPTH) {
      throw message.malformed(message.position(), "nested too deep");
    }
    Last value = Last.of(message);
    if (value == null) {
      ascii("{}", json);
      return;
    }
    switch (value.field) {
      case AnyValues.STRING -> {
        ascii("{\"stringValue\":", json);
        writeString(value.data, value.from, value.end, json);
        ascii("}", json);
      }
      case AnyValues.BOOL -> ascii("{\"boolValue\":" + (value.number != 0) + "}", json);
      case AnyValues.INT -> ascii("{\"intValue\":\"" + value.number + "\"}", json);
      case AnyValues.DOUBLE -> ascii("{\"doubleValue\":" + doubleText(value.number) + "}", json);
      case AnyValues.ARRAY -> {
        ascii("{\"arrayValue\":{\"values\":[", json);
        writeArray(value.content(), json, depth);
        ascii("]}}", json);
      }
      case AnyValues.KEY_VALUES -> {
        ascii("{\"kvlistValue\":{\"values\":[", json);
        writePairs(value.content(), json, depth);
        ascii("]}}", json);
      }
      case AnyValues.BYTES -> writeBytes(value.data, value.from, value.end, json);
      default -> throw new IllegalArgumentException("field " + value.field);
    }
  }

  private static String doubleText(long bits) {
    double value = Double.longBitsToDouble(bits);
    return Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
  }

  private static void writeArray(ProtoReader list, ByteArrayOutputStream json, int depth)
      throws MalformedProtoException {
    boolean first = true;
    while (list.hasMore()) {
      int tag = list.tag();
      if (tag != AnyValues.VALUES_TAG) {
        list.skip(tag);
        continue;
      }
      ascii(first ? "" : ",", json);
      first = false;
      int outer = list.enter();
      writeValue(list, json, depth + 1);
      list.leave(outer);
    }
  }

  private static void writePairs(ProtoReader list, ByteArrayOutputStream json, int depth)
      throws MalformedProtoException {
    boolean first = true;
    while (list.hasMore()) {
      int tag = list.tag();
      if (tag != AnyValues.VALUES_TAG) {
        list.skip(tag);
        continue;
      }
      ascii(first ? "{" : ",{", json);
      first = false;
      int outer = list.enter();
      writePair(list, json, depth);
      list.leave(outer);
      ascii("}", json);
    }
  }

  private static void writePair(ProtoReader pair, ByteArrayOutputStream json, int depth)
      throws MalformedProtoException {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    ascii("\"key\":", json);
    int keyFrom = 0;
    int keyEnd = 0;
    while (pair.hasMore()) {
      int tag = pair.tag();
      switch (tag) {
        case PAIR_KEY -> {
          int length = pair.skipBytes();
          keyEnd = pair.position();
          keyFrom = keyEnd - length;
        }
        case PAIR_VALUE -> {
          value.reset();
          int outer = pair.enter();
          writeValue(pair, value, depth + 1);
          pair.leave(outer);
        }
        default -> pair.skip(tag);
      }
    }
    writeString(pair.array(), keyFrom, keyEnd, json);
    if (value.size() > 0) {
      ascii(",\"value\":", json);
      json.writeBytes(value.toByteArray());
    }
  }

  private static void writeBytes(byte[] data, int from, int end, ByteArrayOutputStream json) {
    byte[] content = Arrays.copyOfRange(data, from, end);
    ascii("{\"bytesValue\":\"", json);
    json.writeBytes(Base64.getEncoder().encode(content));
    ascii("\"}", json);
  }

  private static void writeString(byte[] utf8, int from, int end, ByteArrayOutputStream json) {
    json.write('"');
    for (int i = from; i < end; i++) {
      byte b = utf8[i];
      if (b == '"' || b == '\\') {
        json.write('\\');
        json.write(b);
      } else if (b >= 0 && b < 0x20) {
        ascii("\\u%04x".formatted(b), json);
      } else {
        json.write(b);
      }
    }
    json.write('"');
  }

  private static void ascii(String text, ByteArrayOutputStream to) {
    to.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
