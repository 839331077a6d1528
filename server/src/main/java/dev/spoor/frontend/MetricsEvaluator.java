package dev.spoor.frontend;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.Progress;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.metrics.MetricsAccumulator;
import dev.spoor.traceql.metrics.MetricsOperand;
import dev.spoor.traceql.metrics.MetricsResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Adds up spans of all sources, several at once, each span once: traces that may have the same
/// span in several places are left out there, brought together, and added after.
final class MetricsEvaluator {

  private final StoredBlocks stored;
  private final SplitTraces split;

  MetricsEvaluator(StoredBlocks stored, SplitTraces split) {
    this.stored = stored;
    this.split = split;
  }

  /// @param queries one for each tenant; all of their spans are added up
  MetricsAnswer evaluate(
      List<QueryRun> queries, MetricsLookup lookup, Progress<MetricsAnswer> progress)
      throws InterruptedException {
    List<Run> begun = new CopyOnWriteArrayList<>();
    Supplier<MetricsAnswer> soFar =
        () -> new MetricsAnswer(together(begun), QueryRun.partial(queries), QueryRun.cost(queries));
    List<Run> runs =
        Federation.all(
            queries,
            query -> {
              Run run = new Run(query, lookup);
              begun.add(run);
              query.watched(() -> progress.advanced(soFar));
              return run(run, query, lookup);
            });
    return new MetricsAnswer(together(runs), QueryRun.partial(queries), QueryRun.cost(queries));
  }

  /// What runs have added up, now or in the end. They stay as they are, since somebody may ask
  /// again how far the query was, even when it is over.
  ///
  /// The sum is no longer than what the runs hold, and the budget of the query does not count it,
  /// as it does not count answers: that somebody watches must not make an answer partial.
  private static MetricsResult together(List<Run> runs) {
    Run first = runs.getFirst();
    if (runs.size() == 1) {
      return first.finish();
    }
    MetricsAccumulator all = QueryBudget.UNLIMITED.with(first::empty);
    runs.forEach(run -> run.addTo(all));
    return all.finish();
  }

  private Run run(Run run, QueryRun query, MetricsLookup lookup) throws InterruptedException {
    List<MetricsOperand> operands = lookup.query().operands();
    for (int i = 0; i < operands.size() && query.wantsMore(); i++) {
      MetricsOperand operand = operands.get(i);
      FetchRequest request = operand.request(lookup.intervals());
      boolean whole = operand.needsWholeTraces();
      query.planned(
          PlanText.of(
              lookup.query().toString(),
              request,
              Optional.of(whole ? PlanText.WHOLE : PlanText.COPIES)));
      if (!operand.matchesNothing()) {
        SplitTraces.Found found =
            whole ? split.whole(query, request) : split.copies(query, request);
        List<SearchSource> sources =
            whole ? SearchSource.all(query, stored) : SearchSource.pieces(query, stored);
        run.scan("add up", i, request, sources, found);
        run.scan("add up split traces", i, request, found.together(), SplitTraces.Found.NONE);
      }
    }
    return run;
  }

  /// One query while it runs.
  private static final class Run {

    private final QueryRun query;
    private final MetricsLookup lookup;

    /// Guarded by itself.
    private final MetricsAccumulator total;

    Run(QueryRun query, MetricsLookup lookup) {
      this.query = query;
      this.lookup = lookup;
      this.total = query.with(this::empty);
    }

    MetricsAccumulator empty() {
      return lookup.query().accumulator(lookup.intervals(), lookup.limits());
    }

    void addTo(MetricsAccumulator all) {
      synchronized (total) {
        all.merge(total.partial());
      }
    }

    void scan(
        String what,
        int operand,
        FetchRequest request,
        List<SearchSource> sources,
        SplitTraces.Found elsewhere)
        throws InterruptedException {
      if (!query.wantsMore()) {
        return;
      }
      List<Job> jobs = new ArrayList<>();
      for (SearchSource source : sources) {
        jobs.add(new Job(source.name(), job -> addUp(operand, request, source, elsewhere, job)));
      }
      query.scan(what, jobs);
    }

    private void addUp(
        int operand,
        FetchRequest request,
        SearchSource source,
        SplitTraces.Found elsewhere,
        JobRun job)
        throws IOException {
      MetricsAccumulator own = empty();
      try {
        BatchCursor cursor =
            job.fetch(source.opener().open(), elsewhere.pieces(request, source.isRecent()));
        SpanBatch batch = cursor.next();
        while (batch != null && !own.isTruncated()) {
          job.budget().check();
          own.add(operand, batch, elsewhere.of(batch, source.isRecent()));
          batch = cursor.next();
        }
        job.budget().check();
        synchronized (total) {
          if (query.wantsMore()) {
            total.merge(own.partial());
            if (total.isTruncated()) {
              query.enough();
            }
          }
        }
      } finally {
        own.release();
      }
    }

    MetricsResult finish() {
      synchronized (total) {
        return total.finish();
      }
    }
  }
}
