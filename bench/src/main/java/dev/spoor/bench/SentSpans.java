package dev.spoor.bench;

import dev.spoor.model.TraceId;
import dev.spoor.testkit.fleet.SpanRef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// The spans of a ledger by trace: what must be found, and what may be.
final class SentSpans {

  private final Map<TraceId, Trace> traces = new HashMap<>();

  private static final class Trace {
    final BitSet sent = new BitSet();
    final BitSet acknowledged = new BitSet();
  }

  void add(long high, long low, int number, boolean acknowledged) {
    Trace trace = traces.computeIfAbsent(new TraceId(high, low), id -> new Trace());
    trace.sent.set(number);
    if (acknowledged) {
      trace.acknowledged.set(number);
    }
  }

  int traceCount() {
    return traces.size();
  }

  long acknowledgedSpans() {
    return traces.values().stream().mapToLong(trace -> trace.acknowledged.cardinality()).sum();
  }

  /// Some traces of which spans were acknowledged, or all when there are not more, in an order that
  /// follows from the seed.
  List<TraceId> sample(int count, long seed) {
    List<TraceId> ids = new ArrayList<>();
    traces.forEach((id, trace) -> {
      if (!trace.acknowledged.isEmpty()) {
        ids.add(id);
      }
    });
    Collections.sort(ids);
    Collections.shuffle(ids, new Random(seed));
    return List.copyOf(ids.subList(0, Math.min(count, ids.size())));
  }

  /// What is wrong with an answer.
  ///
  /// @param missing acknowledged spans that it lacks
  /// @param phantoms spans in it that were never sent
  /// @param doubled spans that are in it again
  record Verdict(int missing, int phantoms, int doubled) {

    boolean isClean() {
      return missing == 0 && phantoms == 0 && doubled == 0;
    }
  }

  /// Holds the span ids that were found for a trace against what is known of it.
  Verdict judge(TraceId id, long[] found) {
    Trace trace = traces.getOrDefault(id, new Trace());
    Set<Long> unseen = new HashSet<>();
    trace.sent.stream().forEach(number -> unseen.add(SpanRef.spanId(id.low(), number)));
    Set<Long> seen = new HashSet<>();
    int phantoms = 0;
    int doubled = 0;
    for (long span : found) {
      if (!seen.add(span)) {
        doubled++;
      } else if (!unseen.remove(span)) {
        phantoms++;
      }
    }
    int missing =
        (int)
            trace.acknowledged.stream()
                .filter(number -> !seen.contains(SpanRef.spanId(id.low(), number)))
                .count();
    return new Verdict(missing, phantoms, doubled);
  }
}
