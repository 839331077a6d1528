package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.columns.TraceBatch;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The traces of a window of a row group, as the language sees them. Columns are read when they are
/// asked for.
final class BlockBatch implements TraceBatch {

  private final RowWindow window;
  private final BlockMatcher matcher;
  private final int[] firstSpans;
  private final Map<Condition, OrdinalSet> decided = new HashMap<>();
  private @Nullable ColumnCursor traceIds;
  private @Nullable Stats stats;

  BlockBatch(RowWindow window, RowGroupTests tests, Map<Condition, ConditionTest> conditions)
      throws IOException {
    this.window = window;
    this.matcher = new BlockMatcher(window, tests, conditions);
    this.firstSpans = window.firstSpans();
  }

  @Override
  public int spanCount() {
    return firstSpans[firstSpans.length - 1];
  }

  @Override
  public int traceCount() {
    return firstSpans.length - 1;
  }

  @Override
  public int firstSpan(int trace) {
    return firstSpans[trace];
  }

  @Override
  public long traceIdHigh(int trace) {
    return traceId(trace).high();
  }

  @Override
  public long traceIdLow(int trace) {
    return traceId(trace).low();
  }

  /// Reads the column of trace ids, which can't be refused later.
  void loadTraceIds() throws IOException {
    traceIds = window.scalar(window.columns().traceId, traceCount());
  }

  private TraceId traceId(int trace) {
    ColumnCursor ids = traceIds;
    if (ids == null) {
      throw new IllegalStateException("trace ids are not loaded");
    }
    return TraceAssembler.traceId(ids.strings(), ids.id(ids.firstValue() + trace));
  }

  @Override
  public int count(Field.Level level) throws IOException {
    return matcher.count(level);
  }

  @Override
  public int spanOf(Field.Level level, int ordinal) throws IOException {
    return switch (level) {
      case SPAN -> ordinal;
      case EVENT -> TraceBatch.ownerOf(window.firstEvents(), ordinal);
      case LINK -> TraceBatch.ownerOf(matcher.firstLinks(), ordinal);
    };
  }

  @Override
  public int firstOf(Field.Level level, int trace) throws IOException {
    int span = firstSpans[trace];
    return switch (level) {
      case SPAN -> span;
      case EVENT -> window.firstEvents()[span];
      case LINK -> matcher.firstLinks()[span];
    };
  }

  @Override
  public OrdinalSet matching(Condition condition) throws IOException {
    OrdinalSet known = decided.get(condition);
    if (known == null) {
      known = matcher.matching(condition);
      decided.put(condition, known);
    }
    return known.copy();
  }

  /// The spans that satisfy a condition themselves or by one of their events or links.
  OrdinalSet spansMatching(Condition condition) throws IOException {
    OrdinalSet matching = matching(condition);
    Field.Level level = condition.field().level();
    if (level == Field.Level.SPAN) {
      return matching;
    }
    OrdinalSet spans = new OrdinalSet(spanCount());
    int[] firsts = level == Field.Level.EVENT ? window.firstEvents() : matcher.firstLinks();
    int ordinal = matching.next(0);
    while (ordinal >= 0) {
      int span = TraceBatch.ownerOf(firsts, ordinal);
      spans.add(span);
      ordinal = matching.next(firsts[span + 1]);
    }
    return spans;
  }

  @Override
  public ValueColumn values(Field field, OrdinalSet ordinals) throws IOException {
    return new BlockValues(window, matcher).of(field, ordinals);
  }

  @Override
  public Set<String> attributeNames(Scope scope, OrdinalSet spans) throws IOException {
    return new BlockNames(window, matcher).of(scope, spans);
  }

  @Override
  public TraceSummary summary(int trace) throws IOException {
    BlockColumns columns = window.columns();
    ColumnCursor starts = window.scalar(columns.traceStart, traceCount());
    ColumnCursor ends = window.scalar(columns.traceEnd, traceCount());
    long start = starts == null ? 0 : starts.longs()[starts.firstValue() + trace];
    long end = ends == null ? start : ends.longs()[ends.firstValue() + trace];
    return new TraceSummary(
        start,
        end,
        text(window.scalar(columns.rootService, traceCount()), trace),
        text(window.scalar(columns.rootName, traceCount()), trace),
        services(trace));
  }

  private static String text(@Nullable ColumnCursor column, int owner) {
    return column == null ? "" : column.strings().utf8(column.id(column.firstValue() + owner));
  }

  /// Where the statistics of each trace start in their three columns.
  private record Stats(int[] names, int[] spans, int[] errors) {}

  private List<TraceSummary.ServiceStats> services(int trace) throws IOException {
    BlockColumns columns = window.columns();
    if (columns.statsService == null || columns.statsSpans == null || columns.statsErrors == null) {
      return countedServices(trace);
    }
    ColumnCursor names = window.column(columns.statsService);
    ColumnCursor spans = window.column(columns.statsSpans);
    ColumnCursor errors = window.column(columns.statsErrors);
    if (stats == null) {
      stats =
          new Stats(
              window.starts(names, BlockColumns.TRACE, traceCount()),
              window.starts(spans, BlockColumns.TRACE, traceCount()),
              window.starts(errors, BlockColumns.TRACE, traceCount()));
    }
    int[] starts = stats.names;
    int[] spanStarts = stats.spans;
    int[] errorStarts = stats.errors;
    List<TraceSummary.ServiceStats> services = new ArrayList<>();
    for (int i = 0; i < starts[trace + 1] - starts[trace]; i++) {
      services.add(
          new TraceSummary.ServiceStats(
              names.strings().utf8(names.id(starts[trace] + i)),
              (int) spans.longs()[spanStarts[trace] + i],
              (int) errors.longs()[errorStarts[trace] + i]));
    }
    return services.isEmpty() ? countedServices(trace) : services;
  }

  /// Where the file does not have them: vParquet3, and previews of vParquet4.
  private List<TraceSummary.ServiceStats> countedServices(int trace) throws IOException {
    BlockColumns columns = window.columns();
    int[] firstOfResources = window.firstSpansOfResources();
    ColumnCursor names = window.scalar(columns.serviceName, window.resources());
    ColumnCursor status = window.scalar(columns.statusCode, spanCount());
    Map<String, int[]> counts = new LinkedHashMap<>();
    int resource = TraceBatch.ownerOf(firstOfResources, firstSpan(trace));
    for (int span = firstSpan(trace); span < firstSpan(trace + 1); span++) {
      while (firstOfResources[resource + 1] <= span) {
        resource++;
      }
      int[] count = counts.computeIfAbsent(text(names, resource), any -> new int[2]);
      count[0]++;
      if (status != null && status.longs()[status.firstValue() + span] == 2) {
        count[1]++;
      }
    }
    List<TraceSummary.ServiceStats> services = new ArrayList<>();
    counts.forEach(
        (name, count) -> services.add(new TraceSummary.ServiceStats(name, count[0], count[1])));
    return services;
  }
}
