package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/// The answer of `/api/metrics/query_range`, `tempopb.QueryRangeResponse`.
///
/// @param partial why it may be incomplete, which sets the status to PARTIAL
public record QueryRangeResponse(
    List<TimeSeries> series, SearchMetrics metrics, Optional<String> partial) implements Answer {

  public QueryRangeResponse {
    series = List.copyOf(series);
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
