package dev.spoor.it;

import dev.spoor.model.TraceId;
import dev.spoor.testkit.fleet.Ledger;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Optional;

/// What was found by id of everything in a ledger.
///
/// @param traces how many were looked up
/// @param spans that were acknowledged
/// @param missing of these
/// @param phantoms found and never sent
/// @param doubled found more than once in an answer
record Audit(long traces, long spans, long missing, long phantoms, long doubled) {

  static final Audit NOTHING = new Audit(0, 0, 0, 0, 0);

  static Audit of(Ledger ledger, SpoorClient client) throws Exception {
    long missing = 0;
    long phantoms = 0;
    long doubled = 0;
    for (TraceId id : ledger.traces()) {
      Optional<List<Span>> found = client.find(id);
      Ledger.Verdict verdict = ledger.judge(id, idsOf(found.orElse(List.of())));
      missing += verdict.missing().size();
      phantoms += verdict.phantoms().size();
      doubled += verdict.doubled().size();
    }
    return new Audit(
        ledger.traces().size(), ledger.acknowledgedSpans(), missing, phantoms, doubled);
  }

  Audit plus(Audit other) {
    return new Audit(
        traces + other.traces,
        spans + other.spans,
        missing + other.missing,
        phantoms + other.phantoms,
        doubled + other.doubled);
  }

  boolean isClean() {
    return missing == 0 && phantoms == 0 && doubled == 0;
  }

  private static List<Long> idsOf(List<Span> spans) {
    return spans.stream().map(span -> span.getSpanId().asReadOnlyByteBuffer().getLong()).toList();
  }
}
