package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// What a search or a metrics query cost, `tempopb.SearchMetrics`.
public record SearchMetrics(
    int inspectedTraces,
    long inspectedBytes,
    int totalBlocks,
    int completedJobs,
    int totalJobs,
    long totalBlockBytes,
    long inspectedSpans)
    implements Answer {

  @Override
  public void writeTo(ProtoWriter writer) {
    writer.uint32UnlessZero(1, inspectedTraces);
    writer.varintUnlessZero(2, inspectedBytes);
    writer.uint32UnlessZero(3, totalBlocks);
    writer.uint32UnlessZero(4, completedJobs);
    writer.uint32UnlessZero(5, totalJobs);
    writer.varintUnlessZero(6, totalBlockBytes);
    writer.varintUnlessZero(7, inspectedSpans);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject()
        .numberUnlessZero("inspectedTraces", inspectedTraces)
        .uint64UnlessZero("inspectedBytes", inspectedBytes)
        .numberUnlessZero("totalBlocks", totalBlocks)
        .numberUnlessZero("completedJobs", completedJobs)
        .numberUnlessZero("totalJobs", totalJobs)
        .uint64UnlessZero("totalBlockBytes", totalBlockBytes)
        .uint64UnlessZero("inspectedSpans", inspectedSpans)
        .endObject();
  }
}
