package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// An attribute value in an answer, `tempopb.common.v1.AnyValue`.
public sealed interface AnyValue extends Answer {

  record Text(String value) implements AnyValue {}

  record Bool(boolean value) implements AnyValue {}

  record Int(long value) implements AnyValue {}

  record Float(double value) implements AnyValue {}

  record Array(List<AnyValue> values) implements AnyValue {
    public Array {
      values = List.copyOf(values);
    }
  }

  @Override
  default void writeTo(ProtoWriter writer) {
    switch (this) {
      case Text(String value) -> writer.string(1, value);
      case Bool(boolean value) -> writer.bool(2, value);
      case Int(long value) -> writer.varint(3, value);
      case Float(double value) -> writer.float64(4, value);
      case Array(List<AnyValue> values) -> {
        int begun = writer.begin(5);
        Messages.write(writer, 1, values);
        writer.end(begun);
      }
    }
  }

  @Override
  default void writeTo(JsonWriter json) {
    json.beginObject();
    switch (this) {
      case Text(String value) -> json.name("stringValue").string(value);
      case Bool(boolean value) -> json.name("boolValue").bool(value);
      case Int(long value) -> json.name("intValue").int64(value);
      case Float(double value) -> json.name("doubleValue").number(value);
      case Array(List<AnyValue> values) -> {
        json.name("arrayValue").beginObject();
        Messages.writeUnlessEmpty(json, "values", values);
        json.endObject();
      }
    }
    json.endObject();
  }
}
