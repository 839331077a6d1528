package dev.spoor.api;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.SearchResult;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.query.TraceMatch;
import dev.spoor.wire.query.AnyValue;
import dev.spoor.wire.query.KeyValue;
import dev.spoor.wire.query.SearchMetrics;
import dev.spoor.wire.query.SearchResponse;
import dev.spoor.wire.query.ServiceStats;
import dev.spoor.wire.query.SpanSet;
import dev.spoor.wire.query.TraceSearchMetadata;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Search results as the API prints them.
final class SearchAnswers {

  private static final String NO_ROOT = "<root span not yet received>";
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private SearchAnswers() {}

  /// @param withSpanSets false for searches by tags alone, which show traces and no spans
  static SearchResponse of(SearchResult result, boolean withSpanSets) {
    return new SearchResponse(
        result.traces().stream().map(match -> trace(match, withSpanSets)).toList(),
        metrics(result.cost()));
  }

  private static TraceSearchMetadata trace(TraceMatch match, boolean withSpanSets) {
    SortedMap<String, ServiceStats> services = new TreeMap<>();
    for (TraceSummary.ServiceStats service : match.services()) {
      services.put(service.service(), new ServiceStats(service.spans(), service.errors()));
    }
    return new TraceSearchMetadata(
        match.id(),
        match.rootServiceName().isEmpty() ? NO_ROOT : match.rootServiceName(),
        match.rootName(),
        match.startNanos(),
        (int) Math.min(Integer.MAX_VALUE, match.durationNanos() / NANOS_PER_MILLI),
        withSpanSets ? match.spansets().stream().map(SearchAnswers::spanSet).toList() : List.of(),
        services);
  }

  private static SpanSet spanSet(TraceMatch.MatchedSpanset set) {
    return new SpanSet(
        set.spans().stream().map(SearchAnswers::span).toList(),
        set.matched(),
        attributes(set.attributes()));
  }

  private static SpanSet.Span span(TraceMatch.MatchedSpan span) {
    return new SpanSet.Span(
        HexFormat.fromHexDigitsToLong(span.spanId()),
        span.name().orElse(""),
        span.startNanos(),
        span.durationNanos(),
        attributes(span.attributes()));
  }

  private static List<KeyValue> attributes(List<TraceMatch.Attribute> attributes) {
    return attributes.stream()
        .map(attribute -> new KeyValue(attribute.key(), value(attribute.value())))
        .toList();
  }

  private static AnyValue value(Value value) {
    return switch (value) {
      case Value.Int(long number) -> new AnyValue.Int(number);
      case Value.Float(double number) -> new AnyValue.Float(number);
      case Value.Bool(boolean bool) -> new AnyValue.Bool(bool);
      case Value.Str(String text) -> new AnyValue.Text(text);
      case Value.Array(List<Value> elements) ->
          new AnyValue.Array(elements.stream().map(SearchAnswers::value).toList());
      case Value.Duration _, Value.Status _, Value.Kind _, Value.Nil _, Value.Opaque _ ->
          new AnyValue.Text(ValueText.plain(value));
    };
  }

  private static SearchMetrics metrics(QueryCost cost) {
    return new SearchMetrics(
        (int) Math.min(Integer.MAX_VALUE, cost.fetch().traces()),
        cost.fetch().bytesRead(),
        cost.blocks(),
        cost.jobsDone(),
        cost.jobs(),
        cost.blockBytes(),
        0);
  }
}
