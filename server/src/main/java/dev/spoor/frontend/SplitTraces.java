package dev.spoor.frontend;

import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryStoppedException;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.query.TraceMatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the traces that several places have a part of, and brings them together, so that each of
/// their spans is there once and a query which looks at whole traces sees them whole.
///
/// Which ids several blocks have is known from their columns of ids, kept in memory
/// ([BlockTraceIds]). A query then goes over all sources once: what a source has of such a trace is
/// left out there, and only noted when it could be part of the answer. What was noted is brought
/// together and decided afterwards. So the price beyond a plain query is reading the ids of blocks
/// once, and bringing together the traces that are split *and* could match.
///
/// Whether a trace is left out depends on its id alone and comes out the same at every place that
/// has it. That is what makes each span count once; a wrong guess (bloom filters and hashes may say
/// yes where the answer is no) costs a look-up and changes nothing.
final class SplitTraces {

  /// Traces brought together at a time, which bounds the memory that it takes.
  private static final int TRACES_AT_A_TIME = 256;

  /// What an id takes in a set, about.
  private static final int ID_BYTES = 100;

  private final StoredBlocks stored;
  private final BlockTraceIds ids;

  SplitTraces(StoredBlocks stored, BlockTraceIds ids) {
    this.stored = stored;
    this.ids = ids;
  }

  /// Traces of which one place may not have all spans, for a query that looks at whole traces.
  Found whole(QueryRun query, FetchRequest request) throws InterruptedException {
    boolean isSplit =
        query.neighbours().size() + query.snapshot().sources().size() > 1 && query.wantsMore();
    if (!isSplit) {
      return Found.NONE;
    }
    SharedIds shared = shared(query, query.neighbours());
    Optional<FetchRequest> pieces = request.ofPieces();
    SplitFound found = SplitFound.whole(query, stored, shared, request, pieces.orElse(request));
    if (pieces.isEmpty()) {
      found.everyPieceCounts();
      collect(query, found);
    }
    return found;
  }

  /// Traces that may have the same span in several places: twice in the ingester, in the ingester
  /// and in the object store, or in several blocks that have some time in common. Pieces of a trace
  /// that have nothing in common stay where they are.
  Found copies(QueryRun query, FetchRequest request) throws InterruptedException {
    boolean isSplit =
        (query.blocks().size() > 1 || !query.snapshot().pieces().isEmpty()) && query.wantsMore();
    if (!isSplit) {
      return Found.NONE;
    }
    SharedIds shared = shared(query, overlapping(query.blocks()));
    return SplitFound.copies(query, stored, shared, request);
  }

  /// Of traces that were found, those that several places have a part of, brought together. Blocks
  /// that are far from a trace in time are not asked for it.
  List<SearchSource> among(QueryRun query, List<TraceMatch> matches) throws InterruptedException {
    boolean isSplit = query.neighbours().size() + query.snapshot().sources().size() > 1;
    if (!isSplit || matches.isEmpty() || query.budget().stopped() != null) {
      return List.of();
    }
    FetchRequest request = FetchRequest.EVERYTHING;
    SplitFound found = SplitFound.whole(query, stored, SharedIds.NONE, request, request);
    List<Job> jobs = new ArrayList<>();
    for (int from = 0; from < matches.size(); from += TRACES_AT_A_TIME) {
      List<TraceMatch> some =
          matches.subList(from, Math.min(matches.size(), from + TRACES_AT_A_TIME));
      jobs.add(new Job("%d found traces".formatted(some.size()), _ -> found.noteSplit(some)));
    }
    query.scan("look where the traces of the answer are", jobs);
    return found.together();
  }

  private static List<BlockMeta> overlapping(List<BlockMeta> blocks) {
    return blocks.stream()
        .filter(block -> blocks.stream().anyMatch(other -> other != block && overlap(block, other)))
        .toList();
  }

  /// Metas of some writers have whole seconds.
  private static boolean overlap(BlockMeta a, BlockMeta b) {
    return !a.startTime().isAfter(b.endTime().plusSeconds(1))
        && !b.startTime().isAfter(a.endTime().plusSeconds(1));
  }

