package dev.spoor.frontend;

import dev.spoor.contract.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// How far a query over several tenants is: what each of them has told last, made one answer. Safe
/// for many threads.
final class FederatedProgress<T> {

  private final List<QueryRun> queries;
  private final Progress<T> watcher;
  private final Function<List<T>, T> joined;
  private final Map<QueryRun, Supplier<T>> latest = new ConcurrentHashMap<>();

  /// @param joined makes one answer of those of some of the tenants, in the order of `queries`
  FederatedProgress(List<QueryRun> queries, Progress<T> watcher, Function<List<T>, T> joined) {
    this.queries = List.copyOf(queries);
    this.watcher = watcher;
    this.joined = joined;
  }

  /// What the query of one tenant tells its progress to.
  Progress<T> of(QueryRun query) {
    if (queries.size() == 1) {
      return watcher;
    }
    return soFar -> {
      latest.put(query, soFar);
      watcher.advanced(this::soFar);
    };
  }

  private T soFar() {
    List<T> answers = new ArrayList<>();
    for (QueryRun query : queries) {
      Supplier<T> told = latest.get(query);
      if (told != null) {
        answers.add(told.get());
      }
    }
    return joined.apply(answers);
  }
}
