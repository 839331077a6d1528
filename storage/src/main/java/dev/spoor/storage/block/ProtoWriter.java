package dev.spoor.storage.block;

import java.util.Arrays;

/// Puts a protobuf message together.
final class ProtoWriter {

  private byte[] bytes = new byte[64];
  private int size;

  ProtoWriter varint(int field, long value) {
    rawVarint((long) field << 3 | ProtoReader.VARINT);
    rawVarint(value);
    return this;
  }

  ProtoWriter fixed64(int field, long value) {
    rawVarint((long) field << 3 | ProtoReader.FIXED64);
    room(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[size++] = (byte) (value >>> 8 * i);
    }
    return this;
  }

  ProtoWriter range(int field, byte[] from, int offset, int length) {
    rawVarint((long) field << 3 | ProtoReader.LENGTH);
    rawVarint(length);
    room(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
    return this;
  }

  ProtoWriter range(int field, byte[] value) {
    return range(field, value, 0, value.length);
  }

  ProtoWriter message(int field, ProtoWriter message) {
    return range(field, message.bytes, 0, message.size);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void rawVarint(long value) {
    room(10);
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  private void room(int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length * 2));
    }
  }
}
