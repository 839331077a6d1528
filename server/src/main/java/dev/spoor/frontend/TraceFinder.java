package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.EncodedTrace;
import dev.spoor.querier.TraceEncoder;
import dev.spoor.querier.TracePiece;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.traceql.fetch.FetchCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds a trace by its id: in what the ingester holds, and in one block after the other, some at
/// once.
public final class TraceFinder {

  private static final Logger log = LoggerFactory.getLogger(TraceFinder.class);

  private final StoredBlocks stored;
  private final CpuPool pool;

  /// @param pool where blocks are looked into
  public TraceFinder(StoredBlocks stored, CpuPool pool) {
    this.stored = stored;
    this.pool = pool;
  }

  /// Spans of several tenants become one trace.
  TraceResult find(TraceLookup lookup, List<TenantData> all) throws InterruptedException {
    Gathered gathered = new Gathered(lookup.id());
    QueryCost cost = QueryCost.NONE;
    for (TenantData data : all) {
      recent(data.snapshot(), gathered);
      stored(data.tenant(), data.blocks(), gathered);
      data.snapshot().unreadable().forEach(gathered.failures::add);
      cost = cost.plus(costOf(data));
    }
    cost = cost.plus(new QueryCost(0, 0, 0, 0, 0, gathered.cost));
    Optional<String> partial =
        gathered.failures.isEmpty()
            ? Optional.empty()
            : Optional.of("some data could not be read: " + String.join("; ", gathered.failures));
    if (gathered.pieces.isEmpty()) {
      return new TraceResult(Optional.empty(), false, partial, cost);
    }
    int limit = lookup.maxBytes() <= 0 ? Integer.MAX_VALUE : (int) lookup.maxBytes();
    EncodedTrace trace = TraceEncoder.encode(gathered.pieces, limit);
    return new TraceResult(Optional.of(trace.trace()), trace.partial(), partial, cost);
  }

  private static QueryCost costOf(TenantData data) {
    List<BlockMeta> blocks = data.blocks();
    return new QueryCost(
        blocks.size() + data.snapshot().blocks().size(),
        blocks.size(),
        blocks.stream().mapToLong(BlockMeta::size).sum(),
        1 + blocks.size(),
        1 + blocks.size(),
        FetchCost.NONE);
  }

  /// What was found so far. Used by the querying thread alone.
  private static final class Gathered {

    private final TraceId id;
    private final List<TracePiece> pieces = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private FetchCost cost = FetchCost.NONE;

    Gathered(TraceId id) {
      this.id = id;
    }

    void add(SpanColumns columns) {
      int trace = columns.find(id.high(), id.low());
      if (trace >= 0) {
        pieces.add(new TracePiece(columns, trace));
      }
    }

    void failed(String what, Exception failure) {
      log.warn("trace {}: could not read {}, the answer is partial", id, what, failure);
      failures.add(what + ": " + failure.getMessage());
    }
  }

  private static void recent(RecentSnapshot snapshot, Gathered gathered) {
    try {
      snapshot.find(gathered.id).forEach(gathered::add);
    } catch (IOException failure) {
      gathered.failed("recent data", failure);
    }
  }

  /// What one block had, and what it took to know.
  private record Found(Optional<SpanColumns> spans, ReadCost cost) {}

  private void stored(Tenant tenant, List<BlockMeta> blocks, Gathered gathered)
      throws InterruptedException {
    List<FutureTask<Found>> lookups = new ArrayList<>(blocks.size());
    for (BlockMeta block : blocks) {
      lookups.add(new FutureTask<>(() -> find(tenant, block, gathered.id)));
    }
    AtomicInteger next = new AtomicInteger();
    try {
      for (int i = 0; i < Math.min(pool.size(), lookups.size()); i++) {
        pool.submitSteps(tenant.id(), () -> runNext(lookups, next));
      }
      for (int i = 0; i < blocks.size(); i++) {
        take(blocks.get(i), lookups.get(i), gathered);
      }
    } finally {
      lookups.forEach(lookup -> lookup.cancel(true));
    }
  }

  private static boolean runNext(List<FutureTask<Found>> lookups, AtomicInteger next) {
    int index = next.getAndIncrement();
    if (index >= lookups.size()) {
      return false;
    }
    lookups.get(index).run();
    return index + 1 < lookups.size();
  }

  private static void take(BlockMeta block, Future<Found> lookup, Gathered gathered)
      throws InterruptedException {
    try {
      Found found = lookup.get();
      found.spans().ifPresent(gathered::add);
      gathered.cost = gathered.cost.plus(costOf(found.cost()));
    } catch (ExecutionException failure) {
      Exception cause = failure.getCause() instanceof Exception exception ? exception : failure;
      gathered.failed("block " + block.blockId(), cause);
    }
  }

  private Found find(Tenant tenant, BlockMeta block, TraceId id) throws IOException {
    ReadCost cost = new ReadCost();
    return new Found(stored.open(tenant, block).findTrace(id, cost), cost);
  }

  private static FetchCost costOf(ReadCost cost) {
    return new FetchCost(cost.bytesRead(), 0, 0, cost.pagesRead(), cost.pagesSkipped(), 0, 0);
  }
}
