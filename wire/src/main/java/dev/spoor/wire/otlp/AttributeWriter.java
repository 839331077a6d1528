package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;

/// Writes attributes (`KeyValue`) of spans, resources, events and links.
public final class AttributeWriter {

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private AttributeWriter() {}

  /// @param field of the message that has the attribute
  /// @param value stored as it is, UTF-8 or not
  public static void string(ProtoWriter to, int field, Bytes key, Bytes value) {
    int attribute = to.begin(field);
    to.bytes(KEY, key);
    int any = to.begin(VALUE);
    to.bytes(1, value);
    to.end(any);
    to.end(attribute);
  }

  public static void bool(ProtoWriter to, int field, Bytes key, boolean value) {
    int attribute = to.begin(field);
    to.bytes(KEY, key);
    int any = to.begin(VALUE);
    to.bool(2, value);
    to.end(any);
    to.end(attribute);
  }

  public static void integer(ProtoWriter to, int field, Bytes key, long value) {
    int attribute = to.begin(field);
    to.bytes(KEY, key);
    int any = to.begin(VALUE);
    to.varint(3, value);
    to.end(any);
    to.end(attribute);
  }

  /// @param bits of the double
  public static void float64(ProtoWriter to, int field, Bytes key, long bits) {
    int attribute = to.begin(field);
    to.bytes(KEY, key);
    int any = to.begin(VALUE);
    to.fixed64(4, bits);
    to.end(any);
    to.end(attribute);
  }

  public static void bytes(ProtoWriter to, int field, Bytes key, Bytes value) {
    int attribute = to.begin(field);
    to.bytes(KEY, key);
    int any = to.begin(VALUE);
    to.bytes(7, value);
    to.end(any);
    to.end(attribute);
  }
}
