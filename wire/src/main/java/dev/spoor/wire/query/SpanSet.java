package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.HexFormat;
import java.util.List;

/// Spans of one trace that a query matched, `tempopb.SpanSet`.
///
/// @param spans as many of them as were asked for
/// @param matched how many there are in all
/// @param attributes what the query computed over them
public record SpanSet(List<Span> spans, int matched, List<KeyValue> attributes) implements Answer {

  public SpanSet {
    spans = List.copyOf(spans);
    attributes = List.copyOf(attributes);
  }

  /// One span of a set, `tempopb.Span`.
  ///
  /// @param spanId big-endian
  /// @param name empty when the query did not ask for it
  /// @param startNanos since the epoch, unsigned
  public record Span(
      long spanId, String name, long startNanos, long durationNanos, List<KeyValue> attributes)
      implements Answer {

    public Span {
      attributes = List.copyOf(attributes);
    }

    @Override
    public void writeTo(ProtoWriter writer) {
      writer.string(1, hexId());
      writer.stringUnlessEmpty(2, name);
      writer.varintUnlessZero(3, startNanos);
      writer.varintUnlessZero(4, durationNanos);
      Messages.write(writer, 5, attributes);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject()
          .name("spanID")
          .string(hexId())
          .stringUnlessEmpty("name", name)
          .uint64UnlessZero("startTimeUnixNano", startNanos)
          .uint64UnlessZero("durationNanos", durationNanos);
      Messages.writeUnlessEmpty(json, "attributes", attributes);
      json.endObject();
    }

    /// 16 digits, unlike the trace's id with its leading zeros.
    private String hexId() {
      return HexFormat.of().toHexDigits(spanId);
    }
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, spans);
    writer.uint32UnlessZero(2, matched);
    Messages.write(writer, 3, attributes);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.writeUnlessEmpty(json, "spans", spans);
    json.numberUnlessZero("matched", matched);
    Messages.writeUnlessEmpty(json, "attributes", attributes);
    json.endObject();
  }
}
