package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// The answer of `/api/search/tag/…/values`, `tempopb.SearchTagValuesResponse`.
public record TagValuesResponse(List<String> tagValues, MetadataMetrics metrics) implements Answer {

  public TagValuesResponse {
    tagValues = List.copyOf(tagValues);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.writeStrings(writer, 1, tagValues);
    Messages.write(writer, 2, metrics);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.writeStrings(json, "tagValues", tagValues);
    Messages.write(json, "metrics", metrics);
    json.endObject();
  }
}
