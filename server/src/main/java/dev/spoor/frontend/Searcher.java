package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.query.SearchCombiner;
import dev.spoor.traceql.query.SearchLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a search over sources, the newest first, several at once, until there are enough traces.
public final class Searcher {

  private static final Logger log = LoggerFactory.getLogger(Searcher.class);

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
    List<SearchSource> sources = sources(tenant, snapshot, blocks);
    Set<TraceId> elsewhere = Set.of();
    if (lookup.query().needsWholeTraces()) {
      SplitTraces split = splitTraces(tenant, lookup, snapshot, blocks);
      elsewhere = split.ids();
      sources.addFirst(new SearchSource("split traces", Long.MAX_VALUE, split::whole));
    }
    Run run = new Run(lookup, sources, elsewhere);
    run.await(pool);
    snapshot.unreadable().forEach(run.failures::add);
    Optional<String> partial =
        run.failures.isEmpty()
            ? Optional.empty()
            : Optional.of("some data could not be read: " + String.join("; ", run.failures));
    QueryCost cost =
        new QueryCost(
            blocks.size() + snapshot.blocks().size(),
            run.done.get(),
            blocks.stream().mapToLong(BlockMeta::size).sum(),
            run.sources.size(),
            run.done.get(),
            run.cost);
    return new SearchResult(run.combiner.traces(), partial, cost);
  }

  private SplitTraces splitTraces(
      Tenant tenant, SearchLookup lookup, RecentSnapshot snapshot, List<BlockMeta> blocks) {
    try {
      FetchRequest request = lookup.query().request(lookup.fromNanos(), lookup.toNanos());
      return SplitTraces.find(tenant, request, snapshot, blocks, stored);
    } catch (IOException failure) {
      throw new ServiceException(
          ErrorKind.INTERNAL, "recent traces could not be read: " + failure.getMessage(), failure);
    }
  }

  private List<SearchSource> sources(
      Tenant tenant, RecentSnapshot snapshot, List<BlockMeta> blocks) {
    List<SearchSource> sources = new ArrayList<>();
    for (SpanSource source : snapshot.sources()) {
      sources.add(new SearchSource(source.name(), Long.MAX_VALUE, () -> source));
    }
    for (BlockMeta block : blocks) {
      long newest = block.endTime().getEpochSecond() * 1_000_000_000L + block.endTime().getNano();
      sources.add(
          new SearchSource(
              "block " + block.blockId(),
              newest,
              () -> BlockSpanSource.of(stored.open(tenant, block))));
    }
    sources.sort(Comparator.comparingLong(SearchSource::newestNanos).reversed());
    return sources;
  }

  /// One search while it runs.
  private static final class Run {

    private final SearchLookup lookup;
    private final List<SearchSource> sources;
    private final SearchLimits limits;
    private final FetchRequest request;
    private final Set<TraceId> elsewhere;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /// Guarded by itself.
    private final SearchCombiner combiner;

    /// Guarded by `combiner`.
    private final List<String> failures = new ArrayList<>();

    /// Guarded by `combiner`.
    private FetchCost cost = FetchCost.NONE;

    private volatile boolean enough;

    /// @param elsewhere traces that count in the first source alone
    Run(SearchLookup lookup, List<SearchSource> sources, Set<TraceId> elsewhere) {
      this.lookup = lookup;
      this.elsewhere = elsewhere;
      this.sources = sources;
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

    /// Takes sources one after the other on as many threads as the pool has.
    void await(CpuPool pool) throws InterruptedException {
      int workers = Math.min(pool.size(), sources.size());
      List<Future<Boolean>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(pool.submit(this::work));
      }
      try {
        for (Future<Boolean> worker : running) {
          worker.get();
        }
      } catch (ExecutionException failure) {
        enough = true;
        throw known(failure.getCause());
      } finally {
        running.forEach(worker -> worker.cancel(true));
      }
    }

    private static RuntimeException known(@Nullable Throwable cause) {
      if (cause instanceof TraceQlException noAnswer) {
        return new ServiceException(
            ErrorKind.INTERNAL, String.valueOf(noAnswer.getMessage()), noAnswer);
      }
      if (cause instanceof RuntimeException failure) {
        return failure;
      }
      return new IllegalStateException(cause);
    }

    private Boolean work() {
      while (!enough && !Thread.currentThread().isInterrupted()) {
        int index = next.getAndIncrement();
        if (index >= sources.size()) {
          break;
        }
        SearchSource source = sources.get(index);
        try {
          search(source, index == 0);
          done.incrementAndGet();
        } catch (IOException failure) {
          log.warn("search: could not read {}, the answer is partial", source.name(), failure);
          synchronized (combiner) {
            failures.add(source.name() + ": " + failure.getMessage());
          }
        }
      }
      return true;
    }

    private void search(SearchSource source, boolean first) throws IOException {
      synchronized (combiner) {
        if (combiner.oldestWanted().isPresent()
            && source.newestNanos() < combiner.oldestWanted().getAsLong()) {
          return;
        }
      }
      try (BatchCursor cursor = source.opener().open().fetch(request)) {
        SpanBatch batch = cursor.next();
        while (batch != null && !enough && !Thread.currentThread().isInterrupted()) {
          boolean wantsMore =
              lookup
                  .query()
                  .search(
                      batch,
                      limits,
                      match -> {
                        if (!first && elsewhere.contains(match.id())) {
                          return true;
                        }
                        synchronized (combiner) {
                          return combiner.accept(match);
                        }
                      });
          if (!wantsMore) {
            enough = true;
          }
          batch = cursor.next();
        }
        synchronized (combiner) {
          cost = cost.plus(cursor.cost());
        }
      }
    }
  }
}
