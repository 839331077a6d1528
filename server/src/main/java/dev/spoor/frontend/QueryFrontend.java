package dev.spoor.frontend;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
import dev.spoor.contract.Progress;
import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.RecentSpans;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceQueries;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.Tenants;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// Plans a query over what the ingester holds and what is in the object store, runs it, and brings
/// the answers together.
///
/// The ingester is asked first and the blocklist after it: a block that left the ingester before it
/// was asked is in the list.
public final class QueryFrontend implements TraceQueries {

  private static final String LIST_UNKNOWN =
      "the blocklist could not be read from the object store yet; try again";

  /// Parts of a trace that lie further outside of the time range than this are not brought to the
  /// parts within it.
  static final long NEAR_NANOS = 3_600_000_000_000L;

  private final RecentSpans recent;
  private final StoredBlocks stored;
  private final CpuPool pool;
  private final QueryLimits limits;
  private final TraceFinder finder;
  private final Searcher searcher;
  private final TagFinder tags;
  private final MetricsEvaluator evaluator;
  private final FrontendMetrics metrics;

  /// @param pool where jobs run
  /// @param traceIds which blocks have parts of the same traces
  public QueryFrontend(
      RecentSpans recent,
      StoredBlocks stored,
      BlockTraceIds traceIds,
      CpuPool pool,
      QueryLimits limits,
      FrontendMetrics metrics) {
    SplitTraces split = new SplitTraces(stored, traceIds);
    this.recent = recent;
    this.stored = stored;
    this.pool = pool;
    this.limits = limits;
    this.finder = new TraceFinder(stored, limits.answers());
    this.searcher = new Searcher(stored, split);
    this.tags = new TagFinder(stored);
    this.evaluator = new MetricsEvaluator(stored, split);
    this.metrics = metrics;
  }

  /// That a trace is not there is only said by a blocklist that is fresh enough to know.
  @Override
  public TraceResult traceById(Tenants tenants, TraceLookup lookup) throws InterruptedException {
    AtomicBoolean anyGone = new AtomicBoolean();
    TraceResult result = traceByKnownBlocks(tenants, lookup, anyGone);
    if (anyGone.get()) { // the list of now has what took the place of the block
      result.close();
      result = traceByKnownBlocks(tenants, lookup, new AtomicBoolean());
    }
    return result.trace().isEmpty() && lookup.where().hasBlocks() && isRefreshed(tenants)
        ? traceByKnownBlocks(tenants, lookup, new AtomicBoolean())
        : result;
  }

  private boolean isRefreshed(Tenants tenants) {
    try {
      return stored.refresh(tenants);
    } catch (IOException failure) {
      throw new ServiceException(
          ErrorKind.UNAVAILABLE,
          "not found in the blocks known, and the blocklist is too old to say more: "
              + failure.getMessage(),
          failure);
    }
  }

  /// @param anyGone is told whether a block was not there any more
  private TraceResult traceByKnownBlocks(Tenants tenants, TraceLookup lookup, AtomicBoolean anyGone)
      throws InterruptedException {
    Range range =
        new Range(
            lookup.from().map(QueryFrontend::nanos).orElse(Long.MIN_VALUE),
            lookup.to().map(QueryFrontend::nanos).orElse(Long.MAX_VALUE),
            lookup.where());
    return answered(
        tenants,
        FrontendMetrics.Kind.TRACES,
        range,
        (queries, isListKnown) -> {
          TraceResult result = finder.find(queries, lookup);
          anyGone.set(queries.stream().anyMatch(QueryRun::anyGone));
          requireSomething(isListKnown || result.trace().isPresent());
          return result;
        },
        TraceResult::cost);
  }

  @Override
  public SearchResult search(Tenants tenants, SearchLookup lookup, Progress<SearchResult> progress)
      throws InterruptedException {
    return answered(
        tenants,
        FrontendMetrics.Kind.SEARCH,
        Range.of(lookup.fromNanos(), lookup.toNanos()),
        (queries, isListKnown) -> {
          FederatedSearch federated = new FederatedSearch(queries, lookup);
          FederatedProgress<SearchResult> all =
              new FederatedProgress<>(queries, progress, federated::soFar);
          SearchResult result =
              federated.whole(
                  Federation.each(queries, query -> searcher.search(query, lookup, all.of(query))));
          requireSomething(isListKnown || !result.traces().isEmpty());
          return result;
        },
        SearchResult::cost);
  }

  @Override
  public TagNames tagNames(Tenants tenants, TagNamesLookup lookup, Progress<TagNames> progress)
      throws InterruptedException {
    return answered(
        tenants,
        FrontendMetrics.Kind.METADATA,
        Range.of(lookup.fromNanos(), lookup.toNanos()),
        (queries, isListKnown) ->
            joined(
                queries,
                progress,
                answers -> Federation.names(queries, answers, lookup),
                (query, told) -> tags.names(query, lookup, told)),
        TagNames::cost);
  }

  @Override
  public TagValues tagValues(Tenants tenants, TagValuesLookup lookup, Progress<TagValues> progress)
      throws InterruptedException {
    return answered(
        tenants,
        FrontendMetrics.Kind.METADATA,
        Range.of(lookup.fromNanos(), lookup.toNanos()),
        (queries, isListKnown) ->
            joined(
                queries,
                progress,
                answers -> Federation.values(queries, answers, lookup),
                (query, told) -> tags.values(query, lookup, told)),
        TagValues::cost);
  }

