package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.columns.SelectedTraces;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Goes through row groups in batches of rows.
final class BlockCursor implements BatchCursor {

  private static final int FIRST_BATCH_SPANS = 4 << 10;

  /// Spans whose ids in pages are looked at together.
  private static final int STRETCH_SPANS = 64 << 10;

  /// Candidates with fewer spans between them are in one batch: pages have more.
  private static final int GAP_SPANS = 512;

  private final BlockReader block;
  private final ParquetFooter footer;
  private final BlockColumns columns;
  private final int endGroup;
  private final int spansPerBatch;
  private final FetchRequest request;
  private final List<Condition> cheapFirst;
  private final @Nullable ValueIndex values;

  private final Map<Condition, ConditionTest> conditions = new HashMap<>();
  private final QueryBudget budget = QueryBudget.current();
  private final ReadCost readCost = new ReadCost();
  private long rowGroupsRead;
  private long rowGroupsSkipped;
  private long rowGroupsOutOfTime;
  private long batchesSkipped;
  private long traces;
  private long spans;

  private int nextGroup;
  private @Nullable RowWindow window;
  private RowGroupTests tests = new RowGroupTests(null);
  private boolean prefetched;
  private Rows candidates = Rows.NONE;
  private int nextRange;

  /// What of the row group was not looked at for candidates.
  private long nextStretch;

  private long nextRow;
  private long groupRows;
  private double spansPerRow;

  /// Batches begin small, since many a search has enough after the first.
  private int batchSpans;

  private BlockCursor(
      BlockReader block, int fromGroup, int toGroup, int spansPerBatch, FetchRequest request)
      throws IOException {
    this.block = block;
    this.footer = block.files().footer();
    this.columns = BlockColumns.of(footer, block.meta().dedicatedColumns());
    this.endGroup = Math.min(toGroup, footer.rowGroups().size());
    this.nextGroup = fromGroup;
    this.spansPerBatch = spansPerBatch;
    this.batchSpans = Math.min(FIRST_BATCH_SPANS, spansPerBatch);
    this.request = request;
    this.cheapFirst = cheapFirst(request.conditions(), columns);
    this.values = request.conditions().isEmpty() ? null : block.files().values().orElse(null);
  }

  /// Those on columns of their own before those on generic lists, whose columns are the largest.
  private static List<Condition> cheapFirst(List<Condition> conditions, BlockColumns columns) {
    return conditions.stream()
        .sorted(Comparator.comparing(condition -> isOnLists(condition.field(), columns)))
        .toList();
  }

  private static boolean isOnLists(Field field, BlockColumns columns) {
    return field instanceof Field.Attribute(Scope scope, String name)
        && scope != Scope.RESOURCE
        && scope != Scope.INSTRUMENTATION
        && columns.attributes(BlockColumns.Owner.SPAN).fixed(name).isEmpty();
  }

  static BlockCursor over(
      BlockReader block, int fromGroup, int toGroup, int spansPerBatch, FetchRequest request)
      throws IOException {
    return new BlockCursor(block, fromGroup, toGroup, spansPerBatch, request);
  }

  @Override
  public @Nullable SpanBatch next() throws IOException {
    try {
      return nextBatch();
    } catch (IOException e) {
      end();
      throw e;
    } catch (RuntimeException e) {
      // Columns that contradict each other in a way nothing else noticed.
      end();
      throw new IOException(
          "block %s, row group %d: malformed: %s"
              .formatted(block.meta().blockId(), nextGroup - 1, e),
          e);
    }
  }

  private @Nullable SpanBatch nextBatch() throws IOException {
    while (true) {
      RowWindow rows = window;
      if (rows == null) {
        if (!openGroup()) {
          return null;
        }
        continue;
      }
      if (nextRange >= candidates.ranges()) {
        if (!nextCandidates(rows)) {
          closeWindow();
        }
        continue;
      }
      budget.check();
      long end = candidates.to(nextRange);
      long from = Math.max(nextRow, candidates.from(nextRange));
      nextRow = Math.min(end, from + rowsOf(batchSpans));
      if (nextRow == end) {
        nextRange++;
      }
      rows.move(from, nextRow);
      SpanBatch batch = batch(rows);
      if (batch != null) {
        batchSpans = Math.min(spansPerBatch, 2 * batchSpans);
        return batch;
      }
      batchesSkipped++;
    }
  }

  /// Looks for rows that may hold something in the next stretch of the row group; false at its end.
  private boolean nextCandidates(RowWindow rows) throws IOException {
    if (nextStretch >= groupRows) {
      return false;
    }
    long from = nextStretch;
    nextStretch = Math.min(groupRows, from + rowsOf(Math.max(STRETCH_SPANS, spansPerBatch)));
    BlockMatcher matcher = new BlockMatcher(rows, tests, conditions);
    candidates =
        new RowFilter(rows, matcher)
            .candidates(request, from, nextStretch)
            .bridged(rowsOf(GAP_SPANS));
    nextRange = 0;
    nextRow = from;
    boolean sparse = candidates.count() < (nextStretch - from) / 4;
    if (!sparse && !prefetched) {
      prefetched = true;
      rows.prefetch(wantedLeaves(matcher));
    }
    rows.readSparsely(sparse);
    return true;
  }

