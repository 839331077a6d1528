package dev.spoor.storage.columns;

import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.WireType;
import dev.spoor.traceql.Value;
import java.util.ArrayList;
import java.util.List;

/// Reads OTLP `AnyValue` messages (attributes of type [ValueType#OTHER]) as values of the language.
///
/// An array whose elements are all strings, ints, doubles or bools is an array, one such element is
/// that element; everything else is there but has no value: maps, bytes, mixed and empty arrays, a
/// value not set, and what is malformed. Of several fields the last one counts; a field that is not
/// known, or has another wire type, does not.
public final class AnyValues {

  /// Fields of `AnyValue`.
  public static final int STRING = 1;

  public static final int BOOL = 2;
  public static final int INT = 3;
  public static final int DOUBLE = 4;
  public static final int ARRAY = 5;
  public static final int KEY_VALUES = 6;
  public static final int BYTES = 7;

  /// The repeated field of `ArrayValue` and `KeyValueList`.
  public static final int VALUES = 1;

  /// Their tags.
  public static final int STRING_TAG = STRING << 3 | WireType.LENGTH_DELIMITED;

  public static final int BOOL_TAG = BOOL << 3 | WireType.VARINT;
  public static final int INT_TAG = INT << 3 | WireType.VARINT;
  public static final int DOUBLE_TAG = DOUBLE << 3 | WireType.FIXED64;
  public static final int ARRAY_TAG = ARRAY << 3 | WireType.LENGTH_DELIMITED;
  public static final int KEY_VALUES_TAG = KEY_VALUES << 3 | WireType.LENGTH_DELIMITED;
  public static final int BYTES_TAG = BYTES << 3 | WireType.LENGTH_DELIMITED;
  public static final int VALUES_TAG = VALUES << 3 | WireType.LENGTH_DELIMITED;

  private AnyValues() {}

  /// The value whose message is entry `id`.
  public static Value read(ByteDictionary strings, int id) {
    return read(strings.data(), strings.start(id), strings.end(id));
  }

  /// The value whose message is `[from, to)` of an array.
  public static Value read(byte[] bytes, int from, int to) {
    return read(bytes, from, to, true);
  }

  /// As [#read], but what is no single string, int, double or bool is opaque, an array too.
  public static Value readScalar(byte[] bytes, int from, int to) {
    return read(bytes, from, to, false);
  }

  private static Value read(byte[] bytes, int from, int to, boolean arrays) {
    try {
      return value(new ProtoReader(bytes, from, to, from), arrays);
    } catch (MalformedProtoException e) {
      return Value.OPAQUE;
    }
  }

  private static Value value(ProtoReader message, boolean arrays) throws MalformedProtoException {
    Value value = Value.OPAQUE;
    while (message.hasMore()) {
      int tag = message.tag();
      switch (tag) {
        case STRING_TAG -> value = new Value.Str(message.utf8());
        case BOOL_TAG -> value = new Value.Bool(message.bool());
        case INT_TAG -> value = new Value.Int(message.varint());
        case DOUBLE_TAG -> value = new Value.Float(Double.longBitsToDouble(message.fixed64()));
        case ARRAY_TAG -> {
          int outer = message.enter();
          value = arrays ? array(message) : Value.OPAQUE;
          message.leave(outer);
        }
        case KEY_VALUES_TAG, BYTES_TAG -> {
          message.skip(tag);
          value = Value.OPAQUE;
        }
        default -> message.skip(tag);
      }
    }
    return value;
  }

  /// Does not go deeper than its elements, however deep they are nested.
  private static Value array(ProtoReader message) throws MalformedProtoException {
    List<Value> elements = new ArrayList<>();
    boolean alike = true;
    while (message.hasMore()) {
      int tag = message.tag();
      if (tag != VALUES_TAG) {
        message.skip(tag);
        continue;
      }
      int outer = message.enter();
      Value element = value(message, false);
      message.leave(outer);
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
}
