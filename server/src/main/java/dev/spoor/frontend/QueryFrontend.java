package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.RecentSpans;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceQueries;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.Tenant;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantBlocks;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Plans a query over what the ingester holds and what is in the object store, runs it, and brings
/// the answers together.
///
/// The ingester is asked first and the list of blocks after it: a block that left the ingester
/// before it was asked is in the list.
public final class QueryFrontend implements TraceQueries {

  private final RecentSpans recent;
  private final StoredBlocks stored;
  private final TraceFinder finder;
  private final Searcher searcher;
  private final FrontendMetrics metrics;

  public QueryFrontend(
      RecentSpans recent,
      StoredBlocks stored,
      TraceFinder finder,
      Searcher searcher,
      FrontendMetrics metrics) {
    this.recent = recent;
    this.stored = stored;
    this.finder = finder;
    this.searcher = searcher;
    this.metrics = metrics;
  }

  @Override
  public TraceResult traceById(Tenant tenant, TraceLookup lookup) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      RecentSnapshot snapshot =
          lookup.where() == TraceLookup.Where.BLOCKS
              ? NothingRecent.INSTANCE
              : recent.snapshot(tenant);
      List<BlockMeta> blocks =
          lookup.where() == TraceLookup.Where.INGESTERS
              ? List.of()
              : blocksFor(tenant, lookup, snapshot);
      TraceResult result = finder.find(tenant, lookup, snapshot, blocks);
      metrics.completed(tenant, FrontendMetrics.Kind.TRACES, result.cost(), begin);
      return result;
    } catch (InterruptedException canceled) {
      metrics.canceled(tenant, FrontendMetrics.Kind.TRACES);
      throw canceled;
    }
  }

  @Override
  public SearchResult search(Tenant tenant, SearchLookup lookup) throws InterruptedException {
    long begin = System.nanoTime();
    try {
      RecentSnapshot snapshot = recent.snapshot(tenant);
      List<BlockMeta> blocks =
          unique(tenant, snapshot).stream()
              .filter(block -> overlaps(block, lookup.fromNanos(), lookup.toNanos()))
              .toList();
      SearchResult result = searcher.search(tenant, lookup, snapshot, blocks);
      metrics.completed(tenant, FrontendMetrics.Kind.SEARCH, result.cost(), begin);
      return result;
    } catch (InterruptedException canceled) {
      metrics.canceled(tenant, FrontendMetrics.Kind.SEARCH);
      throw canceled;
    }
  }

  private List<BlockMeta> blocksFor(Tenant tenant, TraceLookup lookup, RecentSnapshot snapshot) {
    Instant from = lookup.from().orElse(Instant.MIN);
    Instant to = lookup.to().orElse(Instant.MAX);
    return unique(tenant, snapshot).stream()
        .filter(block -> block.startTime().isBefore(to) && block.endTime().isAfter(from))
        .toList();
  }

  /// The blocks that are not in the snapshot already.
  private List<BlockMeta> unique(Tenant tenant, RecentSnapshot snapshot) {
    TenantBlocks blocks =
        stored
            .of(tenant)
            .orElseThrow(() ->
                new ServiceException(
                    ErrorKind.UNAVAILABLE,
                    "the list of blocks could not be read from the object store yet; try again"));
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
  private static long nanos(Instant time) {
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
