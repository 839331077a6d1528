package dev.spoor.wire.thrift;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Thrift's binary protocol: fixed widths, big-endian.
final class BinaryThriftReader extends ThriftReader {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private static final int VERSION_MASK = 0xffff0000;
  private static final int VERSION_1 = 0x80010000;

  BinaryThriftReader(Bytes body) {
    super(body);
  }

  /// With a version, as senders write it today, or in the older form without.
  @Override
  public String message() throws MalformedThriftException {
    int at = position;
    int first = i32();
    boolean versioned = first < 0;
    if (versioned && (first & VERSION_MASK) != VERSION_1) {
      throw malformed(at, "expected version 1 of the binary protocol");
    }
    if (!versioned) {
      position = at;
    }
    int length = skipBinary();
    String name = Bytes.of(bytes, position - length, length).utf8();
    skipBytes(versioned ? Integer.BYTES : 1 + Integer.BYTES);
    return name;
  }

  @Override
  public int enter() {
    return 0;
  }

  @Override
  public void leave(int outer) {
    // Nothing of a structure is remembered.
  }

  @Override
  public int field() throws MalformedThriftException {
    int type = next();
    if (type == STOP) {
      return STOP;
    }
    return field(i16(), type & 0xff);
  }

  @Override
  public boolean bool() throws MalformedThriftException {
    return next() != 0;
  }

  @Override
  public short i16() throws MalformedThriftException {
    need(Short.BYTES);
    position += Short.BYTES;
    return (short) SHORTS.get(bytes, position - Short.BYTES);
  }

  @Override
  public int i32() throws MalformedThriftException {
    need(Integer.BYTES);
    position += Integer.BYTES;
    return (int) INTS.get(bytes, position - Integer.BYTES);
  }

  @Override
  public long i64() throws MalformedThriftException {
    need(Long.BYTES);
    position += Long.BYTES;
    return (long) LONGS.get(bytes, position - Long.BYTES);
  }

  @Override
  public long float64() throws MalformedThriftException {
    return i64();
  }

  @Override
  int length() throws MalformedThriftException {
    return i32();
  }

  @Override
  long listHead() throws MalformedThriftException {
    int type = next() & 0xff;
    int at = position;
    return (long) count(at, i32()) << 8 | type;
  }

  @Override
  long mapHead() throws MalformedThriftException {
    int types = i16() & 0xffff;
    int at = position;
    return (long) count(at, i32()) << 16 | types;
  }

  @Override
  void skipBoolElement() throws MalformedThriftException {
    next();
  }
}
