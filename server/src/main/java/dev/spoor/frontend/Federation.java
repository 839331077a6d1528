package dev.spoor.frontend;

import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes one answer of those that several tenants got to the same query.
final class Federation {

  private Federation() {}

  /// Asks for one tenant.
  interface Query<T> {
    T of(QueryRun query) throws InterruptedException;
  }

  /// The answers of all, asked at the same time, each in the turns of its own tenant; in the order
  /// of `queries`. A tenant that fails is left out and its query says why, as long as another one
  /// has an answer.
  ///
  /// @throws ServiceException when nobody has an answer, or the request or its time is to blame
  static <T> List<T> each(List<QueryRun> queries, Query<T> query) throws InterruptedException {
    if (queries.size() == 1) {
      return List.of(query.of(queries.getFirst()));
    }
    List<T> answers = new ArrayList<>();
    List<ServiceException> failures = new ArrayList<>();
    ask(
        queries,
        query,
        (run, asked) -> {
          try {
            answers.add(asked.get());
          } catch (ExecutionException failed) {
            ServiceException failure = ofOneTenant(failed.getCause());
            run.partial(String.valueOf(failure.getMessage()));
            failures.add(failure);
          }
        });
    if (answers.isEmpty()) {
      throw failures.getFirst();
    }
    return answers;
  }

  /// As [#each], for answers that are worth nothing without one of the tenants.
  ///
  /// @throws ServiceException naming the tenant who has none
  static <T> List<T> all(List<QueryRun> queries, Query<T> query) throws InterruptedException {
    if (queries.size() == 1) {
      return List.of(query.of(queries.getFirst()));
    }
    List<T> answers = new ArrayList<>();
    ask(
        queries,
        query,
        (run, asked) -> {
          try {
            answers.add(asked.get());
          } catch (ExecutionException failed) {
            ServiceException failure = ofOneTenant(failed.getCause());
            throw new ServiceException(
                failure.kind(),
                "tenant %s: %s".formatted(run.tenant(), failure.getMessage()),
                failure);
          }
        });
    return answers;
  }

  /// Takes what became of one tenant's query.
  private interface Taker<T> {
    void take(QueryRun run, Future<T> asked) throws InterruptedException;
  }

  private static <T> void ask(List<QueryRun> queries, Query<T> query, Taker<T> taker)
      throws InterruptedException {
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("query-tenant-", 0).factory())) {
      List<Future<T>> asked = new ArrayList<>();
      for (QueryRun each : queries) {
        asked.add(threads.submit(() -> query.of(each)));
      }
      try {
        for (int i = 0; i < asked.size(); i++) {
          taker.take(queries.get(i), asked.get(i));
        }
      } catch (InterruptedException | RuntimeException over) {
        // Nobody waits for the others any more; closing waits until they have noticed.
        threads.shutdownNow();
        throw over;
      }
    }
  }

  /// What may go wrong for one tenant alone; anything else is thrown.
  private static ServiceException ofOneTenant(@Nullable Throwable cause) {
    if (cause instanceof ServiceException failure) {
      return switch (failure.kind()) {
        case RESOURCE_EXHAUSTED, UNAVAILABLE, INTERNAL, TIMEOUT, NOT_FOUND, TOO_LARGE -> failure;
        case INVALID, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, CANCELED, API_TIMEOUT ->
            throw failure;
      };
    }
    throw cause instanceof RuntimeException unexpected
        ? unexpected
        : new IllegalStateException(cause);
  }

  static TagNames names(List<QueryRun> queries, List<TagNames> answers, TagNamesLookup lookup) {
    if (queries.size() == 1) {
      return answers.getFirst();
    }
    Map<Scope, List<String>> names = new EnumMap<>(Scope.class);
    Cut cut = new Cut(lookup.limits());
    for (Scope scope : lookup.scopes()) {
      TreeSet<String> sorted = new TreeSet<>();
      answers.forEach(answer -> sorted.addAll(answer.names().getOrDefault(scope, List.of())));
      List<String> some = cut.of(sorted.stream(), name -> name);
      if (!some.isEmpty()) {
        names.put(scope, some);
      }
    }
    return new TagNames(names, cut.partial(queries), QueryRun.cost(queries));
  }

  static TagValues values(List<QueryRun> queries, List<TagValues> answers, TagValuesLookup lookup) {
    if (queries.size() == 1) {
      return answers.getFirst();
    }
    Stream<Value> sorted =
        answers.stream()
            .flatMap(answer -> answer.values().stream())
            .distinct()
            .sorted(TagFinder.BY_TEXT);
    Cut cut = new Cut(lookup.limits());
    List<Value> some = cut.of(sorted, ValueText::plain);
    return new TagValues(some, cut.partial(queries), QueryRun.cost(queries));
  }

  /// As much as one tenant's answer may have.
  private static final class Cut {

    private final TagLimits limits;
    private long bytes;

    Cut(TagLimits limits) {
      this.limits = limits;
    }

    <E> List<E> of(Stream<E> all, Function<E, String> text) {
      Stream<E> some = limits.entries() == 0 ? all : all.limit(limits.entries());
      return some.takeWhile(each -> fits(text.apply(each).length())).toList();
    }

    private boolean fits(int length) {
      bytes += length;
      return limits.bytes() == 0 || bytes <= limits.bytes();
    }

    /// Why the answer may be incomplete: since one of the tenants' is, or since all together are
    /// too much.
    Optional<String> partial(List<QueryRun> queries) {
      Optional<String> of = QueryRun.partial(queries);
      String here = TagFinder.cutOff(limits);
      return limits.bytes() == 0 || bytes <= limits.bytes()
          ? of
          : Optional.of(of.map(why -> why.contains(here) ? why : why + "; " + here).orElse(here));
    }
  }
}
