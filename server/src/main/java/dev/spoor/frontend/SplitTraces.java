package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Traces that several sources have a part of, brought together: each of their spans is there once,
/// and a query which looks at whole traces sees them whole.
///
/// Only traces that a source yields for the request are looked at.
///
/// @param ids of the traces; what single sources say of them does not count
/// @param together sources of the traces, each of them in one piece
record SplitTraces(Set<TraceId> ids, List<SearchSource> together) {

  /// Traces brought together at a time, which bounds the memory that it takes.
  private static final int TRACES_AT_A_TIME = 256;

  /// Metas of some writers have whole seconds.
  private static final long SLACK_NANOS = 1_000_000_000L;

  SplitTraces {
    ids = Set.copyOf(ids);
    together = List.copyOf(together);
  }

  /// When a trace began and ended, as far as a source knows.
  private record Span(long start, long end) {
    Span and(Span other) {
      return new Span(Math.min(start, other.start), Math.max(end, other.end));
    }

    boolean overlaps(Span other) {
      return start <= other.end && end >= other.start;
    }

    Span within(Span other) {
      return new Span(Math.max(start, other.start), Math.min(end, other.end));
    }

    static Span of(BlockMeta block) {
      return new Span(
          QueryFrontend.nanos(block.startTime()) - SLACK_NANOS,
          QueryFrontend.nanos(block.endTime()) + SLACK_NANOS);
    }
  }

  /// Finds them for one query.
  record Finder(
      Tenant tenant, RecentSnapshot snapshot, List<BlockMeta> blocks, StoredBlocks stored) {

    /// Traces with a part in the ingester and another one anywhere, whatever the request says of
    /// that. Traces whose parts are all in the object store are not among them.
    SplitTraces whole(FetchRequest request) {
      return found(() -> recent(request, true));
    }

    /// Traces that may have the same span in several places: in the ingester and in the object
    /// store, or in several blocks there.
    ///
    /// @param whole whether to bring together what [#whole] does too
    SplitTraces copies(FetchRequest request, boolean whole) {
      return found(() -> {
        Set<TraceId> ids = recent(request, whole);
        addStoredTwice(request, ids);
        return ids;
      });
    }

    private interface Search {
      Set<TraceId> run() throws IOException;
    }

    private SplitTraces found(Search search) {
      try {
        Set<TraceId> ids = search.run();
        return new SplitTraces(ids, together(ids));
      } catch (IOException failure) {
        throw new ServiceException(
            ErrorKind.INTERNAL, "traces could not be read: " + failure.getMessage(), failure);
      }
    }

    // ---- parts in the ingester

    private Set<TraceId> recent(FetchRequest request, boolean whole) throws IOException {
      Map<TraceId, Span> seen = new HashMap<>();
      Set<TraceId> split = new HashSet<>();
      for (SpanSource source : snapshot.sources()) {
        try (BatchCursor cursor = source.fetch(request)) {
          for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
            addSeen(batch, seen, split);
          }
        }
      }
      List<BlockReader> readers = new ArrayList<>();
      for (BlockMeta block : blocks) {
        readers.add(stored.open(tenant, block));
      }
      for (Map.Entry<TraceId, Span> trace : seen.entrySet()) {
        TraceId id = trace.getKey();
        if (!split.contains(id)
            && (mayBeStored(id, trace.getValue(), readers, whole)
                || (whole && snapshot.find(id).size() > 1))) {
          split.add(id);
        }
      }
      return split;
    }

    private static void addSeen(SpanBatch batch, Map<TraceId, Span> seen, Set<TraceId> split)
        throws IOException {
      OrdinalSet firsts = new OrdinalSet(batch.spanCount());
      for (int trace = 0; trace < batch.traceCount(); trace++) {
        firsts.add(batch.firstSpan(trace));
      }
      ValueColumn starts = batch.values(Field.Intrinsic.TRACE_START, firsts);
      ValueColumn durations = batch.values(Field.Intrinsic.TRACE_DURATION, firsts);
      for (int trace = 0; trace < batch.traceCount(); trace++) {
        TraceId id = idOf(batch, trace);
        int first = batch.firstSpan(trace);
        long start = starts.longAt(first);
        Span span = new Span(start, start + durations.longAt(first));
        if (seen.merge(id, span, Span::and) != span) {
          split.add(id);
        }
      }
    }

