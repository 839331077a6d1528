package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// The answer of `/api/search/tags`, `tempopb.SearchTagsResponse`.
public record TagsResponse(List<String> tagNames, MetadataMetrics metrics) implements Answer {

  public TagsResponse {
    tagNames = List.copyOf(tagNames);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.writeStrings(writer, 1, tagNames);
    Messages.write(writer, 2, metrics);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.writeStrings(json, "tagNames", tagNames);
    Messages.write(json, "metrics", metrics);
    json.endObject();
  }
}
