package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.LazyColumns;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Traces of which several places have a part, each brought together in one piece.
///
/// In memory are some of them at a time, which the budget of the query knows. A trace that by itself
/// would take more than a third of what the query may still hold is left out, and the answer says
/// so.
final class WholeTraces implements SpanSource {

  /// Traces are brought together until they take so much in memory.
  private static final long BYTES_AT_A_TIME = 8 << 20;

  /// The pieces of a trace and the whole that they become are in memory at the same time, and what
  /// the query works out about it.
  private static final int SHARE = 3;

  private final QueryRun query;
  private final List<BlockReader> blocks;
  private final List<TraceId> ids;

  /// @param blocks to look into, beside what the ingester has
  /// @param ids ascending
  WholeTraces(QueryRun query, List<BlockReader> blocks, List<TraceId> ids) {
    this.query = query;
    this.blocks = List.copyOf(blocks);
    this.ids = List.copyOf(ids);
  }

  @Override
  public String name() {
    return "split traces";
  }

  @Override
  public BatchCursor fetch(FetchRequest request) {
    return new Cursor(request);
  }

  /// A trace takes more memory than it may.
  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final class Cursor implements BatchCursor {

    private final FetchRequest request;
    private final QueryBudget budget = QueryBudget.current();
    private int next;
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
          if (next == ids.size()) {
            return null;
          }
          SpanColumns some = bringTogether();
          open = ColumnsSpanSource.ofStripes(name(), List.of(new InMemory(some))).fetch(request);
        }
      } catch (IOException failure) {
        close();
        throw failure;
      }
    }

    private SpanColumns bringTogether() throws IOException {
      SpanCopier copier = new SpanCopier();
      long begin = held;
      while (next < ids.size() && held - begin < BYTES_AT_A_TIME) {
        budget.check();
        TraceId id = ids.get(next++);
        long most = mostOfOne();
        try {
          add(id, new Pieces(id, most), copier);
        } catch (TooLargeException tooLarge) {
          query.partial(
              "trace %s is left out: all of it takes more than %d bytes of memory, a third of what the query may still hold"
                  .formatted(id, most));
        }
      }
      return copier.build();
    }

    private long mostOfOne() {
      long limit = budget.maxMemory();
      return limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - budget.memoryHeld()) / SHARE;
    }

    private void add(TraceId id, Pieces pieces, SpanCopier to) throws IOException {
      query.snapshot().find(id, pieces);
      for (BlockReader block : blocks) {
        SpanColumns piece = block.findTrace(id).orElse(null);
        if (piece != null) {
          pieces.take(piece);
        }
      }
      hold(2 * pieces.bytes);
      pieces.found.forEach(piece -> to.add(piece, piece.find(id.high(), id.low())));
    }

    private void hold(long bytes) throws IOException {
      if (budget.hold(bytes)) {
        held += bytes;
      } else {
        budget.check();
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

    @Override
    public FetchCost cost() {
      return open == null ? closedCost : closedCost.plus(open.cost());
    }

    @Override
    public void close() {
      closeOpen();
      next = ids.size();
    }
  }

  /// The pieces of one trace, as long as they are not too large.
  private static final class Pieces implements RecentSnapshot.Pieces {

    private final TraceId id;
    private final long mostBytes;
    private final List<SpanColumns> found = new ArrayList<>();
    private long bytes;

    Pieces(TraceId id, long mostBytes) {
      this.id = id;
      this.mostBytes = mostBytes;
    }

    @Override
    public void take(SpanColumns piece) throws IOException {
      int trace = piece.find(id.high(), id.low());
      if (trace < 0) {
        return;
      }
      bytes += piece.memoryBytes(trace);
      if (bytes > mostBytes) {
        throw new TooLargeException();
      }
      found.add(piece);
    }
  }

  private record InMemory(SpanColumns columns) implements ColumnsSpanSource.Stripe {

    @Override
    public long startNanos() {
      return 0;
    }

    /// Later than anything: each trace is looked at.
    @Override
    public long endNanos() {
      return -1;
    }

    @Override
    public LazyColumns open() {
      return LazyColumns.of(columns);
    }
  }
}
