package dev.spoor.wire.query;

import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// One trace that a search found, `tempopb.TraceSearchMetadata`.
///
/// @param rootServiceName what stands there when the root is unknown is up to the caller
/// @param rootTraceName the root span's name; empty when unknown
/// @param startNanos since the epoch, unsigned
/// @param spanSets one, or one for each group of `by()`; none for a search by tags. The first is
///   also sent as `spanSet`, which older clients read
/// @param serviceStats by service name, over the whole trace
public record TraceSearchMetadata(
    TraceId traceId,
    String rootServiceName,
    String rootTraceName,
    long startNanos,
    int durationMillis,
    List<SpanSet> spanSets,
    SortedMap<String, ServiceStats> serviceStats)
    implements Answer {

  public TraceSearchMetadata {
    spanSets = List.copyOf(spanSets);
    serviceStats = new TreeMap<>(serviceStats);
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    writer.string(1, traceId.toShortHex());
    writer.stringUnlessEmpty(2, rootServiceName);
    writer.stringUnlessEmpty(3, rootTraceName);
    writer.varintUnlessZero(4, startNanos);
    writer.uint32UnlessZero(5, durationMillis);
    if (!spanSets.isEmpty()) {
      Messages.write(writer, 6, spanSets.getFirst());
    }
    Messages.write(writer, 7, spanSets);
    for (Map.Entry<String, ServiceStats> stats : serviceStats.entrySet()) {
      int begun = writer.begin(8);
      writer.stringUnlessEmpty(1, stats.getKey());
      Messages.write(writer, 2, stats.getValue());
      writer.end(begun);
    }
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject()
        .name("traceID")
        .string(traceId.toShortHex())
        .stringUnlessEmpty("rootServiceName", rootServiceName)
        .stringUnlessEmpty("rootTraceName", rootTraceName)
        .uint64UnlessZero("startTimeUnixNano", startNanos)
        .numberUnlessZero("durationMs", Integer.toUnsignedLong(durationMillis));
    if (!spanSets.isEmpty()) {
      Messages.write(json, "spanSet", spanSets.getFirst());
    }
    Messages.writeUnlessEmpty(json, "spanSets", spanSets);
    if (!serviceStats.isEmpty()) {
      json.name("serviceStats").beginObject();
      serviceStats.forEach((service, stats) -> Messages.write(json, service, stats));
      json.endObject();
    }
    json.endObject();
  }
}
