package dev.spoor.model.proto;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a protobuf message into a buffer that grows.
///
/// A message within is written in place, between [#begin] and [#end]; its length is filled in
/// afterwards, and its bytes make way when the length needs more than the one byte that was left
/// for it. Methods that end in `Unless…` leave out what proto3 leaves out; the others always write.
/// One thread at a time.
public final class ProtoWriter {

  private static final VarHandle FIXED64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FIXED32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VARINT_BYTES = 10;
  private static final int MAX_TAG_BYTES = 5;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;
  private static final int LARGE = 16 << 20;

  private final int limit;
  private byte[] buffer;
  private int size;

  public ProtoWriter() {
    this(1 << 10);
  }

  public ProtoWriter(int capacity) {
    this(capacity, MAX_ARRAY);
  }

  /// @param limit bytes; who writes more gets a [MessageTooLargeException]
  public ProtoWriter(int capacity, int limit) {
    this.limit = limit;
    this.buffer = new byte[Math.max(capacity, 64)];
  }

  /// Bytes written so far. Within a message that has not ended, its length counts as one byte.
  public int size() {
    return size;
  }

  /// Whether exactly these bytes were written.
  public boolean holds(Bytes bytes) {
    return Arrays.equals(buffer, 0, size, bytes.array(), bytes.offset(), bytes.end());
  }

  /// Takes back everything after the first `newSize` bytes. Only for a place between fields.
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("cannot go back from %d to %d".formatted(size, newSize));
    }
    size = newSize;
  }

  public void varint(int field, long value) {
    ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES);
    putTag(field, WireType.VARINT);
    putVarint(value);
  }

  public void varintUnlessZero(int field, long value) {
    if (value != 0) {
      varint(field, value);
    }
  }

  /// A uint32, which a Java `int` holds without its sign.
  public void uint32UnlessZero(int field, int value) {
    varintUnlessZero(field, Integer.toUnsignedLong(value));
  }

  public void bool(int field, boolean value) {
    varint(field, value ? 1 : 0);
  }

  public void fixed64(int field, long value) {
    ensure(MAX_TAG_BYTES + Long.BYTES);
    putTag(field, WireType.FIXED64);
    FIXED64.set(buffer, size, value);
    size += Long.BYTES;
  }

  public void fixed64UnlessZero(int field, long value) {
    if (value != 0) {
      fixed64(field, value);
    }
  }

  public void fixed32(int field, int value) {
    ensure(MAX_TAG_BYTES + Integer.BYTES);
    putTag(field, WireType.FIXED32);
    FIXED32.set(buffer, size, value);
    size += Integer.BYTES;
  }

  public void float64(int field, double value) {
    fixed64(field, Double.doubleToRawLongBits(value));
  }

  public void bytes(int field, byte[] source, int offset, int length) {
    ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES + (long) length);
    putTag(field, WireType.LENGTH_DELIMITED);
    putVarint(length);
    System.arraycopy(source, offset, buffer, size, length);
    size += length;
  }

  /// The head of a field whose bytes the caller has elsewhere: they come right after it.
  public void lengthOf(int field, int length) {
    ensure(MAX_TAG_BYTES + MAX_VARINT_BYTES);
    putTag(field, WireType.LENGTH_DELIMITED);
    putVarint(length);
  }

  public void bytes(int field, Bytes value) {
    bytes(field, value.array(), value.offset(), value.length());
  }

  public void bytes(int field, byte[] value) {
    bytes(field, value, 0, value.length);
  }

  public void bytesUnlessEmpty(int field, byte[] source, int offset, int length) {
    if (length != 0) {
      bytes(field, source, offset, length);
    }
  }

  public void string(int field, String value) {
    bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public void stringUnlessEmpty(int field, String value) {
    if (!value.isEmpty()) {
      string(field, value);
    }
  }

  /// Bytes that are fields already.
  public void raw(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, buffer, size, length);
    size += length;
  }

  public void raw(Bytes fields) {
    raw(fields.array(), fields.offset(), fields.length());
  }

  /// Begins a message within this one.
  ///
  /// @return what [#end] wants back
  public int begin(int field) {
    ensure(MAX_TAG_BYTES + 1);
    putTag(field, WireType.LENGTH_DELIMITED);
    size++;
    return size;
  }

  /// Ends the message that [#begin] began.
  public void end(int begun) {
    int length = size - begun;
    int extra = varintSize(length) - 1;
    if (extra > 0) {
      ensure(extra);
      System.arraycopy(buffer, begun, buffer, begun + extra, length);
    }
    size = begun - 1;
    putVarint(length);
    size += length;
  }

  /// What was written, as a copy of its own.
  public byte[] toArray() {
    return Arrays.copyOf(buffer, size);
  }

  /// What was written, without a copy: the writer must not be used afterwards.
  public Bytes finish() {
    return Bytes.of(buffer, 0, size);
  }

  /// Forgets everything and keeps the buffer.
  public void clear() {
    size = 0;
  }

  /// How many bytes the varint of a length, which is not negative, takes.
  public static int varintSize(int length) {
    return (38 - Integer.numberOfLeadingZeros(length | 1)) / 7;
  }

  private void putTag(int field, int wireType) {
    putVarint(Integer.toUnsignedLong(field << 3 | wireType));
  }

  private void putVarint(long value) {
    byte[] to = buffer;
    int at = size;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      to[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    to[at++] = (byte) rest;
    size = at;
  }

  private void ensure(long more) {
    long needed = size + more;
    if (needed > buffer.length) {
      grow(needed);
    }
  }

  private void grow(long needed) {
    if (needed > limit) {
      throw new MessageTooLargeException(limit);
    }
    // Of a large message there are two copies meanwhile, so the new one is not twice as large.
    long roomy = buffer.length < LARGE ? buffer.length * 2L : buffer.length * 5L / 4;
    buffer = Arrays.copyOf(buffer, (int) Math.min(limit, Math.max(needed, roomy)));
  }
}
