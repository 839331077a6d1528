package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// What a look-up of tags cost, `tempopb.MetadataMetrics`.
public record MetadataMetrics(
    long inspectedBytes, int totalJobs, int completedJobs, int totalBlocks, long totalBlockBytes)
    implements Answer {

  @Override
  public void writeTo(ProtoWriter writer) {
    writer.varintUnlessZero(1, inspectedBytes);
    writer.uint32UnlessZero(2, totalJobs);
    writer.uint32UnlessZero(3, completedJobs);
    writer.uint32UnlessZero(4, totalBlocks);
    writer.varintUnlessZero(5, totalBlockBytes);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject()
        .uint64UnlessZero("inspectedBytes", inspectedBytes)
        .numberUnlessZero("totalJobs", totalJobs)
        .numberUnlessZero("completedJobs", completedJobs)
        .numberUnlessZero("totalBlocks", totalBlocks)
        .uint64UnlessZero("totalBlockBytes", totalBlockBytes)
        .endObject();
  }

  /// Likewise, with all 64-bit integers as numbers.
  void writeLlmTo(JsonWriter json) {
    json.beginObject()
        .numberUnlessZero("inspectedBytes", inspectedBytes)
        .numberUnlessZero("totalJobs", totalJobs)
        .numberUnlessZero("completedJobs", completedJobs)
        .numberUnlessZero("totalBlocks", totalBlocks)
        .numberUnlessZero("totalBlockBytes", totalBlockBytes)
        .endObject();
  }
}
