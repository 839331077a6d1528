package dev.spoor.model.proto;

import dev.spoor.model.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Walks over a protobuf message, field after field, without copying anything.
///
/// A loop asks for a [#tag], reads the value that belongs to it, and hands what it doesn't know to
/// [#skip]. A message within is entered in place, so that a walk over any depth makes no garbage:
///
/// ```java
/// while (reader.hasMore()) {
///   int tag = reader.tag();
///   switch (tag) {
///     case NAME -> nameLength = reader.skipBytes();
///     case STATUS -> {
///       int outer = reader.enter();
///       readStatus(reader);
///       reader.leave(outer);
///     }
///     default -> reader.skip(tag);
///   }
/// }
/// ```
///
/// It is as strict, and as lenient, as protobuf-java: a varint of more than ten bytes, a length
/// past the end of the message around it, field number 0, an unknown wire type, and a group that
/// does not end are malformed; bits of a varint beyond what the type holds are dropped. One thread
/// at a time.
public final class ProtoReader {

  /// How deep unknown groups may be nested. Hostile input must not overflow the stack.
  public static final int MAX_GROUP_DEPTH = 100;

  private static final VarHandle FIXED64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FIXED32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;

  /// Where the outermost message begins in the array; offsets in errors count from here.
  private final int origin;

  private int position;
  private int end;

  public ProtoReader(Bytes message) {
    this(message.array(), message.offset(), message.end(), message.offset());
  }

  /// Walks `[start, end)` of an array.
  ///
  /// @param origin what offsets in errors count from, in the array
  public ProtoReader(byte[] bytes, int start, int end, int origin) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.origin = origin;
  }

  /// Goes to another range of the same array.
  public void moveTo(int start, int newEnd) {
    position = start;
    end = newEnd;
  }

  /// Whether the message that was entered last has more fields.
  public boolean hasMore() {
    return position < end;
  }

  /// Index in the array of what is read next.
  public int position() {
    return position;
  }

  /// Index in the array where the message that was entered last ends.
  public int end() {
    return end;
  }

  /// The array that is walked.
  public byte[] array() {
    return bytes;
  }

  /// The next field's tag: number times eight plus [WireType].
  public int tag() throws MalformedProtoException {
    int at = position;
    if (at < end) {
      int only = bytes[at];
      if (only >= 1 << 3) {
        position = at + 1;
        return only;
      }
    }
    return longTag(at);
  }

  private int longTag(int at) throws MalformedProtoException {
    int tag = (int) varint();
    if (WireType.fieldOf(tag) == 0) {
      throw malformed(at, "expected a field, found field number 0");
    }
    return tag;
  }

  public long varint() throws MalformedProtoException {
    int at = position;
    if (at < end) {
      byte only = bytes[at];
      if (only >= 0) {
        position = at + 1;
        return only;
      }
    }
    return longVarint();
  }

  private long longVarint() throws MalformedProtoException {
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
        ? malformed(start, "expected a varint, found the end of the message")
        : malformed(start, "expected a varint of at most 10 bytes, found a longer one");
  }

  /// A varint of which the lower 32 bits count, as for int32, uint32 and enums.
  public int varint32() throws MalformedProtoException {
    return (int) varint();
  }

  public boolean bool() throws MalformedProtoException {
    return varint() != 0;
  }

  public long fixed64() throws MalformedProtoException {
    int at = position;
    if (end - at < Long.BYTES) {
      throw malformed(at, "expected 8 bytes, found the end of the message after " + (end - at));
    }
    position = at + Long.BYTES;
    return (long) FIXED64.get(bytes, at);
  }

  public int fixed32() throws MalformedProtoException {
    int at = position;
    if (end - at < Integer.BYTES) {
      throw malformed(at, "expected 4 bytes, found the end of the message after " + (end - at));
    }
    position = at + Integer.BYTES;
    return (int) FIXED32.get(bytes, at);
  }

  /// Reads the length of a string, of bytes or of a message. So many bytes are there, and the
  /// position is at the first of them.
  public int length() throws MalformedProtoException {
    int start = position;
    int length;
    if (start < end && bytes[start] >= 0) {
      length = bytes[start];
      position = start + 1;
    } else {
      length = (int) longVarint();
    }
    if (length < 0 || length > end - position) {
      throw badLength(start, length);
    }
    return length;
  }

  private MalformedProtoException badLength(int start, int length) {
    return malformed(
        start,
        "expected a length of at most %d, found %s"
            .formatted(end - position, Integer.toUnsignedString(length)));
  }

  /// Goes over a string, bytes or a message, which then is the `length` bytes before the position.
  public int skipBytes() throws MalformedProtoException {
    int length = length();
    position += length;
    return length;
  }

  /// A string, bytes or a message, as a range of the array.
  public Bytes bytes() throws MalformedProtoException {
    int length = skipBytes();
    return Bytes.of(bytes, position - length, length);
  }

  /// A string; what is not UTF-8 in it is replaced.
  public String utf8() throws MalformedProtoException {
    return bytes().utf8();
  }

  /// Enters the message at the position: from here on it is what is read.
  ///
  /// @return what [#leave] wants back
  public int enter() throws MalformedProtoException {
    int length = length();
    int outer = end;
    end = position + length;
    return outer;
  }

  /// Leaves the message that was entered last, wherever in it the position is.
  public void leave(int outer) {
    position = end;
    end = outer;
  }

  /// Goes over the value that belongs to `tag`, whatever it is.
  public void skip(int tag) throws MalformedProtoException {
    skip(tag, 0);
  }

  /// Goes over all fields up to the end of the message, and so checks that they are well-formed.
  public void skipAll() throws MalformedProtoException {
    while (hasMore()) {
      skip(tag());
    }
  }

  private void skip(int tag, int depth) throws MalformedProtoException {
    switch (WireType.of(tag)) {
      case WireType.VARINT -> varint();
      case WireType.FIXED64 -> fixed64();
      case WireType.LENGTH_DELIMITED -> skipBytes();
      case WireType.START_GROUP -> skipGroup(tag, depth + 1);
      case WireType.END_GROUP ->
          throw malformed(
              position, "found the end of group %d outside of it".formatted(fieldOf(tag)));
      case WireType.FIXED32 -> fixed32();
      default ->
          throw malformed(
              position, "field %d has unknown wire type %d".formatted(fieldOf(tag), tag & 7));
    }
  }

  private void skipGroup(int startTag, int depth) throws MalformedProtoException {
    int start = position;
    if (depth > MAX_GROUP_DEPTH) {
      throw malformed(start, "groups are nested deeper than " + MAX_GROUP_DEPTH);
    }
    while (hasMore()) {
      int tag = tag();
      if (WireType.of(tag) == WireType.END_GROUP) {
        if (fieldOf(tag) != fieldOf(startTag)) {
          throw malformed(
              position,
              "expected the end of group %d, found that of %d"
                  .formatted(fieldOf(startTag), fieldOf(tag)));
        }
        return;
      }
      skip(tag, depth);
    }
    throw malformed(start, "group %d does not end".formatted(fieldOf(startTag)));
  }

  private static int fieldOf(int tag) {
    return WireType.fieldOf(tag);
  }

  /// An error that names a place.
  ///
  /// @param at index in the array
  public MalformedProtoException malformed(int at, String problem) {
    return new MalformedProtoException(at - origin, problem);
  }
}
