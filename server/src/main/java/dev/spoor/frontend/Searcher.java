package dev.spoor.frontend;

import dev.spoor.contract.Progress;
import dev.spoor.contract.QueryCost;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.query.SearchCombiner;
import dev.spoor.traceql.query.SearchLimits;
import dev.spoor.traceql.query.TraceMatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs a search over sources, the newest first, several at once, until there are enough traces.
///
/// A query that looks at whole traces is decided for most of them by the one source that has them.
/// Those that several sources may have are left out there, brought together, and decided after. For
/// other queries each source is searched alone, and only what was found is completed: the few
/// traces of the answer of which several places have a part.
final class Searcher {

  /// Stands for the traces that are brought together: how new they are is not known before.
  private static final SearchSource SPLIT =
      new SearchSource(
          "split traces",
          Long.MAX_VALUE,
          true,
          () -> {
            throw new IllegalStateException("what is split is not known yet");
          });

  private final StoredBlocks stored;
  private final SplitTraces split;

  Searcher(StoredBlocks stored, SplitTraces split) {
    this.stored = stored;
    this.split = split;
  }

  SearchResult search(QueryRun query, SearchLookup lookup, Progress<SearchResult> progress)
      throws InterruptedException {
    query.planned(
        PlanText.of(
            lookup.query().toString(),
            lookup.query().request(lookup.fromNanos(), lookup.toNanos()),
            Optional.of(lookup.query().needsWholeTraces() ? PlanText.WHOLE : PlanText.PIECES)));
    if (lookup.query().matchesNothing()) {
      return new SearchResult(List.of(), Optional.empty(), QueryCost.NONE);
    }
    Run run = new Run(query, lookup);
    List<SearchSource> sources = SearchSource.all(query, stored);
    boolean whole = lookup.query().needsWholeTraces();
    SplitTraces.Found found = whole ? split.whole(query, run.request) : SplitTraces.Found.NONE;
    run.expects(sources);
    if (whole) {
      run.expects(List.of(SPLIT));
    }
    query.watched(() ->
        progress.advanced(() -> new SearchResult(run.certain(), query.partial(), query.cost())));
    run.scan("search", sources, found);
    if (whole && query.wantsMore()) {
      run.scan("search split traces", found.together(), SplitTraces.Found.NONE);
    }
    if (!whole) {
      run.complete(split);
    }
    return new SearchResult(run.traces(), query.partial(), query.cost());
  }

  /// One search while it runs.
  private static final class Run {

    private final QueryRun query;
    private final SearchLookup lookup;
    private final SearchLimits limits;
    private final FetchRequest request;

    /// Guarded by itself.
    private final SearchCombiner combiner;

    /// What is not yet searched to its end. Guarded by the combiner.
    private final Set<SearchSource> toCome = new HashSet<>();

    Run(QueryRun query, SearchLookup lookup) {
      this.query = query;
      this.lookup = lookup;
      boolean newest = lookup.query().hints().mostRecent();
      this.limits =
          new SearchLimits(
              lookup.limit(),
              lookup.spansPerSpanSet(),
              newest,
              lookup.fromNanos(),
              lookup.toNanos());
      this.request = lookup.query().request(lookup.fromNanos(), lookup.toNanos());
      this.combiner = new SearchCombiner(lookup.limit(), newest);
    }

    void expects(List<SearchSource> sources) {
      synchronized (combiner) {
        toCome.addAll(sources);
      }
    }

    void scan(String what, List<SearchSource> sources, SplitTraces.Found elsewhere)
        throws InterruptedException {
      List<Job> jobs = new ArrayList<>();
      for (SearchSource source : sources) {
        jobs.add(new Job(source.name(), job -> searchToItsEnd(source, elsewhere, job)));
      }
      query.scan(what, jobs);
    }

    private void searchToItsEnd(SearchSource source, SplitTraces.Found elsewhere, JobRun job)
        throws IOException {
      search(source, elsewhere, job);
      synchronized (combiner) {
        toCome.remove(source);
      }
    }

    private void search(SearchSource source, SplitTraces.Found elsewhere, JobRun job)
        throws IOException {
      synchronized (combiner) {
        if (combiner.oldestWanted().isPresent()
            && source.newestNanos() < combiner.oldestWanted().getAsLong()) {
          return;
        }
      }
      SpanSource spans = source.opener().open();
      BatchCursor cursor = job.fetch(spans, elsewhere.pieces(request, source.isRecent()));
      SpanBatch batch = cursor.next();
      while (batch != null && query.wantsMore()) {
        OrdinalSet left = elsewhere.of(batch, source.isRecent());
        if (!lookup.query().search(batch, limits, left, this::accept)) {
          query.enough();
        }
        batch = cursor.next();
      }
    }

    /// Searches the traces of the answer again that are in several places: a piece shows too few
    /// spans, too short a trace, and often not its root.
    void complete(SplitTraces split) throws InterruptedException {
      List<SearchSource> together = split.among(query, traces());
      List<Job> jobs = new ArrayList<>();
      for (SearchSource source : together) {
        jobs.add(
            new Job(
                source.name(),
                job -> {
                  BatchCursor cursor = job.fetch(source.opener().open(), request);
                  for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
                    OrdinalSet none = new OrdinalSet(batch.traceCount());
                    lookup.query().search(batch, all(), none, this::replace);
                  }
                }));
      }
      if (!jobs.isEmpty()) {
        query.scan("search split traces of the answer", jobs);
      }
    }

    private SearchLimits all() {
      return new SearchLimits(
          Integer.MAX_VALUE, limits.spansPerSpanset(), false, limits.fromNanos(), limits.toNanos());
    }

    private boolean replace(TraceMatch match) {
      synchronized (combiner) {
        combiner.accept(match);
        return query.wantsMore();
      }
    }

    private boolean accept(TraceMatch match) {
      synchronized (combiner) {
        return query.wantsMore() && combiner.accept(match);
      }
    }

    List<TraceMatch> traces() {
      synchronized (combiner) {
        return combiner.traces();
      }
    }

    /// The traces that stay in the answer, whatever comes: where the newest are wanted, those that
    /// start after everything that is still to be searched.
    List<TraceMatch> certain() {
      synchronized (combiner) {
        if (!limits.newest()) {
          return combiner.traces();
        }
        long newest = toCome.stream().mapToLong(SearchSource::newestNanos).max().orElse(0);
        return combiner.traces().stream().filter(match -> match.startNanos() > newest).toList();
      }
    }
  }
}
