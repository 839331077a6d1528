package dev.spoor.storage.columns;

import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Which traces a request can be about.
final class TraceSelection {

  private final FetchRequest request;

  TraceSelection(FetchRequest request) {
    this.request = request;
  }

  /// The traces of a batch that has them whole.
  OrdinalSet ofWhole(ColumnBatch batch) throws IOException {
    OrdinalSet traces = byConditions(batch, request.conditions());
    if (!traces.isEmpty()) {
      removeOutsideTime(batch, traces);
    }
    return traces;
  }

  /// The traces of a batch that may have pieces of them: those where a span of this piece can be
  /// part of the answer. Times and whatever depends on other spans are not looked at.
  OrdinalSet ofPieces(ColumnBatch batch) throws IOException {
    List<Condition> own = new ArrayList<>();
    for (Condition condition : request.conditions()) {
      if (!condition.field().dependsOnTrace()) {
        own.add(condition);
      }
    }
    boolean unknown = own.size() < request.conditions().size();
    if (unknown && !request.allConditions()) {
      return OrdinalSet.all(batch.traceCount());
    }
    return byConditions(batch, own);
  }

  private OrdinalSet byConditions(ColumnBatch batch, List<Condition> conditions)
      throws IOException {
    if (conditions.isEmpty()) {
      return OrdinalSet.all(batch.traceCount());
    }
    OrdinalSet none = new OrdinalSet(batch.traceCount());
    if (request.allConditions()) {
      for (Condition condition : conditions) {
        if (batch.dictionaryRulesOut(condition)) {
          return none;
        }
      }
    }
    OrdinalSet spans =
        request.allConditions()
            ? OrdinalSet.all(batch.spanCount())
            : new OrdinalSet(batch.spanCount());
    for (Condition condition : conditions) {
      if (request.allConditions()) {
        spans.and(batch.spansMatching(condition));
        if (spans.isEmpty()) {
          return none;
        }
      } else {
        spans.or(batch.spansMatching(condition));
      }
    }
    return tracesOf(batch, spans);
  }

  private static OrdinalSet tracesOf(ColumnBatch batch, OrdinalSet spans) {
    OrdinalSet traces = new OrdinalSet(batch.traceCount());
    int trace = 0;
    for (int span = spans.next(0); span >= 0; span = spans.next(batch.firstSpan(trace + 1))) {
      while (batch.firstSpan(trace + 1) <= span) {
        trace++;
      }
      traces.add(trace);
    }
    return traces;
  }

  private void removeOutsideTime(ColumnBatch batch, OrdinalSet traces) throws IOException {
    if (request.fromNanos() == Long.MIN_VALUE && request.toNanos() == Long.MAX_VALUE) {
      return;
    }
    TraceFacts facts = batch.facts();
    for (int trace = traces.next(0); trace >= 0; trace = traces.next(trace + 1)) {
      if (request.isTooLate(facts.start(trace)) || request.isTooEarly(facts.end(trace))) {
        traces.remove(trace);
      }
    }
  }
}
