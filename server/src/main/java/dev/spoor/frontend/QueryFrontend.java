package dev.spoor.frontend;

import dev.spoor.contract.MetricsAnswer;
import dev.spoor.contract.MetricsLookup;
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
import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Plans a query over what the ingester holds and what is in the object store, runs it, and brings
/// the answers together.
///
/// The ingester is asked first and the list of blocks after it: a block that left the ingester
/// before it was asked is in the list.
public final class QueryFrontend implements TraceQueries {

  private static final String LIST_UNKNOWN =
      "the list of blocks could not be read from the object store yet; try again";

  private final RecentSpans recent;
  private final StoredBlocks stored;
  private final TraceFinder finder;
  private final Searcher searcher;
  private final TagFinder tags;
  private final MetricsEvaluator evaluator;
  private final FrontendMetrics metrics;

  public QueryFrontend(
      RecentSpans recent,
      StoredBlocks stored,
      TraceFinder finder,
      Searcher searcher,
      TagFinder tags,
      MetricsEvaluator evaluator,
      FrontendMetrics metrics) {
    this.recent = recent;
    this.stored = stored;
    this.finder = finder;
    this.searcher = searcher;
    this.tags = tags;
    this.evaluator = evaluator;
    this.metrics = metrics;
  }

  @Override
  public TraceResult traceById(Tenants tenants, TraceLookup lookup) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      boolean isListKnown = true;
      List<TenantData> all = new ArrayList<>();
      for (Tenant tenant : tenants.all()) {
        RecentSnapshot snapshot =
            lookup.where() == TraceLookup.Where.BLOCKS
                ? NothingRecent.INSTANCE
                : recent.snapshot(tenant);
        Optional<TenantBlocks> list =
            lookup.where() == TraceLookup.Where.INGESTERS
                ? Optional.of(TenantBlocks.NONE)
                : stored.of(tenant);
        isListKnown &= list.isPresent();
        all.add(new TenantData(tenant, snapshot, blocksFor(list, lookup, snapshot)));
      }
      TraceResult result = finder.find(lookup, all);
      if (!isListKnown) {
        result = withoutBlocks(result);
      }
      completed(tenants, FrontendMetrics.Kind.TRACES, result.cost(), begin);
      return result;
    } catch (InterruptedException canceled) {
      metrics.canceled(tenants.first(), FrontendMetrics.Kind.TRACES);
      throw canceled;
    }
  }

  /// A query over several tenants is counted to each of them, what it read to the first.
  private void completed(
      Tenants tenants, FrontendMetrics.Kind kind, QueryCost cost, long beginNanos) {
    for (Tenant tenant : tenants.all()) {
      boolean isFirst = tenant.equals(tenants.first());
      metrics.completed(tenant, kind, isFirst ? cost : QueryCost.NONE, beginNanos);
    }
  }

  @Override
  public SearchResult search(Tenants tenants, SearchLookup lookup) throws InterruptedException {
    return new Federation<>(tenants, tenant -> search(tenant, lookup))
        .joined(answers -> Federation.searches(answers, lookup));
  }

  @Override
  public TagNames tagNames(Tenants tenants, TagNamesLookup lookup) throws InterruptedException {
    return new Federation<>(tenants, tenant -> tagNames(tenant, lookup))
        .joined(answers -> Federation.names(answers, lookup));
  }

  @Override
  public TagValues tagValues(Tenants tenants, TagValuesLookup lookup) throws InterruptedException {
    return new Federation<>(tenants, tenant -> tagValues(tenant, lookup))
        .joined(answers -> Federation.values(answers, lookup));
  }

  @Override
  public SearchResult search(Tenant tenant, SearchLookup lookup) throws InterruptedException {
    return measured(
        tenant,
        FrontendMetrics.Kind.SEARCH,
        SearchResult::cost,
        snapshot -> {
          Optional<TenantBlocks> list = stored.of(tenant);
          List<BlockMeta> blocks = between(list, snapshot, lookup.fromNanos(), lookup.toNanos());
          SearchResult result = searcher.search(tenant, lookup, snapshot, blocks);
          return list.isEmpty() ? withoutBlocks(result) : result;
        });
  }

  @Override
  public TagNames tagNames(Tenant tenant, TagNamesLookup lookup) throws InterruptedException {
    return measured(
        tenant,
        FrontendMetrics.Kind.METADATA,
        TagNames::cost,
        snapshot -> {
          Optional<TenantBlocks> list = Optional.of(knownList(tenant));
          List<BlockMeta> blocks = between(list, snapshot, lookup.fromNanos(), lookup.toNanos());
          return tags.names(tenant, lookup, snapshot, blocks);
        });
  }

  @Override
  public TagValues tagValues(Tenant tenant, TagValuesLookup lookup) throws InterruptedException {
    return measured(
        tenant,
        FrontendMetrics.Kind.METADATA,
        TagValues::cost,
        snapshot -> {
          Optional<TenantBlocks> list = Optional.of(knownList(tenant));
          List<BlockMeta> blocks = between(list, snapshot, lookup.fromNanos(), lookup.toNanos());
          return tags.values(tenant, lookup, snapshot, blocks);
        });
  }

  @Override
  public MetricsAnswer metrics(Tenants tenants, MetricsLookup lookup) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      List<TenantData> all = new ArrayList<>();
      for (Tenant tenant : tenants.all()) {
        RecentSnapshot snapshot = recent.snapshot(tenant);
        Optional<TenantBlocks> list = Optional.of(knownList(tenant));
        long from = lookup.intervals().start();
        long to = lookup.intervals().end();
        all.add(new TenantData(tenant, snapshot, between(list, snapshot, from, to)));
      }
      MetricsAnswer answer = evaluator.evaluate(lookup, all);
      completed(tenants, FrontendMetrics.Kind.METRICS, answer.cost(), begin);
      return answer;
    } catch (InterruptedException canceled) {
      metrics.canceled(tenants.first(), FrontendMetrics.Kind.METRICS);
      throw canceled;
    }
  }

  private interface Query<T> {
    T run(RecentSnapshot snapshot) throws InterruptedException;
  }

  private <T> T measured(
      Tenant tenant, FrontendMetrics.Kind kind, Function<T, QueryCost> cost, Query<T> query)
      throws InterruptedException {
    long begin = System.nanoTime();
    try {
      T answer = query.run(recent.snapshot(tenant));
      metrics.completed(tenant, kind, cost.apply(answer), begin);
      return answer;
    } catch (InterruptedException canceled) {
      metrics.canceled(tenant, kind);
      throw canceled;
    }
  }

  private static List<BlockMeta> between(
      Optional<TenantBlocks> list, RecentSnapshot snapshot, long from, long to) {
    return unique(list, snapshot).stream().filter(block -> overlaps(block, from, to)).toList();
  }

  private static List<BlockMeta> blocksFor(
      Optional<TenantBlocks> list, TraceLookup lookup, RecentSnapshot snapshot) {
    Instant from = lookup.from().orElse(Instant.MIN);
    Instant to = lookup.to().orElse(Instant.MAX);
    return unique(list, snapshot).stream()
        .filter(block -> block.startTime().isBefore(to) && block.endTime().isAfter(from))
        .toList();
  }

  /// A sum over some of the data is no answer.
  private TenantBlocks knownList(Tenant tenant) {
    return stored
        .of(tenant)
        .orElseThrow(() -> new ServiceException(ErrorKind.UNAVAILABLE, LIST_UNKNOWN));
  }

  /// What recent data alone had is an answer that says so; that it had nothing is none.
  private static TraceResult withoutBlocks(TraceResult result) {
    if (result.trace().isEmpty()) {
      throw new ServiceException(ErrorKind.UNAVAILABLE, LIST_UNKNOWN);
    }
    return new TraceResult(result.trace(), result.tooLarge(), and(result.partial()), result.cost());
  }

  private static SearchResult withoutBlocks(SearchResult result) {
    if (result.traces().isEmpty()) {
      throw new ServiceException(ErrorKind.UNAVAILABLE, LIST_UNKNOWN);
    }
    return new SearchResult(result.traces(), and(result.partial()), result.cost());
  }

  private static Optional<String> and(Optional<String> partial) {
    return Optional.of(partial.map(reason -> reason + "; " + LIST_UNKNOWN).orElse(LIST_UNKNOWN));
  }

  /// The blocks that are not in the snapshot already; none as long as no list could be read.
  private static List<BlockMeta> unique(Optional<TenantBlocks> list, RecentSnapshot snapshot) {
    TenantBlocks blocks = list.orElse(TenantBlocks.NONE);
    List<BlockMeta> unique = new ArrayList<>();
    for (Map.Entry<UUID, BlockMeta> block : blocks.live().entrySet()) {
      if (!snapshot.blocks().contains(block.getKey())) {
        unique.add(block.getValue());
      }
    }
    return unique;
  }

  private static boolean overlaps(BlockMeta block, long fromNanos, long toNanos) {
    return nanos(block.startTime()) <= toNanos && nanos(block.endTime()) >= fromNanos;
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

  /// For a query that must not ask the ingester.
  private enum NothingRecent implements RecentSnapshot {
    INSTANCE;

    @Override
    public List<dev.spoor.traceql.fetch.SpanSource> sources() {
      return List.of();
    }

    @Override
    public List<dev.spoor.storage.columns.SpanColumns> find(dev.spoor.model.TraceId id)
        throws IOException {
      return List.of();
    }

    @Override
    public java.util.Set<UUID> blocks() {
      return java.util.Set.of();
    }

    @Override
    public List<String> unreadable() {
      return List.of();
    }
  }

  static QueryCost costOf(List<BlockMeta> blocks, int blocksRead) {
    long bytes = blocks.stream().mapToLong(BlockMeta::size).sum();
    return new QueryCost(
        blocks.size(), blocksRead, bytes, 0, 0, dev.spoor.traceql.fetch.FetchCost.NONE);
  }
}
