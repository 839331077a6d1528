package dev.spoor.frontend;

import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.model.TraceId;
import dev.spoor.traceql.query.SearchCombiner;
import dev.spoor.traceql.query.TraceMatch;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes one answer of what several tenants found, again and again while they search. A trace that
/// was shown stays in the answer. Safe for many threads.
final class FederatedSearch {

  private final List<QueryRun> queries;
  private final SearchLookup lookup;

  /// Guarded by this.
  private final Set<TraceId> shown = new HashSet<>();

  FederatedSearch(List<QueryRun> queries, SearchLookup lookup) {
    this.queries = List.copyOf(queries);
    this.lookup = lookup;
  }

  /// Where the newest traces are wanted none is shown before the end: a tenant that is slower may
  /// have newer ones.
  SearchResult soFar(List<SearchResult> answers) {
    boolean isAnyWanted = !lookup.query().hints().mostRecent();
    return result(isAnyWanted ? chosen(answers) : List.of());
  }

  SearchResult whole(List<SearchResult> answers) {
    return queries.size() == 1 ? answers.getFirst() : result(chosen(answers));
  }

  private SearchResult result(List<TraceMatch> traces) {
    return new SearchResult(traces, QueryRun.partial(queries), QueryRun.cost(queries));
  }

  private synchronized List<TraceMatch> chosen(List<SearchResult> answers) {
    long most = (long) lookup.limit() * queries.size();
    SearchCombiner all = new SearchCombiner((int) Math.min(most, Integer.MAX_VALUE), true);
    answers.forEach(answer -> answer.traces().forEach(all::accept));
    List<TraceMatch> chosen =
        all.traces().stream()
            .sorted(Comparator.comparing(match -> !shown.contains(match.id())))
            .limit(lookup.limit())
            .sorted(TraceMatch.NEWEST_FIRST)
            .toList();
    chosen.forEach(match -> shown.add(match.id()));
    return chosen;
  }
}
