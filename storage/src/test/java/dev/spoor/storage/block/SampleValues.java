package dev.spoor.storage.block;

import dev.spoor.model.Bytes;
import java.util.List;
import java.util.Map;

/// `AnyValue` messages that are no plain scalars, written by hand, with what a block makes of them.
final class SampleValues {

  private static final Map<Bytes, String> TEXTS =
      Map.of(
          // {}
          bytes(),
          "{}",
          // array_value {}
          bytes(0x2A, 0x00),
          "[]",
          // array_value { values { string_value: "a" } values { string_value: "" } }
          bytes(0x2A, 0x09, 0x0A, 0x03, 0x0A, 0x01, 'a', 0x0A, 0x02, 0x0A, 0x00),
          "['a', '']",
          // array_value { values { int_value: 7 } }
          bytes(0x2A, 0x04, 0x0A, 0x02, 0x18, 0x07),
          "[7i]",
          // array_value { values { int_value: 7 } values { int_value: -1 } values: 300 }
          bytes(
              0x2A, 0x16, 0x0A, 0x02, 0x18, 0x07, 0x0A, 0x0B, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
              0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x0A, 0x03, 0x18, 0xAC, 0x02),
          "[7i, -1i, 300i]",
          // array_value { values { bool_value: true } values { bool_value: false } }
          bytes(0x2A, 0x08, 0x0A, 0x02, 0x10, 0x01, 0x0A, 0x02, 0x10, 0x00),
          "[true, false]",
          // array_value { values { double_value: 0.5 } }
          bytes(0x2A, 0x0B, 0x0A, 0x09, 0x21, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F),
          "[0.5d]",
          // array_value { values { int_value: 7 } values { bool_value: true } }
          bytes(0x2A, 0x08, 0x0A, 0x02, 0x18, 0x07, 0x0A, 0x02, 0x10, 0x01),
          "{\"arrayValue\":{\"values\":[{\"intValue\":\"7\"},{\"boolValue\":true}]}}",
          // kvlist_value { values { key: "k" value { string_value: "a\"\n" } } }
          bytes(0x32, 0x0C, 0x0A, 0x0A, 0x0A, 0x01, 'k', 0x12, 0x05, 0x0A, 0x03, 'a', '"', '\n'),
          "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"stringValue\":"
              + "\"a\\\"\\u000a\"}}]}}",
          // bytes_value: 0x0102
          bytes(0x3A, 0x02, 0x01, 0x02),
          "{\"bytesValue\":\"AQI=\"}");

  /// All of them, in a fixed order.
  static final List<Bytes> ALL =
      TEXTS.entrySet().stream()
          .sorted(Map.Entry.comparingByValue())
          .map(Map.Entry::getKey)
          .toList();

  private SampleValues() {}

  static String textOf(Bytes message) {
    String text = TEXTS.get(message);
    if (text == null) {
      throw new IllegalArgumentException("not a sample: " + message);
    }
    return text;
  }

  private static Bytes bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Bytes.of(bytes);
  }
}
