package dev.spoor.traceql.query;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.TraceSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A trace that a search found.
///
/// @param startNanos earliest start of a span, nanoseconds since the epoch
/// @param durationNanos from the earliest start to the latest end
/// @param rootServiceName `""` when the root is not known
/// @param rootName `""` when the root is not known
/// @param services spans and errors of the whole trace
public record TraceMatch(
    TraceId id,
    long startNanos,
    long durationNanos,
    String rootServiceName,
    String rootName,
    List<TraceSummary.ServiceStats> services,
    List<MatchedSpanset> spansets) {

  /// The order of traces in an answer.
  public static final Comparator<TraceMatch> NEWEST_FIRST =
      Comparator.comparingLong(TraceMatch::startNanos).reversed().thenComparing(TraceMatch::id);

  public TraceMatch {
    services = List.copyOf(services);
    spansets = List.copyOf(spansets);
  }

  /// @param spans some of the matched spans, by start
  /// @param matched how many there are
  /// @param attributes what aggregates and groups found out, such as `count()`, in order of
  ///   creation
  public record MatchedSpanset(List<MatchedSpan> spans, int matched, List<Attribute> attributes) {
    public MatchedSpanset {
      spans = List.copyOf(spans);
      attributes = List.copyOf(attributes);
    }
  }

  /// @param spanId 16 lower-case hex digits
  /// @param name present when the query mentions it
  /// @param attributes of the fields that the query mentions or selects, those that the span has
  public record MatchedSpan(
      String spanId,
      Optional<String> name,
      long startNanos,
      long durationNanos,
      List<Attribute> attributes) {
    public MatchedSpan {
      attributes = List.copyOf(attributes);
    }
  }

  /// @param value never nil: a group of spans that lack a value has the string `nil`
  public record Attribute(String key, Value value) {}
}
