package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// The answer of `/api/search`, `tempopb.SearchResponse`. Grafana decodes it strictly: no field may
/// ever be added here.
public record SearchResponse(List<TraceSearchMetadata> traces, SearchMetrics metrics)
    implements Answer {

  public SearchResponse {
    traces = List.copyOf(traces);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, traces);
    Messages.write(writer, 2, metrics);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.write(json, "traces", traces);
    Messages.write(json, "metrics", metrics);
    json.endObject();
  }
}
