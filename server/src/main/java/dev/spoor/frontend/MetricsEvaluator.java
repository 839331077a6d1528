package dev.spoor.frontend;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.QueryCost;
import dev.spoor.model.TraceId;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.metrics.MetricsAccumulator;
import dev.spoor.traceql.metrics.MetricsOperand;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Adds up spans of all sources, several at once, each span once.
public final class MetricsEvaluator {

  private final StoredBlocks stored;
  private final CpuPool pool;

  /// @param pool where sources are added up
  public MetricsEvaluator(StoredBlocks stored, CpuPool pool) {
    this.stored = stored;
    this.pool = pool;
  }

  /// Adds up the spans of several tenants as if they were one's; the work is done in the turns of
  /// each.
  MetricsAnswer evaluate(MetricsLookup lookup, List<TenantData> all) throws InterruptedException {
    MetricsAccumulator total = lookup.query().accumulator(lookup.intervals(), lookup.limits());
    List<String> partial = new ArrayList<>();
    QueryCost cost = QueryCost.NONE;
    for (TenantData data : all) {
      Run run = run(lookup, data, total);
      run.scan.run(pool, data.tenant());
      run.scan.partial(data.snapshot()).ifPresent(partial::add);
      cost = cost.plus(run.scan.cost(data.snapshot(), data.blocks()));
    }
    return new MetricsAnswer(
        total.finish(),
        partial.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", partial)),
        cost);
  }

  private Run run(MetricsLookup lookup, TenantData data, MetricsAccumulator total) {
    List<SearchSource> sources = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    List<MetricsOperand> operands = lookup.query().operands();
    for (int i = 0; i < operands.size(); i++) {
      MetricsOperand operand = operands.get(i);
      if (operand.matchesNothing()) {
        continue;
      }
      FetchRequest request = operand.request(lookup.intervals());
      SplitTraces split =
          new SplitTraces.Finder(data.tenant(), data.snapshot(), data.blocks(), stored)
              .copies(request, operand.needsWholeTraces());
      for (SearchSource source : split.together()) {
        sources.add(source);
        jobs.add(new Job(i, request, Set.of()));
      }
      for (SearchSource source :
          SearchSource.all(data.tenant(), data.snapshot(), data.blocks(), stored)) {
        sources.add(source);
        jobs.add(new Job(i, request, split.ids()));
      }
    }
    return new Run(lookup, sources, jobs, total);
  }

  /// What to do with a source.
  ///
  /// @param operand its place among those of the query
  /// @param elsewhere traces that do not count in this source
  private record Job(int operand, FetchRequest request, Set<TraceId> elsewhere) {}

  /// One query while it runs.
  private static final class Run {

    private final MetricsLookup lookup;
    private final List<Job> jobs;
    private final SourceScan scan;

    /// Guarded by itself.
    private final MetricsAccumulator total;

    Run(
        MetricsLookup lookup,
        List<SearchSource> sources,
        List<Job> jobs,
        MetricsAccumulator total) {
      this.lookup = lookup;
      this.jobs = jobs;
      this.scan = new SourceScan("metrics", sources, this::addUp);
      this.total = total;
    }

    private FetchCost addUp(int index, SearchSource source) throws IOException {
      Job job = jobs.get(index);
      MetricsAccumulator own = lookup.query().accumulator(lookup.intervals(), lookup.limits());
      try (BatchCursor cursor = source.opener().open().fetch(job.request)) {
        SpanBatch batch = cursor.next();
        while (batch != null && scan.wantsMore() && !own.isTruncated()) {
          own.add(job.operand, batch, elsewhere(batch, job.elsewhere));
          batch = cursor.next();
        }
        synchronized (total) {
          total.merge(own.partial());
          if (total.isTruncated()) {
            scan.stop();
          }
        }
        return cursor.cost();
      }
    }

    private static OrdinalSet elsewhere(SpanBatch batch, Set<TraceId> ids) {
      OrdinalSet traces = new OrdinalSet(batch.traceCount());
      if (!ids.isEmpty()) {
        for (int trace = 0; trace < batch.traceCount(); trace++) {
          if (ids.contains(new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)))) {
            traces.add(trace);
          }
        }
      }
      return traces;
    }
  }
}
