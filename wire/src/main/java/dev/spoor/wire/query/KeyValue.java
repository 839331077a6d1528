package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// An attribute in an answer, `tempopb.common.v1.KeyValue`.
public record KeyValue(String key, AnyValue value) implements Answer {

  @Override
  public void writeTo(ProtoWriter writer) {
    writer.stringUnlessEmpty(1, key);
    Messages.write(writer, 2, value);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject().stringUnlessEmpty("key", key);
    Messages.write(json, "value", value);
    json.endObject();
  }
}
