package dev.spoor.wire.thrift;

import dev.spoor.model.Bytes;

/// Thrift's compact protocol: varints, and numbers of fields as differences to the one before.
final class CompactThriftReader extends ThriftReader {

  private static final int PROTOCOL_ID = 0x82;
  private static final int VERSION_MASK = 0x1f;
  private static final int VERSION = 1;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int LONG_COUNT = 15;
  private static final int MAX_VARINT_BYTES = 10;

  /// Types of the binary protocol by those of the compact one; 0 where there is none.
  private static final int[] TYPES = {
    0,
    ThriftType.BOOL,
    ThriftType.BOOL,
    ThriftType.I8,
    ThriftType.I16,
    ThriftType.I32,
    ThriftType.I64,
    ThriftType.DOUBLE,
    ThriftType.BINARY,
    ThriftType.LIST,
    ThriftType.SET,
    ThriftType.MAP,
    ThriftType.STRUCT,
    ThriftType.UUID,
    0,
    0
  };

  private int lastField;

  /// The bool of the field read last, whose value stands in its type.
  private boolean fieldBool;

  CompactThriftReader(Bytes body) {
    super(body);
  }

  @Override
  public String message() throws MalformedThriftException {
    int at = position;
    if ((next() & 0xff) != PROTOCOL_ID || (next() & VERSION_MASK) != VERSION) {
      throw malformed(at, "expected version 1 of the compact protocol");
    }
    varint();
    int length = skipBinary();
    return Bytes.of(bytes, position - length, length).utf8();
  }

  @Override
  public int enter() {
    int outer = lastField;
    lastField = 0;
    return outer;
  }

  @Override
  public void leave(int outer) {
    lastField = outer;
  }

  @Override
  public int field() throws MalformedThriftException {
    int at = position;
    int head = next();
    if (head == STOP) {
      return STOP;
    }
    int compactType = head & 0x0f;
    int type = type(at, compactType);
    int step = head >>> 4 & 0x0f;
    lastField = step == 0 ? i16() : (short) (lastField + step);
    fieldBool = compactType == TRUE;
    return field(lastField, type);
  }

  @Override
  public boolean bool() {
    return fieldBool;
  }

  @Override
  public short i16() throws MalformedThriftException {
    return (short) i64();
  }

  @Override
  public int i32() throws MalformedThriftException {
    return (int) i64();
  }

  @Override
  public long i64() throws MalformedThriftException {
    long zigzag = varint();
    return zigzag >>> 1 ^ -(zigzag & 1);
  }

  /// Little-endian, as every implementation has it, whatever the specification says.
  @Override
  public long float64() throws MalformedThriftException {
    need(Long.BYTES);
    position += Long.BYTES;
    return Long.reverseBytes((long) LONGS.get(bytes, position - Long.BYTES));
  }

  @Override
  int length() throws MalformedThriftException {
    return size();
  }

  @Override
  long listHead() throws MalformedThriftException {
    int at = position;
    int head = next();
    int count = head >>> 4 & 0x0f;
    if (count == LONG_COUNT) {
      count = size();
    }
    return (long) count(at, count) << 8 | type(at, head & 0x0f);
  }

  @Override
  long mapHead() throws MalformedThriftException {
    int at = position;
    int count = count(at, size());
    if (count == 0) {
      return 0;
    }
    int types = next();
    return (long) count << 16 | (long) type(at, types >>> 4 & 0x0f) << 8 | type(at, types & 0x0f);
  }

  @Override
  void skipBoolElement() throws MalformedThriftException {
    int at = position;
    int value = next();
    if (value != TRUE && value != FALSE && value != 0) {
      throw malformed(at, "expected a bool, found " + value);
    }
  }

  private int type(int at, int compactType) throws MalformedThriftException {
    int type = TYPES[compactType];
    if (type == 0) {
      throw malformed(at, "unknown type " + compactType);
    }
    return type;
  }

  private int size() throws MalformedThriftException {
    long size = varint();
    return size < 0 || size > Integer.MAX_VALUE ? -1 : (int) size;
  }

  private long varint() throws MalformedThriftException {
    int start = position;
    int limit = Math.min(end, start + MAX_VARINT_BYTES);
    long value = 0;
    int shift = 0;
    for (int at = start; at < limit; at++) {
      byte next = bytes[at];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        position = at + 1;
        return value;
      }
      shift += 7;
    }
    throw end - start < MAX_VARINT_BYTES
        ? malformed(start, "expected a varint, found the end")
        : malformed(start, "expected a varint of at most 10 bytes, found a longer one");
  }
}
