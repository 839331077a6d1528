package dev.spoor.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// A range of a byte array that nobody changes any more.
///
/// The array is shared, not copied: whoever makes a `Bytes` gives the array away.
public final class Bytes {

  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int length;

  private Bytes(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  public static Bytes of(byte[] array) {
    return new Bytes(array, 0, array.length);
  }

  /// @throws IndexOutOfBoundsException when the range is not within the array
  public static Bytes of(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    return new Bytes(array, offset, length);
  }

  public static Bytes utf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The shared array; valid content is `[offset, offset + length)`.
  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public int end() {
    return offset + length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  public byte at(int index) {
    return array[offset + Objects.checkIndex(index, length)];
  }

  public byte[] toArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  public String utf8() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && Arrays.equals(array, offset, end(), that.array, that.offset, that.end());
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < end(); i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  @Override
  public String toString() {
    return "Bytes[" + length + "]";
  }
}