  /// Opens the next row group that may hold something; false when there is none.
  private boolean openGroup() throws IOException {
    closeWindow();
    while (nextGroup < endGroup) {
      RowGroup group = footer.rowGroups().get(nextGroup++);
      if (group.rows() == 0) {
        continue;
      }
      RowGroupReader reader =
          new RowGroupReader(
              block.files().data(), footer, group.index(), readCost, block.files().dictionaries());
      RowWindow opened = new RowWindow(reader, columns, 0, group.rows());
      if (request.columns().contains(Field.Intrinsic.SPAN_START) && columns.start != null) {
        opened.willRead(columns.start);
      }
      window = opened;
      tests = new RowGroupTests(values == null ? null : new RowGroupValues(values, group.index()));
      prefetched = false;
      BlockMatcher matcher = new BlockMatcher(opened, tests, conditions);
      if (mayHold(opened, matcher)) {
        rowGroupsRead++;
        candidates = Rows.NONE;
        nextRange = 0;
        nextStretch = 0;
        groupRows = group.rows();
        spansPerRow = spansPerRow(group);
        return true;
      }
      rowGroupsSkipped++;
      closeWindow();
    }
    return false;
  }

  /// Traces have spans in different numbers; their mean is known.
  private double spansPerRow(RowGroup group) {
    long entries = Math.max(1, group.chunks().get(columns.spanId.index()).values());
    return Math.max(1.0, (double) entries / group.rows());
  }

  private long rowsOf(int someSpans) {
    return Math.max(1, (long) (someSpans / spansPerRow));
  }

  private Set<Leaf> wantedLeaves(BlockMatcher matcher) throws IOException {
    Set<Leaf> leaves = new LinkedHashSet<>();
    for (Condition condition : request.conditions()) {
      if (!matcher.isIndexed(condition)) {
        leaves.addAll(matcher.leaves(condition.field()));
      }
    }
    if (request.conditions().isEmpty()) {
      for (Field field : request.columns()) {
        leaves.addAll(matcher.leaves(field));
      }
    }
    return leaves;
  }

  private boolean mayHold(RowWindow rows, BlockMatcher matcher) throws IOException {
    if (!mayBeInTime(rows)) {
      rowGroupsOutOfTime++;
      return false;
    }
    if (request.conditions().isEmpty()) {
      return true;
    }
    for (Condition condition : request.conditions()) {
      boolean possible = matcher.mayHold(condition);
      if (possible != request.allConditions()) {
        return possible;
      }
    }
    return request.allConditions();
  }

  private boolean isTimeBound() {
    return request.fromNanos() != Long.MIN_VALUE || request.toNanos() != Long.MAX_VALUE;
  }

  private boolean mayBeInTime(RowWindow rows) throws IOException {
    return !isTimeBound()
        || ((columns.traceEnd == null
                || rows.cursor(columns.traceEnd)
                    .mayHold(0, rows.groupRows(), request.fromNanos(), Long.MAX_VALUE))
            && (columns.traceStart == null
                || rows.cursor(columns.traceStart)
                    .mayHold(0, 0, Long.MIN_VALUE, request.toNanos())));
  }

  /// The traces of the window that are wanted, or null when there is none.
  private @Nullable SpanBatch batch(RowWindow rows) throws IOException {
    OrdinalSet inTime = tracesInTime(rows);
    int count = inTime.cardinality();
    traces += count;
    if (count == 0) {
      return null;
    }
    BlockBatch batch = new BlockBatch(rows, tests, conditions);
    SpanBatch wanted = count == batch.traceCount() ? batch : new SelectedTraces(batch, inTime);
    spans += wanted.spanCount();
    if (wanted.spanCount() == 0 || !hasCandidates(batch)) {
      return null;
    }
    batch.loadTraceIds();
    return wanted;
  }

  private OrdinalSet tracesInTime(RowWindow rows) throws IOException {
    int count = rows.traces();
    if (!isTimeBound()) {
      return OrdinalSet.all(count);
    }
    OrdinalSet wanted = new OrdinalSet(count);
    ColumnCursor starts = rows.scalar(columns.traceStart, count);
    ColumnCursor ends = rows.scalar(columns.traceEnd, count);
    for (int trace = 0; trace < count; trace++) {
      boolean early = ends != null && request.isTooEarly(ends.longs()[ends.firstValue() + trace]);
      boolean late =
          starts != null && request.isTooLate(starts.longs()[starts.firstValue() + trace]);
      if (!early && !late) {
        wanted.add(trace);
      }
    }
    return wanted;
  }

  /// Whether some span satisfies what the request asks of spans. What was decided stays with the
  /// batch, so that asking again is free.
  private boolean hasCandidates(BlockBatch batch) throws IOException {
    if (request.conditions().isEmpty()) {
      return true;
    }
    @Nullable OrdinalSet candidates = null;
    for (Condition condition : cheapFirst) {
      OrdinalSet matching = batch.spansMatching(condition);
      if (!request.allConditions()) {
        if (!matching.isEmpty()) {
          return true;
        }
        continue;
      }
      candidates = candidates == null ? matching : candidates.and(matching);
      if (candidates.isEmpty()) {
        return false;
      }
    }
    return request.allConditions();
  }

  @Override
  public FetchCost cost() {
    return new FetchCost(
        readCost.bytesRead(),
        rowGroupsRead,
        rowGroupsSkipped,
        rowGroupsOutOfTime,
        readCost.pagesRead(),
        readCost.pagesSkipped(),
        batchesSkipped,
        traces,
        spans);
  }

  private void end() {
    closeWindow();
    nextGroup = endGroup;
  }

  private void closeWindow() {
    if (window != null) {
      window.close();
      window = null;
    }
  }

  @Override
  public void close() {
    end();
  }
}
