package dev.spoor.storage.columns;

import dev.spoor.traceql.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads OTLP `AnyValue` messages (attributes of type [ValueType#OTHER]) as values of the language.
///
/// An array whose elements are all strings, ints, doubles or bools is an array, one such element is
/// that element; everything else is there but has no value: maps, bytes, mixed and empty arrays, a
/// value not set, and what is malformed.
public final class AnyValues {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private AnyValues() {}

  /// The value whose message is entry `id`.
  public static Value read(ByteDictionary strings, int id) {
    try {
      return value(
          ByteBuffer.wrap(strings.data(), strings.start(id), strings.length(id))
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN));
    } catch (MalformedValueException e) {
      return Value.OPAQUE;
    }
  }

  private static final class MalformedValueException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedValueException() {
      super("malformed AnyValue", null, false, false);
    }
  }

  private static Value value(ByteBuffer message) throws MalformedValueException {
    Value value = Value.OPAQUE;
    while (message.hasRemaining()) {
      long tag = varint(message);
      int field = (int) (tag >>> 3);
      int wire = (int) tag & 7;
      if (field == 5 && wire == LENGTH_DELIMITED) {
        value = array(part(message));
      } else if (field == 6 || field == 7) {
        skip(message, wire);
        value = Value.OPAQUE;
      } else {
        @Nullable Value scalar = scalar(field, wire, message);
        value = scalar == null ? value : scalar;
      }
    }
    return value;
  }

  /// Null, and skipped, when it is none of the scalar fields.
  private static @Nullable Value scalar(int field, int wire, ByteBuffer message)
      throws MalformedValueException {
    if (field == 1 && wire == LENGTH_DELIMITED) {
      return new Value.Str(StandardCharsets.UTF_8.decode(part(message)).toString());
    }
    if (field == 2 && wire == VARINT) {
      return new Value.Bool(varint(message) != 0);
    }
    if (field == 3 && wire == VARINT) {
      return new Value.Int(varint(message));
    }
    if (field == 4 && wire == FIXED64) {
      require(message.remaining() >= 8);
      return new Value.Float(message.getDouble());
    }
    skip(message, wire);
    return null;
  }

  private static Value array(ByteBuffer message) throws MalformedValueException {
    List<Value> elements = new ArrayList<>();
    boolean alike = true;
    while (message.hasRemaining()) {
      long tag = varint(message);
      if (tag != (1 << 3 | LENGTH_DELIMITED)) {
        skip(message, (int) tag & 7);
        continue;
      }
      Value element = element(part(message));
      alike &=
          !(element instanceof Value.Opaque)
              && (elements.isEmpty() || elements.getFirst().getClass() == element.getClass());
      elements.add(element);
    }
    if (!alike || elements.isEmpty()) {
      return Value.OPAQUE;
    }
    return elements.size() == 1 ? elements.getFirst() : new Value.Array(elements);
  }

  /// An element of an array: a scalar, or opaque. Does not go deeper, however deep it is nested.
  private static Value element(ByteBuffer message) throws MalformedValueException {
    Value value = Value.OPAQUE;
    while (message.hasRemaining()) {
      long tag = varint(message);
      @Nullable Value scalar = scalar((int) (tag >>> 3), (int) tag & 7, message);
      value = scalar == null ? Value.OPAQUE : scalar;
    }
    return value;
  }

  private static ByteBuffer part(ByteBuffer message) throws MalformedValueException {
    long length = varint(message);
    require(length >= 0 && length <= message.remaining());
    ByteBuffer part =
        message.slice(message.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    message.position(message.position() + (int) length);
    return part;
  }

  private static void skip(ByteBuffer message, int wire) throws MalformedValueException {
    switch (wire) {
      case VARINT -> varint(message);
      case FIXED64 -> skipBytes(message, 8);
      case LENGTH_DELIMITED -> part(message);
      case FIXED32 -> skipBytes(message, 4);
      default -> throw new MalformedValueException();
    }
  }

  private static void skipBytes(ByteBuffer message, int length) throws MalformedValueException {
    require(message.remaining() >= length);
    message.position(message.position() + length);
  }

  private static long varint(ByteBuffer message) throws MalformedValueException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(message.hasRemaining());
      byte next = message.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedValueException();
  }

  private static void require(boolean condition) throws MalformedValueException {
    if (!condition) {
      throw new MalformedValueException();
    }
  }
}
