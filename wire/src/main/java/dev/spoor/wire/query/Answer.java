package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;

/// A message of package `tempopb`, which can be answered in protobuf and in JSON.
public sealed interface Answer
    permits SearchResponse,
        TraceSearchMetadata,
        ServiceStats,
        SpanSet,
        SpanSet.Span,
        SearchMetrics,
        MetadataMetrics,
        KeyValue,
        AnyValue,
        TagsResponse,
        TagsV2Response,
        TagsV2Response.Scope,
        TagValuesResponse,
        TagValuesV2Response,
        TagValuesV2Response.TagValue,
        QueryRangeResponse,
        TimeSeries,
        Sample,
        Exemplar,
        QueryInstantResponse,
        QueryInstantResponse.InstantSeries,
        SummaryResponse,
        SummaryResponse.Summary,
        SummaryResponse.GroupKey,
        SummaryResponse.Static {

  /// Writes the fields, without tag and length around them.
  void writeTo(ProtoWriter writer);

  /// Writes the object, braces included.
  void writeTo(JsonWriter json);

  default Bytes toProtobuf() {
    ProtoWriter writer = new ProtoWriter();
    writeTo(writer);
    return writer.finish();
  }

  default Bytes toJson() {
    JsonWriter json = new JsonWriter();
    writeTo(json);
    return json.finish();
  }
}