  private SharedIds shared(QueryRun query, List<BlockMeta> blocks) throws InterruptedException {
    if (blocks.size() < 2) {
      return SharedIds.NONE;
    }
    Set<UUID> set = ids.setOf(blocks);
    Optional<SharedIds> known = ids.shared(query.tenant(), set);
    if (known.isPresent()) {
      return known.get();
    }
    List<long[]> all = new ArrayList<>();
    List<Job> loads = new ArrayList<>();
    for (BlockMeta block : blocks) {
      loads.add(
          new Job(
              "ids of block " + block.blockId(),
              run -> {
                long[] hashes = ids.of(query.tenant(), block, run);
                synchronized (all) {
                  all.add(hashes);
                }
              }));
    }
    query.scan("read the trace ids of blocks", loads);
    List<SharedIds> result = new ArrayList<>();
    query.scan(
        "find the ids that several blocks have",
        List.of(
            new Job(
                "%d blocks".formatted(blocks.size()),
                _ -> {
                  SharedIds shared = SharedIds.among(all);
                  if (all.size() == blocks.size()) {
                    ids.keep(query.tenant(), set, shared);
                  }
                  result.add(shared);
                })));
    return result.isEmpty() ? SharedIds.NONE : result.getFirst();
  }

  /// Notes every trace that several blocks have: nothing that a piece shows can rule one out.
  private void collect(QueryRun query, SplitFound found) throws InterruptedException {
    if (found.shared.isEmpty()) {
      return;
    }
    List<Job> jobs = new ArrayList<>();
    for (BlockMeta block : query.blocks()) {
      jobs.add(
          new Job(
              "ids of block " + block.blockId(),
              _ -> {
                BlockReader reader = stored.open(query.tenant(), block);
                for (int group = 0; group < reader.rowGroups(); group++) {
                  for (TraceId id : reader.traceIds(group)) {
                    if (found.shared.mayContain(id)) {
                      found.note(id);
                    }
                  }
                }
              }));
    }
    query.scan("collect split traces", jobs);
  }

  /// The split traces of one query.
  interface Found {

    Found NONE =
        new Found() {
          @Override
          public FetchRequest pieces(FetchRequest request, boolean isRecent) {
            return request;
          }

          @Override
          public OrdinalSet of(SpanBatch batch, boolean isRecent) {
            return new OrdinalSet(batch.traceCount());
          }

          @Override
          public List<SearchSource> together() {
            return List.of();
          }
        };

    /// What to ask a single source for instead, so that it yields each piece that matters.
    FetchRequest pieces(FetchRequest request, boolean isRecent);

    /// The traces of a batch that do not count there. Those that may be part of the answer are
    /// noted.
    OrdinalSet of(SpanBatch batch, boolean isRecent) throws IOException;

    /// Sources of what was noted, each trace in one piece.
    List<SearchSource> together();
  }

  private static final class SplitFound implements Found {

    private final QueryRun query;
    private final StoredBlocks stored;
    private final List<BlockMeta> blocks;

    /// Whether pieces of a trace within the ingester are no concern, as long as no span is twice.
    private final boolean onlyCopies;

    private final SharedIds shared;
    private final FetchRequest request;
    private final FetchRequest pieces;
    private final Set<TraceId> noted = ConcurrentHashMap.newKeySet();
    private volatile boolean everyRecentPiece;

    static SplitFound whole(
        QueryRun query,
        StoredBlocks stored,
        SharedIds shared,
        FetchRequest request,
        FetchRequest pieces) {
      return new SplitFound(query, stored, query.neighbours(), false, shared, request, pieces);
    }

    static SplitFound copies(
        QueryRun query, StoredBlocks stored, SharedIds shared, FetchRequest request) {
      return new SplitFound(query, stored, query.blocks(), true, shared, request, request);
    }

