package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// The answer of `/api/v2/search/tags`, `tempopb.SearchTagsV2Response`.
public record TagsV2Response(List<Scope> scopes, MetadataMetrics metrics) implements Answer {

  public TagsV2Response {
    scopes = List.copyOf(scopes);
  }

  /// The names of one scope, `tempopb.SearchTagsV2Scope`.
  public record Scope(String name, List<String> tags) implements Answer {

    public Scope {
      tags = List.copyOf(tags);
    }

    @Override
    public void writeTo(ProtoWriter writer) {
      writer.stringUnlessEmpty(1, name);
      Messages.writeStrings(writer, 2, tags);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject().stringUnlessEmpty("name", name);
      Messages.writeStrings(json, "tags", tags);
      json.endObject();
    }
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, scopes);
    Messages.write(writer, 2, metrics);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.write(json, "scopes", scopes);
    Messages.write(json, "metrics", metrics);
    json.endObject();
  }
}
