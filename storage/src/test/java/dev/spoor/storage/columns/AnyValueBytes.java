package dev.spoor.storage.columns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes OTLP `AnyValue` messages for tests.
public final class AnyValueBytes {

  private AnyValueBytes() {}

  public static byte[] string(String text) {
    return message(1, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] bool(boolean value) {
    return new byte[] {2 << 3, (byte) (value ? 1 : 0)};
  }

  public static byte[] integer(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(3 << 3);
    varint(out, value);
    return out.toByteArray();
  }

  public static byte[] decimal(double value) {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) (4 << 3 | 1))
        .putDouble(value)
        .array();
  }

  public static byte[] array(List<byte[]> elements) {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    for (byte[] element : elements) {
      values.writeBytes(message(1, element));
    }
    return message(5, values.toByteArray());
  }

  public static byte[] map(String key, byte[] value) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(message(1, key.getBytes(StandardCharsets.UTF_8)));
    entry.writeBytes(message(2, value));
    return message(6, message(1, entry.toByteArray()));
  }

  public static byte[] bytes(byte[] value) {
    return message(7, value);
  }

  private static byte[] message(int field, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
