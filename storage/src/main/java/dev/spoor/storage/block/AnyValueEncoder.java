package dev.spoor.storage.block;

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

  private static final int STRING_VALUE = 1;
  private static final int BOOL_VALUE = 2;
  private static final int INT_VALUE = 3;
  private static final int DOUBLE_VALUE = 4;
  private static final int ARRAY_VALUE = 5;
  private static final int KVLIST_VALUE = 6;
  private static final int BYTES_VALUE = 7;

  private static final int MAX_DEPTH = 200;

  private AnyValueEncoder() {}

  /// What kind of array the message is; its elements are added to `elements`, strings as numbers in
  /// the pool. `UNSUPPORTED` when it is anything else; then `elements` may have been added to.
  static int arrayKind(byte[] data, int from, int end, LongList elements, StringPool pool) {
    try {
      Wire message = new Wire(data, from, end);
      Wire array = message.lastValue();
      return array != null && array.field == ARRAY_VALUE
          ? elementKind(array.content(), elements, pool)
          : AttributeKinds.UNSUPPORTED;
    } catch (Malformed e) {
      return AttributeKinds.UNSUPPORTED;
    }
  }

  private static int elementKind(Wire list, LongList elements, StringPool pool) throws Malformed {
    int kind = AttributeKinds.EMPTY_ARRAY;
    while (list.next()) {
      if (list.field != 1) {
        continue;
      }
      Wire value = list.content().lastValue();
      if (value == null || value.field > DOUBLE_VALUE) {
        return AttributeKinds.UNSUPPORTED;
      }
      int kindHere = AttributeKinds.ARRAY_OF + kindOf(value.field);
      if (kind != AttributeKinds.EMPTY_ARRAY && kind != kindHere) {
        return AttributeKinds.UNSUPPORTED;
      }
      kind = kindHere;
      elements.add(
          value.field == STRING_VALUE
              ? pool.intern(value.data, value.contentFrom, value.contentLength())
              : value.field == BOOL_VALUE ? (value.number != 0 ? 1 : 0) : value.number);
    }
    return kind;
  }

  private static int kindOf(int field) {
    return switch (field) {
      case STRING_VALUE -> AttributeKinds.STRING;
      case BOOL_VALUE -> AttributeKinds.BOOL;
      case INT_VALUE -> AttributeKinds.INT;
      case DOUBLE_VALUE -> AttributeKinds.DOUBLE;
      default -> throw new IllegalArgumentException("field " + field);
    };
  }

  /// The protobuf JSON form, as UTF-8.
  static byte[] toJson(byte[] data, int from, int end) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try {
      writeValue(new Wire(data, from, end), json, 0);
    } catch (Malformed e) {
      json.reset();
      writeBytes(data, from, end, json);
    }
    return json.toByteArray();
  }

  private static void writeValue(Wire message, ByteArrayOutputStream json, int depth)
      throws Malformed {
    if (depth > MAX_DEPTH) {
      throw new Malformed();
    }
    Wire value = message.lastValue();
    if (value == null) {
      ascii("{}", json);
      return;
    }
    switch (value.field) {
      case STRING_VALUE -> {
        ascii("{\"stringValue\":", json);
        writeString(value.data, value.contentFrom, value.contentEnd, json);
        ascii("}", json);
      }
      case BOOL_VALUE -> ascii("{\"boolValue\":" + (value.number != 0) + "}", json);
      case INT_VALUE -> ascii("{\"intValue\":\"" + value.number + "\"}", json);
      case DOUBLE_VALUE -> ascii("{\"doubleValue\":" + doubleText(value.number) + "}", json);
      case ARRAY_VALUE -> {
        ascii("{\"arrayValue\":{\"values\":[", json);
        writeArray(value.content(), json, depth);
        ascii("]}}", json);
      }
      case KVLIST_VALUE -> {
        ascii("{\"kvlistValue\":{\"values\":[", json);
        writePairs(value.content(), json, depth);
        ascii("]}}", json);
      }
      case BYTES_VALUE -> writeBytes(value.data, value.contentFrom, value.contentEnd, json);
      default -> throw new Malformed();
    }
  }

  private static String doubleText(long bits) {
    double value = Double.longBitsToDouble(bits);
    return Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
  }

  private static void writeArray(Wire list, ByteArrayOutputStream json, int depth)
      throws Malformed {
    boolean first = true;
    while (list.next()) {
      if (list.field == 1) {
        ascii(first ? "" : ",", json);
        first = false;
        writeValue(list.content(), json, depth + 1);
      }
    }
  }

  private static void writePairs(Wire list, ByteArrayOutputStream json, int depth)
      throws Malformed {
    boolean first = true;
    while (list.next()) {
      if (list.field == 1) {
        ascii(first ? "{" : ",{", json);
        first = false;
        writePair(list.content(), json, depth);
        ascii("}", json);
      }
    }
  }

  private static void writePair(Wire pair, ByteArrayOutputStream json, int depth) throws Malformed {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    ascii("\"key\":", json);
    int keyFrom = 0;
    int keyEnd = 0;
    while (pair.next()) {
      if (pair.field == 1) {
        Wire key = pair.content();
        keyFrom = key.at;
        keyEnd = key.end;
      } else if (pair.field == 2) {
        value.reset();
        writeValue(pair.content(), value, depth + 1);
      }
    }
    writeString(pair.data, keyFrom, keyEnd, json);
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

  private static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    Malformed() {
      super("malformed AnyValue", null, false, false);
    }
  }

  /// Goes through the fields of a protobuf message.
  private static final class Wire {

    private final byte[] data;
    private int at;
    private final int end;

    /// The field that was read last.
    private int field;

    /// Its value as 64 bits, when it has no length.
    private long number;

    private int contentFrom;
    private int contentEnd;

    Wire(byte[] data, int from, int end) {
      this.data = data;
      this.at = from;
      this.end = end;
    }

    boolean next() throws Malformed {
      if (at == end) {
        return false;
      }
      long tag = varint();
      field = (int) (tag >>> 3);
      contentFrom = 0;
      contentEnd = 0;
      switch ((int) (tag & 7)) {
        case 0 -> number = varint();
        case 1 -> number = fixed(8);
        case 2 -> {
          long length = varint();
          if (length < 0 || length > end - at) {
            throw new Malformed();
          }
          contentFrom = at;
          contentEnd = at + (int) length;
          at = contentEnd;
        }
        case 5 -> number = fixed(4);
        default -> throw new Malformed();
      }
      return true;
    }

    /// This, standing at the last of the fields that an AnyValue may have; null when it has none.
    @Nullable Wire lastValue() throws Malformed {
      Wire found = null;
      while (next()) {
        if (field >= STRING_VALUE && field <= BYTES_VALUE) {
          found = copy();
        }
      }
      return found;
    }

    private Wire copy() {
      Wire copy = new Wire(data, at, end);
      copy.field = field;
      copy.number = number;
      copy.contentFrom = contentFrom;
      copy.contentEnd = contentEnd;
      return copy;
    }

    int contentLength() {
      return contentEnd - contentFrom;
    }

    Wire content() {
      return new Wire(data, contentFrom, contentEnd);
    }

    private long varint() throws Malformed {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at == end) {
          throw new Malformed();
        }
        byte b = data[at++];
        value |= (b & 0x7FL) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new Malformed();
    }

    private long fixed(int bytes) throws Malformed {
      if (end - at < bytes) {
        throw new Malformed();
      }
      long value = 0;
      for (int i = bytes - 1; i >= 0; i--) {
        value = value << 8 | (data[at + i] & 0xFF);
      }
      at += bytes;
      return value;
    }
  }
}
