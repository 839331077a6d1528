package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The answer of `/api/v2/search/tag/…/values`, `tempopb.SearchTagValuesV2Response`.
public record TagValuesV2Response(List<TagValue> tagValues, MetadataMetrics metrics)
    implements Answer {

  public TagValuesV2Response {
    tagValues = List.copyOf(tagValues);
  }

  /// One value, `tempopb.TagValue`.
  ///
  /// @param type `string`, `int`, `float`, `bool`, `duration` or `keyword`
  public record TagValue(String type, String value) implements Answer {

    @Override
    public void writeTo(ProtoWriter writer) {
      writer.stringUnlessEmpty(1, type);
      writer.stringUnlessEmpty(2, value);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject()
          .stringUnlessEmpty("type", type)
          .stringUnlessEmpty("value", value)
          .endObject();
    }
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, tagValues);
    Messages.write(writer, 2, metrics);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.write(json, "tagValues", tagValues);
    Messages.write(json, "metrics", metrics);
    json.endObject();
  }

  /// The form for language models: the values by type, integers as numbers.
  public Bytes toLlmJson() {
    Map<String, List<String>> byType = new TreeMap<>();
    for (TagValue each : tagValues) {
      byType.computeIfAbsent(each.type(), _ -> new ArrayList<>()).add(each.value());
    }
    JsonWriter json = new JsonWriter();
    json.beginObject().name("tagValues").beginObject();
    byType.forEach((type, values) -> Messages.writeStrings(json, type, values));
    json.endObject().name("metrics");
    metrics.writeLlmTo(json);
    json.endObject();
    return json.finish();
  }
}