    private SplitFound(
        QueryRun query,
        StoredBlocks stored,
        List<BlockMeta> blocks,
        boolean onlyCopies,
        SharedIds shared,
        FetchRequest request,
        FetchRequest pieces) {
      this.query = query;
      this.stored = stored;
      this.blocks = blocks;
      this.onlyCopies = onlyCopies;
      this.shared = shared;
      this.request = request;
      this.pieces = pieces;
    }

    /// Nothing can be asked of pieces: the ingester, which is in memory, is asked for all of them.
    void everyPieceCounts() {
      everyRecentPiece = true;
    }

    @Override
    public FetchRequest pieces(FetchRequest asked, boolean isRecent) {
      return everyRecentPiece && isRecent ? everything(request) : pieces;
    }

    private static FetchRequest everything(FetchRequest request) {
      return new FetchRequest(
          List.of(), true, true, Long.MIN_VALUE, Long.MAX_VALUE, request.columns());
    }

    @Override
    public OrdinalSet of(SpanBatch batch, boolean isRecent) throws IOException {
      OrdinalSet split = new OrdinalSet(batch.traceCount());
      List<BlockReader> readers = isRecent ? readers() : List.of();
      for (int trace = 0; trace < batch.traceCount(); trace++) {
        if (isSplit(
            new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)), readers, isRecent)) {
          split.add(trace);
        }
      }
      if (!split.isEmpty()) {
        OrdinalSet candidates = pieces(request, isRecent).candidates(batch);
        for (int trace = split.next(0); trace >= 0; trace = split.next(trace + 1)) {
          if (candidates.contains(trace)) {
            note(new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace)));
          }
        }
      }
      return split;
    }

    private boolean isSplit(TraceId id, List<BlockReader> readers, boolean isRecent)
        throws IOException {
      if (shared.mayContain(id) || isSplitInIngester(id, isRecent)) {
        return true;
      }
      for (BlockReader reader : readers) {
        if (reader.mayHold(id)) {
          return true;
        }
      }
      return false;
    }

    private boolean isSplitInIngester(TraceId id, boolean isRecent) throws IOException {
      return onlyCopies && isRecent
          ? query.snapshot().mayRepeat(id)
          : query.snapshot().places(id) > (isRecent ? 1 : 0);
    }

    void noteSplit(List<TraceMatch> matches) throws IOException {
      for (TraceMatch match : matches) {
        int places = query.snapshot().places(match.id());
        long start = match.startNanos() - QueryFrontend.NEAR_NANOS;
        long end = match.startNanos() + match.durationNanos() + QueryFrontend.NEAR_NANOS;
        for (BlockMeta block : blocks) {
          boolean isNear =
              QueryFrontend.nanos(block.startTime()) <= end
                  && QueryFrontend.nanos(block.endTime()) >= start;
          if (places < 2 && isNear && stored.open(query.tenant(), block).mayHold(match.id())) {
            places++;
          }
        }
        if (places > 1) {
          note(match.id());
        }
      }
    }

    void note(TraceId id) throws QueryStoppedException {
      if (noted.add(id) && !query.budget().hold(ID_BYTES)) {
        query.budget().check();
      }
    }

    @Override
    public List<SearchSource> together() {
      List<TraceId> sorted = noted.stream().sorted().toList();
      List<SearchSource> sources = new ArrayList<>();
      for (int from = 0; from < sorted.size(); from += TRACES_AT_A_TIME) {
        List<TraceId> some = sorted.subList(from, Math.min(sorted.size(), from + TRACES_AT_A_TIME));
        sources.add(
            new SearchSource(
                "%d split traces".formatted(some.size()),
                Long.MAX_VALUE,
                true,
                () -> together(some)));
      }
      return sources;
    }

    private SpanSource together(List<TraceId> ids) throws IOException {
      return new WholeTraces(query, readers(), ids, onlyCopies);
    }

    private List<BlockReader> readers() throws IOException {
      List<BlockReader> readers = new ArrayList<>();
      for (BlockMeta block : blocks) {
        readers.add(stored.open(query.tenant(), block));
      }
      return readers;
    }
  }
}
