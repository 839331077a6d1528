package dev.spoor.wire.jaeger;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;

/// The tag that is read now, of a span, a process or a log. One object for all tags of a batch.
final class JaegerTag {

  /// Which of the values counts; senders may fill in others.
  enum Type {
    STRING,
    BOOL,
    INT,
    DOUBLE,
    BINARY,
    UNKNOWN
  }

  Bytes key = Bytes.EMPTY;
  Type type = Type.STRING;

  /// The number of the type, as it was sent.
  int sentType;

  Bytes string = Bytes.EMPTY;
  Bytes binary = Bytes.EMPTY;
  boolean bool;
  long integer;
  long doubleBits;

  void clear() {
    key = Bytes.EMPTY;
    type = Type.STRING;
    sentType = 0;
    string = Bytes.EMPTY;
    binary = Bytes.EMPTY;
    bool = false;
    integer = 0;
    doubleBits = 0;
  }

  boolean isTrue() {
    return type == Type.BOOL && bool;
  }

  /// The value when it is a string, else empty.
  Bytes stringOrEmpty() {
    return type == Type.STRING ? string : Bytes.EMPTY;
  }

  /// Writes it as an attribute.
  void write(ProtoWriter to, int field) {
    writeAs(key, to, field);
  }

  void writeAs(Bytes name, ProtoWriter to, int field) {
    switch (type) {
      case STRING -> AttributeWriter.string(to, field, name, string);
      case BOOL -> AttributeWriter.bool(to, field, name, bool);
      case INT -> AttributeWriter.integer(to, field, name, integer);
      case DOUBLE -> AttributeWriter.float64(to, field, name, doubleBits);
      case BINARY -> AttributeWriter.bytes(to, field, name, binary);
      case UNKNOWN ->
          AttributeWriter.string(
              to, field, name, Bytes.utf8("<Unknown Jaeger tag type %d>".formatted(sentType)));
    }
  }
}
