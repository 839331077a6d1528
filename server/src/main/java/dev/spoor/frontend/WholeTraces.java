package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.storage.columns.TraceSplitter;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Traces of which several places have a part, each brought together in one piece.
///
/// In memory are some of them at a time, which the budget of the query knows. Where each span is
/// looked at alone, a trace that by itself would take more than a third of what the query may still
/// hold comes in parts, no span of it twice. Elsewhere it is left out, and the answer says so.
final class WholeTraces implements SpanSource {

  /// Traces are brought together until they take so much in memory.
  private static final long BYTES_AT_A_TIME = 8 << 20;

  /// The pieces of a trace and the whole that they become are in memory at the same time, and what
  /// the query works out about it.
  private static final int SHARE = 3;

  private final QueryRun query;
  private final List<BlockReader> blocks;
  private final List<TraceId> ids;
  private final boolean mayBeInParts;

  /// @param blocks to look into, beside what the ingester has
  /// @param ids ascending
  /// @param mayBeInParts whether each span is looked at alone
  WholeTraces(QueryRun query, List<BlockReader> blocks, List<TraceId> ids, boolean mayBeInParts) {
    this.query = query;
    this.blocks = List.copyOf(blocks);
    this.ids = List.copyOf(ids);
    this.mayBeInParts = mayBeInParts;
  }

  @Override
  public String name() {
    return "split traces";
  }

  @Override
  public BatchCursor fetch(FetchRequest request) {
    return new Cursor(request);
  }

  /// What the ingester and the blocks have of a trace, one piece after the other.
  private RecentSnapshot.Pieces piecesOf(TraceId id) {
    RecentSnapshot.Pieces recent = query.snapshot().look(id);
    Iterator<BlockReader> stored = blocks.iterator();
    return () -> {
      SpanColumns piece = recent.next();
      while (piece == null && stored.hasNext()) {
        piece = stored.next().findTrace(id).orElse(null);
      }
      return piece;
    };
  }

  private final class Cursor implements BatchCursor {

    private final FetchRequest request;
    private final QueryBudget budget = QueryBudget.current();
    private int next;
    private @Nullable LargeTrace large;
    private @Nullable BatchCursor open;
    private long held;
    private FetchCost closedCost = FetchCost.NONE;

    Cursor(FetchRequest request) {
      this.request = request;
    }

    @Override
    public @Nullable SpanBatch next() throws IOException {
      try {
        while (true) {
          SpanBatch batch = open == null ? null : open.next();
          if (batch != null) {
            return batch;
          }
          closeOpen();
          SpanColumns some = more();
          if (some == null) {
            return null;
          }
          open = ColumnsSpanSource.ofBatch(name(), some).fetch(request);
        }
      } catch (IOException failure) {
        close();
        throw failure;
      }
    }

    private @Nullable SpanColumns more() throws IOException {
      SpanColumns part = large == null ? null : large.next();
      if (part != null) {
        return part;
      }
      endLarge();
      return next == ids.size() ? null : bringTogether();
    }

    /// As many traces as go together, until one is too large.
    private SpanColumns bringTogether() throws IOException {
      SpanCopier copier = new SpanCopier();
      while (next < ids.size() && held < BYTES_AT_A_TIME && large == null) {
        budget.check();
        add(ids.get(next++), copier);
      }
      return copier.build();
    }

    private void add(TraceId id, SpanCopier to) throws IOException {
      long most = mostOfOne();
      RecentSnapshot.Pieces pieces = piecesOf(id);
      List<SpanColumns> found = new ArrayList<>();
      long bytes = 0;
      for (SpanColumns piece = pieces.next(); piece != null; piece = pieces.next()) {
        int trace = piece.find(id.high(), id.low());
        if (trace >= 0) {
          found.add(piece);
          bytes += piece.memoryBytes(trace);
        }
        if (bytes > most) {
          tooLarge(id, most);
          return;
        }
      }
      hold(budget, 2 * bytes);
      held += 2 * bytes;
      found.forEach(piece -> to.add(piece, piece.find(id.high(), id.low())));
    }

    private long mostOfOne() {
      long limit = budget.maxMemory();
      return limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - budget.memoryHeld()) / SHARE;
    }

    private void tooLarge(TraceId id, long most) {
      if (mayBeInParts) {
        large = new LargeTrace(id, piecesOf(id), budget);
      } else {
        query.partial(
            "trace %s is not looked at as a whole: that takes more than %d bytes of memory, a third of what the query may still hold"
                .formatted(id, most));
      }
    }

    private void closeOpen() {
      if (open != null) {
        closedCost = cost();
        open.close();
        open = null;
      }
      budget.release(held);
      held = 0;
    }

    private void endLarge() {
      if (large != null) {
        large.close();
        large = null;
      }
    }

    @Override
    public FetchCost cost() {
      return open == null ? closedCost : closedCost.plus(open.cost());
    }

    @Override
    public void close() {
      closeOpen();
      endLarge();
      next = ids.size();
    }
  }

  private static void hold(QueryBudget budget, long bytes) throws IOException {
    if (!budget.hold(bytes)) {
      budget.check();
    }
  }

  /// A trace in parts of bounded size. In memory are one of them, and which spans came already.
  private static final class LargeTrace {

    private static final int SPANS_OF_A_PART = 1 << 16;
    private static final int BYTES_OF_A_SEEN_SPAN = 18;

    private final TraceId id;
    private final RecentSnapshot.Pieces pieces;
    private final QueryBudget budget;
    private final Queue<SpanColumns> ready = new ArrayDeque<>();
    private final TraceSplitter splitter =
        new TraceSplitter(SPANS_OF_A_PART, BYTES_AT_A_TIME, (_, part) -> ready.add(part.build()));
    private long held;
    private boolean atEnd;

    LargeTrace(TraceId id, RecentSnapshot.Pieces pieces, QueryBudget budget) {
      this.id = id;
      this.pieces = pieces;
      this.budget = budget;
    }

    @Nullable SpanColumns next() throws IOException {
      while (ready.isEmpty() && !atEnd) {
        SpanColumns piece = pieces.next();
        int trace = piece == null ? -1 : piece.find(id.high(), id.low());
        if (piece == null) {
          atEnd = true;
          return splitter.rest();
        }
        if (trace >= 0) {
          long bytes =
              (long) BYTES_OF_A_SEEN_SPAN * (piece.endSpan(trace) - piece.firstSpan(trace));
          hold(budget, bytes);
          held += bytes;
          splitter.add(piece, trace);
        }
      }
      return ready.poll();
    }

    void close() {
      budget.release(held);
      held = 0;
      atEnd = true;
      ready.clear();
    }
  }
}
