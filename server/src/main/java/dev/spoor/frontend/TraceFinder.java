package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.TraceId;
import dev.spoor.querier.EncodedTrace;
import dev.spoor.querier.TraceEncoder;
import dev.spoor.querier.TracePiece;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.ReadCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds a trace by its id: in what the ingester holds, and in the blocks, some at once.
final class TraceFinder {

  private final StoredBlocks stored;

  TraceFinder(StoredBlocks stored) {
    this.stored = stored;
  }

  /// @param queries one for each tenant; what they find becomes one trace
  TraceResult find(List<QueryRun> queries, TraceLookup lookup) throws InterruptedException {
    Gathered gathered = new Gathered(lookup.id());
    Federation.each(
        queries,
        query -> {
          gather(query, lookup, gathered);
          return query;
        });
    List<TracePiece> pieces = gathered.pieces();
    if (pieces.isEmpty()) {
      return new TraceResult(
          Optional.empty(), false, QueryRun.partial(queries), QueryRun.cost(queries));
    }
    int limit =
        lookup.maxBytes() <= 0
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, lookup.maxBytes());
    EncodedTrace trace =
        queries
            .getFirst()
            .compute("bring its pieces together", () -> TraceEncoder.encode(pieces, limit));
    return new TraceResult(
        Optional.of(trace.trace()),
        trace.partial(),
        QueryRun.partial(queries),
        QueryRun.cost(queries));
  }

  private void gather(QueryRun query, TraceLookup lookup, Gathered gathered)
      throws InterruptedException {
    List<Job> jobs = new ArrayList<>();
    RecentSnapshot snapshot = query.snapshot();
    jobs.add(new Job("recent data", run -> gathered.addAll(snapshot.find(lookup.id()))));
    for (BlockMeta block : query.blocks()) {
      jobs.add(
          new Job(
              "block " + block.blockId(), run -> find(query, block, lookup.id(), run, gathered)));
    }
    query.scan("look for the trace", jobs);
  }

  private void find(QueryRun query, BlockMeta block, TraceId id, JobRun run, Gathered gathered)
      throws IOException {
    ReadCost cost = new ReadCost();
    try {
      stored.open(query.tenant(), block).findTrace(id, cost).ifPresent(gathered::add);
    } finally {
      run.add(cost);
    }
  }

  /// What was found so far. Safe for many threads.
  private static final class Gathered {

    private final TraceId id;
    private final List<TracePiece> pieces = new ArrayList<>();

    Gathered(TraceId id) {
      this.id = id;
    }

    void addAll(List<SpanColumns> batches) {
      batches.forEach(this::add);
    }

    synchronized void add(SpanColumns columns) {
      int trace = columns.find(id.high(), id.low());
      if (trace >= 0) {
        pieces.add(new TracePiece(columns, trace));
      }
    }

    synchronized List<TracePiece> pieces() {
      return List.copyOf(pieces);
    }
  }
}
