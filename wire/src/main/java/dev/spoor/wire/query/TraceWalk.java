package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.wire.otlp.OtlpTags;
import org.jspecify.annotations.Nullable;

/// Looks fields up in the messages of a trace, in the order in which they are to be printed and not
/// in that of the bytes.
///
/// A message is the range `[start, end)` of the array, and each look-up goes over it once, which
/// costs less than it sounds: fields are skipped, not read.
final class TraceWalk {

  /// How deep values may be nested: blocks that others wrote may hold what we would not take.
  private static final int MAX_VALUE_DEPTH = 250;

  private final ProtoReader reader;

  TraceWalk(Bytes trace) {
    reader = new ProtoReader(trace);
  }

  @FunctionalInterface
  interface Visitor {
    void visit(int start, int end) throws MalformedProtoException;
  }

  /// Goes to the value of a field's last occurrence, which is the one that counts.
  ///
  /// @return the reader, at the value, or `null` when the field is not there
  @Nullable ProtoReader last(int wanted, int start, int end) throws MalformedProtoException {
    int found = -1;
    reader.moveTo(start, end);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == wanted) {
        found = reader.position();
      }
      reader.skip(tag);
    }
    if (found < 0) {
      return null;
    }
    reader.moveTo(found, end);
    return reader;
  }

  /// A field of 64 bits with a fixed length; 0 when it is not there.
  long fixed64(int wanted, int start, int end) throws MalformedProtoException {
    ProtoReader at = last(wanted, start, end);
    return at == null ? 0 : at.fixed64();
  }

  int fixed32(int wanted, int start, int end) throws MalformedProtoException {
    ProtoReader at = last(wanted, start, end);
    return at == null ? 0 : at.fixed32();
  }

  int varint32(int wanted, int start, int end) throws MalformedProtoException {
    ProtoReader at = last(wanted, start, end);
    return at == null ? 0 : at.varint32();
  }

  /// A string, bytes or a message; empty when it is not there.
  Bytes bytes(int wanted, int start, int end) throws MalformedProtoException {
    ProtoReader at = last(wanted, start, end);
    return at == null ? Bytes.EMPTY : at.bytes();
  }

  boolean has(int wanted, int start, int end) throws MalformedProtoException {
    return last(wanted, start, end) != null;
  }

  /// The tag of the field that counts in a message that is a choice of one, with the position at
  /// its value; 0 when there is none.
  int choice(int start, int end) throws MalformedProtoException {
    int chosen = 0;
    int value = start;
    reader.moveTo(start, end);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (isValue(tag)) {
        chosen = tag;
        value = reader.position();
      }
      reader.skip(tag);
    }
    reader.moveTo(value, end);
    return chosen;
  }

  private static boolean isValue(int tag) {
    return switch (tag) {
      case OtlpTags.VALUE_STRING,
          OtlpTags.VALUE_BOOL,
          OtlpTags.VALUE_INT,
          OtlpTags.VALUE_DOUBLE,
          OtlpTags.VALUE_ARRAY,
          OtlpTags.VALUE_KEY_VALUES,
          OtlpTags.VALUE_BYTES ->
          true;
      default -> false;
    };
  }

  void checkDepth(int depth) throws MalformedProtoException {
    if (depth > MAX_VALUE_DEPTH) {
      throw reader.malformed(
          reader.position(), "attribute values are nested deeper than " + MAX_VALUE_DEPTH);
    }
  }

  /// Where it stands after [#choice].
  ProtoReader reader() {
    return reader;
  }

  /// Visits each occurrence of a field that is a message. The visitor may walk as it likes.
  void each(int wanted, int start, int end, Visitor visitor) throws MalformedProtoException {
    int next = start;
    while (next < end) {
      reader.moveTo(next, end);
      int tag = reader.tag();
      if (tag == wanted) {
        int length = reader.skipBytes();
        next = reader.position();
        visitor.visit(next - length, next);
      } else {
        reader.skip(tag);
        next = reader.position();
      }
    }
  }
}
