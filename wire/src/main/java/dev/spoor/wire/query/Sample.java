package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// The value of a series at one time, `tempopb.Sample`.
public record Sample(long timestampMillis, double value) implements Answer {

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.writeUnlessZero(writer, 1, value);
    writer.varintUnlessZero(2, timestampMillis);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject().name("timestampMs").int64(timestampMillis);
    Messages.writeUnlessZero(json, "value", value);
    json.endObject();
  }
}
