package dev.spoor.storage.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes that grow at the end: parts of pages while they are put together. One thread at a time.
public final class PageBytes {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LARGEST = Integer.MAX_VALUE - 16;

  private byte[] data;
  private int size;

  public PageBytes() {
    this(64);
  }

  public PageBytes(int capacity) {
    data = new byte[Math.max(16, capacity)];
  }

  public int size() {
    return size;
  }

  /// The bytes are `[0, size())` of this; valid until the next call that adds.
  public byte[] data() {
    return data;
  }

  public void clear() {
    size = 0;
  }

  public byte[] toArray() {
    return Arrays.copyOf(data, size);
  }

  public void add(byte[] source, int offset, int length) {
    room(length);
    System.arraycopy(source, offset, data, size, length);
    size += length;
  }

  public void add(PageBytes other) {
    add(other.data, 0, other.size);
  }

  void addByte(int value) {
    room(1);
    data[size++] = (byte) value;
  }

  /// Little-endian, as all numbers in here.
  public void addInt(int value) {
    room(4);
    INT.set(data, size, value);
    size += 4;
  }

  public void addLong(long value) {
    room(8);
    LONG.set(data, size, value);
    size += 8;
  }

  public void addShort(short value) {
    room(2);
    data[size++] = (byte) value;
    data[size++] = (byte) (value >>> 8);
  }

  void addVarint(int value) {
    addVarlong(value & 0xFFFFFFFFL);
  }

  /// Seven bits a byte, the lowest first, the highest bit of a byte saying that more follow.
  public void addVarlong(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      data[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    data[size++] = (byte) rest;
  }

  void addZigZag(long value) {
    addVarlong((value << 1) ^ (value >> 63));
  }

  /// Adds the lowest `width` bits of each value, the first one in the lowest bits; the last byte is
  /// filled up with zeros. No value may have more bits.
  void addPacked(long[] values, int from, int to, int width) {
    if (width == 0) {
      return;
    }
    room(packedBytes(to - from, width));
    long bits = 0;
    int used = 0;
    for (int i = from; i < to; i++) {
      long value = values[i];
      bits |= value << used;
      used += width;
      if (used >= 64) {
        LONG.set(data, size, bits);
        size += 8;
        used -= 64;
        bits = used == 0 ? 0 : value >>> (width - used);
      }
    }
    addRest(bits, used);
  }

  /// As the other one, for up to 32 bits.
  void addPacked(int[] values, int from, int to, int width) {
    if (width == 0) {
      return;
    }
    room(packedBytes(to - from, width));
    long bits = 0;
    int used = 0;
    for (int i = from; i < to; i++) {
      bits |= (values[i] & 0xFFFFFFFFL) << used;
      used += width;
      if (used >= 32) {
        INT.set(data, size, (int) bits);
        size += 4;
        bits >>>= 32;
        used -= 32;
      }
    }
    addRest(bits, used);
  }

  /// As the other one, for up to 8 bits.
  void addPacked(byte[] values, int from, int to, int width) {
    room(packedBytes(to - from, width));
    long bits = 0;
    int used = 0;
    for (int i = from; i < to; i++) {
      bits |= (long) values[i] << used;
      used += width;
      if (used >= 32) {
        INT.set(data, size, (int) bits);
        size += 4;
        bits >>>= 32;
        used -= 32;
      }
    }
    addRest(bits, used);
  }

  /// Makes room for `length` more bytes, which the caller writes into `data()` from `size()` on and
  /// then adds with [#grown].
  void room(int length) {
    long needed = (long) size + length;
    if (needed > data.length) {
      if (needed > LARGEST) {
        throw new IllegalStateException("more than 2 GiB in one column of a row group");
      }
      data = Arrays.copyOf(data, (int) Math.min(LARGEST, Math.max(needed, data.length * 2L)));
    }
  }

  void grown(int length) {
    size += length;
  }

  private void addRest(long bits, int used) {
    long rest = bits;
    for (int left = used; left > 0; left -= 8) {
      data[size++] = (byte) rest;
      rest >>>= 8;
    }
  }

  /// With some bytes to spare, since whole words are stored.
  private static int packedBytes(int count, int width) {
    return Math.toIntExact(((long) count * width + 7) / 8) + 8;
  }
}
