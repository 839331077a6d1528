package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// Values over time, `tempopb.TimeSeries`.
///
/// @param samples without the times at which there is no value
public record TimeSeries(List<KeyValue> labels, List<Sample> samples, List<Exemplar> exemplars)
    implements Answer {

  public TimeSeries {
    labels = List.copyOf(labels);
    samples = List.copyOf(samples);
    exemplars = List.copyOf(exemplars);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, labels);
    Messages.write(writer, 2, samples);
    Messages.write(writer, 4, exemplars);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.writeUnlessEmpty(json, "labels", labels);
    Messages.writeUnlessEmpty(json, "samples", samples);
    Messages.writeUnlessEmpty(json, "exemplars", exemplars);
    json.endObject();
  }
}
