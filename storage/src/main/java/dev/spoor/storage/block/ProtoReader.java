package dev.spoor.storage.block;

import java.io.IOException;
import java.util.Objects;

/// Walks a protobuf message in an array. Where bytes end too early or make no sense, an
/// `IOException` says so.
final class ProtoReader {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int limit;
  private int position;
  private int field;
  private int wireType;
  private int start;

  ProtoReader(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  /// Goes to the next field; false at the end of the message.
  boolean next() throws IOException {
    if (position >= limit) {
      return false;
    }
    long tag = readVarint();
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    start = position;
    return true;
  }

  int field() {
    return field;
  }

  int wireType() {
    return wireType;
  }

  long varint() throws IOException {
    require(VARINT);
    return readVarint();
  }

  long fixed64() throws IOException {
    require(FIXED64);
    long value = 0;
    int from = move(Long.BYTES);
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = value << 8 | bytes[from + i] & 0xFF;
    }
    return value;
  }

  /// Reads a field of variable length: it is then `[start(), end())` of the array.
  void range() throws IOException {
    require(LENGTH);
    long length = readVarint();
    if (length < 0 || length > limit - position) {
      throw malformed();
    }
    start = position;
    position += (int) length;
  }

  int start() {
    return start;
  }

  int end() {
    return position;
  }

  byte[] array() {
    return bytes;
  }

  /// The message that is the value of this field.
  ProtoReader message() throws IOException {
    range();
    return new ProtoReader(bytes, start, position);
  }

  void skip() throws IOException {
    switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> move(Long.BYTES);
      case LENGTH -> range();
      case FIXED32 -> move(Integer.BYTES);
      default -> throw malformed();
    }
  }

  private void require(int type) throws IOException {
    if (wireType != type) {
      throw malformed();
    }
  }

  private int move(int count) throws IOException {
    if (count > limit - position) {
      throw malformed();
    }
    int from = position;
    position += count;
    return from;
  }

  private long readVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= limit) {
        throw malformed();
      }
      int b = bytes[position++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private IOException malformed() {
    return new IOException(
        "malformed protobuf message: field %d of wire type %d at byte %d"
            .formatted(field, wireType, position));
  }
}