  private interface Told<T> {
    T of(QueryRun query, Progress<T> told) throws InterruptedException;
  }

  /// Asks for each tenant whose blocklist is known, and makes one answer of theirs.
  private static <T> T joined(
      List<QueryRun> queries, Progress<T> progress, Function<List<T>, T> join, Told<T> ask)
      throws InterruptedException {
    FederatedProgress<T> all = new FederatedProgress<>(queries, progress, join);
    return join.apply(
        Federation.each(
            queries,
            query -> {
              requireSomething(query.isListKnown());
              return ask.of(query, all.of(query));
            }));
  }

  /// A sum over some of the data is no answer, so the blocklist has to be known.
  @Override
  public MetricsAnswer metrics(
      Tenants tenants, MetricsLookup lookup, Progress<MetricsAnswer> progress)
      throws InterruptedException {
    return answered(
        tenants,
        FrontendMetrics.Kind.METRICS,
        Range.of(lookup.intervals().start(), lookup.intervals().end()),
        (queries, isListKnown) -> {
          requireSomething(isListKnown);
          return evaluator.evaluate(queries, lookup, progress);
        },
        MetricsAnswer::cost);
  }

  /// Which time, in nanoseconds since the epoch, and which places.
  private record Range(long from, long to, TraceLookup.Where where) {

    static Range of(long from, long to) {
      return new Range(from, to, TraceLookup.Where.ALL);
    }

    Range wider() {
      return new Range(
          from < Long.MIN_VALUE + NEAR_NANOS ? Long.MIN_VALUE : from - NEAR_NANOS,
          to > Long.MAX_VALUE - NEAR_NANOS ? Long.MAX_VALUE : to + NEAR_NANOS,
          where);
    }

    boolean overlaps(BlockMeta block) {
      return nanos(block.startTime()) <= to && nanos(block.endTime()) >= from;
    }
  }

  private interface Query<T> {
    T run(List<QueryRun> queries, boolean isListKnown) throws InterruptedException;
  }

  /// @param question is asked of one run for each tenant
  private <T> T answered(
      Tenants tenants,
      FrontendMetrics.Kind kind,
      Range range,
      Query<T> question,
      Function<T, QueryCost> cost)
      throws InterruptedException {
    List<QueryRun> queries = QueryRun.ofEach(tenants, limits.of(kind), pool, metrics::jobEnded);
    try {
      boolean isListKnown = true;
      for (QueryRun query : queries) {
        isListKnown &= choose(query, range);
      }
      T answer = question.run(queries, isListKnown);
      completed(queries, kind, cost.apply(answer));
      return answer;
    } catch (InterruptedException canceled) {
      tenants.all().forEach(tenant -> metrics.canceled(tenant, kind));
      throw canceled;
    } finally {
      queries.forEach(this::countUnreadable);
      queries.forEach(query -> query.budget().end());
    }
  }

  private void countUnreadable(QueryRun query) {
    metrics.unreadable(query.tenant(), true, query.damaged());
    metrics.unreadable(query.tenant(), false, query.refusedByStore());
  }

  /// A query over several tenants is counted to each of them, what it read to the first.
  private void completed(List<QueryRun> queries, FrontendMetrics.Kind kind, QueryCost cost) {
    for (QueryRun query : queries) {
      QueryCost own = query == queries.getFirst() ? cost : QueryCost.NONE;
      metrics.completed(query.tenant(), kind, own, query.beganNanos());
    }
  }

  /// Chooses what to look into: the ingester first, and the blocklist after it.
  ///
  /// @return whether the blocklist is known
  private boolean choose(QueryRun query, Range range) {
    RecentSnapshot snapshot =
        range.where().hasIngesters() ? recent.snapshot(query.tenant()) : NothingRecent.INSTANCE;
    Optional<TenantBlocks> list =
        range.where().hasBlocks() ? stored.of(query.tenant()) : Optional.of(TenantBlocks.NONE);
    Range near = range.wider();
    List<BlockMeta> within = new ArrayList<>();
    List<BlockMeta> around = new ArrayList<>();
    List<BlockMeta> local = new ArrayList<>();
    List<BlockMeta> outside = new ArrayList<>();
    for (BlockMeta block : list.orElse(TenantBlocks.NONE).live().values()) {
      if (snapshot.blocks().contains(block.blockId())) {
        local.add(block);
      } else if (near.overlaps(block)) {
        around.add(block);
        (range.overlaps(block) ? within : outside).add(block);
      } else {
        outside.add(block);
      }
    }
    query.reads(snapshot, within, around);
    query.skips("outside the time range", outside);
    query.skips("the ingester still has them", local);
    if (list.isEmpty()) {
      query.listUnknown(LIST_UNKNOWN);
    }
    return list.isPresent();
  }

  /// What recent data alone had is an answer that says so; that it had nothing is none.
  private static void requireSomething(boolean isAnswer) {
    if (!isAnswer) {
      throw new ServiceException(ErrorKind.UNAVAILABLE, LIST_UNKNOWN);
    }
  }

  /// Clamped, since a meta may say the year 1.
  static long nanos(Instant time) {
    if (time.getEpochSecond() > Long.MAX_VALUE / 1_000_000_000L - 1) {
      return Long.MAX_VALUE;
    }
    if (time.getEpochSecond() < 0) {
      return 0;
    }
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
