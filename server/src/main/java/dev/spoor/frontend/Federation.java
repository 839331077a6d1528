package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.query.SearchCombiner;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Makes one answer of those that several tenants got to the same query.
final class Federation {

  private Federation() {}

  /// Asks for one tenant.
  interface Query<T> {
    T of(QueryRun query) throws InterruptedException;
  }

  /// The answers of all, asked one after the other.
  static <T> List<T> each(List<QueryRun> queries, Query<T> query) throws InterruptedException {
    List<T> answers = new ArrayList<>();
    for (QueryRun each : queries) {
      answers.add(query.of(each));
    }
    return answers;
  }

  static SearchResult searches(List<SearchResult> answers, SearchLookup lookup) {
    if (answers.size() == 1) {
      return answers.getFirst();
    }
    SearchCombiner combiner = new SearchCombiner(lookup.limit(), true);
    answers.forEach(answer -> answer.traces().forEach(combiner::accept));
    return new SearchResult(
        combiner.traces(),
        partial(answers.stream().map(SearchResult::partial)),
        cost(answers.stream().map(SearchResult::cost)));
  }

  static TagNames names(List<TagNames> answers, TagNamesLookup lookup) {
    if (answers.size() == 1) {
      return answers.getFirst();
    }
    Map<Scope, List<String>> names = new EnumMap<>(Scope.class);
    for (Scope scope : lookup.scopes()) {
      TreeSet<String> sorted = new TreeSet<>();
      answers.forEach(answer -> sorted.addAll(answer.names().getOrDefault(scope, List.of())));
      if (!sorted.isEmpty()) {
        names.put(scope, cut(sorted.stream(), lookup.limits().entries()));
      }
    }
    return new TagNames(
        names,
        partial(answers.stream().map(TagNames::partial)),
        cost(answers.stream().map(TagNames::cost)));
  }

  static TagValues values(List<TagValues> answers, TagValuesLookup lookup) {
    if (answers.size() == 1) {
      return answers.getFirst();
    }
    Stream<Value> sorted =
        answers.stream()
            .flatMap(answer -> answer.values().stream())
            .distinct()
            .sorted(TagFinder.BY_TEXT);
    return new TagValues(
        cut(sorted, lookup.limits().entries()),
        partial(answers.stream().map(TagValues::partial)),
        cost(answers.stream().map(TagValues::cost)));
  }

  private static <E> List<E> cut(Stream<E> all, int entries) {
    return entries == 0 ? all.toList() : all.limit(entries).toList();
  }

  private static Optional<String> partial(Stream<Optional<String>> all) {
    return all.flatMap(Optional::stream).reduce((one, other) -> one + "; " + other);
  }

  private static QueryCost cost(Stream<QueryCost> all) {
    return all.reduce(QueryCost.NONE, QueryCost::plus);
  }
}
