package dev.spoor.contract;

import dev.spoor.traceql.query.TraceMatch;
import java.util.List;
import java.util.Optional;

/// The traces that were found, the newest first.
///
/// @param partial why traces may be missing (blocks that could not be read); empty when none can be
public record SearchResult(List<TraceMatch> traces, Optional<String> partial, QueryCost cost) {

  public SearchResult {
    traces = List.copyOf(traces);
  }
}
