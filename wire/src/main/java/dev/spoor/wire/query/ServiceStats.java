package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// How many spans of a trace one service has, and how many of them failed.
public record ServiceStats(int spanCount, int errorCount) implements Answer {

  @Override
  public void writeTo(ProtoWriter writer) {
    writer.uint32UnlessZero(1, spanCount);
    writer.uint32UnlessZero(2, errorCount);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject()
        .numberUnlessZero("spanCount", spanCount)
        .numberUnlessZero("errorCount", errorCount)
        .endObject();
  }
}
