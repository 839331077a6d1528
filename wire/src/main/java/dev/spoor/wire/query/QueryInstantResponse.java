package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/// The answer of `/api/metrics/query`, `tempopb.QueryInstantResponse`. Grafana decodes it strictly:
/// no field may ever be added here.
///
/// @param partial why it may be incomplete, which sets the status to PARTIAL
public record QueryInstantResponse(
    List<InstantSeries> series, SearchMetrics metrics, Optional<String> partial) implements Answer {

  public QueryInstantResponse {
    series = List.copyOf(series);
  }

  /// A series of one value, `tempopb.InstantSeries`.
  public record InstantSeries(List<KeyValue> labels, double value) implements Answer {

    public InstantSeries {
      labels = List.copyOf(labels);
    }

    @Override
    public void writeTo(ProtoWriter writer) {
      Messages.write(writer, 1, labels);
      Messages.writeUnlessZero(writer, 2, value);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject();
      Messages.writeUnlessEmpty(json, "labels", labels);
      Messages.writeUnlessZero(json, "value", value);
      json.endObject();
    }
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, series);
    Messages.write(writer, 2, metrics);
    Messages.writePartial(writer, 3, partial);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.write(json, "series", series);
    Messages.write(json, "metrics", metrics);
    Messages.writePartial(json, partial);
    json.endObject();
  }
}
