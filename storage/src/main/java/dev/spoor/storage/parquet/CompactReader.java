package dev.spoor.storage.parquet;

/// Reads Thrift's compact protocol from an array: what page headers and page indexes are made of.
///
/// The caller walks a struct with [#nextField] and skips what it does not know. Lengths are checked
/// against what is left before anything is allocated.
final class CompactReader {

  static final int STOP = 0;
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int BYTE = 3;
  static final int I16 = 4;
  static final int I32 = 5;
  static final int I64 = 6;
  static final int DOUBLE = 7;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int SET = 10;
  static final int MAP = 11;
  static final int STRUCT = 12;

  private static final int MAX_DEPTH = 16;

  private final byte[] bytes;
  private final int limit;
  private int position;
  private int fieldId;
  private int fieldType;

  CompactReader(byte[] bytes, int offset, int limit) {
    this.bytes = bytes;
    this.position = offset;
    this.limit = limit;
  }

  /// The array ends within what is being read; with more bytes it might be whole.
  static final class UnderflowException extends Exception {
    private static final long serialVersionUID = 1;
  }

  int position() {
    return position;
  }

  /// Field ids count from the last one, so a struct within a struct starts anew and puts the
  /// outer's back: `int outer = reader.enter(); … reader.leave(outer);`.
  int enter() {
    int outer = fieldId;
    fieldId = 0;
    return outer;
  }

  void leave(int outer) {
    fieldId = outer;
  }

  /// Goes to the next field of a struct: its id, or 0 at the end.
  int nextField() throws UnderflowException, MalformedException {
    int head = readByte();
    fieldType = head & 0x0F;
    if (fieldType == STOP) {
      return 0;
    }
    int delta = (head & 0xF0) >>> 4;
    fieldId = delta == 0 ? (int) zigzag(varint()) : fieldId + delta;
    if (fieldId <= 0 || fieldId > Short.MAX_VALUE) {
      throw new MalformedException("a field number that is none");
    }
    return fieldId;
  }

  int fieldType() {
    return fieldType;
  }

  boolean fieldBoolean() {
    return fieldType == TRUE;
  }

  int i32() throws UnderflowException, MalformedException {
    long value = zigzag(varint());
    if (value != (int) value) {
      throw new MalformedException("a number that does not fit 32 bits");
    }
    return (int) value;
  }

  long i64() throws UnderflowException, MalformedException {
    return zigzag(varint());
  }

  byte[] binary() throws UnderflowException, MalformedException {
    int length = length();
    byte[] value = new byte[length];
    System.arraycopy(bytes, position, value, 0, length);
    position += length;
    return value;
  }

  /// The head of a list; its elements follow. `fieldType` is then the type of the elements.
  int listSize() throws UnderflowException, MalformedException {
    int head = readByte();
    fieldType = head & 0x0F;
    int size = (head & 0xF0) >>> 4;
    long count = size == 15 ? varint() : size;
    if (count < 0) {
      throw new MalformedException("a list of %d".formatted(count));
    }
    if (count > limit - position) {
      throw new UnderflowException();
    }
    return (int) count;
  }

  /// An element of a list of booleans.
  boolean listBoolean() throws UnderflowException {
    return readByte() == TRUE;
  }

  /// Skips the value of the current field.
  void skip() throws UnderflowException, MalformedException {
    if (fieldType != TRUE && fieldType != FALSE) {
      skip(fieldType, 0);
    }
  }

  private void skip(int type, int depth) throws UnderflowException, MalformedException {
    if (depth > MAX_DEPTH) {
      throw new MalformedException("structs nested too deep");
    }
    switch (type) {
      case TRUE, FALSE, BYTE -> readByte();
      case I16, I32, I64 -> varint();
      case DOUBLE -> move(Double.BYTES);
      case BINARY -> move(length());
      case LIST, SET -> {
        int size = listSize();
        int element = fieldType;
        for (int i = 0; i < size; i++) {
          skip(element, depth + 1);
        }
      }
      case MAP -> {
        long size = varint();
        if (size < 0 || size > limit - position) {
          throw new UnderflowException();
        }
        if (size > 0) {
          int types = readByte();
          for (long i = 0; i < size; i++) {
            skip(types >>> 4 & 0x0F, depth + 1);
            skip(types & 0x0F, depth + 1);
          }
        }
      }
      case STRUCT -> {
        int outer = enter();
        while (nextField() != 0) {
          if (fieldType != TRUE && fieldType != FALSE) {
            skip(fieldType, depth + 1);
          }
        }
        leave(outer);
      }
      default -> throw new MalformedException("a value of unknown type %d".formatted(type));
    }
  }

  private int length() throws UnderflowException, MalformedException {
    long length = varint();
    if (length < 0) {
      throw new MalformedException("a negative length");
    }
    if (length > limit - position) {
      throw new UnderflowException();
    }
    return (int) length;
  }

  private void move(int count) throws UnderflowException {
    if (count > limit - position) {
      throw new UnderflowException();
    }
    position += count;
  }

  private int readByte() throws UnderflowException {
    if (position >= limit) {
      throw new UnderflowException();
    }
    return bytes[position++];
  }

  private long varint() throws UnderflowException, MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = readByte();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than ten bytes");
  }

  private static long zigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