    private static boolean mayBeStored(
        TraceId id, Span span, List<BlockReader> readers, boolean whole) throws IOException {
      for (BlockReader block : readers) {
        if ((whole || span.overlaps(Span.of(block.meta()))) && block.mayHold(id)) {
          return true;
        }
      }
      return false;
    }

    // ---- copies in several blocks

    /// Adds the traces that several blocks have. A span can be in two blocks only at a time that
    /// both have, so that nothing else is read.
    private void addStoredTwice(FetchRequest request, Set<TraceId> ids) throws IOException {
      List<Place> open = new ArrayList<>();
      try {
        PriorityQueue<Place> places = new PriorityQueue<>();
        for (BlockMeta block : blocks) {
          Span shared = sharedTime(block, new Span(request.fromNanos(), request.toNanos()));
          if (shared.start <= shared.end) {
            BlockSpanSource source = BlockSpanSource.of(stored.open(tenant, block));
            Place place = new Place(source.fetch(between(request, shared)));
            open.add(place);
            if (place.next()) {
              places.add(place);
            }
          }
        }
        while (places.size() > 1) {
          Place first = places.remove();
          TraceId id = first.id;
          if (places.element().id.equals(id)) {
            ids.add(id);
          }
          if (first.next()) {
            places.add(first);
          }
        }
      } finally {
        open.forEach(Place::close);
      }
    }

    /// From the first to the last moment that the block has in common with another one.
    private Span sharedTime(BlockMeta block, Span wanted) {
      Span own = Span.of(block).within(wanted);
      Span shared = new Span(Long.MAX_VALUE, Long.MIN_VALUE);
      for (BlockMeta other : blocks) {
        Span both = own.within(Span.of(other));
        if (other != block && both.start <= both.end) {
          shared = shared.and(both);
        }
      }
      return shared;
    }

    private static FetchRequest between(FetchRequest request, Span time) {
      return new FetchRequest(
          request.conditions(),
          request.allConditions(),
          request.wholeTraces(),
          time.start,
          time.end,
          Set.of());
    }

    // ---- bringing together

    private List<SearchSource> together(Set<TraceId> ids) {
      List<TraceId> sorted = ids.stream().sorted().toList();
      List<SearchSource> sources = new ArrayList<>();
      for (int from = 0; from < sorted.size(); from += TRACES_AT_A_TIME) {
        List<TraceId> some = sorted.subList(from, Math.min(sorted.size(), from + TRACES_AT_A_TIME));
        sources.add(new SearchSource("split traces", Long.MAX_VALUE, () -> together(some)));
      }
      return sources;
    }

    private SpanSource together(List<TraceId> ids) throws IOException {
      List<BlockReader> readers = new ArrayList<>();
      for (BlockMeta block : blocks) {
        readers.add(stored.open(tenant, block));
      }
      SpanCopier copier = new SpanCopier();
      for (TraceId id : ids) {
        List<SpanColumns> pieces = new ArrayList<>(snapshot.find(id));
        for (BlockReader block : readers) {
          block.findTrace(id).ifPresent(pieces::add);
        }
        for (SpanColumns piece : pieces) {
          copier.add(piece, piece.find(id.high(), id.low()));
        }
      }
      return ColumnsSpanSource.ofBatches("split traces", List.of(copier.build()));
    }
  }

  private static TraceId idOf(SpanBatch batch, int trace) {
    return new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
  }

  /// How far a block has been read, by the trace that is next.
  private static final class Place implements Comparable<Place>, AutoCloseable {

    private final BatchCursor cursor;
    private @Nullable SpanBatch batch;
    private int trace;
    private TraceId id = new TraceId(0, 0);

    Place(BatchCursor cursor) {
      this.cursor = cursor;
    }

    /// Goes to the next trace; false at the end.
    boolean next() throws IOException {
      trace++;
      SpanBatch current = batch;
      while (current == null || trace >= current.traceCount()) {
        current = cursor.next();
        batch = current;
        trace = 0;
        if (current == null) {
          return false;
        }
      }
      id = idOf(current, trace);
      return true;
    }

    @Override
    public int compareTo(Place other) {
      return id.compareTo(other.id);
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
