package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// A span that stands for a series, `tempopb.Exemplar`.
///
/// @param value as it was measured; may be NaN
public record Exemplar(List<KeyValue> labels, double value, long timestampMillis)
    implements Answer {

  public Exemplar {
    labels = List.copyOf(labels);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, labels);
    Messages.writeUnlessZero(writer, 2, value);
    writer.varintUnlessZero(3, timestampMillis);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.writeUnlessEmpty(json, "labels", labels);
    Messages.writeUnlessZero(json, "value", value);
    json.name("timestampMs").int64(timestampMillis);
    json.endObject();
  }
}
