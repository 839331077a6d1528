package dev.spoor.wire.thrift;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Walks over a Thrift structure, field after field, without copying anything.
///
/// A loop asks for a [#field], reads the value that belongs to it, and hands what it doesn't know
/// to [#skip]. A field is told by number and type together, so that a known number with an
/// unexpected type counts as an unknown field, as in Thrift's generated classes:
///
/// ```java
/// int outer = reader.enter();
/// for (int field = reader.field(); field != ThriftReader.STOP; field = reader.field()) {
///   switch (field) {
///     case NAME -> nameLength = reader.skipBinary();
///     default -> reader.skip(field);
///   }
/// }
/// reader.leave(outer);
/// ```
///
/// Counts and lengths are believed only as far as there are bytes; what is skipped may be nested
/// [#MAX_DEPTH] deep. One thread at a time.
public abstract sealed class ThriftReader permits BinaryThriftReader, CompactThriftReader {

  /// Instead of a field: the structure ends.
  public static final int STOP = 0;

  /// How deep unknown structures and collections may be nested.
  public static final int MAX_DEPTH = 64;

  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int UUID_BYTES = 16;

  final byte[] bytes;
  final int end;
  int position;

  /// Where the body begins in the array; offsets in errors count from here.
  private final int origin;

  ThriftReader(Bytes body) {
    bytes = body.array();
    position = body.offset();
    origin = body.offset();
    end = body.end();
  }

  /// Reads the binary protocol.
  public static ThriftReader binary(Bytes body) {
    return new BinaryThriftReader(body);
  }

  /// Reads the compact protocol.
  public static ThriftReader compact(Bytes body) {
    return new CompactThriftReader(body);
  }

  /// What [#field] gives for a field of this number and type.
  public static int field(int number, int type) {
    return number << 8 | type;
  }

  /// The array that is walked.
  public final byte[] array() {
    return bytes;
  }

  /// Index in the array of what is read next.
  public final int position() {
    return position;
  }

  /// Reads the head of a message, up to its arguments, and gives the name of the method.
  public abstract String message() throws MalformedThriftException;

  /// Enters the structure at the position.
  ///
  /// @return what [#leave] wants back
  public abstract int enter();

  /// Leaves the structure whose [#STOP] was read last.
  public abstract void leave(int outer);

  /// The next field, as [#field(int, int)] numbers it, or [#STOP].
  public abstract int field() throws MalformedThriftException;

  public abstract boolean bool() throws MalformedThriftException;

  public abstract short i16() throws MalformedThriftException;

  public abstract int i32() throws MalformedThriftException;

  public abstract long i64() throws MalformedThriftException;

  /// The bits of a double.
  public abstract long float64() throws MalformedThriftException;

  /// Reads the head of a list or of a set.
  ///
  /// @param elementType what is in it; another type is malformed, unless there are no elements
  /// @return how many elements follow: not more than there are bytes
  public final int list(int elementType) throws MalformedThriftException {
    int at = position;
    long head = listHead();
    int count = (int) (head >>> 8);
    if (count > 0 && (int) (head & 0xff) != elementType) {
      throw malformed(
          at, "expected a list of type %d, found one of %d".formatted(elementType, head & 0xff));
    }
    return count;
  }

  /// Goes over a string or bytes, which then are the bytes before the position.
  ///
  /// @return how many
  public final int skipBinary() throws MalformedThriftException {
    int at = position;
    int length = length();
    if (length < 0 || length > end - position) {
      throw malformed(
          at, "expected a length of at most %d, found %d".formatted(end - position, length));
    }
    position += length;
    return length;
  }

  /// Goes over the value that belongs to a field.
  public final void skip(int field) throws MalformedThriftException {
    skipValue(field & 0xff, 1);
  }

  /// Nothing may follow.
  public final void requireEnd() throws MalformedThriftException {
    if (position < end) {
      throw malformed(position, "expected the end, found %d more bytes".formatted(end - position));
    }
  }

  /// An error that names a place.
  ///
  /// @param at index in the array
  public final MalformedThriftException malformed(int at, String problem) {
    return new MalformedThriftException(at - origin, problem);
  }

  /// The length of a binary, unchecked.
  abstract int length() throws MalformedThriftException;

  /// Count << 8 | type of the elements.
  abstract long listHead() throws MalformedThriftException;

  /// Count << 16 | type of the keys << 8 | type of the values.
  abstract long mapHead() throws MalformedThriftException;

  /// Goes over a bool that is an element of a collection.
  abstract void skipBoolElement() throws MalformedThriftException;

  private void skipValue(int type, int depth) throws MalformedThriftException {
    switch (type) {
      case ThriftType.BOOL -> bool();
      case ThriftType.I8 -> skipBytes(1);
      case ThriftType.DOUBLE -> skipBytes(Long.BYTES);
      case ThriftType.I16 -> i16();
      case ThriftType.I32 -> i32();
      case ThriftType.I64 -> i64();
      case ThriftType.BINARY -> skipBinary();
      case ThriftType.UUID -> skipBytes(UUID_BYTES);
      case ThriftType.STRUCT -> skipStruct(deeper(depth));
      case ThriftType.LIST, ThriftType.SET -> {
        long head = listHead();
        skipElements((int) (head >>> 8), (int) (head & 0xff), deeper(depth));
      }
      case ThriftType.MAP -> {
        long head = mapHead();
        skipEntries(
            (int) (head >>> 16), (int) (head >>> 8 & 0xff), (int) (head & 0xff), deeper(depth));
      }
      default -> throw malformed(position, "unknown type " + type);
    }
  }

  private int deeper(int depth) throws MalformedThriftException {
    if (depth >= MAX_DEPTH) {
      throw malformed(position, "values are nested deeper than " + MAX_DEPTH);
    }
    return depth + 1;
  }

  private void skipStruct(int depth) throws MalformedThriftException {
    int outer = enter();
    for (int field = field(); field != STOP; field = field()) {
      skipValue(field & 0xff, depth);
    }
    leave(outer);
  }

  private void skipElements(int count, int type, int depth) throws MalformedThriftException {
    for (int i = 0; i < count; i++) {
      skipElement(type, depth);
    }
  }

  private void skipEntries(int count, int keys, int values, int depth)
      throws MalformedThriftException {
    for (int i = 0; i < count; i++) {
      skipElement(keys, depth);
      skipElement(values, depth);
    }
  }

  private void skipElement(int type, int depth) throws MalformedThriftException {
    if (type == ThriftType.BOOL) {
      skipBoolElement();
    } else {
      skipValue(type, depth);
    }
  }

  final void skipBytes(int count) throws MalformedThriftException {
    need(count);
    position += count;
  }

  final void need(int count) throws MalformedThriftException {
    if (end - position < count) {
      throw malformed(
          position, "expected %d bytes, found the end after %d".formatted(count, end - position));
    }
  }

  final byte next() throws MalformedThriftException {
    need(1);
    return bytes[position++];
  }

  /// A count that there may be bytes for: each element takes one or more.
  final int count(int at, int count) throws MalformedThriftException {
    if (count < 0 || count > end - position) {
      throw malformed(
          at, "expected at most %d elements, found %d".formatted(end - position, count));
    }
    return count;
  }
}
