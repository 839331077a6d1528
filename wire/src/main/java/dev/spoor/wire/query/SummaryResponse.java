package dev.spoor.wire.query;

import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.util.List;

/// The answer of `/api/metrics/summary`, `tempopb.SpanMetricsSummaryResponse`.
public record SummaryResponse(List<Summary> summaries) implements Answer {

  public SummaryResponse {
    summaries = List.copyOf(summaries);
  }

  /// The spans of one group, `tempopb.SpanMetricsSummary`. Durations in nanoseconds.
  public record Summary(
      long spanCount,
      long errorSpanCount,
      List<GroupKey> series,
      long p99,
      long p95,
      long p90,
      long p50)
      implements Answer {

    public Summary {
      series = List.copyOf(series);
    }

    @Override
    public void writeTo(ProtoWriter writer) {
      writer.varintUnlessZero(1, spanCount);
      writer.varintUnlessZero(2, errorSpanCount);
      Messages.write(writer, 3, series);
      writer.varintUnlessZero(4, p99);
      writer.varintUnlessZero(5, p95);
      writer.varintUnlessZero(6, p90);
      writer.varintUnlessZero(7, p50);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject()
          .uint64UnlessZero("spanCount", spanCount)
          .uint64UnlessZero("errorSpanCount", errorSpanCount);
      Messages.writeUnlessEmpty(json, "series", series);
      json.uint64UnlessZero("p99", p99)
          .uint64UnlessZero("p95", p95)
          .uint64UnlessZero("p90", p90)
          .uint64UnlessZero("p50", p50)
          .endObject();
    }
  }

  /// What a group has in common, `tempopb.KeyValue`.
  public record GroupKey(String key, Static value) implements Answer {

    @Override
    public void writeTo(ProtoWriter writer) {
      writer.stringUnlessEmpty(1, key);
      Messages.write(writer, 2, value);
    }

    @Override
    public void writeTo(JsonWriter json) {
      json.beginObject().stringUnlessEmpty("key", key);
      Messages.write(json, "value", value);
      json.endObject();
    }
  }

  /// A value of TraceQL, `tempopb.TraceQLStatic`: its type is a number, too.
  public sealed interface Static extends Answer {

    record Nil() implements Static {}

    record Int(long value) implements Static {}

    record Float(double value) implements Static {}

    record Text(String value) implements Static {}

    record Bool(boolean value) implements Static {}

    /// @param number 0 error, 1 ok, 2 unset
    record Status(int number) implements Static {}

    /// @param number 0 unspecified, 1 internal, 2 client, 3 server, 4 producer, 5 consumer
    record Kind(int number) implements Static {}

    private int type() {
      return switch (this) {
        case Nil _ -> 0;
        case Int _ -> 3;
        case Float _ -> 4;
        case Text _ -> 5;
        case Bool _ -> 6;
        case Status _ -> 8;
        case Kind _ -> 9;
      };
    }

    @Override
    default void writeTo(ProtoWriter writer) {
      writer.uint32UnlessZero(1, type());
      switch (this) {
        case Nil() -> {}
        case Int(long value) -> writer.varintUnlessZero(2, value);
        case Float(double value) -> Messages.writeUnlessZero(writer, 3, value);
        case Text(String value) -> writer.stringUnlessEmpty(4, value);
        case Bool(boolean value) -> writer.varintUnlessZero(5, value ? 1 : 0);
        case Status(int number) -> writer.uint32UnlessZero(7, number);
        case Kind(int number) -> writer.uint32UnlessZero(8, number);
      }
    }

    @Override
    default void writeTo(JsonWriter json) {
      json.beginObject().numberUnlessZero("type", type());
      switch (this) {
        case Nil() -> {}
        case Int(long value) -> {
          if (value != 0) {
            json.name("n").int64(value);
          }
        }
        case Float(double value) -> Messages.writeUnlessZero(json, "f", value);
        case Text(String value) -> json.stringUnlessEmpty("s", value);
        case Bool(boolean value) -> {
          if (value) {
            json.name("b").bool(true);
          }
        }
        case Status(int number) -> json.numberUnlessZero("status", number);
        case Kind(int number) -> json.numberUnlessZero("kind", number);
      }
      json.endObject();
    }
  }

  @Override
  public void writeTo(ProtoWriter writer) {
    Messages.write(writer, 1, summaries);
  }

  @Override
  public void writeTo(JsonWriter json) {
    json.beginObject();
    Messages.write(json, "summaries", summaries);
    json.endObject();
  }
}
