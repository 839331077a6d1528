package dev.spoor.traceql.query;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.fetch.TraceSummary.ServiceStats;
import dev.spoor.traceql.query.TraceMatch.Attribute;
import dev.spoor.traceql.query.TraceMatch.MatchedSpanset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Joins what several sources found into one answer. Not thread-safe.
///
/// Pieces of one trace become one: earliest start, longest duration, the root that is known, and of
/// sets of spans with the same groups the one that matched most.
public final class SearchCombiner implements TraceMatchConsumer {

  private final int limit;
  private final boolean newest;
  private final Map<TraceId, TraceMatch> traces = new HashMap<>();

  /// @param limit most traces in the answer, positive
  /// @param newest whether they have to be the newest of all, or may be any
  public SearchCombiner(int limit, boolean newest) {
    this.limit = limit;
    this.newest = newest;
  }

  /// @return false when nothing that may still come could change which traces are in the answer
  @Override
  public boolean accept(TraceMatch match) {
    TraceMatch known = traces.get(match.id());
    if (known != null) {
      traces.put(match.id(), merge(known, match));
    } else if (newest || traces.size() < limit) {
      traces.put(match.id(), match);
      if (traces.size() >= 2L * limit + 100) {
        keepNewest();
      }
    }
    return !isComplete();
  }

  /// Whether there are enough traces. Never when the newest are wanted; see [#oldestWanted].
  public boolean isComplete() {
    return !newest && traces.size() >= limit;
  }

  /// Empty as long as any trace is wanted, else the start (nanoseconds since the epoch) that a
  /// trace must have at least to get into the answer: sources that are older can be left out.
  public OptionalLong oldestWanted() {
    if (traces.size() < limit) {
      return OptionalLong.empty();
    }
    return newest
        ? OptionalLong.of(traces().getLast().startNanos())
        : OptionalLong.of(Long.MAX_VALUE);
  }

  /// At most as many traces as wanted, newest first.
  public List<TraceMatch> traces() {
    return traces.values().stream().sorted(TraceMatch.NEWEST_FIRST).limit(limit).toList();
  }

  private void keepNewest() {
    List<TraceMatch> kept = traces();
    traces.clear();
    kept.forEach(match -> traces.put(match.id(), match));
  }

  private static TraceMatch merge(TraceMatch a, TraceMatch b) {
    return new TraceMatch(
        a.id(),
        Math.min(a.startNanos(), b.startNanos()),
        Math.max(a.durationNanos(), b.durationNanos()),
        known(a.rootServiceName(), b.rootServiceName()),
        known(a.rootName(), b.rootName()),
        mergeServices(a.services(), b.services()),
        mergeSpansets(a.spansets(), b.spansets()));
  }

  private static String known(String a, String b) {
    return a.isEmpty() ? b : a;
  }

  private static List<ServiceStats> mergeServices(List<ServiceStats> a, List<ServiceStats> b) {
    Map<String, ServiceStats> services = new LinkedHashMap<>();
    a.forEach(stats -> services.put(stats.service(), stats));
    b.forEach(stats -> services.merge(stats.service(), stats, SearchCombiner::larger));
    return List.copyOf(services.values());
  }

  private static ServiceStats larger(ServiceStats a, ServiceStats b) {
    return new ServiceStats(
        a.service(), Math.max(a.spans(), b.spans()), Math.max(a.errors(), b.errors()));
  }

  private static List<MatchedSpanset> mergeSpansets(
      List<MatchedSpanset> a, List<MatchedSpanset> b) {
    Map<List<Attribute>, MatchedSpanset> spansets = new LinkedHashMap<>();
    List<MatchedSpanset> all = new ArrayList<>(a);
    all.addAll(b);
    for (MatchedSpanset spanset : all) {
      spansets.merge(
          groups(spanset),
          spanset,
          (first, second) -> second.matched() > first.matched() ? second : first);
    }
    return List.copyOf(spansets.values());
  }

  private static List<Attribute> groups(MatchedSpanset spanset) {
    return spanset.attributes().stream()
        .filter(attribute -> attribute.key().startsWith("by("))
        .toList();
  }
}
