package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.query.SearchCombiner;
import dev.spoor.traceql.query.SearchLimits;
import dev.spoor.traceql.query.TraceMatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs a search over sources, the newest first, several at once, until there are enough traces.
public final class Searcher {

  private final StoredBlocks stored;
  private final CpuPool pool;

  /// @param pool where sources are searched
  public Searcher(StoredBlocks stored, CpuPool pool) {
    this.stored = stored;
    this.pool = pool;
  }

  SearchResult search(
      Tenant tenant, SearchLookup lookup, RecentSnapshot snapshot, List<BlockMeta> blocks)
      throws InterruptedException {
    if (lookup.query().matchesNothing()) {
      return new SearchResult(List.of(), Optional.empty(), QueryCost.NONE);
    }
    List<SearchSource> sources = new ArrayList<>();
    Set<TraceId> elsewhere = Set.of();
    if (lookup.query().needsWholeTraces()) {
      FetchRequest request = lookup.query().request(lookup.fromNanos(), lookup.toNanos());
      SplitTraces split = new SplitTraces.Finder(tenant, snapshot, blocks, stored).whole(request);
      elsewhere = split.ids();
      sources.addAll(split.together());
    }
    int together = sources.size();
    sources.addAll(SearchSource.all(tenant, snapshot, blocks, stored));
    Run run = new Run(lookup, sources, together, elsewhere);
    run.scan.run(pool, tenant);
    return new SearchResult(
        run.combiner.traces(), run.scan.partial(snapshot), run.scan.cost(snapshot, blocks));
  }

  /// One search while it runs.
  private static final class Run {

    private final SearchLookup lookup;
    private final SearchLimits limits;
    private final FetchRequest request;
    private final int together;
    private final Set<TraceId> elsewhere;
    private final SourceScan scan;

    /// Guarded by itself.
    private final SearchCombiner combiner;

    /// @param together how many of the sources, from the first, have split traces in one piece
    /// @param elsewhere traces that count in these alone
    Run(SearchLookup lookup, List<SearchSource> sources, int together, Set<TraceId> elsewhere) {
      this.lookup = lookup;
      this.together = together;
      this.elsewhere = elsewhere;
      this.scan = new SourceScan("search", sources, this::search);
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

    private FetchCost search(int index, SearchSource source) throws IOException {
      synchronized (combiner) {
        if (combiner.oldestWanted().isPresent()
            && source.newestNanos() < combiner.oldestWanted().getAsLong()) {
          return FetchCost.NONE;
        }
      }
      boolean isWhole = index < together;
      try (BatchCursor cursor = source.opener().open().fetch(request)) {
        SpanBatch batch = cursor.next();
        while (batch != null && scan.wantsMore()) {
          if (!lookup.query().search(batch, limits, match -> accept(match, isWhole))) {
            scan.stop();
          }
          batch = cursor.next();
        }
        return cursor.cost();
      }
    }

    private boolean accept(TraceMatch match, boolean isWhole) {
      if (!isWhole && elsewhere.contains(match.id())) {
        return true;
      }
      synchronized (combiner) {
        return combiner.accept(match);
      }
    }
  }
}
