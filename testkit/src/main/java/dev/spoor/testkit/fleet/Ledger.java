package dev.spoor.testkit.fleet;

import dev.spoor.model.TraceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What was sent, and what was acknowledged: the measure of what must be found. Safe for many
/// threads.
public final class Ledger {

  private final Map<TraceId, Entry> traces = new ConcurrentHashMap<>();

  private static final class Entry {
    final Set<Long> sent = new HashSet<>();
    final Set<Long> acknowledged = new HashSet<>();
  }

  /// Before a request goes out.
  public void sent(FleetRequest request) {
    for (SpanRef span : request.spans()) {
      Entry entry = entry(span);
      synchronized (entry) {
        entry.sent.add(span.spanId());
      }
    }
  }

  /// After its success came back.
  public void acknowledged(FleetRequest request) {
    for (SpanRef span : request.spans()) {
      Entry entry = entry(span);
      synchronized (entry) {
        entry.acknowledged.add(span.spanId());
      }
    }
  }

  public Collection<TraceId> traces() {
    return List.copyOf(traces.keySet());
  }

  /// How many spans were acknowledged.
  public long acknowledgedSpans() {
    long spans = 0;
    for (Entry entry : traces.values()) {
      synchronized (entry) {
        spans += entry.acknowledged.size();
      }
    }
    return spans;
  }

  /// What a lookup shows of a trace, held against what is known of it.
  ///
  /// @param missing acknowledged spans that were not found
  /// @param phantoms found spans that were never sent
  /// @param doubled spans found more than once
  public record Verdict(List<Long> missing, List<Long> phantoms, List<Long> doubled) {

    public boolean isClean() {
      return missing.isEmpty() && phantoms.isEmpty() && doubled.isEmpty();
    }
  }

  public Verdict judge(TraceId trace, List<Long> found) {
    Entry entry = traces.getOrDefault(trace, new Entry());
    synchronized (entry) {
      Set<Long> seen = new HashSet<>();
      List<Long> doubled = new ArrayList<>();
      for (Long span : found) {
        if (!seen.add(span)) {
          doubled.add(span);
        }
      }
      List<Long> missing =
          entry.acknowledged.stream().filter(span -> !seen.contains(span)).toList();
      List<Long> phantoms = seen.stream().filter(span -> !entry.sent.contains(span)).toList();
      return new Verdict(missing, phantoms, doubled);
    }
  }

  private Entry entry(SpanRef span) {
    return traces.computeIfAbsent(
        new TraceId(span.traceHigh(), span.traceLow()), id -> new Entry());
  }
}
