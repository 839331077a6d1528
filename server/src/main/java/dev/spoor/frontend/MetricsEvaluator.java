package dev.spoor.frontend;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.Progress;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.metrics.MetricsAccumulator;
import dev.spoor.traceql.metrics.MetricsOperand;
import dev.spoor.traceql.metrics.MetricsResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Adds up spans of all sources, several at once, each span once.
public final class MetricsEvaluator {

  private final StoredBlocks stored;
  private final CpuPool pool;

  /// @param pool where sources are added up
  public MetricsEvaluator(StoredBlocks stored, CpuPool pool) {
    this.stored = stored;
    this.pool = pool;
  }

  MetricsAnswer evaluate(
      Tenant tenant,
      MetricsLookup lookup,
      RecentSnapshot snapshot,
      List<BlockMeta> blocks,
      Progress<MetricsAnswer> progress)
      throws InterruptedException {
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
          new SplitTraces.Finder(tenant, snapshot, blocks, stored)
              .copies(request, operand.needsWholeTraces());
      for (SearchSource source : split.together()) {
        sources.add(source);
        jobs.add(new Job(i, request, Set.of()));
      }
      for (SearchSource source : SearchSource.all(tenant, snapshot, blocks, stored)) {
        sources.add(source);
        jobs.add(new Job(i, request, split.ids()));
      }
    }
    Run run = new Run(lookup, sources, jobs);
    Supplier<MetricsAnswer> answer =
        () ->
            new MetricsAnswer(
                run.result(), run.scan.partial(snapshot), run.scan.cost(snapshot, blocks));
    run.scan.run(pool, () -> progress.advanced(answer));
    return answer.get();
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

    Run(MetricsLookup lookup, List<SearchSource> sources, List<Job> jobs) {
      this.lookup = lookup;
      this.jobs = jobs;
      this.scan = new SourceScan("metrics", sources, this::addUp);
      this.total = lookup.query().accumulator(lookup.intervals(), lookup.limits());
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

    MetricsResult result() {
      synchronized (total) {
        return total.finish();
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
