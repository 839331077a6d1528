package dev.spoor.storage.columns;

import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStoppedException;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Batches of spans as something that queries run over. Immutable; a fetch never changes it.
public final class ColumnsSpanSource implements SpanSource {

  /// A batch that is read when it is needed.
  public interface Stripe {

    /// Earliest start of a trace, unsigned nanoseconds since the epoch; 0 when a trace has no span
    /// with a start.
    long startNanos();

    /// Latest end of a trace, unsigned.
    long endNanos();

    /// Opens the stripe for one fetch.
    ///
    /// @throws IOException naming what can't be read
    LazyColumns open() throws IOException;
  }

  private interface Opener {
    BatchCursor open(FetchRequest request) throws IOException;
  }

  private final String name;
  private final Opener opener;

  private ColumnsSpanSource(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /// A source over batches that share traces, such as live ones. Pieces of a trace are brought
  /// together and spans that came twice are left out, for those traces alone that a request can be
  /// about.
  public static ColumnsSpanSource ofBatches(String name, List<SpanColumns> batches) {
    List<SpanColumns> fixed = List.copyOf(batches);
    return new ColumnsSpanSource(name, request -> new PiecesCursor(fixed, request));
  }

  /// A source over one batch as it is: whoever asks sees to it that its traces are whole, or that
  /// the query looks at each span alone.
  public static ColumnsSpanSource ofBatch(String name, SpanColumns batch) {
    return ofStripes(name, List.of(new InMemory(batch)));
  }

  /// @param columns of which the times are not known as a whole
  private record InMemory(SpanColumns columns) implements Stripe {

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

  /// A source over stripes of which no two have the same trace, and none has a span twice.
  public static ColumnsSpanSource ofStripes(String name, List<? extends Stripe> stripes) {
    List<Stripe> fixed = List.copyOf(stripes);
    return new ColumnsSpanSource(name, request -> new StripesCursor(fixed, request));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public BatchCursor fetch(FetchRequest request) throws IOException {
    return opener.open(request);
  }

  /// All of a batch, some of its traces, or null for none.
  private static @Nullable SpanBatch view(ColumnBatch batch, OrdinalSet traces) {
    int count = traces.cardinality();
    if (count == 0) {
      return null;
    }
    return count == batch.traceCount() ? batch : new SelectedTraces(batch, traces);
  }

  private static final class StripesCursor implements BatchCursor {

    private final List<Stripe> stripes;
    private final FetchRequest request;
    private final TraceSelection selection;
    private final QueryBudget budget = QueryBudget.current();
    private int next;
    private @Nullable LazyColumns open;
    private FetchCost closedCost = FetchCost.NONE;

    StripesCursor(List<Stripe> stripes, FetchRequest request) {
      this.stripes = stripes;
      this.request = request;
      this.selection = new TraceSelection(request);
    }

    @Override
    public @Nullable SpanBatch next() throws IOException {
      try {
        while (next < stripes.size()) {
          SpanBatch batch = look(stripes.get(next++));
          if (batch != null) {
            return batch;
          }
        }
        finishOpen();
        return null;
      } catch (IOException failure) {
        next = stripes.size();
        throw failure;
      }
    }

    private @Nullable SpanBatch look(Stripe stripe) throws IOException {
      finishOpen();
      budget.check();
      if (request.isTooLate(stripe.startNanos()) || request.isTooEarly(stripe.endNanos())) {
        closedCost = closedCost.plus(FetchCost.OUT_OF_TIME);
        return null;
      }
      LazyColumns columns = stripe.open();
      open = columns;
      ColumnBatch batch = new ColumnBatch(columns);
      closedCost =
          closedCost.plus(
              new FetchCost(0, 1, 0, 0, 0, 0, 0, batch.traceCount(), batch.spanCount()));
      return view(batch, selection.ofWhole(batch));
    }

    private void finishOpen() {
      closedCost = cost();
      open = null;
    }

    @Override
    public FetchCost cost() {
      LazyColumns columns = open;
      return columns == null
          ? closedCost
          : closedCost.plus(
              new FetchCost(columns.bytesRead(), 0, 0, 0, columns.sectionsRead(), 0, 0, 0, 0));
    }

    @Override
    public void close() {
      finishOpen();
      next = stripes.size();
    }
  }

  private static final class PiecesCursor implements BatchCursor {

    private final TraceSelection selection;
    private final QueryBudget budget = QueryBudget.current();
    private final List<OrdinalSet> wanted = new ArrayList<>();
    private final TraceMerge merge;
    private FetchCost cost = FetchCost.NONE;
    private boolean atEnd;

    /// What the batch that was given last takes in memory, about.
    private long held;

    PiecesCursor(List<SpanColumns> batches, FetchRequest request) throws IOException {
      this.selection = new TraceSelection(request);
      List<SpanColumnsCursor> cursors = new ArrayList<>();
      boolean any = false;
      for (SpanColumns columns : batches) {
        budget.check();
        ColumnBatch batch = new ColumnBatch(LazyColumns.of(columns));
        OrdinalSet traces = selection.ofPieces(batch);
        any |= !traces.isEmpty();
        wanted.add(traces);
        cursors.add(SpanColumnsCursor.of(columns));
        cost =
            cost.plus(
                new FetchCost(0, 1, 0, 0, 0, 0, 0, columns.traceCount(), columns.spanCount()));
      }
      this.atEnd = !any;
      this.merge = new TraceMerge(cursors);
    }

    @Override
    public @Nullable SpanBatch next() throws IOException {
      release();
      while (!atEnd) {
        SpanCopier copier = new SpanCopier();
        while (copier.spanCount() < SpanMerger.DEFAULT_SPANS) {
          budget.check();
          if (!merge.nextTrace()) {
            atEnd = true;
            break;
          }
          if (isWanted()) {
            for (int piece = 0; piece < merge.pieces(); piece++) {
              hold(merge.bytes(piece));
              copier.add(merge.batch(piece), merge.trace(piece));
            }
          }
        }
        if (copier.spanCount() > 0) {
          ColumnBatch batch = new ColumnBatch(LazyColumns.of(copier.build()));
          SpanBatch view = view(batch, selection.ofWhole(batch));
          if (view != null) {
            return view;
          }
          release();
        }
      }
      return null;
    }

    private void hold(long bytes) throws QueryStoppedException {
      if (budget.hold(bytes)) {
        held += bytes;
      } else {
        budget.check();
      }
    }

    private void release() {
      budget.release(held);
      held = 0;
    }

    private boolean isWanted() {
      for (int piece = 0; piece < merge.pieces(); piece++) {
        if (wanted.get(merge.source(piece)).contains(merge.trace(piece))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public FetchCost cost() {
      return cost;
    }

    @Override
    public void close() {
      atEnd = true;
      release();
    }
  }
}
