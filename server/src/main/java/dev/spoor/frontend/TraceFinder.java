package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.TraceLookup;
import dev.spoor.contract.TraceResult;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.querier.EncodedTrace;
import dev.spoor.querier.TraceEncoder;
import dev.spoor.querier.TracePiece;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds a trace by its id: in what the ingester holds, and in the blocks, some at once.
final class TraceFinder {

  private static final Runnable NOTHING = () -> {};

  private final StoredBlocks stored;
  private final AnswerMemory answers;

  /// @param answers where room for the answer comes from
  TraceFinder(StoredBlocks stored, AnswerMemory answers) {
    this.stored = stored;
    this.answers = answers;
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
    requireRoom(queries);
    boolean tooLarge =
        queries.stream()
            .map(query -> query.budget().stopped())
            .anyMatch(stop -> stop != null && stop.reason() == QueryStop.Reason.MEMORY);
    List<TracePiece> pieces = gathered.pieces();
    if (pieces.isEmpty()) {
      return new TraceResult(
          Optional.empty(), false, QueryRun.partial(queries), QueryRun.cost(queries), NOTHING);
    }
    QueryRun first = queries.getFirst();
    long asked = lookup.maxBytes() <= 0 ? Integer.MAX_VALUE : lookup.maxBytes();
    long possible = mostBytes(first.limits());
    int limit = (int) Math.min(asked, possible);
    // The writer's buffer is copied while it grows.
    AnswerMemory.Turn room =
        answers.take(
            queries.stream().map(query -> query.tenant().id()).toList(),
            2 * Math.min(limit, gathered.bytes()));
    try {
      EncodedTrace trace =
          first.compute("bring its pieces together", () -> TraceEncoder.encode(pieces, limit));
      room.shrinkTo(trace.trace().length());
      return resultOf(queries, trace, possible < asked ? possible : 0, tooLarge, room);
    } catch (Throwable failure) {
      room.shrinkTo(0);
      throw failure;
    }
  }

  /// What other queries hold will be free again: a part of the trace is not the answer to that.
  ///
  /// @throws ServiceException RESOURCE_EXHAUSTED, when a part was left out for that
  private static void requireRoom(List<QueryRun> queries) {
    for (QueryRun query : queries) {
      QueryStop stop = query.budget().stopped();
      if (stop != null && stop.reason() == QueryStop.Reason.CROWDED) {
        throw new ServiceException(ErrorKind.RESOURCE_EXHAUSTED, stop.message() + "; try again");
      }
    }
  }

  /// @param possible bytes of the answer, when that is less than was asked for; else 0
  private static TraceResult resultOf(
      List<QueryRun> queries,
      EncodedTrace trace,
      long possible,
      boolean tooLarge,
      AnswerMemory.Turn room) {
    if (trace.partial() && possible > 0) {
      queries
          .getFirst()
          .partial(
              "the trace in the answer may have %d bytes, two fifths of what a query may hold, which was not enough"
                  .formatted(possible));
    }
    return new TraceResult(
        Optional.of(trace.trace()),
        trace.partial() || tooLarge,
        QueryRun.partial(queries),
        QueryRun.cost(queries),
        () -> room.shrinkTo(0));
  }

  /// While an answer is written it is in memory twice for a moment, beside its pieces. With the
  /// heap that Spoor has by default this is a little more than 50 MB.
  private static long mostBytes(QueryLimits.Of limits) {
    return limits.memory() == 0
        ? Integer.MAX_VALUE
        : Math.min(Integer.MAX_VALUE, Math.max(1, limits.memory() / 5 * 2));
  }

  private void gather(QueryRun query, TraceLookup lookup, Gathered gathered)
      throws InterruptedException {
    List<Job> jobs = new ArrayList<>();
    RecentSnapshot snapshot = query.snapshot();
    jobs.add(new Job("recent data", _ -> gathered.takeAll(snapshot.look(lookup.id()), query)));
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
      Optional<SpanColumns> piece = stored.open(query.tenant(), block).findTrace(id, cost);
      if (piece.isPresent()) {
        gathered.take(piece.get(), query);
      }
    } finally {
      run.add(cost);
    }
  }

  /// What was found so far, as much as the query may hold. Safe for many threads.
  private static final class Gathered {

    /// What a span takes while the trace is written, beside its columns.
    private static final long BYTES_PER_SPAN = 200;

    private final TraceId id;
    private final List<TracePiece> pieces = new ArrayList<>();
    private long bytes;

    /// What writing the trace takes, when nothing is read any more.
    private long toWrite;

    Gathered(TraceId id) {
      this.id = id;
    }

    void takeAll(RecentSnapshot.Pieces all, QueryRun query) throws IOException {
      for (SpanColumns piece = all.next(); piece != null; piece = all.next()) {
        take(piece, query);
      }
    }

    void take(SpanColumns columns, QueryRun query) throws IOException {
      int trace = columns.find(id.high(), id.low());
      if (trace < 0) {
        return;
      }
      TracePiece piece = new TracePiece(columns, trace);
      long bytes = columns.memoryBytes(trace);
      QueryBudget budget = QueryBudget.current();
      budget.check();
      if (!budget.hold(bytes)) {
        budget.check();
      }
      synchronized (this) {
        long spans = columns.endSpan(trace) - columns.firstSpan(trace);
        this.bytes += bytes;
        toWrite += bytes + BYTES_PER_SPAN * spans;
        pieces.add(piece);
        if (query.limits().memory() > 0 && toWrite > query.limits().memory()) {
          query
              .budget()
              .stop(
                  QueryStop.Reason.MEMORY,
                  "the query may hold %d bytes of memory, which was not enough"
                      .formatted(query.limits().memory()));
        }
      }
    }

    /// What the pieces take.
    synchronized long bytes() {
      return bytes;
    }

    synchronized List<TracePiece> pieces() {
      return List.copyOf(pieces);
    }
  }
}
